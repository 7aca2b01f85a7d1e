"""The tour's chapter of bookmarks: arithmetic, a direction, and a journey."""

from __future__ import annotations

from PyQt6.QtCore import QPointF

from explorer.panes.journey_pane import JourneyPane
from explorer.tour_guide import SETTLE_MS, Guide, Script, Until

KEPT = (7, 3, 0)  # labels whose means become bookmarks
FIRST, SECOND = 3, 5  # labels whose difference becomes a direction


def journey(guide: Guide) -> Script:
    """Keep the means of some digits, subtract two, go along the difference, and travel."""
    guide.open_tab("Journey")
    pane = guide.space.journey
    guide.listen(guide.space.analysis.answered, pane.travel.player.playing_changed)
    pane.pages.open_page("Arithmetic")
    yield Until("the means of the labels", lambda: len(pane.arithmetic.shelf.items) > max(KEPT))
    for label in KEPT:
        _click_mean(guide, pane, label)
        guide.click(pane.arithmetic.keep)
        guide.click(pane.arithmetic.clear)
    yield from _subtract(guide, pane)
    yield from _go_along(guide, pane)
    yield from _travel(guide, pane)


def _subtract(guide: Guide, pane: JourneyPane) -> Script:
    part = pane.arithmetic
    for label in (FIRST, SECOND):
        _click_mean(guide, pane, label)
    guide.click(part.save)
    _click_mean(guide, pane, KEPT[0])
    yield guide.pictures()
    guide.click(part.go)
    yield guide.picture
    yield SETTLE_MS
    guide.see("arithmetic", "The mean of 3 minus that of 5 plus that of 7, decoded")


def _go_along(guide: Guide, pane: JourneyPane) -> Script:
    pane.pages.open_page("Directions")
    part = pane.directions
    yield Until("Cohen's d", lambda: bool(part.separation.accessibleDescription()))
    slider = part.rows[0].slider
    middle, width = slider.height() / 2, slider.width()
    places = [QPointF(share * width, middle) for share in (0.5, 0.6, 0.7, 0.8)]
    yield from guide.drag(slider, places)
    yield SETTLE_MS
    guide.see("direction", "Along the saved difference, which parts 3 and 5 more than chance does")


def _travel(guide: Guide, pane: JourneyPane) -> Script:
    pane.pages.open_page("Travel")
    part = pane.travel
    yield guide.pictures()
    guide.choose(part.kind, "Catmull-Rom")
    yield guide.pictures()
    guide.click(part.play)
    yield guide.picture
    yield Until("the end of the journey", lambda: not part.player.is_playing)
    yield guide.picture
    yield guide.pictures()
    guide.see("journey", "A journey through three bookmarks, above the codes nearest to its steps")


def _click_mean(guide: Guide, pane: JourneyPane, label: int) -> None:
    shelf = pane.arithmetic.shelf
    number = [item.name for item in shelf.items].index(str(label))
    guide.click(shelf, shelf.places().tile(number).center())
