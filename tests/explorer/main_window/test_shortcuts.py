"""Keys: whose they are, where they work, and that help lists them all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence, QShortcut
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.main_window import MainWindow
from explorer.menus import Menus
from explorer.state.session import Session
from explorer.widgets.latent_editors import NumberEditor
from explorer.widgets.tear_tabs import TornWindow
from tests.explorer.finding import button

PLAIN = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
QTEST: Any = QTest  # its types forget that these are static


def test_tabs_have_keys(qtbot: QtBot, window: MainWindow) -> None:
    tabs = window.workspace.tabs
    for number, title in reversed(list(enumerate(tabs.titles(), 1))):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), CTRL)
        assert tabs.current_title() == title
    qtbot.keyClick(window, Qt.Key.Key_T, CTRL)
    assert tabs.torn_off() == ["Sliders"]


@pytest.fixture(params=["main", "torn-off"])
def active(request: pytest.FixtureRequest, qtbot: QtBot, window: MainWindow) -> QWidget:
    """The window that has the keyboard: the main one, or that of the sliders."""
    if request.param == "main":
        return window
    window.workspace.tabs.tear_off("Sliders")
    (torn,) = window.findChildren(TornWindow)
    torn.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is torn)
    window.workspace.latent.table.setFocus()
    return torn


def press(window: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    """Press a key as the system tells of it: the window finds out whose it is."""
    handle = window.windowHandle()
    assert handle is not None
    QTEST.keyClick(handle, key, modifiers)


def test_the_keys_of_sliders_and_menus_work_in_every_window(
    active: QWidget, session: Session
) -> None:
    before = session.state.latent.z
    press(active, Qt.Key.Key_Left)
    assert session.state.latent.z is not before
    press(active, Qt.Key.Key_Z, CTRL)
    assert session.state.latent.z is before


@pytest.mark.parametrize(
    ("key", "modifiers", "undo_text"),
    [
        (Qt.Key.Key_R, CTRL, "randomise"),
        (Qt.Key.Key_0, CTRL, "reset"),
        (Qt.Key.Key_Backspace, PLAIN, "take back a stroke"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier, "clear the drawing"),
        (Qt.Key.Key_N, CTRL, "other noise"),
        (Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier, "sample 3"),
    ],
    ids=["Ctrl+R", "Ctrl+0", "Backspace", "Shift+Del", "Ctrl+N", "Alt+3"],
)
def test_the_keys_of_buttons_work_at_once_and_in_every_window(
    active: QWidget,
    session: Session,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    undo_text: str,
) -> None:
    press(active, key, modifiers)
    assert session.undo_stack.count() == 1
    assert session.undo_stack.undoText().startswith(undo_text)


def test_pen_and_eraser_are_chosen_by_key_in_every_window(
    active: QWidget, window: MainWindow
) -> None:
    for key, chosen, other in ((Qt.Key.Key_E, "Eraser", "Pen"), (Qt.Key.Key_P, "Pen", "Eraser")):
        press(active, key)
        assert button(window, chosen).isChecked()
        assert not button(window, other).isChecked()


def test_the_picture_is_saved_by_key_in_every_window(
    active: QWidget, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "digit.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    press(active, Qt.Key.Key_S, CTRL)
    assert path.is_file()


def test_a_key_does_nothing_while_its_button_is_off(
    active: QWidget, window: MainWindow, session: Session
) -> None:
    button(window, "Randomise").setEnabled(False)
    press(active, Qt.Key.Key_R, CTRL)
    assert session.undo_stack.count() == 0


def test_in_a_text_field_keys_type(active: QWidget, window: MainWindow, session: Session) -> None:
    press(active, Qt.Key.Key_Return)
    editor = window.findChild(NumberEditor)
    assert editor is not None
    assert editor.hasFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_E, Qt.Key.Key_P, Qt.Key.Key_5, Qt.Key.Key_Backspace):
        press(active, key)
    assert editor.text().lower() == "1ep"
    press(active, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert button(window, "Pen").isChecked()
    assert session.undo_stack.count() == 0


def test_a_page_that_came_back_keeps_its_keys(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    for _ in range(2):
        window.workspace.tabs.tear_off("Sliders")
        window.workspace.tabs.bring_back("Sliders")
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    press(window, Qt.Key.Key_R, CTRL)
    assert session.undo_stack.count() == 1


def shortcuts(window: MainWindow) -> list[str]:
    keys = [k.toString() for a in window.findChildren(QAction) for k in a.shortcuts()]
    keys += [b.shortcut().toString() for b in window.findChildren(QAbstractButton)]
    keys += [s.key().toString() for s in window.findChildren(QShortcut)]
    return [key for key in keys if key]


def test_no_two_controls_share_a_key(window: MainWindow) -> None:
    keys = shortcuts(window)
    assert len(keys) > 25
    assert sorted(keys) == sorted(set(keys))


def test_help_lists_every_shortcut(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = window.findChild(QDialog)
    assert dialog is not None
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    listed = {part for text in texts for part in re.split(r", | … ", text)}
    listed |= {f"Alt+{digit}" for digit in range(10)}  # listed as a range
    native = QKeySequence.SequenceFormat.NativeText
    missing = {QKeySequence(key).toString(native) for key in shortcuts(window)} - listed
    assert not missing
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_help_names_no_key_that_does_nothing(window: MainWindow) -> None:
    """The keys of tables and canvas are tested with them; all others must be somebody's."""
    menus = window.findChild(Menus)
    assert menus is not None
    parts = {part for keys, _ in menus.shortcuts() for part in re.split(r", | … ", keys)}
    native = QKeySequence.SequenceFormat.NativeText
    known = {QKeySequence(key).toString(native) for key in shortcuts(window)}
    local = {"Arrows", "Space", "Left", "Right", "Page Up", "Page Down", "Enter", "Home", "L"}
    local |= {"T", "Ctrl+F"}  # of a slider too
    local |= {"[", "]", "X", "Esc"}  # of the brush on the picture
    local |= {"A", "B", "F2", "Del", "Ctrl+Left", "Ctrl+Right"}  # of a bookmark
    assert parts - known - local == set()
