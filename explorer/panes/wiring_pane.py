"""Wiring: the strip across the top, told what the session holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.state.frame import Floats, Frame
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.widgets.curves import CURVE_AXES, curve_thumbnail
from explorer.widgets.network import cut_of, network_of
from explorer.widgets.wiring_strip import WiringStrip
from models.noise import kind_of


class WiringPane(QWidget):
    """The strip, wired to the session.

    Attributes
    ----------
    layers_wanted : signal of (str, str)
        The user wants to see a model's layers; the layer is empty for any of them.
    noise_wanted : signal
        The user wants to choose the noise.
    pointed : signal of frozenset of str
        Parts of the strip under the pointer; none where it has left.
    """

    layers_wanted = pyqtSignal(str, str)
    noise_wanted = pyqtSignal()
    pointed = pyqtSignal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._clean_batch = session.clean
        self._clean = session.clean[0]
        self._noisy: Floats | None = None
        self.strip = WiringStrip(network_of(session.subject), session.wiring)
        self.strip.set_cut(cut_of(session.subject))
        self.strip.plug_requested.connect(session.plug)
        self.strip.box_clicked.connect(self.layers_wanted)
        self.strip.noise_clicked.connect(self.noise_wanted)
        self.strip.pointed.connect(self.pointed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.strip)
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)
        self._show_noise()
        self._on_frame(session.frame)

    def set_description(self, description: Mapping[str, Any] | None) -> None:
        """Show the layers an engine describes; with None what is known without it."""
        self.strip.set_network(network_of(self._session.subject, description))

    def highlight(self, names: frozenset[str]) -> None:
        """Point out parts of the strip by name."""
        self.strip.highlight(names)

    def _on_change(self, change: Change) -> None:
        if change.fields & {"route", "latent"}:
            self.strip.set_wiring(self._session.wiring)
        if "noise" in change.fields:
            self._show_noise()
        if "drawing" in change.fields:
            self._show_pictures()

    def _on_frame(self, frame: Frame) -> None:
        if "noisy" in frame.inputs:
            self._noisy = frame.inputs["noisy"][0]
        self._show_pictures()

    def _show_noise(self) -> None:
        self.strip.set_noise_label(kind_of(self._session.state.noise).label)

    def _show_pictures(self) -> None:
        clean, output = self._session.clean, self._session.frame.outputs["decoder_output"]
        if clean is not self._clean_batch:  # a new view of the same picture would look new
            self._clean_batch, self._clean = clean, clean[0]
        shown = curve_thumbnail(output[0]) if output.ndim == CURVE_AXES else output[0]
        self.strip.set_pictures(self._clean, self._noisy, shown)
