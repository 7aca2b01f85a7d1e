"""The menu bar: every command of the window, each with its shortcut."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QVBoxLayout,
)

from explorer.export_desk import ExportDesk
from explorer.panes.export_code import copy_keras_code
from explorer.settings import SETTINGS, Settings
from explorer.state.latent import Route
from explorer.state.session import Session
from explorer.theme import GRID_PX, MARGIN_PX
from explorer.widgets.parts import quiet
from explorer.workspace import Workspace

Deed = Callable[[], object]
WHY = "Why two inputs?"
ADD_ENCODER = "Add an encoder…"

# What has a shortcut but stands in no menu.
MORE_SHORTCUTS = (
    ("P, E", "Pen, eraser"),
    ("Alt+0 … Alt+9", "Draw a sample digit"),
    ("Backspace", "Take back the last stroke"),
    ("Shift+Del", "Empty the canvas"),
    ("Arrows, Space", "On the canvas: move the pen, set it down or lift it"),
    ("Ctrl+N", "Roll new noise"),
    ("Left, Right", "On a slider: change z; with Shift in fine steps"),
    ("Page Up, Page Down", "On a slider: change z in large steps"),
    ("Enter", "On a slider: type the exact number"),
    ("Home", "On a slider: back to the mean"),
    ("L, T", "On a slider: lock or unlock, pin or let go"),
    ("Ctrl+F", "On a slider: find others"),
    ("[, ], X", "On the picture: a smaller or larger brush, swap light and dark"),
    ("Arrows, Space, Esc", "On the picture: move the brush, set it down or lift it, lay it down"),
    ("Ctrl+R, Ctrl+0", "Randomise, reset"),
    ("A, B, F2, Del", "On a bookmark: put it into A or B, rename it, delete it"),
    ("Ctrl+Left, Ctrl+Right", "On a bookmark: move it"),
    ("Space, Left, Right", "On the timeline: play or stop, step by step"),
    ("Ctrl+S, Ctrl+Shift+C", "Save the picture, copy it"),
    ("Ctrl+Shift+V", "Paste a picture"),
)


class Menus(QMenuBar):
    """The menus of one workspace.

    Parameters
    ----------
    space : Workspace
    settings : Settings
    exports : ExportDesk
    undo_redo : sequence of QAction
    open_model, open_bundle, add_encoder, open_data, open_data_folder : callable
    open_session, save_session, save_session_as : callable
    fill_recent, fill_cached_data, about, copy_report, leave : callable
        What only the window can do; those that fill are given a menu. Without
        ``add_encoder`` the model has one.
    """

    def __init__(
        self,
        space: Workspace,
        settings: Settings,
        exports: ExportDesk,
        undo_redo: Sequence[QAction],
        *,
        open_model: Deed,
        open_bundle: Deed,
        add_encoder: Deed | None,
        open_data: Deed,
        open_data_folder: Deed,
        open_session: Deed,
        save_session: Deed,
        save_session_as: Deed,
        fill_recent: Callable[[QMenu], object],
        fill_cached_data: Callable[[QMenu], object],
        about: Deed,
        copy_report: Deed,
        leave: Deed,
    ) -> None:
        super().__init__()
        self._space = space
        self._settings = settings
        self._listed: list[QAction] = []
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        file = self.addMenu("&File")
        assert file is not None
        self._fill(
            file,
            ("Open model…", open_model, "Ctrl+O"),
            ("Open bundle…", open_bundle, "Ctrl+Shift+B"),
        )
        file.addMenu(self._filled("Open recent", fill_recent))
        self._fill(
            file,
            (ADD_ENCODER, add_encoder, ""),
            ("Open data…", open_data, "Ctrl+Shift+D"),
            ("Open data folder…", open_data_folder, ""),
        )
        file.addMenu(self._filled("Open data of Keras", fill_cached_data))
        file.addSeparator()
        self._fill(
            file,
            ("Open session…", open_session, "Ctrl+Shift+E"),
            ("Save session", save_session, "Ctrl+Shift+S"),
            ("Save session as…", save_session_as, ""),
        )
        file.addSeparator()
        self._fill(
            file,
            ("Open picture…", space.input.ask_for_file, "Ctrl+Shift+O"),
            ("Save picture as shown…", lambda: space.output.ask_to_save(True), ""),
            ("Save picture at its own pixels…", lambda: space.output.ask_to_save(False), ""),
        )
        self._fill(
            file.addMenu("Export"),
            ("Journey as a film…", exports.show_sheet, "Ctrl+Shift+F"),
            ("Codes of the journey…", exports.ask_for_journey, ""),
            ("Bookmarks…", exports.ask_for_bookmarks, ""),
            ("z…", exports.ask_for_z, ""),
            ("Traversal grid…", exports.ask_for_grid, ""),
        )
        self._fill(file, ("Quit", leave, "Ctrl+Q"))
        self._fill_edit(undo_redo)
        self._fill_view()
        self._fill(
            self.addMenu("&Help"),
            ("About this model", about, "Ctrl+I"),
            (WHY, bind(space.tabs.open_page, WHY), ""),
            ("Shortcuts", self.show_shortcuts, "F1"),
            ("Copy report", copy_report, ""),
        )
        for action in self._listed:  # their keys work in the window of a torn-off tab too
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)

    def shortcuts(self) -> list[tuple[str, str]]:
        """Keys and what they do, for all that has keys."""
        listed = [(keys_of(action), action.text().replace("&", "")) for action in self._listed]
        return [line for line in listed if line[0]] + list(MORE_SHORTCUTS)

    def show_shortcuts(self) -> None:
        """List every shortcut."""
        dialog = QDialog(self.window())
        dialog.setWindowTitle("Shortcuts")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        table = QGridLayout()
        table.setHorizontalSpacing(4 * GRID_PX)
        table.setVerticalSpacing(4)
        lines = self.shortcuts()
        half = (len(lines) + 1) // 2
        for line, (keys, what) in enumerate(lines):
            column = 0 if line < half else 2
            table.addWidget(QLabel(keys), line % half, column)
            table.addWidget(quiet(what), line % half, column + 1)
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        layout.addLayout(table)
        dialog.open()

    def _fill_edit(self, undo_redo: Sequence[QAction]) -> None:
        space, session = self._space, self._space.session
        edit = self.addMenu("&Edit")
        assert edit is not None
        edit.addActions(undo_redo)
        self._listed += undo_redo
        self._fill(
            edit,
            ("Copy z as text", space.latent.copy_z, "Ctrl+Alt+C"),
            ("Paste z from text", space.latent.paste_z, "Ctrl+Alt+V"),
            ("Copy picture", space.output.copy, ""),
            ("Copy as Keras code", bind(copy_keras_code, session), "Ctrl+Alt+K"),
            ("Paste picture", space.input.paste, ""),
            ("Random sample", space.input.pick_sample, "Ctrl+D"),
            ("Bookmark z", space.bookmark_z, "Ctrl+B"),
            ("Switch the plug", lambda: session.plug(_other(session)), "Ctrl+Space"),
        )

    def _fill_view(self) -> None:
        tabs = self._space.tabs
        view = self.addMenu("&View")
        assert view is not None
        for index, title in enumerate(tabs.titles(), 1):
            keys = f"Ctrl+{index}" if index < 10 else ""  # there are no more digits
            self._fill(view, (title, bind(tabs.open_page, title), keys))
        tear = ("Open this tab in its own window", lambda: tabs.tear_off(tabs.current_title()))
        self._fill(view, (*tear, "Ctrl+T"))
        view.addSeparator()
        view.addMenu(self._choices("Theme", "theme"))
        view.addMenu(self._choices("Colours of the picture", "colour_map"))

    def _filled(self, title: str, fill: Callable[[QMenu], object]) -> QMenu:
        """A menu that lists what there is when it is opened."""
        menu = QMenu(title, self)

        def refill() -> None:
            menu.clear()
            fill(menu)

        menu.aboutToShow.connect(refill)
        return menu

    def _fill(self, menu: QMenu | None, *entries: tuple[str, Deed | None, str]) -> None:
        assert menu is not None
        for text, run, keys in entries:
            action = QAction(text, self)
            action.setEnabled(run is not None)
            if run is not None:
                action.triggered.connect(bind(run))
            if keys:
                action.setShortcut(QKeySequence(keys))
            self._listed.append(action)
            menu.addAction(action)

    def _choices(self, title: str, key: str) -> QMenu:
        menu = QMenu(title, self)
        group = QActionGroup(menu)
        for choice in SETTINGS[key].choices:
            action = QAction(choice.capitalize() if key == "theme" else choice, menu)
            action.setCheckable(True)
            action.triggered.connect(bind(self._settings.set, key, choice))
            group.addAction(action)
            menu.addAction(action)
        menu.aboutToShow.connect(lambda: self._mark(group, key))
        return menu

    def _mark(self, group: QActionGroup, key: str) -> None:
        for action, choice in zip(group.actions(), SETTINGS[key].choices, strict=True):
            action.setChecked(choice == self._settings.text(key))


def keys_of(action: QAction) -> str:
    """An action's shortcut as the platform writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def bind(function: Callable[..., object], *arguments: object) -> Callable[..., object]:
    """A slot that calls ``function`` with these arguments, whatever the signal carries."""
    return lambda *_: function(*arguments)


def _other(session: Session) -> Route:
    return Route.HELD if session.state.route is Route.ENCODER else Route.ENCODER
