"""Fixed samples and what an epoch makes of them, and the same of z beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
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
        if (pictures is None) != (self._aside is None):
            self.update()
        self._aside = pictures
        self.update(self._aside_rect().toAlignedRect())  # z moves more often than samples change

    @property
    def made(self) -> Sequence[QImage]:
        """What was made of the samples."""
        return self._made

    @property
    def aside(self) -> tuple[QImage | None, QImage | None] | None:
        """What is shown of z."""
        return self._aside

    def sizeHint(self) -> QSize:
        """All samples at their usual size."""
        width = 9 * TILE_PX + 7 * GAP_PX + ASIDE_PX
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        """A few of them."""
        width = (LEAST_COUNT + 1) * TILE_PX + (LEAST_COUNT - 1) * GAP_PX + ASIDE_PX
        return QSize(width, 2 * (CAPTION_PX + TILE_PX) + ROW_GAP_PX)

    def heightForWidth(self, width_px: int) -> int:
        """Two rows with words above each."""
        return 2 * (CAPTION_PX + self._tile_px(width_px)) + ROW_GAP_PX

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Take the height that this width needs."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint what is to be painted of words and pictures."""
        assert event is not None
        painter, aside = QPainter(self), self._aside_rect()
        painter.setFont(text_font(SMALL_PX))
        if event.rect().left() < aside.left() - ASIDE_PX:
            count = self._count(self._tile_px(self.width()))
            rows = ((GIVEN, self._given), (self._made_words, self._made))
            for number, (words, images) in enumerate(rows):
                shown = [*images[:count], *[None] * (count - len(images))]
                self._paint_row(painter, QPointF(0, self._top(number)), words, shown)
        if self._aside is not None:
            for number, words in enumerate(Z_WORDS):
                place = QPointF(aside.left(), self._top(number))
                self._paint_row(painter, place, words, self._aside[number : number + 1])
        painter.end()

    def _paint_row(
        self, painter: QPainter, place: QPointF, words: str, images: Sequence[QImage | None]
    ) -> None:
        theme, size = theme_of(self.palette()), self._tile_px(self.width())
        wide = len(images) * (size + GAP_PX) - GAP_PX
        painter.setPen(QColor(theme.muted))
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, wide)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(place.x(), place.y(), wide, CAPTION_PX), left, text)
        for column, image in enumerate(images):
            x = place.x() + column * (size + GAP_PX)
            paint_tile(painter, QRectF(x, place.y() + CAPTION_PX, size, size), image, theme)

    def _aside_rect(self) -> QRectF:
        """The column of z."""
        size = self._tile_px(self.width())
        left = self._count(size) * (size + GAP_PX) - GAP_PX + ASIDE_PX
        return QRectF(left, 0, size, self.height())

    def _top(self, row: int) -> float:
        return row * (CAPTION_PX + self._tile_px(self.width()) + ROW_GAP_PX)

    def _tile_px(self, width_px: int) -> int:
        """Twice the usual size where all samples fit so."""
        count = max(len(self._given), LEAST_COUNT)
        room = width_px - ASIDE_PX - (count - 1) * GAP_PX
        return LARGEST_PX if room >= (count + 1) * LARGEST_PX else TILE_PX

    def _count(self, tile_px: int) -> int:
        """How many samples fit."""
        fits = (self.width() - ASIDE_PX - tile_px + GAP_PX) // (tile_px + GAP_PX)
        return max(1, min(len(self._given) or 8, fits))
