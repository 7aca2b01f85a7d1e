"""The window on a model in another program, which has started this process."""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication

from explorer.application import Application, make_qt_app
from explorer.engine.attached import AttachedEngine
from explorer.engine.status import EngineStatus, Phase
from explorer.log import log_path
from explorer.opening import connect
from explorer.state.latent import Source
from explorer.state.session import Session
from models.code_cache import unpack_codes
from models.errors import LatentExplorerError
from models.handing import handed_down
from models.subject import Samples
from models.subject_wire import from_message
from models.wire import Message


def main(handle: int) -> int:
    """Show the window until it is closed, or its model is gone.

    Parameters
    ----------
    handle : int
        File descriptor, or on Windows handle, of the connection to the program.
    """
    qt_app = make_qt_app()
    application = Application(qt_app)
    attachment = Attachment(application, handed_down(handle))
    attachment.start()
    return application.run()


class Attachment(QObject):
    """Lets the program show its model, and say what it has to say.

    Parameters
    ----------
    application : Application
    connection : Connection
    """

    def __init__(self, application: Application, connection: Connection) -> None:
        super().__init__(application)
        self._application = application
        self._session: Session | None = None
        self._early: list[Message] = []  # said before there is anything to show
        self._engine = AttachedEngine(connection, log_path(), application)
        self._engine.status_changed.connect(self._follow)
        self._engine.news.connect(self._hear)

    def start(self) -> None:
        """Ask for the model."""
        self._engine.start()

    def _follow(self, status: EngineStatus) -> None:
        if status.phase is Phase.READY and self._session is None:
            self._show()
        elif status.phase is Phase.FAILED:
            self._end(status.sentence)

    def _show(self) -> None:
        opened = self._engine.opened
        assert opened is not None, "an engine that is ready has told what it opened"
        try:
            subject = from_message(opened.fields["subject"], opened.arrays)
        except LatentExplorerError as error:
            self._end(str(error))
            return
        self._session = Session(subject, parent=self._application)
        connect(self._session, self._engine)
        self._application.show(self._session, self._engine)
        self._session.ask()
        for news in self._early:
            self._hear(news)

    def _end(self, sentence: str = "") -> None:
        """Without its model a window can show nothing more; a model from a file stays."""
        application = self._application
        if self._session is None:
            if sentence:
                print(sentence, file=sys.stderr)
            QApplication.exit(1 if sentence else 0)
        elif application.session is self._session and application.window is not None:
            application.window.close()

    def _hear(self, news: Message) -> None:
        session = self._session
        if news.kind == "close":
            self._end()
        elif session is None:
            self._early.append(news)
        elif self._application.session is session:
            _obey(session, news)


def _obey(session: Session, news: Message) -> None:
    match news.kind:
        case "set_z":
            session.set_latent(news.arrays["z"], Source.SLIDERS, text="set z from Python")
        case "again":
            session.take_new_weights()
        case "say":
            session.told.emit(str(news.fields.get("sentence", "")))
        case "data":
            _take_data(session, news)


def _take_data(session: Session, news: Message) -> None:
    name, arrays = str(news.fields.get("name")), news.arrays
    codes = unpack_codes(arrays).codes if "codes" in arrays else None
    samples = session.subject.samples
    if "pictures" in arrays:
        samples = Samples(name, arrays["pictures"], arrays["picture_labels"])
    session.set_data(name, codes, samples)
