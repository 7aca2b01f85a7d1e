"""Fixed samples and what an epoch makes of them, and the same of z beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import SMALL_PX, text_font, theme_of
from explorer.widgets.shelf_painter import paint_tile

TILE_PX, LARGEST_PX, GAP_PX, ASIDE_PX = 56, 112, 2, 20
CAPTION_PX, ROW_GAP_PX = 18, 6
LEAST_COUNT = 4
GIVEN, MADE = "given to the encoder", "made of them"
Z_WORDS = ("z now", "z then")


class EpochPictures(QWidget):
    """Two rows of pictures, and a column of two apart from them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given: Sequence[QImage] = ()
        self._made: Sequence[QImage] = ()
        self._aside: tuple[QImage | None, QImage | None] | None = None
        self._made_words = MADE
        self.setAccessibleName("Samples")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_pictures(self, given: Sequence[QImage], made: Sequence[QImage], words: str) -> None:
        """Show samples, what was made of them, and words above the latter."""
        if len(given) != len(self._given):
            self.updateGeometry()
        self._given, self._made, self._made_words = given, made, words
        self.setAccessibleDescription(words)
        self.update()

    def set_aside(self, pictures: tuple[QImage | None, QImage | None] | None) -> None:
        """Show what the open model makes of z, and what the epoch made of it; None for neither."""
        self._aside = pictures
        self.update()

    @property
    def made(self) -> Sequence[QImage]:
        """What was made of the samples."""
        return self._made

    @property
    def aside(self) -> tuple[QImage | None, QImage | None] | None:
        """What is shown of z."""
        return self._aside

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All samples at their usual size."""
        width = 9 * TILE_PX + 7 * GAP_PX + ASIDE_PX
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A few of them."""
        width = (LEAST_COUNT + 1) * TILE_PX + (LEAST_COUNT - 1) * GAP_PX + ASIDE_PX
        return QSize(width, 2 * (CAPTION_PX + TILE_PX) + ROW_GAP_PX)

    def heightForWidth(self, width_px: int) -> int:  # noqa: N802 - Qt's name
        """Two rows with words above each."""
        return 2 * (CAPTION_PX + self._tile_px(width_px)) + ROW_GAP_PX

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Take the height that this width needs."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Paint words and pictures."""
        theme, painter = theme_of(self.palette()), QPainter(self)
        painter.setFont(text_font(SMALL_PX))
        size = self._tile_px(self.width())
        count = self._count(size)
        aside = count * (size + GAP_PX) - GAP_PX + ASIDE_PX
        for number, (words, images) in enumerate(
            ((GIVEN, self._given), (self._made_words, self._made))
        ):
            top = number * (CAPTION_PX + size + ROW_GAP_PX)
            self._write(painter, QRectF(0, top, aside - ASIDE_PX, CAPTION_PX), words)
            for place in range(count):
                tile = QRectF(place * (size + GAP_PX), top + CAPTION_PX, size, size)
                paint_tile(painter, tile, images[place] if place < len(images) else None, theme)
            if self._aside is not None:
                self._write(painter, QRectF(aside, top, size, CAPTION_PX), Z_WORDS[number])
                tile = QRectF(aside, top + CAPTION_PX, size, size)
                paint_tile(painter, tile, self._aside[number], theme)
        painter.end()

    def _write(self, painter: QPainter, place: QRectF, words: str) -> None:
        painter.setPen(QColor(theme_of(self.palette()).muted))
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _tile_px(self, width_px: int) -> int:
        """Twice the usual size where all samples fit so."""
        count = max(len(self._given), LEAST_COUNT)
        room = width_px - ASIDE_PX - (count - 1) * GAP_PX
        return LARGEST_PX if room >= (count + 1) * LARGEST_PX else TILE_PX

    def _count(self, tile_px: int) -> int:
        """How many samples fit."""
        fits = (self.width() - ASIDE_PX - tile_px + GAP_PX) // (tile_px + GAP_PX)
        return max(1, min(len(self._given) or 8, fits))
