"""Opening a model beside the one that is shown, which goes on as if nothing were."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.engine.client import Engine
from explorer.engine.status import EngineStatus, Phase
from explorer.log import log_path
from explorer.state.session import Session
from models.bundle import open_bundle
from models.errors import REASONS, LatentExplorerError
from models.source import ModelSource
from models.subject import Subject
from models.subject_wire import from_message


def prepare_bundle(
    source: ModelSource, seed: int | None, parent: QObject
) -> tuple[Session, Engine]:
    """A session on a bundle, which shows its stored picture before the engine is started.

    Raises
    ------
    BundleError
        If the bundle cannot be opened.
    """
    bundle = open_bundle(source.path)
    engine = Engine(ModelSource(bundle=bundle.folder), log_path(), parent)
    session = Session(Subject.of_bundle(bundle), seed, parent)
    connect(session, engine)
    session.ask()
    return session, engine


def connect(session: Session, engine: Engine) -> None:
    """Let a session ask an engine and get its answers."""

    def follow(status: EngineStatus) -> None:
        if status.phase is Phase.READY and status.model_id:
            session.set_model(status.model_id)

    session.requested.connect(engine.request)
    engine.frame_ready.connect(session.receive)
    engine.request_failed.connect(session.failed)
    engine.status_changed.connect(follow)
    follow(engine.status)


def describe_refusal(source: ModelSource, reason: str = "", details: str = "") -> str:
    """What is known of files that were not opened, beyond the sentence.

    Parameters
    ----------
    reason : str
        A key of :data:`models.errors.REASONS`, or "".
    details : str
        What the engine told.
    """
    kind = "File" if source.bundle is None else "Folder"
    lines = [f"{kind}: {path}" for path in source.files()]
    lines += [f"Refused because {REASONS[reason]} ({reason})."] if reason in REASONS else []
    return "\n\n".join(filter(None, ["\n".join(lines), details]))


class Opener(QObject):
    """Opens one model at a time; a later one takes the place of one still on its way.

    Attributes
    ----------
    opened : signal of (Session, Engine)
        The model is loaded, and the session shows its first picture.
    refused : signal of (str, str)
        A sentence, and details for those who ask.
    told : signal of str
        What is going on.
    """

    opened = pyqtSignal(object, object)
    refused = pyqtSignal(str, str)
    told = pyqtSignal(str)

    def __init__(self, seed: int | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seed = seed
        self._source = ModelSource()
        self._engine: Engine | None = None
        self._session: Session | None = None  # of a bundle at once, for it needs no engine

    @property
    def is_busy(self) -> bool:
        """Whether a model is on its way."""
        return self._engine is not None

    def open(self, source: ModelSource) -> None:
        """Load a model in a new engine."""
        self.cancel()
        try:
            if source.bundle is not None:
                session, engine = prepare_bundle(source, self._seed, self)
                self._await_picture(session)
            else:
                engine = Engine(source, log_path(), self)
        except LatentExplorerError as error:
            self.refused.emit(str(error), describe_refusal(source))
            return
        self._source, self._engine = source, engine
        self.told.emit(f"Opening {source.name}…")
        engine.status_changed.connect(lambda status: self._decide(engine, status))
        engine.start()

    def cancel(self) -> None:
        """Give up what is on its way."""
        engine, session = self._engine, self._session
        self._engine = self._session = None
        if engine is not None:
            engine.close()
            engine.deleteLater()
        if session is not None:
            session.blockSignals(True)  # its picture may still be on its way
            session.deleteLater()

    def _decide(self, engine: Engine, status: EngineStatus) -> None:
        if engine is not self._engine:
            return
        if status.phase is Phase.READY and self._session is None:
            self._make_session(engine)
        elif status.phase in (Phase.FAILED, Phase.HUNG):
            self.cancel()
            details = describe_refusal(self._source, status.reason, status.details)
            self.refused.emit(status.sentence, details)

    def _make_session(self, engine: Engine) -> None:
        opened = engine.opened
        assert opened is not None, "an engine that is ready has told what it opened"
        try:
            subject = from_message(opened.fields["subject"], opened.arrays)
        except LatentExplorerError as error:
            self.cancel()
            self.refused.emit(str(error), describe_refusal(self._source))
            return
        session = Session(subject, self._seed, self)
        connect(session, engine)
        self._await_picture(session)
        session.ask()

    def _await_picture(self, session: Session) -> None:
        """Whoever shows the model is to have its picture in the first paint."""
        self._session = session
        session.frame_shown.connect(self._hand_over)
        session.failed.connect(self._hand_over_without)

    def _hand_over(self) -> None:
        session, engine = self._session, self._engine
        if session is None or engine is None:
            return
        session.frame_shown.disconnect(self._hand_over)
        session.failed.disconnect(self._hand_over_without)
        self._engine = self._session = None
        self.opened.emit(session, engine)

    def _hand_over_without(self) -> None:
        session = self._session
        self._hand_over()
        if session is not None:
            session.ask()  # for whoever shows it to be told what has gone wrong
