"""The layers of all Models as a list to choose from."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.theme import GRID_PX, RADIUS_PX, SMALL_PX, text_font, theme_of
from explorer.widgets.network import ENCODER, Layer, Model, Network

ROW_PX = 38
HEADING_PX = 30
BAR_PX = 3
ENTRY_ROLE = Qt.ItemDataRole.UserRole
Entry = tuple[Model, Layer | None]
Piece = tuple[str, QFont, str]  # a text, its font, its colour


class LayerList(QListWidget):
    """A heading for each Model, and below it its layers.

    Attributes
    ----------
    chosen : signal of (str, str)
        Names of the model and of the layer.
    """

    chosen = pyqtSignal(str, str)

    def __init__(self, network: Network, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_LayerDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName("Layers")
        self.itemSelectionChanged.connect(self._announce)
        self.set_network(network)

    def set_network(self, network: Network) -> None:
        """List these layers; the chosen one stays chosen where it still exists."""
        kept = self.current()
        self.blockSignals(True)
        self.clear()
        for model in network.models:
            self._add(model, None)
            for layer in model.layers:
                self._add(model, layer)
        self.blockSignals(False)
        if kept is not None:
            self.choose(*kept)

    def choose(self, model: str, layer: str) -> None:
        """Choose a layer; without a name the model's first one after its input."""
        names = [
            (index, entry)
            for index in range(self.count())
            if (entry := self._entry(index))[0].name == model and entry[1] is not None
        ]
        wanted = [index for index, entry in names if entry[1] and entry[1].name == layer]
        if not wanted and names:
            wanted = [names[min(1, len(names) - 1)][0]]
        if wanted:
            self.setCurrentRow(wanted[0])

    def current(self) -> tuple[str, str] | None:
        """Names of the chosen model and layer."""
        for item in self.selectedItems():
            model, layer = item.data(ENTRY_ROLE)
            return model.name, layer.name
        return None

    def _add(self, model: Model, layer: Layer | None) -> None:
        item = QListWidgetItem()
        item.setData(ENTRY_ROLE, (model, layer))
        if layer is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            words = f"{model.name}, {model.parameters:,} parameters"
        else:
            words = layer.words
            item.setToolTip(f"{words}. Choose it to see what it gives for the current input.")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        self.addItem(item)

    def _entry(self, index: int) -> Entry:
        item = self.item(index)
        assert item is not None
        entry: Entry = item.data(ENTRY_ROLE)
        return entry

    def _announce(self) -> None:
        if (now := self.current()) is not None:
            self.chosen.emit(*now)


class _LayerDelegate(QStyledItemDelegate):
    """Paints a heading or a layer's two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        _, layer = index.data(ENTRY_ROLE)
        return QSize(80, HEADING_PX if layer is None else ROW_PX)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        model, layer = index.data(ENTRY_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if layer is None:
            self._paint_heading(painter, option, model)
        else:
            self._paint_layer(painter, option, model, layer)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, model: Model) -> None:
        theme = theme_of(QApplication.palette())
        colour = theme.encoder_text if model.name == ENCODER else theme.decoder_text
        area = option.rect.adjusted(GRID_PX, GRID_PX, -GRID_PX, 0)
        name, weights = model.name.upper(), f"{model.parameters:,}"
        small, bold = text_font(SMALL_PX), text_font(SMALL_PX, bold=True)
        room = area.width() - QFontMetrics(bold).horizontalAdvance(name) - 2 * GRID_PX
        if QFontMetrics(small).horizontalAdvance(f"{weights} parameters") <= room:
            weights += " parameters"
        _line(
            painter,
            area,
            (name, bold, colour),
            (weights, small, theme.muted),
        )

    def _paint_layer(
        self, painter: QPainter, option: QStyleOptionViewItem, model: Model, layer: Layer
    ) -> None:
        theme = theme_of(QApplication.palette())
        encoder = model.name == ENCODER
        accent = theme.encoder if encoder else theme.decoder
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(option.rect, RADIUS_PX, RADIUS_PX)
        if selected:
            painter.setBrush(QColor(accent))
            bar = QRect(option.rect.left(), option.rect.top() + 7, BAR_PX, ROW_PX - 14)
            painter.drawRoundedRect(bar, 1, 1)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.muted))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(option.rect.adjusted(0, 0, -1, -1), RADIUS_PX, RADIUS_PX)
        text = theme.encoder_text if encoder else theme.decoder_text
        area = option.rect.adjusted(GRID_PX, 3, -GRID_PX, -3)
        upper = area.adjusted(0, 0, 0, -area.height() // 2)
        lower = area.adjusted(0, area.height() // 2, 0, 0)
        name_colour = text if layer.is_end else theme.text
        weights = f"{layer.parameters:,}" if layer.parameters else ""
        plain, small = text_font(), text_font(SMALL_PX)
        _line(painter, upper, (layer.title, plain, name_colour), (weights, small, theme.muted))
        _line(
            painter, lower, (layer.kind, small, theme.muted), (layer.shape_text, small, theme.muted)
        )


def _line(painter: QPainter, area: QRect, left: Piece, right: Piece) -> None:
    """One text at the left, shortened where it must be, another at the right."""
    middle = Qt.AlignmentFlag.AlignVCenter
    text, font, colour = right
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, text)
    room = area.width() - QFontMetrics(font).horizontalAdvance(text) - GRID_PX
    text, font, colour = left
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room)
    painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, shown)
