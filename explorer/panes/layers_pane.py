"""Layers: what each layer of the open Models makes of the current input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.state.frame import Frame, Request
from explorer.state.looking import ask_activations
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.activation_grid import ActivationGrid
from explorer.widgets.layer_list import LayerList
from explorer.widgets.network import Layer, network_of
from explorer.widgets.parts import Check, quiet
from explorer.widgets.seen import SeenWidget

PATIENCE_MS = 1000
CAPTION_PX = 30  # two lines, so that the pictures stay where they are
LIST_SHARE, LEAST_LIST_PX, MOST_LIST_PX = 0.42, 188, 248
NO_BREAK = "\N{NO-BREAK SPACE}"
NOTHING_CHOSEN = "Choose a layer to see what it makes of the current input."
NO_ANSWER_YET = "The picture of this layer comes as soon as the engine is ready."


class LayersPane(SeenWidget):
    """The list of layers, and the activations of the chosen one.

    While the pane can be seen it asks anew after every shown frame, with at
    most one question under way.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._network = network_of(session.subject)
        self._asked_seq = 0
        self._refused = False
        self._in_flight = False
        self._ask_again = False
        # An engine that died owes its answer for ever.
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)
        self.layers = LayerList(self._network)
        self.grid = ActivationGrid()
        self._build()
        self.layers.chosen.connect(self._choose)
        session.requested.connect(self._note_request)
        session.frame_shown.connect(self._on_frame)
        session.answered.connect(self._on_answer)
        session.failed.connect(self._on_failure)

    def set_description(self, description: Mapping[str, Any] | None) -> None:
        """List the layers an engine describes; with None what is known without it."""
        self._network = network_of(self._session.subject, description)
        self._refused = False  # by another engine, maybe
        self.layers.set_network(self._network)

    def choose(self, model: str, layer: str) -> None:
        """Choose a layer of a model; an empty name is the first one after its input."""
        self.layers.choose(model, layer)
        self.layers.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        self._refused = False
        self._ask()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._forget_question()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share the width between list and pictures."""
        super().resizeEvent(event)
        width = round(self.width() * LIST_SHARE)
        self.layers.setFixedWidth(min(max(width, LEAST_LIST_PX), MOST_LIST_PX))

    # Asking ------------------------------------------------------------------------

    def _choose(self, model: str, name: str) -> None:
        layer = self._network.layer(model, name)
        assert layer is not None
        self._title.setText(layer.title)
        self._facts.setText(_facts(layer))
        self._say(NO_ANSWER_YET)
        self._refused = False
        self._forget_question()
        self._ask()

    def _ask(self) -> None:
        chosen = self.layers.current()
        if chosen is None or self._refused or not self.is_seen:
            return
        if self._in_flight:
            self._ask_again = True
            return
        self._in_flight, self._ask_again = True, False
        self._patience.start()
        ask_activations(self._session, *chosen)

    def _on_frame(self, frame: Frame) -> None:
        self._ask()

    def _note_request(self, request: Request) -> None:
        if request.kind == "activations":
            self._asked_seq = request.seq

    def _on_answer(self, frame: Frame) -> None:
        chosen = self.layers.current()
        mine = frame.request == "activations" and frame.seq == self._asked_seq
        if not mine or chosen is None:
            return
        again = self._ask_again
        self._forget_question()
        self._show(*chosen, frame)
        if again:
            self._ask()

    def _on_failure(self, seq: int, sentence: str) -> None:
        if seq == self._asked_seq:
            self._forget_question()
            self._refused = True  # it would be with every frame, and told anew each time
            self._say(sentence)

    def _give_up(self) -> None:
        again, self._in_flight, self._ask_again = self._ask_again, False, False
        if again:
            self._ask()

    def _forget_question(self) -> None:
        self._asked_seq, self._in_flight, self._ask_again = 0, False, False
        self._patience.stop()

    # Showing -----------------------------------------------------------------------

    def _say(self, sentence: str) -> None:
        self._sentence.setText(sentence)
        self._pages.setCurrentIndex(0)
        self.grid.set_activations(None)

    def _show(self, model: str, name: str, frame: Frame) -> None:
        layer = self._network.layer(model, name)
        if layer is None:
            return
        is_picture = layer.is_end and len(layer.shape) == 3
        activations = np.atleast_1d(frame.outputs["activations"][0])  # (h, w, channels) or (n,)
        self.grid.set_activations(activations, "grey" if is_picture else model)
        self._facts.setText(_facts(layer, activations.shape[-1]))
        self._common.setVisible(not self.grid.is_vector and activations.shape[-1] > 1)
        self._pages.setCurrentIndex(1)
        self._show_current()

    def _follow_current(self) -> None:
        centre, size = self.grid.current_rect().center(), self.grid.current_rect().size()
        self._area.ensureVisible(centre.x(), centre.y(), 0, size.height() // 2)
        self._show_current()

    def _show_current(self) -> None:
        current = self.grid.current
        self._caption.setText(
            self.grid.summary() if current is None else self.grid.describe(current)
        )

    def _build(self) -> None:
        self._title = QLabel("")
        self._title.setObjectName("title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._facts = quiet("")
        self._facts.setWordWrap(True)
        self._caption = quiet("", "small")
        self._caption.setWordWrap(True)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._caption.setFixedHeight(CAPTION_PX)
        self._sentence = quiet(NOTHING_CHOSEN)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._common = Check(
            "Common scale",
            "Common scale for all channels",
            "Show all channels on one scale instead of each on its own",
        )
        self._common.toggled.connect(self.grid.set_common_scale)
        self.grid.current_changed.connect(self._follow_current)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self.grid)
        answer = QVBoxLayout()
        answer.setContentsMargins(0, 0, 0, 0)
        answer.setSpacing(GRID_PX)
        answer.addWidget(self._common)
        answer.addWidget(self._area, 1)
        answer.addWidget(self._caption)
        page = QWidget()
        page.setLayout(answer)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._sentence)
        self._pages.addWidget(page)
        self._pages.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self._title)
        right.addWidget(self._facts)
        right.addSpacing(GRID_PX - 2)
        right.addWidget(self._pages, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, GRID_PX, 0, 0)
        layout.setSpacing(2 * GRID_PX)
        layout.addWidget(self.layers)
        layout.addLayout(right, 1)


def _facts(layer: Layer, shown: int | None = None) -> str:
    parts = [layer.kind, layer.shape_text]
    if layer.parameters:
        parts.append(f"{layer.parameters:,}{NO_BREAK}parameters")
    if shown is not None and layer.shape and shown < layer.shape[-1]:
        parts.append(f"the first {shown} of {layer.shape[-1]}")
    return " · ".join(parts)
