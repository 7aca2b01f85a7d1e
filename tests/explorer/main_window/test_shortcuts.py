"""Keys: whose they are, where they work, and that help lists them all."""

from __future__ import annotations

import re

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence, QShortcut
from PyQt6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from explorer.main_window import MainWindow
from explorer.menus import Menus
from explorer.state.session import Session
from explorer.widgets.tear_tabs import TornWindow

CTRL = Qt.KeyboardModifier.ControlModifier


def test_tabs_have_keys(qtbot: QtBot, window: MainWindow) -> None:
    tabs = window.workspace.tabs
    for key, title in zip(
        (Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_1), tabs.titles()[::-1], strict=True
    ):
        qtbot.keyClick(window, key, CTRL)
        assert tabs.current_title() == title
    qtbot.keyClick(window, Qt.Key.Key_T, CTRL)
    assert tabs.torn_off() == ["Sliders"]


def test_the_menus_keys_work_in_the_window_of_a_torn_off_tab(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    window.workspace.tabs.tear_off("Sliders")
    (torn,) = window.findChildren(TornWindow)
    torn.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is torn)
    table = window.workspace.latent.table
    table.setFocus()
    before = session.state.latent.z
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert session.state.latent.z is not before
    qtbot.keyClick(table, Qt.Key.Key_Z, CTRL)
    assert session.state.latent.z is before


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
    assert parts - known - local == set()
