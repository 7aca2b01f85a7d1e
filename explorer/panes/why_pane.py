"""Why two inputs? A page of words, code that lights up with the boxes, and live values."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import QEvent, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from explorer.panes.why_text import Code, Heading, Live, Part, Prose, live_lines, page_of
from explorer.state.frame import Frame
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX, code_font, theme_of
from explorer.widgets.code_line import CodeLine, coloured
from explorer.widgets.network import cut_of, network_of
from explorer.widgets.parts import heading, quiet

MEASURE_PX = 500
LINE_PX = 21
FIGURE_INTERVAL_MS = 50


class WhyPane(QWidget):
    """The page, wired to the session.

    Attributes
    ----------
    lit : signal of frozenset of str
        Parts of the wiring strip to point out; none when nothing is pointed at.
    """

    lit = pyqtSignal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._network = network_of(session.subject)
        self.lines: list[tuple[Code, CodeLine]] = []
        self._prose: list[tuple[Prose, QLabel]] = []
        self._values: dict[str, QLabel] = {}
        # Nobody can read numbers faster than this.
        self._figure_timer = QTimer(self)
        self._figure_timer.setSingleShot(True)
        self._figure_timer.setInterval(FIGURE_INTERVAL_MS)
        self._figure_timer.timeout.connect(self._show_values)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID_PX, 0, 0)
        layout.addWidget(self._area)
        self.setAccessibleName("Why two inputs?")
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)

    def set_description(self, description: Mapping[str, Any] | None) -> None:
        """Write the page about the layers an engine describes."""
        network = network_of(self._session.subject, description)
        if network != self._network:
            self._network = network
            if self.lines:
                self._write_page()

    def light(self, names: frozenset[str]) -> None:
        """Light the lines about these parts of the wiring strip."""
        for part, line in self.lines:
            line.set_lit(bool(part.lights & names))

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        if not self.lines:  # not before somebody looks: the window's start does not wait for it
            self._write_page()
        self._show_values()

    def changeEvent(self, event: QEvent | None) -> None:
        """A new theme has other colours."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._colour_prose()

    # Building ----------------------------------------------------------------------

    def _write_page(self) -> None:
        self.lines.clear()
        self._prose.clear()
        page = _Page()
        page.setMaximumWidth(MEASURE_PX)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, GRID_PX, 2 * GRID_PX)
        column.setSpacing(3)
        before: Part | None = None
        for part in page_of(self._network, cut_of(self._session.subject)):
            if before is not None:
                column.addSpacing(_space_px(before, part))
            column.addWidget(self._widget_of(part))
            before = part
        column.addStretch(1)
        self._area.setWidget(page)
        self._colour_prose()
        self._show_values()

    def _widget_of(self, part: Part) -> QWidget:
        if isinstance(part, Heading):
            return heading(part.text)
        if isinstance(part, Prose):
            label = QLabel()
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setWordWrap(True)
            self._prose.append((part, label))
            return label
        if isinstance(part, Live):
            return self._live_block()
        line = CodeLine(part.text, part.side, None if part.route is None else False)
        line.setToolTip(part.tip)
        line.pointed.connect(
            lambda on, code=part: self.lit.emit(code.lights if on else frozenset())
        )
        if part.route is not None:
            line.activated.connect(lambda route=part.route: self._session.plug(route))
        self.lines.append((part, line))
        return line

    def _live_block(self) -> QWidget:
        block = QWidget()
        table = QGridLayout(block)
        table.setContentsMargins(12, 4, 8, 0)
        table.setHorizontalSpacing(2 * GRID_PX)
        table.setVerticalSpacing(4)
        table.setColumnStretch(1, 1)
        for row, name in enumerate(("z", "shapes", "MSE")):
            value = QLabel()
            value.setObjectName("live")
            value.setFont(code_font())
            value.setWordWrap(True)
            value.setAlignment(Qt.AlignmentFlag.AlignTop)
            value.setAccessibleName(f"{name} now")
            table.addWidget(quiet(name), row, 0, Qt.AlignmentFlag.AlignTop)
            table.addWidget(value, row, 1)
            self._values[name] = value
        return block

    def _colour_prose(self) -> None:
        theme = theme_of(self.palette())
        family = code_font().family()
        for part, label in self._prose:
            pieces = part.text.split("`")  # every other one is code
            text = "".join(
                f'<span style="font-family:{family}">{coloured(piece, theme)}</span>'
                if number % 2
                else html.escape(piece, quote=False)
                for number, piece in enumerate(pieces)
            )
            label.setText(f'<p style="line-height:{LINE_PX}px">{text}</p>')

    # Showing -----------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        self._refresh()

    def _on_frame(self, frame: Frame) -> None:
        self._refresh()

    def _refresh(self) -> None:
        if self.isVisible() and not self._figure_timer.isActive():
            self._figure_timer.start()

    def _show_values(self) -> None:
        state, frame = self._session.state, self._session.frame
        for part, line in self.lines:
            if part.route is not None:
                line.set_live(part.route is state.route)
        for name, text in live_lines(self._network, state.route, state.latent.z, frame.metrics):
            self._values[name].setText(text)


class _Page(QWidget):
    """Leaves its height to its width: labels that wrap hint at one for a width of their own."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def _space_px(before: Part, after: Part) -> int:
    if isinstance(after, Heading):
        return 3 * GRID_PX - 3
    if isinstance(before, Code) and isinstance(after, Code):
        return 0
    return GRID_PX - 3 if isinstance(before, Heading) else GRID_PX
