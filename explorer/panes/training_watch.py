"""A training that is looked at: its losses, and its epochs one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import (
    QProgressBar,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from explorer.theme import GRID_PX
from explorer.training_desk import Phase, TrainingDesk
from explorer.widgets.code_cloud import CodeCloud
from explorer.widgets.epoch_pictures import MADE, EpochPictures
from explorer.widgets.line import Line
from explorer.widgets.loss_curves import LossCurves
from explorer.widgets.parts import button, quiet, row
from explorer.widgets.pixels import to_image
from models.data import to_float
from models.epoch_view import EpochView
from models.epochs import Bytes
from models.source import ModelSource

PROGRESS_PX, PLAY_MS, EPOCH_PX, HIGHEST_PX = 2, 160, 64, 600
PLAY, PAUSE = "Play", "Pause"
MINUTE_S, HOUR_S = 60, 3600


class TrainingWatch(QWidget):
    """One training of the desk.

    Parameters
    ----------
    desk : TrainingDesk

    Attributes
    ----------
    epoch_changed : signal
        Another epoch is to be looked at.
    """

    epoch_changed = pyqtSignal()

    def __init__(self, desk: TrainingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chosen: int | None = None  # None follows the newest
        self._out = desk.out
        self._made: Bytes | None = None  # that are shown
        self.curves = LossCurves()
        self.cloud = CodeCloud()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.pictures = EpochPictures()
        self.words = Line("muted")
        self._title = Line("")
        self._epoch = quiet("", "live")
        self._progress = QProgressBar()
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_MS)
        self._timer.timeout.connect(self._play_on)
        self.stop = button("Stop", "Stop after this step; whole epochs are kept", desk.stop)
        self.go_on = button("Go on", "Go on after the last whole epoch", desk.go_on)
        self.open = button("Open the model", "See what was trained", self._open)
        self.back = button("New…", "Train another, or look at an earlier one", desk.leave)
        self.play = button(PLAY, "Play through the epochs", self._toggle)
        self._build()

    @property
    def epoch(self) -> int | None:
        """The epoch that is looked at; None where none is kept."""
        epochs = self._desk.epochs
        if self._chosen in epochs:
            return self._chosen
        return epochs[-1] if epochs else None

    def show_desk(self) -> None:
        """Show how the training stands now."""
        desk = self._desk
        job, curves = desk.job, desk.curves
        if desk.out != self._out:
            self._out, self._chosen = desk.out, None
            self._pause()
        self._title.show_text(
            f"{desk.out.name}  ·  {job.data_name}, noise: {job.noise}, "
            f"filters {', '.join(map(str, job.filters))}"
        )
        self.words.show_text(_words(desk))
        self.curves.set_losses(
            curves.step_points(), curves.epoch_points(), job.epochs, desk.is_busy
        )
        self.stop.setVisible(desk.is_busy)
        self.stop.setEnabled(desk.phase is not Phase.STOPPING)
        self.go_on.setVisible(desk.phase is Phase.RESTING)
        self.open.setVisible(desk.phase is Phase.DONE)
        self.back.setEnabled(not desk.is_busy)
        self._show_progress()
        self._show_epochs()

    def show_view(self, view: EpochView, now: QImage | None) -> None:
        """Show an epoch, and beside it what the open model makes of z."""
        if view.made is not self._made:  # else z alone is another
            self._made = view.made
            words = f"made of them by epoch {view.number}"
            self.pictures.set_pictures(_images(view.given), _images(view.made), words)
        then = None if view.z_picture is None else _images(view.z_picture[None])[0]
        self.pictures.set_aside(None if then is None else (now, then))
        self.cloud.set_codes(view.places, view.labels, view.plane, view.z_place)

    # What a hand does --------------------------------------------------------------------

    def look_at(self, epoch: int) -> None:
        """Look at the kept epoch that is nearest; at the newest, go along with what comes."""
        epochs = self._desk.epochs
        if epochs:
            nearest = min(epochs, key=lambda number: abs(number - epoch))
            self._chosen = None if nearest == epochs[-1] else nearest
            self._show_epochs()

    def _open(self) -> None:
        self._desk.model_wanted.emit(ModelSource(bundle=self._desk.out))

    def _toggle(self) -> None:
        if self._timer.isActive():
            self._pause()
            return
        if self.slider.value() == self.slider.maximum():
            self.look_at(self._desk.epochs[0])
        self._timer.start()
        self.play.setText(PAUSE)

    def _pause(self) -> None:
        self._timer.stop()
        self.play.setText(PLAY)

    def _play_on(self) -> None:
        place = self.slider.value() + 1
        if place <= self.slider.maximum() and self.isVisible():
            self.look_at(self._desk.epochs[place])
        else:
            self._pause()

    # What is shown -----------------------------------------------------------------------

    def _show_progress(self) -> None:
        epoch, step, steps = self._desk.step
        self._progress.setRange(0, max(1, self._desk.job.epochs * steps))
        self._progress.setValue((epoch - 1) * steps + step if self._desk.is_busy else 0)

    def _show_epochs(self) -> None:
        epochs, epoch = self._desk.epochs, self.epoch
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(epochs) - 1))
            self.slider.setValue(0 if epoch is None else epochs.index(epoch))
        for part in (self.slider, self.play):
            part.setEnabled(len(epochs) > 1)
        self._epoch.setText("" if epoch is None else f"{epoch} of {self._desk.job.epochs}")
        self.curves.set_marked(epoch)
        if epoch is None:
            self._show_none()
        self.epoch_changed.emit()

    def _show_none(self) -> None:
        self._made = None
        self.pictures.set_pictures((), (), MADE)
        self.pictures.set_aside(None)
        nowhere = np.zeros((0, 2), np.float32)
        self.cloud.set_codes(nowhere, np.zeros(0, np.uint8), "", None)

    def _build(self) -> None:
        self._title.setMinimumWidth(40)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(PROGRESS_PX)
        self._progress.setAccessibleName("Progress of the training")
        self.slider.setAccessibleName("Epoch")
        self.slider.setToolTip("The epoch that is looked at: samples and z stay, the weights go")
        self.slider.valueChanged.connect(lambda place: self.look_at(self._desk.epochs[place]))
        self.curves.epoch_wanted.connect(self.look_at)
        self._epoch.setMinimumWidth(EPOCH_PX)
        self._epoch.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._epoch.setAccessibleName("Epoch that is looked at")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID_PX, 0, 0)
        layout.setSpacing(GRID_PX)
        head = row()
        head.addWidget(self._title, 1)
        for part in (self.stop, self.go_on, self.open, self.back):
            head.addWidget(part)
        layout.addLayout(head)
        layout.addWidget(self.words)
        layout.addWidget(self._progress)
        graphs = row()
        graphs.addWidget(self.curves, 3)
        graphs.addWidget(self.cloud, 2)
        for graph in (self.curves, self.cloud):
            graph.setMaximumHeight(HIGHEST_PX)
        layout.addLayout(graphs, 1)
        layout.addLayout(row(quiet("Epoch"), self.slider, self._epoch, self.play))
        layout.addWidget(self.pictures)
        layout.addStretch(0)


def _images(pictures: Bytes) -> Sequence[QImage]:
    return [to_image(picture) for picture in to_float(pictures)]


def _words(desk: TrainingDesk) -> str:
    epoch, step, steps = desk.step
    epochs = desk.job.epochs
    if desk.phase is Phase.STARTING:
        return "Starting: TensorFlow is imported and the data are read…"
    if desk.phase is Phase.STOPPING:
        return "Stopping after this step…"
    if desk.phase is Phase.DONE:
        return f"{epochs} epochs are done; the model can be opened."
    if desk.phase is Phase.RESTING:
        whole = desk.epochs[-1] if desk.epochs else 0
        return desk.sentence or f"Stopped; {whole} of {epochs} epochs are whole, and it can go on."
    if step == steps and epochs in desk.epochs:
        return "Measuring what was trained…"
    left = "" if desk.seconds_left is None else f"  ·  {_time(desk.seconds_left)} left"
    return f"Epoch {epoch} of {epochs}, step {step:,} of {steps:,}{left}"


def _time(seconds: float) -> str:
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < HOUR_S:
        return f"{seconds / MINUTE_S:.0f} min"
    return f"{seconds / HOUR_S:.1f} h"
