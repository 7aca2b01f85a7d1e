"""The tour's chapter of painting on the output."""

from __future__ import annotations

from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QPushButton

from explorer.tour_guide import SETTLE_MS, Guide, Script, Until
from explorer.tour_hand import part

STROKE = ((0.36, 0.52), (0.66, 0.48))  # across the picture, from end to end
MOVES, PAUSE_MS = 12, 40


def painting(guide: Guide) -> Script:
    """Paint a light stroke on the decoded picture, and z follows."""
    output = guide.space.output
    guide.click(part(output, QPushButton, "Paint light"))
    room = output.view.picture_rect()
    (left, top), (right, bottom) = STROKE
    shares = [step / MOVES for step in range(MOVES + 1)]
    places = [
        QPointF(
            room.left() + room.width() * (left + share * (right - left)),
            room.top() + room.height() * (top + share * (bottom - top)),
        )
        for share in shares
    ]
    yield from guide.drag(output.view, places, PAUSE_MS)
    yield Until("z to follow the brush", lambda: not output.paint.painting.is_painting)
    yield guide.picture
    yield SETTLE_MS
    guide.see("painting", "A light stroke was painted on the output, and z has followed it")
    guide.click(part(output, QPushButton, "Pointer"))
