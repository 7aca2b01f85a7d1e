"""The window: top bar, menus, shortcuts, status line; no logic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QByteArray, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PyQt6.QtWidgets import QLabel, QMainWindow, QMenu, QToolButton, QVBoxLayout, QWidget

from explorer.choosing import ModelChooser
from explorer.engine.client import Engine
from explorer.engine.status import EngineStatus, Phase
from explorer.export_desk import ExportDesk
from explorer.log import own_log_path
from explorer.menus import Menus, keys_of
from explorer.panes.card_pane import CardPane
from explorer.refusal_view import RefusalView
from explorer.report import make_report
from explorer.settings import Settings
from explorer.state.session import Session
from explorer.theme import MARGIN_PX
from explorer.widgets.offer_bar import OfferBar
from explorer.widgets.parts import button, row, rule
from explorer.widgets.status_line import StatusLine
from explorer.workspace import Workspace
from models.source import ModelSource

if TYPE_CHECKING:
    from explorer.training_desk import TrainingDesk

TOP_BAR_PX = 44
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
    data_wanted : signal of str
        The user chose a data set for the model shown.
    session_wanted : signal of Path
        The user chose a session's file to open.
    saving_wanted : signal of bool
        The user wants to save the session; whether under a new name.
    cancel_wanted : signal
        The user does not want to wait for the model or the data that are being opened.
    close_wanted : signal
        The user wants to close this model, and to see another that is open.
    closing : signal
        The window is about to go.
    """

    model_wanted = pyqtSignal(object)
    data_wanted = pyqtSignal(str)
    session_wanted = pyqtSignal(object)
    saving_wanted = pyqtSignal(bool)
    cancel_wanted = pyqtSignal()
    close_wanted = pyqtSignal()
    closing = pyqtSignal()

    def __init__(
        self,
        session: Session,
        engine: Engine,
        settings: Settings,
        log: Path,
        desk: Callable[[], TrainingDesk] | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._engine = engine
        self._settings = settings
        self._log = log
        self._central = QWidget()
        self.setCentralWidget(self._central)
        self.workspace = Workspace(session, settings, self._central, desk)
        self.exports = ExportDesk(self.workspace, settings, self)
        self.status = StatusLine()
        self.offer = OfferBar()
        self._troubled = False
        self._refusal = ("", "")
        self._open_sources: tuple[ModelSource, ...] = ()
        self._chooser = ModelChooser(session.subject.source, settings, self)
        self._compose()
        self._take_drops()
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

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Remember the layout, and end the engine, the analysis and what is being exported."""
        if self.isVisible():  # a model that is open behind another has no say
            self.remember()
        self.workspace.close_analysis()
        self.exports.close()
        self.closing.emit()
        super().closeEvent(event)

    def come_into_sight(self, before: MainWindow) -> None:
        """Stand where another window stood."""
        if before.isMaximized() or before.isFullScreen():
            self.restoreGeometry(before.saveGeometry())
        else:  # restoring adds the desktop's frame, and windows would wander
            self.setWindowState(Qt.WindowState.WindowNoState)
            self.setGeometry(before.geometry())
        self.show()
        self.workspace.tabs.show_torn(True)
        self.activateWindow()

    def leave_sight(self) -> None:
        """Be there no more until :meth:`come_into_sight`; nothing is lost."""
        self.workspace.rest()
        self.workspace.tabs.show_torn(False)
        self.hide()

    def set_open_models(self, sources: Sequence[ModelSource]) -> None:
        """Offer what is open, this model included."""
        self._open_sources = tuple(sources)

    def copy_report(self) -> None:
        """Put versions, the engine's state and the ends of both logs on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            status = self._engine.status
            folder = self._session.subject.source.path
            state = f"{status.phase.name}: {status.sentence}"
            clipboard.setText(make_report(folder, state, own_log_path(), self._log))
            self._session.told.emit("A report is on the clipboard.")

    def show_opening(self, text: str) -> None:
        """Say what is being opened; nothing is where ``text`` is empty."""
        self.status.set_opening(text)

    def show_refusal(self, sentence: str, details: str) -> None:
        """Say why a model was not opened; what is shown stays."""
        self.show_opening("")
        self._session.told.emit(sentence)
        self._refusal = (sentence, details)
        self.status.set_sentence(sentence, has_details=True)

    def show_card(self) -> None:
        """Tell what the open model is."""
        self.card.open()

    @cached_property
    def card(self) -> CardPane:
        """The card of the open model, made when it is first wanted."""
        made = CardPane(self._session, self.workspace.tabs, self._central)
        made.model_wanted.connect(self.model_wanted)
        made.closed.connect(self.workspace.latent.table.setFocus)
        return made

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Close the card with Esc, wherever the keyboard is."""
        if event is not None and event.key() == Qt.Key.Key_Escape and "card" in self.__dict__:
            self.card.hide()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Welcome what may be a model or a picture."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None and (data.hasUrls() or data.hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Open what was dropped."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None:
            event.acceptProposedAction()
            self._chooser.take(data)

    def _take_drops(self) -> None:
        self.setAcceptDrops(True)
        # Models may be dropped on the canvas too, so all that is dropped comes here.
        self.workspace.input.canvas.setAcceptDrops(False)
        self._chooser.model_wanted.connect(self.model_wanted)
        self._chooser.data_wanted.connect(self.data_wanted)
        self._chooser.session_wanted.connect(self.session_wanted)
        self._chooser.picture_wanted.connect(self.workspace.input.take)
        self._chooser.told.connect(self._session.told)

    def _show_details(self) -> None:
        RefusalView(*self._refusal, self).show()

    def _wire(self) -> None:
        self._session.told.connect(lambda sentence: self.status.set_sentence(sentence))
        self._session.changed.connect(lambda _: self._show_wiring())
        self._engine.status_changed.connect(self._show_engine)
        self._session.failed.connect(lambda _, sentence: self.status.set_sentence(sentence))
        self.status.help_wanted.connect(self._engine.end_and_restart)
        self.status.report_wanted.connect(self.copy_report)
        self.status.cancel_wanted.connect(self.cancel_wanted)
        self.status.details_wanted.connect(self._show_details)
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
        subject, chooser = self._session.subject, self._chooser
        lacks_encoder = subject.source.model is not None and not subject.has_encoder
        menus = Menus(
            self.workspace,
            self._settings,
            self.exports,
            [undo, redo],
            open_model=chooser.ask_for_model,
            open_bundle=chooser.ask_for_bundle,
            add_encoder=chooser.ask_for_encoder if lacks_encoder else None,
            open_data=chooser.ask_for_data,
            open_data_folder=chooser.ask_for_data_folder,
            open_session=chooser.ask_for_session,
            save_session=lambda: self.saving_wanted.emit(False),
            save_session_as=lambda: self.saving_wanted.emit(True),
            fill_recent=chooser.fill_recent,
            fill_cached_data=chooser.fill_cached_data,
            about=self.show_card,
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
            button("Randomise", "Draw z from where codes lie", self._session.randomise, "Ctrl+R"),
            button(
                "Reset",
                "Set z to the middle of the codes or the prior",
                self._session.reset,
                "Ctrl+0",
            ),
            button("Save picture", "Save the picture as shown", self._save, "Ctrl+S"),
        )
        bar.setContentsMargins(MARGIN_PX - 4, 0, MARGIN_PX - 4, 0)
        top = QWidget()
        top.setFixedHeight(TOP_BAR_PX)
        top.setLayout(bar)
        layout = QVBoxLayout(self._central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (top, rule(), self.workspace, self.offer, rule(), self.status):
            layout.addWidget(part, 1 if part is self.workspace else 0)

    def _bundle_button(self) -> QToolButton:
        chooser = QToolButton()
        chooser.setText(f"{self._session.subject.name}  ▾".replace("&", "&&"))
        chooser.setToolTip("Choose another model")
        chooser.setAccessibleName(f"Model {self._session.subject.name}; choose another")
        chooser.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(chooser)
        menu.aboutToShow.connect(lambda: self._fill_chooser(menu))
        chooser.setMenu(menu)
        return chooser

    def _fill_chooser(self, menu: QMenu) -> None:
        menu.clear()
        shown = self._session.subject.source
        self._chooser.list_open(menu, self._open_sources, shown)
        menu.addSeparator()
        self._chooser.fill_recent(menu, self._open_sources)
        menu.addSeparator()
        menu.addAction("Open model…", self._chooser.ask_for_model)
        menu.addAction("Open bundle…", self._chooser.ask_for_bundle)
        if len(self._open_sources) > 1:
            name = self._session.subject.name.replace("&", "&&")
            menu.addAction(f"Close {name}", self.close_wanted.emit)

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
