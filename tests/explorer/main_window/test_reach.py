"""What fits, and what a keyboard or a screen reader reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QTabBar,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.engine.client import Engine
from explorer.engine.status import EngineStatus, Phase
from explorer.main_window import MainWindow
from explorer.theme import DARK, LIGHT, Theme, apply_theme
from explorer.widgets.activation_grid import ActivationGrid
from explorer.widgets.latent_editors import NumberEditor

Open = Callable[[], MainWindow]


# Sizes ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800), (2560, 1440), (3840, 2160)])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_nothing_is_cut_at_any_size(
    qapp: QApplication, keep_looks: None, open_window: Open, size: tuple[int, int], theme: Theme
) -> None:
    apply_theme(qapp, theme)
    window = open_window()
    window.resize(*size)
    window.workspace.noise.findChildren(QComboBox)[0].setCurrentIndex(2)
    assert (window.width(), window.height()) == size
    for area in window.findChildren(QAbstractScrollArea):
        viewport = area.viewport()
        if area.isVisible() and viewport is not None and not isinstance(area, QComboBox):
            for child in viewport.findChildren(
                QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
            ):
                if child.isVisible():
                    assert child.geometry().right() <= viewport.rect().right()
    for child in window.findChildren(QAbstractButton):
        if child.isVisible():
            parent = child.parentWidget()
            assert parent is not None
            assert parent.rect().contains(child.geometry()), child.accessibleName()


# For everyone -----------------------------------------------------------------------


def stops(window: MainWindow) -> list[QWidget]:
    """Every control a user can put the keyboard on, also on tabs that are not open."""
    inner = ("qt_spinbox_lineedit", "ScrollLeftButton", "ScrollRightButton")
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
        and widget.objectName() not in inner
        and not any(isinstance(p, QComboBox) for p in _parents(widget))
    ]


def tip_of(widget: QWidget) -> str:
    """Its tooltip, or what it says where the pointer rests on one of its first rows."""
    if widget.toolTip():
        return widget.toolTip()
    if isinstance(widget, QTabBar):
        return widget.tabToolTip(0)
    target = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    assert target is not None
    before = "of another widget"
    for place in (QPoint(20, 20), QPoint(20, 60)):
        QToolTip.showText(QPoint(), before)
        event = QHelpEvent(QHelpEvent.Type.ToolTip, place, target.mapToGlobal(place))
        QApplication.sendEvent(target, event)
        if QToolTip.text() != before:
            return QToolTip.text()
    return ""


def test_every_control_has_a_name_and_a_tooltip(window: MainWindow, engine: Engine) -> None:
    engine.status_changed.emit(EngineStatus(Phase.FAILED, "It ended."))  # shows its buttons
    # The number editor has its name from the row that it is opened in.
    found = [widget for widget in stops(window) if not isinstance(widget, NumberEditor)]
    assert len(found) > 40
    for title in window.workspace.tabs.titles():
        window.workspace.tabs.open_page(title)
    nameless = [w for w in found if not w.accessibleName()]
    assert not nameless, [(type(w).__name__, w.objectName()) for w in nameless]
    # The activations say what they are once there are some.
    tipless = [w for w in found if not isinstance(w, ActivationGrid) and not tip_of(w)]
    QToolTip.hideText()
    assert not tipless, [(type(w).__name__, w.accessibleName()) for w in tipless]


def test_tab_reaches_every_pane(qtbot: QtBot, window: MainWindow) -> None:
    space = window.workspace
    start = QApplication.focusWidget()
    assert start is not None
    reached = {start}
    for _ in range(200):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        if now is start:
            break
        reached.add(now)
    assert now is start
    for pane in (space.wiring, space.input, space.noise, space.tabs, space.output):
        assert any(pane.isAncestorOf(widget) for widget in reached), type(pane).__name__


def _parents(widget: QWidget) -> Iterator[QWidget]:
    parent = widget.parentWidget()
    while parent is not None:
        yield parent
        parent = parent.parentWidget()
