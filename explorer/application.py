"""The running app: one window, one session, one engine, and how they are swapped."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication

from explorer.appearance import Appearance
from explorer.data_job import DataDesk
from explorer.engine.client import Engine
from explorer.log import configure_log, log_path
from explorer.main_window import MainWindow
from explorer.open_models import OpenModel, OpenModels, stamp_of
from explorer.opening import Opener, prepare_bundle
from explorer.recent import add_recent
from explorer.session_desk import SessionDesk
from explorer.settings import Settings
from explorer.state.session import Session
from models.bundle import DEFAULT
from models.source import ModelSource

if TYPE_CHECKING:
    from explorer.training_desk import TrainingDesk

LATEST_START_MS = 1000
SWEEP_AFTER_MS = 500
logger = logging.getLogger(__name__)


def make_qt_app() -> QApplication:
    """The one QApplication, named so that settings find their place."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("latent-explorer")
    app.setApplicationDisplayName("Latent Explorer")
    return app


class Application(QObject):
    """Opens models, each with a session, an engine and a window, of which one is in sight.

    Parameters
    ----------
    qt_app : QApplication
    settings : Settings, optional
    theme : str, optional
        ``dark`` or ``light``, whatever the settings say.
    seed : int, optional
        Makes chance repeatable.
    recovery : Path, optional
        Where sessions are kept while they are worked on; without it they are not.

    Attributes
    ----------
    broke : signal of str
        An error that nobody expected; the app goes on.
    """

    broke = pyqtSignal(str)

    def __init__(
        self,
        qt_app: QApplication,
        settings: Settings | None = None,
        theme: str = "",
        seed: int | None = None,
        recovery: Path | None = None,
    ) -> None:
        super().__init__()
        self._qt_app = qt_app
        self._seed = seed
        self.settings = settings or Settings(parent=self)
        self._models = OpenModels()
        self._data = ""  # that belongs to the model which is opened next
        self._opener = Opener(seed, self)
        self._opener.opened.connect(self._show)
        self._opener.refused.connect(self._refuse)
        self._opener.told.connect(self._show_opening)
        self._desk = DataDesk(self)
        self._desk.told.connect(self._show_opening)
        self._sessions = SessionDesk(self.settings, recovery, self)
        self._sessions.model_wanted.connect(self.swap)
        self._appearance = Appearance(qt_app, self.settings, theme, self)
        # A closed window leaves cycles behind, and Python would let those of forty gather.
        self._sweep = QTimer(self)
        self._sweep.setSingleShot(True)
        self._sweep.setInterval(SWEEP_AFTER_MS)
        self._sweep.timeout.connect(gc.collect)

    @property
    def session(self) -> Session | None:
        """State of the model in sight."""
        return None if self._models.shown is None else self._models.shown.session

    @property
    def engine(self) -> Engine | None:
        """What runs the model in sight."""
        return None if self._models.shown is None else self._models.shown.engine

    @property
    def window(self) -> MainWindow | None:
        """The window in sight."""
        return None if self._models.shown is None else self._models.shown.window

    @property
    def models(self) -> list[OpenModel]:
        """What is open, the model in sight last."""
        return list(self._models)

    @property
    def opener(self) -> Opener:
        """What opens models beside the one that is shown."""
        return self._opener

    @cached_property
    def training(self) -> TrainingDesk:
        """The training that all windows look at, made when it is first wanted."""
        from explorer.training_desk import TrainingDesk

        made = TrainingDesk(self)
        made.model_wanted.connect(self.swap)
        return made

    def start(self, source: ModelSource | None = None, data: str = "") -> None:
        """Show a window at once.

        Parameters
        ----------
        source : ModelSource, optional
            A bundle; or a user's files, which take the place of the bundle that
            comes with the app as soon as an engine has loaded them.
        data : str, optional
            The data set that belongs to it, see :func:`models.data_set.open_data`.

        Raises
        ------
        BundleError
            If a bundle cannot be opened.
        """
        if source is None or source.bundle is not None:
            self._data = data
            self.open(DEFAULT if source is None else source.path)
        else:
            self.open(DEFAULT, source.with_data(data))

    def open(self, folder: Path, then: ModelSource | None = None) -> None:
        """Show a bundle at once, before its engine is ready.

        Parameters
        ----------
        folder : Path
        then : ModelSource, optional
            What to open once the window stands.

        Raises
        ------
        BundleError
            If it cannot be opened; what is shown stays.
        """
        session, engine = prepare_bundle(ModelSource(bundle=folder), self._seed, self)
        self._opener.cancel()
        self._show(session, engine)
        self._start_after_paint(engine, then)

    def swap(self, source: ModelSource) -> None:
        """Show another model: at once where it is open, else as soon as an engine has loaded it.

        What is shown stays if that fails, and is told why. It stays open behind the other.

        Parameters
        ----------
        source : ModelSource
            Its data are encoded once the model is there.
        """
        self._data, source = source.data, source.with_data("")
        known = self._models.find(source)
        if known is None:
            self._opener.open(source)
        elif known is not self._models.shown:
            self._opener.cancel()
            self._show_opening("")
            self._bring_forward(known)
            self._bring_data()
        else:
            self._sessions.show(known.session, known.window)  # one may wait for this model
            self._bring_data()

    def close_model(self) -> None:
        """Close the model in sight and show the one before; the last one stays."""
        shown, others = self._models.shown, self.models[:-1]
        if shown is not None and others:
            self._bring_forward(others[-1])
            self._close(shown)
            self._list_models()

    def show(self, session: Session, engine: Engine) -> None:
        """Show a model that no file tells of, and whose engine is ready."""
        self._opener.cancel()
        self._show(session, engine, is_file=False)

    def open_session(self, path: Path, model: ModelSource | None = None) -> None:
        """Bring back what a session's file holds; its model is opened only after asking.

        Parameters
        ----------
        path : Path
        model : ModelSource, optional
            A model that is being opened, and that the session waits for.
        """
        self._sessions.open(path, model)

    def open_data(self, data: str) -> None:
        """Take ranges, histograms and samples of the model shown from a data set.

        Parameters
        ----------
        data : str
            As :func:`models.data_set.open_data` takes it.
        """
        if self.session is not None:
            self._desk.open(self.session, data)

    def run(self) -> int:
        """Run until the window is closed."""
        configure_log()
        sys.excepthook = self._on_error
        gc.freeze()  # what is there by now stays: no look for garbage has to pass over it
        gc.enable()
        # Ctrl-C in the terminal; the engine's one-second timer lets Python see it.
        signal.signal(signal.SIGINT, lambda *_: self._qt_app.quit())
        try:
            return self._qt_app.exec()
        finally:
            sys.excepthook = sys.__excepthook__
            self.close()

    def close(self) -> None:
        """Leave no process and no thread behind."""
        from explorer.engine.process import stop_template  # the window goes first

        self._opener.cancel()
        self._desk.cancel()
        if self.window is not None:
            self.window.close()
        if self.engine is not None:
            self.engine.close()
        self._close_training()
        self._sessions.close()
        stop_template()

    def _start_after_paint(self, engine: Engine, then: ModelSource | None) -> None:
        """Start the engine once the window stands: importing TensorFlow slows its start down."""
        window = self.window
        assert window is not None
        view = window.workspace.output.view

        def start() -> None:
            if self.window is window and self.engine is engine and not engine.is_started:
                engine.start()
                if then is not None:
                    self.swap(then)
                else:
                    self._bring_data()

        def after_paint() -> None:
            view.painted.disconnect(after_paint)
            QTimer.singleShot(0, start)

        view.painted.connect(after_paint)
        QTimer.singleShot(LATEST_START_MS, start)  # a window that starts minimised is not painted

    def _show(self, session: Session, engine: Engine, is_file: bool = True) -> None:
        before = self.window
        if before is not None:
            before.remember()  # the new window opens as the old one stands
            before.show_opening("")
        window = MainWindow(session, engine, self.settings, log_path(), lambda: self.training)
        window.model_wanted.connect(self.swap)
        window.close_wanted.connect(self.close_model)
        window.cancel_wanted.connect(self._cancel)
        window.data_wanted.connect(self.open_data)
        window.closing.connect(engine.close)
        # What still comes in, such as a picture that is being read, has nobody to tell.
        window.closing.connect(lambda: session.blockSignals(True))
        window.destroyed.connect(session.deleteLater)
        window.destroyed.connect(engine.deleteLater)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        source = session.subject.source
        model = OpenModel(session, engine, window, is_file, stamp_of(source) if is_file else ())
        window.closing.connect(lambda: self._forget(model))
        self._models.put_last(model)
        if before is None:
            self._appearance.style()
        if is_file:
            self._note_recent(source)
        window.show()
        window.workspace.restore_torn_off()
        self._sessions.show(session, window, is_file)
        if is_file and session.subject.card:
            QTimer.singleShot(0, window.show_card)  # the picture goes first
        if before is not None:
            before.leave_sight()
        for each in self._models.superfluous():
            self._close(each)
        self._list_models()
        if before is not None:
            self._bring_data()

    def _bring_forward(self, model: OpenModel) -> None:
        before = self.window
        self._models.put_last(model)
        if before is not None and before is not model.window:
            model.window.come_into_sight(before)
            before.leave_sight()
            self._sessions.show(model.session, model.window, model.is_file)
        self._list_models()

    def _close(self, model: OpenModel) -> None:
        self._desk.cancel()  # what it reads may be for this one
        self._models.forget(model)
        model.window.close()
        self._sweep.start()

    def _list_models(self) -> None:
        sources = [model.source for model in self._models if model.is_file]
        for model in self._models:
            model.window.set_open_models(sources)

    def _close_training(self) -> None:
        if "training" in self.__dict__:
            self.training.close()

    def _bring_data(self) -> None:
        data, self._data = self._data, ""
        if data:
            self.open_data(data)

    def _forget(self, model: OpenModel) -> None:
        if self._models.shown is model:  # the user has closed the app's window
            self._opener.cancel()
            self._desk.cancel()
            self._close_training()
            self._models.forget(model)
            for other in self._models:
                self._close(other)

    def _tell(self, sentence: str) -> None:
        if self.session is not None:
            self.session.told.emit(sentence)

    def _show_opening(self, text: str) -> None:
        if self.window is not None:
            self.window.show_opening(text)

    def _cancel(self) -> None:
        self._data = ""
        self._sessions.give_up()
        self._opener.cancel()
        self._desk.cancel()
        self._show_opening("")

    def _refuse(self, sentence: str, details: str) -> None:
        self._data = ""
        self._sessions.give_up()
        if self.window is not None:
            self.window.show_refusal(sentence, details)

    def _note_recent(self, source: ModelSource) -> None:
        self.settings.set("recent", add_recent(self.settings.text("recent"), source))

    def _on_error(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        """A mistake of ours: log it, tell it in one sentence, go on."""
        logger.error("Unexpected error", exc_info=(kind, error, traceback))
        self.broke.emit(f"{kind.__name__}: {error}")
        self._tell(
            f"Something went wrong ({kind.__name__}: {error}); "
            "please send the report that Help → Copy report makes."
        )
