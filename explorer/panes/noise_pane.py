"""Noise: what spoils the picture before the encoder gets it."""

from __future__ import annotations

import dataclasses

from PyQt6.QtCore import QSignalBlocker, Qt, QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from explorer.state.frame import Frame
from explorer.state.latent import Route
from explorer.state.record import Change
from explorer.state.session import MAX_SEED, Session
from explorer.theme import CONTROL_PX, GRID_PX
from explorer.widgets.image_view import ImageView
from explorer.widgets.parts import Check, Choice, FloatSlider, button, heading, quiet, row
from explorer.widgets.seen import SeenWidget
from models.noise import KINDS, Noise, controls, kind_of

THUMBNAIL_PX = 56
LIVE_INTERVAL_MS = 33
LABEL_PX = 64
ROW_GAP_PX = 4


class NoisePane(SeenWidget):
    """Kind, parameters and seed; the clean and the noisy picture beside them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sliders: dict[str, FloatSlider] = {}
        self._gestures: dict[str, int] = {}
        self._clean = ImageView("Clean picture", THUMBNAIL_PX, THUMBNAIL_PX)
        self._noisy = ImageView("Noisy picture", THUMBNAIL_PX, THUMBNAIL_PX)
        self._clean.setToolTip("The drawing, centred and scaled: what all figures are against")
        self._noisy.setToolTip("The picture the encoder really gets")
        self._build()
        # Live noise is as fast as the screen needs, not as fast as the engine can.
        self._live_timer = QTimer(self)
        self._live_timer.setInterval(LIVE_INTERVAL_MS)
        self._live_timer.timeout.connect(session.roll_live)
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)
        self._show()
        self._clean.set_picture(session.clean[0])
        self._on_frame(session.frame)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Go on with live noise."""
        super().showEvent(event)
        self._roll()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Stop live noise that nobody sees."""
        super().hideEvent(event)
        self._roll()

    def focus_kind(self) -> None:
        """Put the keyboard on the choice of the kind."""
        self._kind.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _build(self) -> None:
        self._kind = Choice("Kind of noise")
        for kind in KINDS.values():
            self._kind.addItem(kind.label, kind.name)
        self._kind.activated.connect(self._choose_kind)
        self._seed = QSpinBox()
        self._seed.setRange(0, MAX_SEED)
        self._seed.setAccessibleName("Seed of the noise")
        self._seed.setToolTip("The same seed gives the same noise")
        self._seed.setKeyboardTracking(False)
        self._seed.setMinimumWidth(72)
        self._seed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._seed.valueChanged.connect(self._set_seed)
        again = button("⟳", "Roll new noise", self._session.reroll, "Ctrl+N", "Roll new noise")
        again.setStyleSheet("padding: 0;")
        again.setFixedWidth(32)
        self._live = Check("Live", "New noise for every frame", "New noise for every frame")
        self._live.clicked.connect(self._session.set_live_noise)
        self._controls = QGridLayout()
        self._controls.setVerticalSpacing(ROW_GAP_PX)
        self._controls.setHorizontalSpacing(GRID_PX)
        self._controls.setColumnMinimumWidth(0, LABEL_PX)
        self._controls.setColumnStretch(1, 1)
        # Room for the kind with the most controls, so that nothing moves when the kind changes.
        most = max(len(controls(kind.parameters)) for kind in KINDS.values())
        self._controls.setContentsMargins(0, 0, 0, 0)
        self._controls.setAlignment(Qt.AlignmentFlag.AlignTop)
        settings = QWidget()
        settings.setLayout(self._controls)
        settings.setFixedHeight(most * (CONTROL_PX + ROW_GAP_PX) - ROW_GAP_PX)
        left = QVBoxLayout()
        left.setSpacing(ROW_GAP_PX)
        left.addLayout(row(self._label("Kind"), self._kind))
        left.addWidget(settings)
        left.addLayout(row(self._label("Seed"), self._seed, again))
        left.addLayout(row(self._label(""), self._live, None))
        left.addStretch(1)
        pictures = QVBoxLayout()
        pictures.setSpacing(2)
        for view, text in ((self._clean, "clean"), (self._noisy, "noisy")):
            caption = quiet(text, "small")
            caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            pictures.addWidget(view)
            pictures.addWidget(caption)
        pictures.addStretch(1)
        body = row()
        body.setSpacing(2 * GRID_PX)
        body.addLayout(left, 1)
        body.addLayout(pictures)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX)
        layout.addWidget(heading("Noise"))
        layout.addLayout(body)

    @staticmethod
    def _label(text: str) -> QWidget:
        label = quiet(text)
        label.setFixedWidth(LABEL_PX)
        return label

    def _choose_kind(self, index: int) -> None:
        name = self._kind.itemData(index)
        if name != kind_of(self._session.state.noise).name:
            self._session.set_noise(KINDS[name].parameters())

    def _set_parameter(self, name: str, value: float) -> None:
        noise = dataclasses.replace(self._session.state.noise, **{name: value})
        self._session.set_noise(noise, self, self._gestures.get(name))

    def _set_seed(self, seed: int) -> None:
        self._session.set_noise_seed(seed, self)

    def _on_change(self, change: Change) -> None:
        if change.fields & {"noise", "noise_seed", "live_noise", "route"}:
            self._show()
        if "drawing" in change.fields:
            self._clean.set_picture(self._session.clean[0])

    def _on_frame(self, frame: Frame) -> None:
        if "noisy" in frame.inputs:
            self._noisy.set_picture(frame.inputs["noisy"][0])

    def _show(self) -> None:
        state = self._session.state
        self._kind.setCurrentIndex(self._kind.findData(kind_of(state.noise).name))
        self._show_parameters(state.noise)
        with QSignalBlocker(self._seed):
            self._seed.setValue(state.noise_seed)
        self._live.setChecked(state.live_noise)
        self._roll()

    def _roll(self) -> None:
        state = self._session.state
        rolling = state.live_noise and state.route is Route.ENCODER and self.is_seen
        if rolling != self._live_timer.isActive():
            (self._live_timer.start if rolling else self._live_timer.stop)()

    def _show_parameters(self, noise: Noise) -> None:
        wanted = controls(type(noise))
        if list(wanted) != list(self._sliders):
            self._make_sliders(noise)
        for name, slider in self._sliders.items():
            slider.show_value(getattr(noise, name))
            slider.setToolTip(f"{wanted[name].help}: {getattr(noise, name):.2f}")

    def _make_sliders(self, noise: Noise) -> None:
        while (item := self._controls.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._sliders = {}
        for line, (name, control) in enumerate(controls(type(noise)).items()):
            slider = FloatSlider(control.minimum, control.maximum, control.label, control.help)
            slider.value_requested.connect(
                lambda value, chosen=name: self._set_parameter(chosen, value)
            )
            slider.sliderPressed.connect(lambda chosen=name: self._begin(chosen))
            slider.sliderReleased.connect(lambda chosen=name: self._gestures.pop(chosen, None))
            self._controls.addWidget(self._label(control.label), line, 0)
            self._controls.addWidget(slider, line, 1)
            self._sliders[name] = slider

    def _begin(self, name: str) -> None:
        self._gestures[name] = self._session.new_gesture()
