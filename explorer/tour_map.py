"""The tour's chapter of the latent map."""

from __future__ import annotations

import math
from functools import partial

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QComboBox, QPushButton

from explorer.panes.map_pane import MapPane
from explorer.tour_guide import SETTLE_MS, Guide, Script, Until
from explorer.tour_hand import part

ZOOM_NOTCHES = 6
LINEAR = ("dims", "a_to_b", "lda")  # in the order of the list, after PCA


def latent_map(guide: Guide) -> Script:
    """Drag over the map, point at it, select on it, and look at pictures on it."""
    guide.open_tab("Map")
    pane = guide.space.map
    view = pane.view
    guide.listen(view.painted, pane.source.projected, guide.space.analysis.answered)
    yield Until("the codes on the map", lambda: view.arrow is not None)
    yield SETTLE_MS
    guide.see("map", "All codes by label; the cross-hair is where the encoder puts the noisy digit")
    yield from guide.drag(view, [_at(pane, 0.4 + 0.05 * n, 0.5 - 0.01 * n) for n in range(8)])
    yield SETTLE_MS
    guide.see("map drag", "A drag over the map sets z; what the map does not show is kept")
    guide.point_at(view, _at(pane, 0.4, 0.2))
    yield Until("the picture under the pointer", lambda: _has_preview(pane))
    guide.see("map hover", "The picture under the pointer; z stays as it is")
    guide.leave(view)
    yield from _select(guide, pane)
    yield from _show_pictures(guide, pane)
    yield from _project(guide, pane)


def _select(guide: Guide, pane: MapPane) -> Script:
    tools = part(pane, QComboBox, "What a drag on the map does")
    isolate = part(pane, QPushButton, "Show the selected codes alone")
    guide.press(tools, Qt.Key.Key_Down, 2)
    turns = [2 * math.pi * step / 40 for step in range(41)]
    guide.stroke(
        pane.view, [_at(pane, 0.4 + 0.12 * math.cos(a), 0.3 + 0.2 * math.sin(a)) for a in turns]
    )
    yield Until("the selection", isolate.isVisible)
    guide.click(isolate)
    yield SETTLE_MS
    guide.see("map selection", "A lasso has selected codes, and they are shown alone")
    guide.click(isolate)
    guide.press(pane.view, Qt.Key.Key_Escape)
    guide.press(tools, Qt.Key.Key_Up, 2)


def _show_pictures(guide: Guide, pane: MapPane) -> Script:
    switch = part(pane, QPushButton, "Pictures on the map")
    guide.click(switch)
    guide.roll(pane.view, _at(pane, 0.4, 0.5), ZOOM_NOTCHES)
    yield guide.pictures()
    guide.see("map pictures", "Decoded pictures instead of points, more of them while zooming")
    guide.click(switch)
    guide.press(pane.view, Qt.Key.Key_0)


def _project(guide: Guide, pane: MapPane) -> Script:
    chooser = part(pane, QComboBox, "Projection of the map")
    for kind in LINEAR:
        guide.press(chooser, Qt.Key.Key_Down)
        yield Until(f"the projection {kind}", partial(_shows, pane, kind))
    switch = part(pane, QPushButton, "Background on the map")
    guide.click(switch)
    yield guide.pictures()
    guide.see("map background", "What is decoded at every place, behind a map by label")
    guide.click(switch)


def _shows(pane: MapPane, kind: str) -> bool:
    shown = pane.source.projection
    return shown is not None and shown.kind == kind


def _has_preview(pane: MapPane) -> bool:
    hover = pane.view.hover
    return hover is not None and hover.image is not None and bool(hover.caption)


def _at(pane: MapPane, across: float, down: float) -> QPointF:
    return QPointF(across * pane.view.width(), down * pane.view.height())
