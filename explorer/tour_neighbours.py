"""The tour's chapter of the nearest codes, the gauge and the round trip."""

from __future__ import annotations

from PyQt6.QtWidgets import QPushButton

from explorer.panes.neighbours_pane import NeighboursPane
from explorer.tour_guide import SETTLE_MS, Guide, Script, Until

TILE = 4
FAR = (0, 3, 6, 9, 12)  # dimensions whose sliders go to their ends


def neighbours(guide: Guide) -> Script:
    """Go to a neighbour, go far out, and be pulled back."""
    guide.open_tab("Neighbours")
    pane = guide.space.neighbours
    guide.listen(guide.space.analysis.answered)
    yield _all_there(pane)
    yield SETTLE_MS
    guide.see("neighbours", "The codes nearest to z, how far out it lies, and its round trip")
    guide.click(pane.near, pane.near.tile_rect(TILE).center())
    yield guide.picture
    yield guide.pictures()
    yield _all_there(pane)
    guide.see("neighbours click", "A click on a neighbour goes to its code")
    guide.open_tab("Sliders")
    for dim in FAR:
        yield from guide.slide(dim, [0.5, 0.8, 1.0])
    guide.open_tab("Neighbours")
    yield guide.pictures()
    yield _all_there(pane)
    guide.see("far out", "Sliders at their ends: z is farther out than the codes")
    pull = next(b for b in pane.findChildren(QPushButton) if b.text() == "Pull back")
    guide.click(pull)
    yield guide.picture
    yield guide.pictures()
    guide.see("pulled back", "Pulled back among the codes")


def _all_there(pane: NeighboursPane) -> Until:
    def is_so() -> bool:
        near = pane.near.neighbours
        return bool(near) and all(one.image is not None for one in near)

    return Until("the nearest codes", is_so)
