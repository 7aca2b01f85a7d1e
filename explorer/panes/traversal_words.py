"""What a traversal grid says of itself and of its rows."""

from __future__ import annotations

import math

INTRODUCTION = (
    "Each row changes one dimension or direction of z, from its 5 % to its 95 % quantile. "
    "Point at a row to play it; click a picture to go to its code."
)


def introduce(progress: tuple[int, int], dead: int, rows: int) -> str:
    """What the grid is, how far its effects are measured, and how many rows have hardly any."""
    done, total = progress
    if total:
        return f"{INTRODUCTION} Measuring effects… {100 * done // total} %"
    if dead:
        return f"{INTRODUCTION} {dead:,} of {rows:,} hardly change the picture."
    return INTRODUCTION


def describe_effect(around_z: float, over_codes: float, is_dead: bool) -> str:
    """What a row does to the picture; NaN is what is not measured yet."""
    said = []
    if math.isfinite(over_codes):
        said.append(f"{over_codes:.4f} over the codes")
    if math.isfinite(around_z):
        said.append(f"{around_z:.4f} around this z")
    if not said:
        return "its effect is not measured yet"
    dead = ", which is hardly anything" if is_dead else ""
    return f"changes each value of the picture by {', '.join(said)}, on average{dead}"
