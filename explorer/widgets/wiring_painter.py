"""How the wiring strip looks; where things lie is decided in ``wiring_layout``."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRect, QRectF, Qt
from PyQt6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QTextOption,
)

from explorer.theme import BOX_RADIUS_PX, RADIUS_PX, SMALL_PX, Theme, text_font
from explorer.widgets.network import DECODER, ENCODER
from explorer.widgets.wiring_layout import (
    FRAME_PX,
    LAYER_PX,
    MODEL_BOTTOM_PX,
    PICTURE_PX,
    STRIP_PX,
    WIRE_Y_PX,
    LayerBox,
    WiringLayout,
)

LIT_WIRE_PX, UNLIT_WIRE_PX = 3.0, 1.5
SOCKET_RADIUS_PX = 7.0
PLUG_REACH_PX = 30.0  # how far the plug is pulled out on its way
TITLE_Y_PX = 37
TINT, STRONG_TINT = 16, 62  # alpha of a model's colour on its box, plain and highlighted
UNLIT_OPACITY = 0.45


@dataclass(frozen=True)
class Look:
    """What decides how the fixed parts are painted.

    Attributes
    ----------
    lit : frozenset of str
        Parts that the picture on the screen runs through.
    highlighted : frozenset of str
        Parts that are pointed out: models, layers, ``latent_inputs``, ``noise``.
    noise : str
        Label of the kind of noise.
    plugged_in : str
        What the switch says.
    cut : str
        The layer at which encoder and decoder were cut apart; empty where they came so.
    """

    lit: frozenset[str]
    highlighted: frozenset[str]
    noise: str
    plugged_in: str
    cut: str = ""


def paint_fixed(painter: QPainter, layout: WiringLayout, look: Look, theme: Theme) -> None:
    """Paint all that stays while pictures change and the plug moves."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(text_font(SMALL_PX))
    if "latent_inputs" in look.highlighted:
        _box(painter, layout.switch_body, theme.live, STRONG_TINT // 2, 0)
    for name, rect in layout.models.items():
        _paint_model(painter, name, rect, look, theme)
    _paint_wires(painter, layout, look, theme)
    for box in layout.boxes:
        _paint_layer(painter, box, look, theme)
    if layout.absent.isNull():
        _paint_noise(painter, layout.noise, look, theme)
    else:
        _paint_absent(painter, layout.absent, theme)
    if look.cut:
        _paint_cut(painter, layout, look.cut, theme)
    _paint_switch(painter, layout, look, theme)


def paint_picture(
    painter: QPainter, slot: QRect, image: QImage | None, lit: bool, theme: Theme, ratio: float
) -> None:
    """Paint one small picture at a whole multiple of its pixels, in device pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(slot).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)
    painter.fillPath(outline, QColor("#000000"))
    if image is not None:
        painter.save()
        painter.setClipPath(outline)
        painter.setOpacity(1.0 if lit else UNLIT_OPACITY)
        target, whole = picture_rect(slot, (image.width(), image.height()), ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not whole)
        painter.drawImage(target, image)
        painter.restore()
    painter.setPen(QPen(QColor(theme.line), FRAME_PX))
    painter.drawPath(outline)


def picture_rect(slot: QRect, size: tuple[int, int], ratio: float) -> tuple[QRectF, bool]:
    """Where a picture of (width, height) pixels goes, and whether its pixels stay whole."""
    room = int(PICTURE_PX * ratio)
    longest = max(size)
    scale = room // longest if longest <= room else room / longest
    width, height = size[0] * scale, size[1] * scale
    left = round((slot.x() + slot.width() / 2) * ratio - width / 2)
    top = round((slot.y() + slot.height() / 2) * ratio - height / 2)
    target = QRectF(left / ratio, top / ratio, width / ratio, height / ratio)
    return target, longest <= room


def plug_point(layout: WiringLayout, position: float) -> QPointF:
    """Where the plug is: 0 in the encoder's socket, 1 in the sliders', between on its way."""
    start, end = QPointF(layout.encoder_socket), QPointF(layout.sliders_socket)
    if position in (0.0, 1.0):
        return end if position else start
    path = QPainterPath(start)
    reach = QPointF(PLUG_REACH_PX, 0)
    path.cubicTo(start + reach, end + reach, end)
    return path.pointAtPercent(position)


def paint_plug(painter: QPainter, layout: WiringLayout, position: float, theme: Theme) -> None:
    """Paint the plug and its cable to the decoder."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    live = QColor(theme.live)
    at = plug_point(layout, position)
    body = QRectF(at.x() + 3, at.y() - 7, 15, 14)
    cable = QPainterPath(QPointF(body.right(), at.y()))
    entry = QPointF(layout.entry)
    reach = QPointF((entry.x() - body.right()) * 0.6, 0)
    cable.cubicTo(QPointF(body.right(), at.y()) + reach, entry - reach, entry)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(live, LIT_WIRE_PX, cap=Qt.PenCapStyle.RoundCap))
    painter.drawPath(cable)
    painter.drawLine(QPointF(at.x() - 1, at.y()), QPointF(body.left(), at.y()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(live)
    painter.drawRoundedRect(body, 4, 4)
    painter.drawEllipse(entry, 4, 4)


def _paint_model(painter: QPainter, name: str, rect: QRect, look: Look, theme: Theme) -> None:
    colour, text = _colours(name, theme)
    highlighted = name in look.highlighted
    _box(painter, rect, theme.panel, 255, 0)
    opacity = 1.0 if name in look.lit or highlighted else 0.6
    _box(painter, rect, colour, STRONG_TINT if highlighted else TINT, 1.5, opacity)
    painter.setFont(text_font(SMALL_PX, bold=True))
    painter.setPen(QColor(text))
    title = QRect(rect.left() + 12, TITLE_Y_PX, rect.width() - 24, 14)
    _text(painter, title, name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def _paint_layer(painter: QPainter, box: LayerBox, look: Look, theme: Theme) -> None:
    colour, text = _colours(box.model, theme)
    names = {layer.name for layer in box.slot.layers}
    highlighted = bool(names & look.highlighted)
    end = box.layer.is_end
    radius = RADIUS_PX
    if box.slot.left_out:
        rect = box.rect.adjusted(0, 8, 0, -8)
        _box(painter, rect, theme.panel, 255, 1, radius=radius, line=theme.line)
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(QColor(theme.muted))
        _text(painter, rect, box.slot.count_text, Qt.AlignmentFlag.AlignCenter)
        return
    _box(painter, box.rect, theme.panel, 255, 0, radius=radius)
    line = colour if end or highlighted else theme.line
    tint = STRONG_TINT if highlighted else TINT if end else 0
    _box(
        painter, box.rect, colour, tint, 1.5 if end or highlighted else 1, radius=radius, line=line
    )
    half = LAYER_PX // 2
    upper = box.rect.adjusted(2, 4, -2, -half)
    painter.setFont(text_font(SMALL_PX, bold=end))
    painter.setPen(QColor(text if end else theme.text))
    _text(painter, upper, box.layer.label, Qt.AlignmentFlag.AlignCenter)
    painter.setFont(text_font(SMALL_PX))
    painter.setPen(QColor(text if end else theme.muted))
    lower = box.rect.adjusted(2, half, -2, -4)
    _text(painter, lower, box.layer.shape_text, Qt.AlignmentFlag.AlignCenter)


def _paint_noise(painter: QPainter, rect: QRect, look: Look, theme: Theme) -> None:
    _box(painter, rect, theme.panel, 255, 1, line=theme.line)
    if "noise" in look.highlighted:
        _box(painter, rect, theme.text, STRONG_TINT // 2, 1)
    painter.setFont(text_font(SMALL_PX))
    inner = rect.adjusted(4, 4, -4, -4)
    wraps = QFontMetricsF(painter.font()).horizontalAdvance(look.noise) > inner.width()
    head = inner.adjusted(0, 0 if wraps else 8, 0, 0)
    head.setHeight(16)
    painter.setPen(QColor(theme.muted))
    _text(painter, head, "noise", Qt.AlignmentFlag.AlignCenter)
    painter.setPen(QColor(theme.text))
    kind = QRectF(inner.left(), head.bottom() + 1, inner.width(), 32 if wraps else 16)
    painter.drawText(kind, look.noise, QTextOption(Qt.AlignmentFlag.AlignCenter))


def _paint_absent(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """The place of an encoder that there is none of."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.line), 1.5, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(QRectF(rect), BOX_RADIUS_PX, BOX_RADIUS_PX)
    painter.setFont(text_font(SMALL_PX))
    painter.setPen(QColor(theme.muted))
    _text(painter, rect, "no encoder", Qt.AlignmentFlag.AlignCenter)


def _paint_cut(painter: QPainter, layout: WiringLayout, layer: str, theme: Theme) -> None:
    painter.setFont(text_font(SMALL_PX))
    painter.setPen(QColor(theme.muted))
    _text(
        painter, layout.mark.adjusted(4, 0, -4, 0), f"cut at {layer}", Qt.AlignmentFlag.AlignCenter
    )
    x = (layout.mark.left() + layout.switch.left()) / 2
    painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
    for top, bottom in (
        (layout.mark.bottom() + 3, WIRE_Y_PX - 4),
        (WIRE_Y_PX + 5, MODEL_BOTTOM_PX),
    ):
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def _paint_wires(painter: QPainter, layout: WiringLayout, look: Look, theme: Theme) -> None:
    pictures, decoder = layout.pictures, layout.models[DECODER]
    wires = [
        ("decoder", layout.entry.x(), decoder.right()),
        ("output", decoder.right(), pictures["output"].left()),
    ]
    if layout.absent.isNull():
        encoder = layout.models[ENCODER]
        wires += [
            ("noise", pictures["input"].right(), layout.noise.left()),
            ("noisy", layout.noise.right(), pictures["noisy"].left()),
            ("encoder", pictures["noisy"].right(), encoder.right()),
            ("latent", encoder.right(), layout.encoder_socket.x()),
        ]
    for name, left, right in wires:
        start, end = QPointF(left, WIRE_Y_PX), QPointF(right, WIRE_Y_PX)
        _wire(painter, start, end, name in look.lit, theme)
    below = QPointF(layout.sliders_socket)
    _wire(painter, below, QPointF(below.x(), STRIP_PX), "sliders" in look.lit, theme)


def _wire(painter: QPainter, start: QPointF, end: QPointF, lit: bool, theme: Theme) -> None:
    colour = QColor(theme.live if lit else theme.line)
    painter.setPen(QPen(colour, LIT_WIRE_PX if lit else UNLIT_WIRE_PX, cap=Qt.PenCapStyle.FlatCap))
    painter.drawLine(start, end)


def _paint_switch(painter: QPainter, layout: WiringLayout, look: Look, theme: Theme) -> None:
    centre, middle = layout.switch.center().x(), Qt.AlignmentFlag.AlignCenter
    painter.setFont(text_font(SMALL_PX))
    painter.setPen(QColor(theme.muted))
    _text(painter, QRect(centre - 70, 3, 140, 14), "latent_inputs", middle)
    painter.setPen(QColor(theme.live_text))
    _text(painter, QRect(centre - 80, 17, 160, 14), look.plugged_in, middle)
    encoder, sliders = layout.encoder_socket, layout.sliders_socket
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    for socket, part, text, label, align in (
        (encoder, "latent", "encoder", QRect(encoder.x() - 7, encoder.y() - 26, 70, 14), left),
        (sliders, "sliders", "sliders", QRect(sliders.x() - 85, sliders.y() - 7, 72, 14), right),
    ):
        fed = part in look.lit
        painter.setPen(QPen(QColor(theme.live if fed else theme.muted), 1.5))
        painter.setBrush(QColor(theme.ground))
        painter.drawEllipse(QPointF(socket), SOCKET_RADIUS_PX, SOCKET_RADIUS_PX)
        painter.setPen(QColor(theme.live_text if fed else theme.muted))
        _text(painter, label, text, align | Qt.AlignmentFlag.AlignVCenter)


def _box(
    painter: QPainter,
    rect: QRect,
    colour: str,
    alpha: int,
    pen_px: float,
    opacity: float = 1.0,
    radius: int = BOX_RADIUS_PX,
    line: str = "",
) -> None:
    fill = QColor(colour)
    fill.setAlpha(alpha)
    edge = QColor(line or colour)
    edge.setAlphaF(opacity)
    painter.setBrush(fill)
    painter.setPen(QPen(edge, pen_px) if pen_px else QPen(Qt.PenStyle.NoPen))
    half = pen_px / 2
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius)


def _text(painter: QPainter, rect: QRect, text: str, align: Qt.AlignmentFlag) -> None:
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width() + 1)
    painter.drawText(QRectF(rect), int(align | Qt.TextFlag.TextSingleLine), shown)


def _colours(model: str, theme: Theme) -> tuple[str, str]:
    if model == ENCODER:
        return theme.encoder, theme.encoder_text
    return theme.decoder, theme.decoder_text
