"""The tour's chapter of the traversal grid."""

from __future__ import annotations

from explorer.tour_guide import SETTLE_MS, Guide, Script
from models.traversal import COLUMNS

ROW = 2


def traversal(guide: Guide) -> Script:
    """See what every dimension does, play a row, and go where a picture leads."""
    guide.open_tab("Traversal")
    grid = guide.space.traversal.grid
    yield guide.pictures()
    guide.see("traversal", "What each dimension makes of the picture, from quantile to quantile")
    guide.point_at(grid, grid.cell_rect(ROW, COLUMNS // 2).center())
    yield SETTLE_MS
    guide.see("traversal play", "The row under the pointer is played")
    guide.leave(grid)
    guide.click(grid, grid.cell_rect(ROW, COLUMNS - 1).center())
    yield guide.picture
    yield guide.pictures()
    guide.see("traversal step", "A click on a picture goes to its code")
