"""The drawing in a session's file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.sessions.checking import (
    check_flag,
    check_list,
    check_number,
    check_record,
    refuse,
)
from explorer.sessions.pictures import picture_from_json, picture_to_json
from explorer.sessions.resting import Rest, never
from explorer.state.drawing import CANVAS_PX, Drawing
from models.digits import Stroke

MAX_POINTS = 100_000  # a quarter of an hour without lifting the pen
MAX_WIDTH = 0.5
# What strokes may cover, lines over lines; to paint that much takes some seconds.
MAX_STAMPED_PX = 1e8
# A hand may draw far beyond the canvas; painting goes by this much of it, see stamp_segment.
LEAST, MOST = -1.0, 2.0


def drawing_to_json(drawing: Drawing, rest: Rest = never) -> dict[str, Any]:
    """As plain JSON values.

    Parameters
    ----------
    drawing : Drawing
    rest : callable, optional
        Called again and again.

    Raises
    ------
    SessionError
        If there are so many strokes that they would not be read again.
    """
    _check_effort(drawing.strokes)
    strokes = []
    for stroke in drawing.strokes:
        points = []
        for x, y in stroke.points:
            points.append([_near(x), _near(y)])
            rest()
        strokes.append({"points": points, "width": float(stroke.width), "erase": stroke.erase})
    return {
        "strokes": strokes,
        "opened": picture_to_json(drawing.opened, rest),
        "inverted": drawing.inverted,
        "normalised": drawing.normalised,
        "sample": picture_to_json(drawing.sample, rest),
    }


def drawing_from_json(record: object) -> Drawing:
    """The drawing that :func:`drawing_to_json` told of.

    Raises
    ------
    SessionError
        If the record is of another form, or would take too long to paint.
    """
    thing = "The session's drawing"
    names = ("strokes", "opened", "inverted", "normalised", "sample")
    fields = check_record(record, names, thing)
    listed = check_list(fields["strokes"], MAX_POINTS, f"{thing}: strokes")
    strokes = tuple(_stroke(stroke) for stroke in listed)
    _check_effort(strokes)
    return Drawing(
        strokes,
        picture_from_json(fields["opened"], 2, f"{thing}: opened"),
        check_flag(fields["inverted"], f"{thing}: inverted"),
        check_flag(fields["normalised"], f"{thing}: normalised"),
        picture_from_json(fields["sample"], 3, f"{thing}: sample"),
    )


def _stroke(record: object) -> Stroke:
    thing = "A stroke of the session"
    fields = check_record(record, ("points", "width", "erase"), thing)
    points = check_list(fields["points"], MAX_POINTS, f"{thing}: points", 1)
    return Stroke(
        tuple(_point(point) for point in points),
        check_number(fields["width"], 1e-4, MAX_WIDTH, f"{thing}: width"),
        check_flag(fields["erase"], f"{thing}: erase"),
    )


def _point(pair: object) -> tuple[float, float]:
    x, y = check_list(pair, 2, "A point of a stroke", 2)
    return (
        check_number(x, LEAST, MOST, "x of a stroke"),
        check_number(y, LEAST, MOST, "y of a stroke"),
    )


def _near(value: float) -> float:
    return float(min(max(value, LEAST), MOST))


def _check_effort(strokes: Sequence[Stroke]) -> None:
    advice = "nothing was changed; a drawing of fewer strokes fits"
    points = sum(len(stroke.points) for stroke in strokes)
    if points > MAX_POINTS:
        rule = f"must have at most {MAX_POINTS:,} points"
        raise refuse("The session's drawing", rule, f"{points:,}", advice)
    stamped_px = sum(map(_stamped_px, strokes))
    if stamped_px > MAX_STAMPED_PX:
        rule = f"must cover at most {MAX_STAMPED_PX:,.0f} pixels, lines over lines"
        raise refuse("The session's drawing", rule, f"{stamped_px:,.0f}", advice)


def _stamped_px(stroke: Stroke) -> float:
    points = np.clip(np.array(stroke.points), 0, 1) * CANVAS_PX  # (n, 2)
    sides = np.abs(np.diff(points, axis=0)) + stroke.width * CANVAS_PX + 3
    return float(sides.prod(axis=1).sum())
