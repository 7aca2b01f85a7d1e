"""A line of Keras code that can be pointed at, and that shows when it is live."""

from __future__ import annotations

import html
import re

from PyQt6.QtCore import QEvent, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from explorer.theme import RADIUS_PX, Theme, code_font, theme_of
from explorer.widgets.network import DECODER, ENCODER

BAR_PX = 3
INDENT_PX = 28
LIVE_ALPHA = 30
ENCODER_WORDS = {"encoder", "encode", "inputs", "encoder_input", "latent_vector"}
DECODER_WORDS = {"decoder", "decode", "latent_inputs", "outputs", "decoder_input"}


class CodeLine(QLabel):
    """One line of code.

    Parameters
    ----------
    code : str
    side : str
        ``encoder`` or ``decoder`` gives the bar its colour; empty is grey.
    is_live : bool or None
        Whether it is what runs now; None for a line that never runs by itself.

    Attributes
    ----------
    pointed : signal of bool
        Pointer or keyboard came to it, or left it.
    activated : signal
        A click, Enter or Space.
    """

    pointed = pyqtSignal(bool)
    activated = pyqtSignal()

    def __init__(
        self, code: str, side: str, is_live: bool | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._code = code
        self._side = side
        self._is_live = is_live
        self._is_lit = False
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setFont(code_font())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContentsMargins(12 + (14 if is_live is not None else 0), 5, 8, 5)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        if is_live is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._render()

    @property
    def code(self) -> str:
        """The line as it would be typed."""
        return self._code

    def set_live(self, is_live: bool) -> None:
        """Light the line, or put it out."""
        if is_live != self._is_live:
            self._is_live = is_live
            self._render()
            self.update()

    def set_lit(self, is_lit: bool) -> None:
        """Point the line out, because what it is about is pointed at elsewhere."""
        if is_lit != self._is_lit:
            self._is_lit = is_lit
            self.update()

    def is_lit(self) -> bool:
        """Whether it is pointed out."""
        return self._is_lit

    def is_live(self) -> bool:
        """Whether it is what runs now."""
        return bool(self._is_live)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        """The pointer came."""
        super().enterEvent(event)
        self._point(True)

    def leaveEvent(self, event: QEvent | None) -> None:
        """The pointer went."""
        super().leaveEvent(event)
        self._point(self.hasFocus())

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """The keyboard came."""
        super().focusInEvent(event)
        self._point(True)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """The keyboard went."""
        super().focusOutEvent(event)
        self._point(self.underMouse())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """A click activates."""
        super().mouseReleaseEvent(event)
        self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter and Space activate."""
        assert event is not None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """A new theme has other colours."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._render()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint ground, bar and, where a line can be live, its plug."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(theme.raised if self._is_pointed() else theme.panel)
        if self._is_live:
            ground = QColor(theme.live)
            ground.setAlpha(LIVE_ALPHA + (LIVE_ALPHA if self._is_pointed() else 0))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS_PX, RADIUS_PX)
        bar = QColor(theme.live if self._is_live else self._accent(theme))
        painter.setBrush(bar)
        painter.drawRoundedRect(QRectF(0, 4, BAR_PX, self.height() - 8), 1.5, 1.5)
        if self._is_live is not None:
            self._paint_plug(painter, theme)
        if self.hasFocus():
            painter.setPen(QColor(theme.muted))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(area, RADIUS_PX, RADIUS_PX)
        painter.end()
        super().paintEvent(event)

    def _paint_plug(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QColor(theme.live if self._is_live else theme.muted))
        painter.setBrush(QColor(theme.live) if self._is_live else Qt.GlobalColor.transparent)
        painter.drawEllipse(QRectF(10.5, self.height() / 2 - 4, 8, 8))

    def _point(self, pointed: bool) -> None:
        self.update()
        self.pointed.emit(pointed)

    def _is_pointed(self) -> bool:
        return self._is_lit or self.underMouse() or self.hasFocus()

    def _accent(self, theme: Theme) -> str:
        return {ENCODER: theme.encoder, DECODER: theme.decoder}.get(self._side, theme.line)

    def _render(self) -> None:
        theme = theme_of(self.palette())
        text = coloured(self._code, theme)
        self.setText(
            f'<p style="margin-left:{INDENT_PX}px; text-indent:-{INDENT_PX}px;">{text}</p>'
        )
        state = {None: "", True: ", live now", False: ", not live"}[self._is_live]
        self.setAccessibleName(f"{self._code}{state}")


def coloured(code: str, theme: Theme) -> str:
    """Code as HTML: names of the encoder's side in teal, of the decoder's in violet."""

    def paint(match: re.Match[str]) -> str:
        word = match[0]
        if word in ENCODER_WORDS:
            colour = theme.encoder_text
        elif word in DECODER_WORDS:
            colour = theme.decoder_text
        else:
            return word
        return f'<span style="color:{colour}">{word}</span>'

    return re.sub(r"\w+", paint, html.escape(code, quote=False))
