"""What a traversal grid says of itself."""

from __future__ import annotations

INTRODUCTION = (
    "Each row changes one dimension or direction of z, from its 5 % to its 95 % quantile; "
    "the bars are its effect on the picture, the orange one around this z. "
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
