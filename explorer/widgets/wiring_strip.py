"""The wiring strip: the way of the data, and the switch that decides what the decoder reads."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEasingCurve, QEvent, QRect, QSize, Qt, QVariantAnimation, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.state.latent import Route
from explorer.state.wiring import Wiring
from explorer.theme import BOX_RADIUS_PX, SMALL_PX, Theme, text_font, theme_of
from explorer.widgets.hot_spot import HotSpot
from explorer.widgets.network import DECODER, ENCODER, Network
from explorer.widgets.pixels import to_image
from explorer.widgets.wiring_layout import STRIP_PX, LayerBox, WiringLayout, lay_out
from explorer.widgets.wiring_painter import Look, paint_fixed, paint_picture, paint_plug

Picture = npt.NDArray[np.float32]
MOTION_MS = 150
SOCKET_HIT_PX = 28
PICTURES = ("input", "noisy", "output")
FEW_NAMES = 6
PLUG_POSITIONS = {Route.ENCODER: 0.0, Route.HELD: 1.0}


class WiringStrip(QWidget):
    """Input, noise, encoder, switch, decoder and output, with the live wire lit.

    Attributes
    ----------
    plug_requested : signal of Route
        The user wants this plugged into ``latent_inputs``.
    box_clicked : signal of (str, str)
        Name of a model, and of the layer in it or an empty string.
    noise_clicked : signal
    pointed : signal of frozenset of str
        Names of what is under the pointer; none where it has left.
    plug_arrived : signal
        The plug has reached its socket.
    """

    plug_requested = pyqtSignal(object)
    box_clicked = pyqtSignal(str, str)
    noise_clicked = pyqtSignal()
    pointed = pyqtSignal(object)
    plug_arrived = pyqtSignal()

    def __init__(self, network: Network, wiring: Wiring, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self._wiring = wiring
        self._look = Look(wiring.lit, frozenset(), "", wiring.plugged_in)
        self._images: dict[str, QImage | None] = dict.fromkeys(PICTURES)
        self._shown: dict[str, Picture | None] = dict.fromkeys(PICTURES)
        self._fixed: QPixmap | None = None
        self._fixed_key: tuple[object, ...] = ()
        self._version = 0  # of what the fixed parts show
        self._plug_at = PLUG_POSITIONS[wiring.route]
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(MOTION_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._motion.valueChanged.connect(self._move_plug)
        self._motion.finished.connect(self.plug_arrived)
        self._layers: dict[tuple[str, str], HotSpot] = {}
        self._make_spots()
        self.setFixedHeight(STRIP_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._lay_out()
        self._tell()

    # Setters -----------------------------------------------------------------------

    def set_network(self, network: Network) -> None:
        """Show these layers."""
        if network != self._network:
            self._network = network
            self._lay_out()
            self._tell()

    def set_wiring(self, wiring: Wiring) -> None:
        """Light the wires; where the route has changed the plug moves."""
        if wiring == self._wiring:
            return
        self._wiring = wiring
        self._set_look(replace(self._look, lit=wiring.lit, plugged_in=wiring.plugged_in))
        self._tell()
        self._send_plug(PLUG_POSITIONS[wiring.route])

    def set_noise_label(self, label: str) -> None:
        """Name the kind of noise."""
        self._set_look(replace(self._look, noise=label))
        self._noise.describe(f"Noise: {label}", f"Noise: {label}. Click to choose kind and amount.")

    def set_cut(self, layer: str) -> None:
        """Mark that encoder and decoder were cut apart at this layer; with none, that not."""
        self._set_look(replace(self._look, cut=layer))
        self._tell()

    def highlight(self, names: frozenset[str]) -> None:
        """Point parts out: models, layers, ``latent_inputs``, ``noise``; nothing with none."""
        self._set_look(replace(self._look, highlighted=names))

    def set_pictures(
        self, clean: Picture | None, noisy: Picture | None, output: Picture | None
    ) -> None:
        """Show these pictures, float32 of (h, w) or (h, w, c) in [0, 1]; None is blank."""
        for name, picture in zip(PICTURES, (clean, noisy, output), strict=True):
            if name in self._layout.pictures and picture is not self._shown[name]:
                self._shown[name] = picture
                self._images[name] = None if picture is None else to_image(picture)
                self.update(self._layout.pictures[name])

    @property
    def geometry_now(self) -> WiringLayout:
        """Where things lie at this width."""
        return self._layout

    @property
    def plug_position(self) -> float:
        """0 in the encoder's socket, 1 in the sliders', between on its way."""
        return self._plug_at

    # Hot spots ---------------------------------------------------------------------

    def _make_spots(self) -> None:
        self._noise = HotSpot(self, radius_px=BOX_RADIUS_PX)
        self._noise.clicked.connect(self.noise_clicked)
        self._models = {name: HotSpot(self, radius_px=BOX_RADIUS_PX) for name in (ENCODER, DECODER)}
        for name, spot in self._models.items():
            spot.clicked.connect(lambda _, model=name: self._ask_for_layers(model))
            self._tell_pointed(spot, name)
        self._switch = HotSpot(self, radius_px=BOX_RADIUS_PX)
        self._switch.clicked.connect(lambda: self._ask_for(self._other_route()))
        self._tell_pointed(self._switch, "latent_inputs")
        self._sockets = {route: HotSpot(self, is_stop=False) for route in Route}
        for route, spot in self._sockets.items():
            spot.clicked.connect(lambda _, wanted=route: self._ask_for(wanted))
        for spot in (self._noise, self._switch, *self._models.values(), *self._sockets.values()):
            spot.step_requested.connect(self._step)
        self.setTabOrder(self._noise, self._models[ENCODER])
        self.setTabOrder(self._models[ENCODER], self._switch)
        self.setTabOrder(self._switch, self._models[DECODER])

    def _place_spots(self) -> None:
        layout = self._layout
        self._noise.setGeometry(layout.noise)
        self._noise.setVisible(layout.absent.isNull())
        self._switch.setGeometry(layout.switch_body)
        for name, spot in self._models.items():
            spot.setGeometry(layout.models.get(name, layout.absent))
        for route, point in (
            (Route.ENCODER, layout.encoder_socket),
            (Route.HELD, layout.sliders_socket),
        ):
            area = QRect(0, 0, SOCKET_HIT_PX, SOCKET_HIT_PX)
            area.moveCenter(point)
            self._sockets[route].setGeometry(area)
        wanted = {(box.model, box.layer.name): box for box in layout.boxes}
        for key in set(self._layers) - set(wanted):
            spot = self._layers.pop(key)
            spot.hide()
            spot.deleteLater()
        for key, box in wanted.items():
            if key not in self._layers:
                self._layers[key] = self._make_layer_spot(*key)
            self._layers[key].setGeometry(box.rect)
            self._layers[key].describe(*_layer_words(box))

    def _make_layer_spot(self, model: str, layer: str) -> HotSpot:
        spot = HotSpot(self, is_stop=False)
        spot.clicked.connect(lambda: self.box_clicked.emit(model, layer))
        self._tell_pointed(spot, model, layer)
        spot.step_requested.connect(self._step)
        spot.show()
        return spot

    def _tell_pointed(self, spot: HotSpot, *names: str) -> None:
        spot.pointed.connect(lambda on: self.pointed.emit(frozenset(names if on else ())))

    def _spots(self) -> list[HotSpot]:
        """All of them in the order in which data passes them."""
        layers = {
            model: [spot for (owner, _), spot in self._layers.items() if owner == model]
            for model in (ENCODER, DECODER)
        }
        for spots in layers.values():
            spots.sort(key=lambda spot: spot.x())
        noise = [self._noise] if self._layout.absent.isNull() else []
        return [
            *noise,
            self._models[ENCODER],
            *layers[ENCODER],
            self._switch,
            *self._sockets.values(),
            self._models[DECODER],
            *layers[DECODER],
        ]

    def _step(self, step: int) -> None:
        spots = self._spots()
        at = next((index for index, spot in enumerate(spots) if spot is self.sender()), 0)
        beside = min(max(at + step, 0), len(spots) - 1)
        spots[beside].setFocus(Qt.FocusReason.TabFocusReason)

    def _ask_for_layers(self, model: str) -> None:
        if model in self._layout.models:
            self.box_clicked.emit(model, "")

    def _other_route(self) -> Route:
        return Route.HELD if self._wiring.route is Route.ENCODER else Route.ENCODER

    def _ask_for(self, route: Route) -> None:
        if route is self._wiring.route or (route is Route.ENCODER and self._wiring.encoder_off):
            return
        self.plug_requested.emit(route)

    def _tell(self) -> None:
        """Put the state into words, for tooltips and for those who listen."""
        fed = self._wiring.route.value
        other = self._other_route().value
        state = f"latent_inputs is fed by the {fed}"
        self.setAccessibleName(f"Wiring: {state}")
        self.setAccessibleDescription(self._wiring.path)
        off = self._wiring.encoder_off
        click = f"Click to plug in the {other} instead; z is kept."
        if off:
            click = f"The encoder cannot be plugged in: {off}."
        cut = f" Encoder and decoder were cut apart at {self._look.cut}." if self._look.cut else ""
        self._switch.describe(f"Switch: {state}", f"{state}. {click}{cut}")
        for route, spot in self._sockets.items():
            now = "plugged in" if route is self._wiring.route else "click to plug in"
            code = "decoder(latent_inputs)"
            if route is Route.ENCODER:
                code, now = "decoder(encoder(inputs))", off or now
            spot.describe(f"Socket {route.value}: {now}", f"{code}: {now}")
        self._models[ENCODER].describe(f"No encoder: {off}", f"There is no encoder: {off}.")
        for model in self._network.models:
            words = f"{model.name}: {len(model.layers)} layers, {model.parameters:,} parameters"
            self._models[model.name].describe(words, f"{words}. Click to see them.")

    def _picture_tip(self, name: str) -> str:
        encoder = self._network.encoder
        if name == "output":
            return f"What {self._network.decoder.output.title} gives"
        if name == "noisy" and encoder is not None:
            return f"The noisy picture: what {encoder.inputs[0].title} gets"
        return "The clean drawing, centred and scaled"

    # Painting ----------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As wide as the smallest window."""
        return QSize(1024, STRIP_PX)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lay out for the new width."""
        self._lay_out()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """A new theme needs new colours, a new font other widths."""
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._lay_out()
        self.update()
        super().changeEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Say what a small picture is."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for name, rect in self._layout.pictures.items():
                if rect.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), self._picture_tip(name), self, rect)
                    return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint only what lies in the region: a new picture costs its own rectangle."""
        assert event is not None
        theme, ratio, area = theme_of(self.palette()), self.devicePixelRatioF(), event.region()
        fixed = self._fixed_parts(theme, ratio)
        painter = QPainter(self)
        painter.setClipRegion(area)
        painter.drawPixmap(0, 0, fixed)
        for name, rect in self._layout.pictures.items():
            if area.intersects(rect):
                lit = name in self._wiring.lit
                paint_picture(painter, rect, self._images[name], lit, theme, ratio)
        if area.intersects(self._layout.switch):
            paint_plug(painter, self._layout, self._plug_at, theme)
        painter.end()

    def _fixed_parts(self, theme: Theme, ratio: float) -> QPixmap:
        key = (self.size(), ratio, theme.name, self._version)
        if self._fixed is None or key != self._fixed_key:
            self._fixed = QPixmap(self.size() * ratio)
            self._fixed.setDevicePixelRatio(ratio)
            self._fixed.fill(QColor(theme.ground))
            painter = QPainter(self._fixed)
            paint_fixed(painter, self._layout, self._look, theme)
            painter.end()
            self._fixed_key = key
        return self._fixed

    def _lay_out(self) -> None:
        plain = QFontMetricsF(text_font(SMALL_PX))
        bold = QFontMetricsF(text_font(SMALL_PX, bold=True))

        @cache
        def width(text: str, is_bold: bool) -> float:
            return (bold if is_bold else plain).horizontalAdvance(text)

        self._layout = lay_out(self.width(), self._network, width)
        self._version += 1
        self._place_spots()
        self.update()

    def _set_look(self, look: Look) -> None:
        if look != self._look:
            self._look = look
            self._version += 1
            self.update()

    def _send_plug(self, goal: float) -> None:
        self._motion.stop()
        if not self.isVisible() or goal == self._plug_at:
            self._move_plug(goal)
            return
        self._motion.setStartValue(self._plug_at)
        self._motion.setEndValue(goal)
        self._motion.start()

    def _move_plug(self, position: float) -> None:
        self._plug_at = position
        self.update(self._layout.switch)


def _layer_words(box: LayerBox) -> tuple[str, str]:
    """Accessible name and tooltip of an inner box."""
    if box.slot.left_out:
        out = box.slot.layers
        names = ", ".join(layer.title for layer in out)
        if len(out) > FEW_NAMES:
            names = f"{len(out)} layers, {out[0].title} to {out[-1].title}"
        return f"{box.model}: more layers: {names}", f"No room for {names}. Click to see them."
    words = box.layer.words
    return words, f"{words}. Click to see what it gives for the current input."
