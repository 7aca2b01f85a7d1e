"""The window: top bar, menus, shortcuts, status line; no logic."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QByteArray, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence
from PyQt6.QtWidgets import (
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.engine.client import Engine
from explorer.engine.status import EngineStatus, Phase
from explorer.log import own_log_path
from explorer.menus import Menus, bind, keys_of
from explorer.recent import read_recent
from explorer.report import make_report
from explorer.settings import Settings
from explorer.state.session import Session
from explorer.theme import MARGIN_PX
from explorer.widgets.parts import button, row, rule
from explorer.widgets.status_line import StatusLine
from explorer.workspace import Workspace
from models.bundle import PRETRAINED
from models.source import ModelSource

TOP_BAR_PX = 44
MODEL_FILTER = "Keras models (*.keras *.h5 *.hdf5);;All files (*)"
TITLE_BAR_PX = 32  # the desktop puts one above; nobody tells how high
TIMINGS_INTERVAL_MS = 250
MOODS = {
    Phase.STARTING: ("working", "engine starting", ""),
    Phase.LOADING: ("working", "loading the model", ""),
    Phase.READY: ("well", "engine ready", ""),
    Phase.BUSY: ("working", "engine busy", "End it"),
    Phase.HUNG: ("failed", "engine not answering", "End it"),
    Phase.RESTARTING: ("working", "engine restarting", ""),
    Phase.FAILED: ("failed", "engine failed", "Try again"),
}


class MainWindow(QMainWindow):
    """Shows the workspace of one session and its engine.

    Attributes
    ----------
    model_wanted : signal of ModelSource
        The user chose another model.
    closing : signal
        The window is about to go.
    """

    model_wanted = pyqtSignal(object)
    closing = pyqtSignal()

    def __init__(self, session: Session, engine: Engine, settings: Settings, log: Path) -> None:
        super().__init__()
        self._session = session
        self._engine = engine
        self._settings = settings
        self._log = log
        self.workspace = Workspace(session, settings)
        self.status = StatusLine()
        self._troubled = False
        self._compose()
        self._wire()
        self.setWindowTitle(f"{session.subject.name} – Latent Explorer")
        self.setMinimumSize(960, 600)
        if not self.restoreGeometry(QByteArray(settings.blob("geometry"))):
            self.resize(self._comfortable_size())
        self.workspace.latent.table.setFocus()

    def _comfortable_size(self) -> QSize:
        screen = self.screen()
        room = QSize(1280, 800) if screen is None else screen.availableSize()
        wanted = QSize(max(1280, room.width() * 5 // 8), max(800, room.height() * 3 // 4))
        return wanted.boundedTo(room - QSize(0, TITLE_BAR_PX))

    def remember(self) -> None:
        """Put layout and place into the settings."""
        self.workspace.remember()
        self._settings.set("geometry", bytes(self.saveGeometry().data()))
        self._settings.save()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Remember the layout and end the engine."""
        self.remember()
        self.closing.emit()
        super().closeEvent(event)

    def copy_report(self) -> None:
        """Put versions, the engine's state and the ends of both logs on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            status = self._engine.status
            folder = self._session.subject.source.path
            state = f"{status.phase.name}: {status.sentence}"
            clipboard.setText(make_report(folder, state, own_log_path(), self._log))
            self._session.told.emit("A report is on the clipboard.")

    def show_refusal(self, sentence: str, details: str) -> None:
        """Say why a model was not opened."""
        self._session.told.emit(sentence)

    def _wire(self) -> None:
        self._session.told.connect(self.status.set_sentence)
        self._session.changed.connect(lambda _: self._show_wiring())
        self._engine.status_changed.connect(self._show_engine)
        self._session.failed.connect(lambda _, sentence: self.status.set_sentence(sentence))
        self.status.help_wanted.connect(self._engine.end_and_restart)
        self.status.report_wanted.connect(self.copy_report)
        self._timings = QTimer(self)
        self._timings.setInterval(TIMINGS_INTERVAL_MS)
        self._timings.setSingleShot(True)
        self._timings.timeout.connect(self._show_timings)
        self._session.frame_shown.connect(
            lambda _: self._timings.isActive() or self._timings.start()
        )
        self._show_wiring()
        self._show_engine(self._engine.status)

    def _show_wiring(self) -> None:
        self.status.set_path(self._session.wiring.path)

    def _show_timings(self) -> None:
        decode_ms = self._session.frame.seconds * 1000
        if decode_ms > 0:
            painted_ms = self.workspace.painted_ms
            painted = f" · painted {painted_ms:.1f} ms" if painted_ms > 0 else ""
            self.status.set_timings(f"decode {decode_ms:.1f} ms{painted}")

    def _show_engine(self, status: EngineStatus) -> None:
        mood, text, help_text = MOODS[status.phase]
        failed = status.phase is Phase.FAILED
        self.status.set_engine(mood, text, help_text, failed)
        trouble = status.phase in (Phase.BUSY, Phase.HUNG, Phase.RESTARTING, Phase.FAILED)
        if trouble:
            self.status.set_sentence(status.sentence)
        elif self._troubled:
            self.status.set_sentence("")
        self._troubled = trouble
        if status.phase is Phase.READY and self._engine.description:
            self.workspace.set_description(self._engine.description)

    def _compose(self) -> None:
        stack = self._session.undo_stack
        undo, redo = stack.createUndoAction(self, "Undo"), stack.createRedoAction(self, "Redo")
        assert undo is not None
        assert redo is not None
        undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        redo.setShortcut(QKeySequence("Ctrl+Shift+Z"))
        menus = Menus(
            self.workspace,
            self._settings,
            [undo, redo],
            open_model=self._ask_for_model,
            open_bundle=self._ask_for_bundle,
            copy_report=self.copy_report,
            leave=self.close,
        )
        title = QLabel("Latent Explorer")
        title.setObjectName("title")
        bar = row(
            title,
            self._bundle_button(),
            menus,
            None,
            _tool("↶ Undo", undo),
            _tool("↷ Redo", redo),
            button("Randomise", "Draw z from the codes", self._session.randomise, "Ctrl+R"),
            button("Reset", "Set z to the mean of the codes", self._session.reset, "Ctrl+0"),
            button("Save picture", "Save the picture as shown", self._save, "Ctrl+S"),
        )
        bar.setContentsMargins(MARGIN_PX - 4, 0, MARGIN_PX - 4, 0)
        top = QWidget()
        top.setFixedHeight(TOP_BAR_PX)
        top.setLayout(bar)
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (top, rule(), self.workspace, rule(), self.status):
            layout.addWidget(part, 1 if part is self.workspace else 0)
        self.setCentralWidget(central)

    def _bundle_button(self) -> QToolButton:
        chooser = QToolButton()
        chooser.setText(f"{self._session.subject.name}  ▾")
        chooser.setToolTip("Choose another model")
        chooser.setAccessibleName(f"Model {self._session.subject.name}; choose another")
        chooser.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(chooser)
        known = [ModelSource(bundle=path.resolve()) for path in sorted(PRETRAINED.iterdir())
                 if path.is_dir()]  # fmt: skip
        recent = read_recent(self._settings.text("recent"))
        for source in [*known, *(source for source in recent if source not in known)]:
            action = menu.addAction(source.name, bind(self.model_wanted.emit, source))
            assert action is not None
            action.setToolTip(str(source.path))
        menu.setToolTipsVisible(True)
        menu.addSeparator()
        menu.addAction("Open model…", self._ask_for_model)
        menu.addAction("Open bundle…", self._ask_for_bundle)
        chooser.setMenu(menu)
        return chooser

    def _ask_for_model(self) -> None:
        folder = self._settings.text("folder")
        name, _ = QFileDialog.getOpenFileName(self, "Open a model", folder, MODEL_FILTER)
        if name:
            self._settings.set("folder", str(Path(name).parent))
            self.model_wanted.emit(ModelSource.of(name))

    def _ask_for_bundle(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, "Open a bundle", self._settings.text("folder")
        )
        if folder:
            self.model_wanted.emit(ModelSource.of(folder))

    def _save(self) -> None:
        self.workspace.output.ask_to_save(True)


def _tool(text: str, action: QAction) -> QToolButton:
    tool = QToolButton()
    tool.setDefaultAction(action)
    tool.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    tool.setAccessibleName(text[2:])

    def keep_text() -> None:
        # The action's text tells what would be undone; that belongs into the tooltip.
        tool.setText(text)
        tool.setToolTip(f"{action.text()} ({keys_of(action)})")

    action.changed.connect(keep_text)
    keep_text()
    return tool
