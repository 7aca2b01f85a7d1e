"""Training: what to train, and then how it goes, epoch by epoch."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QHideEvent, QImage, QShowEvent
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from explorer.background import NewestWork
from explorer.panes.tile_questions import thumbnails
from explorer.panes.training_form import TrainingForm
from explorer.panes.training_watch import TrainingWatch
from explorer.settings import Settings
from explorer.state.frame import Floats
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.training_desk import Phase, TrainingDesk
from explorer.widgets.pixels import to_image
from models.epoch_view import EpochView, view_epoch

Z_EVERY_MS = 60  # the live picture goes first


class TrainingPane(QWidget):
    """The desk's training beside the session's z.

    Parameters
    ----------
    session : Session
    desk : TrainingDesk
        All windows look at the same.
    settings : Settings
    """

    def __init__(
        self,
        session: Session,
        desk: TrainingDesk,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.desk = desk
        self._asked: tuple[Path, int, bytes] | None = None
        self._reading = NewestWork(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(Z_EVERY_MS)
        self._soon.timeout.connect(self._ask)
        self.form = TrainingForm(settings)
        self.watch = TrainingWatch(desk)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.form)
        self._pages.addWidget(self.watch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.form.start_wanted.connect(desk.start)
        self.form.look_wanted.connect(desk.look)
        self.watch.epoch_changed.connect(self._ask)
        self._reading.done.connect(self._show_view)
        self._reading.failed.connect(session.told)
        session.changed.connect(self._on_change)
        desk.changed.connect(self._show_desk)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        self._show_desk()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Read nothing while nobody looks."""
        super().hideEvent(event)
        self._reading.forget()
        self._asked = None

    def _on_change(self, change: Change) -> None:
        if "latent" in change.fields and not self._soon.isActive():
            self._soon.start()

    def _show_desk(self) -> None:
        if not self.isVisible():
            return
        page = self.form if self.desk.phase is Phase.NONE else self.watch
        if page is self.watch:
            self.watch.show_desk()
        elif self._pages.currentWidget() is not page or self.desk.sentence:
            self.form.renew()
            self.form.say(self.desk.sentence)
        self._pages.setCurrentWidget(page)

    def _ask(self) -> None:
        epoch = self.watch.epoch
        if epoch is None:
            self._asked = None
        if epoch is None or not self.isVisible():
            return
        z: Floats = self._session.state.latent.z
        asked = (self.desk.out, epoch, z.tobytes())
        if asked != self._asked:
            self._asked = asked
            self._reading.want(partial(_look, self.desk.out, epoch, z))

    def _show_view(self, found: tuple[Path, EpochView]) -> None:
        out, view = found
        if out == self.desk.out and self.watch.epoch is not None:
            self.watch.show_view(view, self._now())

    def _now(self) -> QImage:
        return to_image(thumbnails(self._session.frame.outputs["decoder_output"][:1])[0])


def _look(out: Path, epoch: int, z: Floats) -> tuple[Path, EpochView]:
    return out, view_epoch(out, epoch, z)
