"""Labels of a map with their colours; each can be hidden."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPointF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPen, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from explorer.theme import Theme, theme_of
from explorer.widgets.map_colours import label_colour
from models.point_raster import COLOURS

COLUMNS, NARROW_COLUMNS = 10, 5
DOT_PX = 11
SPARE = 2.0  # so that a dot is as sharp on finer screens


class MapLegend(QWidget):
    """A button for each label: a full dot where it is shown, a ring where it is hidden.

    Attributes
    ----------
    hidden_changed : signal of frozenset of int
        The labels that are not to be shown now.
    """

    hidden_changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: dict[int, QPushButton] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._grid.setColumnStretch(COLUMNS, 1)
        self._columns = COLUMNS
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Labels on the map")

    def set_labels(self, labels: Sequence[int]) -> None:
        """Offer these labels, all of them shown; more than have a colour are not offered."""
        for chip in self._chips.values():
            self._grid.removeWidget(chip)
            chip.deleteLater()
        few = len(labels) <= COLOURS
        self._chips = {label: self._chip(label) for label in (labels if few else ())}
        self._lay_out()
        self._recolour()
        self.setVisible(len(self._chips) > 1)

    @property
    def hidden(self) -> frozenset[int]:
        """The labels that are not shown."""
        return frozenset(label for label, chip in self._chips.items() if not chip.isChecked())

    def minimumSizeHint(self) -> QSize:
        """Half a row is enough."""
        return QSize(NARROW_COLUMNS * self._chip_px(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Two rows instead of one where there is little room."""
        super().resizeEvent(event)
        columns = COLUMNS if self.width() >= COLUMNS * self._chip_px() else NARROW_COLUMNS
        if columns != self._columns:
            self._columns = columns
            self._lay_out()

    def changeEvent(self, event: QEvent | None) -> None:
        """A new theme has other colours."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._recolour()

    def _lay_out(self) -> None:
        for number, chip in enumerate(self._chips.values()):
            self._grid.addWidget(chip, *divmod(number, self._columns))

    def _chip_px(self) -> int:
        return max((chip.sizeHint().width() for chip in self._chips.values()), default=0)

    def _chip(self, label: int) -> QPushButton:
        chip = QPushButton(str(label))
        chip.setObjectName("quiet")
        chip.setCheckable(True)
        chip.setChecked(True)
        chip.setIconSize(QSize(DOT_PX, DOT_PX))
        chip.setAccessibleName(f"Show label {label}")
        chip.setToolTip(f"Show or hide label {label}; with Shift show it alone, or all again")
        chip.clicked.connect(lambda: self._toggle(label))
        return chip

    def _toggle(self, label: int) -> None:
        if QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier:
            others = [chip for other, chip in self._chips.items() if other != label]
            alone = not any(chip.isChecked() for chip in others)
            for chip in others:
                chip.setChecked(alone)
            self._chips[label].setChecked(True)
        self._recolour()
        self.hidden_changed.emit(self.hidden)

    def _recolour(self) -> None:
        theme = theme_of(self.palette())
        for label, chip in self._chips.items():
            chip.setIcon(_dot(label_colour(label, theme), chip.isChecked(), theme))


def _dot(colour: QColor, full: bool, theme: Theme) -> QIcon:
    pixmap = QPixmap(QSize(DOT_PX, DOT_PX) * SPARE)
    pixmap.setDevicePixelRatio(SPARE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour if full else QColor(theme.muted), 1.4))
    if full:
        painter.setBrush(colour)
    painter.drawEllipse(QPointF(DOT_PX / 2, DOT_PX / 2), 4.0, 4.0)
    painter.end()
    return QIcon(pixmap)
