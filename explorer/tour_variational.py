"""The tour's chapter of variational models, open beside the first one."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QPushButton

from explorer.panes.map_pane import MapPane
from explorer.tour_guide import SETTLE_MS, Guide, Script, Until
from explorer.tour_hand import part
from explorer.widgets.latent_tools import BASIS_TEXTS
from models.bundle import DEFAULT
from models.source import ModelSource

SIXTEEN, TWO = (ModelSource(bundle=DEFAULT.parent / f"mnist-vae-{n}") for n in (16, 2))
WAY = ((0.62, 0.35), (0.42, 0.62))  # over the map, as shares of its width and height
STEPS = 8


def variational(guide: Guide) -> Script:
    """See how sure an encoder is, what the prior holds, and a map that is the latent space."""
    first, swap = guide.session.subject.source, guide.application.swap
    yield from guide.show_model("a variational model", partial(swap, SIXTEEN))
    guide.open_tab("Sliders")
    yield SETTLE_MS
    guide.see("variational", "The band on each slider is the encoder's own uncertainty")
    guide.choose_action(guide.space.latent.tools, BASIS_TEXTS[True])
    yield SETTLE_MS
    guide.see("prior", "Ranges and chance come from the prior N(0, 1)")
    yield from guide.show_model("another variational model", partial(swap, TWO))
    guide.open_tab("Map")
    yield from _go_over_map(guide, guide.space.map)
    yield from guide.show_model("the first model", partial(swap, first))
    guide.see("first model", "The first model again, as it was left")


def _go_over_map(guide: Guide, pane: MapPane) -> Script:
    view = pane.view
    guide.listen(view.painted, pane.source.projected)
    yield Until("the codes on the map", lambda: pane.source.projection is not None)
    guide.click(part(pane, QPushButton, "Background on the map"))
    (left, top), (right, bottom) = WAY
    shares = [step / STEPS for step in range(STEPS + 1)]
    places = [
        QPointF(
            view.width() * (left + share * (right - left)),
            view.height() * (top + share * (bottom - top)),
        )
        for share in shares
    ]
    yield from guide.drag(view, places)
    yield guide.pictures()
    guide.see("variational map", "Two dimensions: this map is the whole latent space, decoded")
