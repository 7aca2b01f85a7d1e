"""A desk with a latent table on it, and hands to work at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from explorer.widgets.latent_editors import NumberEditor
from explorer.widgets.latent_row import Part
from explorer.widgets.latent_table import LatentTable

PLAIN = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
NO_BUTTON = Qt.MouseButton.NoButton
QTEST: Any = QTest  # its types forget that these are static


class Desk:
    """A latent table whose every request is granted and remembered."""

    LO, HI, MEAN = -2.0, 3.0, 0.5
    SPAN = HI - LO

    def __init__(self, table: LatentTable, latent_dim: int) -> None:
        self.table = table
        self.z = np.zeros(latent_dim, np.float32)
        self.locks = np.zeros(latent_dim, np.bool_)
        self.values: list[tuple[int, float, int]] = []
        self.resets: list[tuple[int, int]] = []
        self.ranges: list[tuple[int, float, float]] = []
        self.base_ranges: list[int] = []
        self.clipboard: list[str] = []
        self.refusals: list[str] = []
        table.value_requested.connect(self.set_value)
        table.lock_requested.connect(self.set_lock)
        table.reset_requested.connect(self.reset)
        table.copy_requested.connect(lambda: self.clipboard.append("copy"))
        table.paste_requested.connect(lambda: self.clipboard.append("paste"))
        table.range_requested.connect(lambda *asked: self.ranges.append(asked))
        table.base_range_requested.connect(self.base_ranges.append)
        table.refused.connect(self.refusals.append)
        mean, lo, hi = np.array([[self.MEAN], [self.LO], [self.HI]], np.float32).repeat(
            latent_dim, axis=1
        )
        codes = np.random.default_rng(3).standard_normal((200, latent_dim)).astype(np.float32)
        table.set_statistics(mean, lo, hi, codes)
        table.set_z(self.z)

    # What a session does --------------------------------------------------------------

    def set_value(self, dim: int, value: float, gesture: int = 0) -> None:
        self.values.append((dim, value, gesture))
        self.z[dim] = value
        self.table.set_z(self.z)

    def set_lock(self, dim: int, locked: bool) -> None:
        self.locks[dim] = locked
        self.table.set_locks(self.locks)

    def reset(self, dim: int, gesture: int) -> None:
        self.resets.append((dim, gesture))
        self.z[dim] = self.MEAN
        self.table.set_z(self.z)

    @property
    def gestures(self) -> list[int]:
        return [gesture for _, _, gesture in self.values]

    @property
    def is_untouched(self) -> bool:
        return not (self.values or self.resets or self.clipboard)

    # What is where --------------------------------------------------------------------

    @property
    def port(self) -> QWidget:
        port = self.table.viewport()
        assert port is not None
        return port

    def place_of(self, row: int, part: Part) -> QPoint:
        layout = self.table.row_layout
        x = {
            Part.LABEL: layout.label_right - 4,
            Part.NUMBER: layout.number_right - 10,
            Part.LOCK: layout.lock_x,
        }[part]
        return QPoint(x, round(self.table.track_at(row, 0).y()))

    def choose_row(self, row: int) -> None:
        self.table.setCurrentIndex(self.table.latent.index(row, 0))

    @property
    def scroll_bar(self) -> QScrollBar:
        bar = self.table.verticalScrollBar()
        assert bar is not None
        return bar

    def is_editing(self) -> bool:
        return self.table.findChild(NumberEditor).isVisible()

    def editor(self) -> NumberEditor:
        assert self.is_editing()
        return self.table.findChild(NumberEditor)

    # Hands ----------------------------------------------------------------------------

    def press(
        self,
        place: QPoint | QPointF,
        modifiers: Qt.KeyboardModifier = PLAIN,
        button: Qt.MouseButton = LEFT,
    ) -> None:
        self._mouse(QEvent.Type.MouseButtonPress, place, button, button, modifiers)

    def move(self, place: QPoint | QPointF, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        self._mouse(QEvent.Type.MouseMove, place, NO_BUTTON, LEFT, modifiers)

    def hover(self, place: QPoint | QPointF) -> None:
        self._mouse(QEvent.Type.MouseMove, place, NO_BUTTON, NO_BUTTON, PLAIN)

    def release(self, place: QPoint | QPointF) -> None:
        self._mouse(QEvent.Type.MouseButtonRelease, place, LEFT, NO_BUTTON, PLAIN)

    def click(self, place: QPoint | QPointF) -> None:
        self.press(place)
        self.release(place)

    def double_click(self, place: QPoint | QPointF) -> None:
        self.click(place)
        self._mouse(QEvent.Type.MouseButtonDblClick, place, LEFT, LEFT, PLAIN)
        self.release(place)

    def roll(
        self,
        place: QPoint | QPointF,
        notches: float = 1.0,
        modifiers: Qt.KeyboardModifier = PLAIN,
    ) -> bool:
        event = QWheelEvent(
            QPointF(place),
            self.port.mapToGlobal(QPointF(place)),
            QPoint(),
            QPoint(0, round(120 * notches)),
            NO_BUTTON,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.port, event)
        return event.isAccepted()

    def key(
        self,
        key: Qt.Key,
        modifiers: Qt.KeyboardModifier = PLAIN,
        on: QWidget | None = None,
    ) -> None:
        QTEST.keyClick(on or self.table, key, modifiers)

    def type_text(self, text: str, on: QWidget | None = None) -> None:
        QTEST.keyClicks(on or self.table, text)

    def _mouse(
        self,
        kind: QEvent.Type,
        place: QPoint | QPointF,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        modifiers: Qt.KeyboardModifier,
    ) -> None:
        place = QPointF(place)
        event = QMouseEvent(kind, place, self.port.mapToGlobal(place), button, held, modifiers)
        QApplication.sendEvent(self.port, event)


@pytest.fixture
def make_desk(qtbot: QtBot) -> Callable[..., Desk]:
    """Makes shown tables of any length; the keyboard is theirs."""

    def make(
        latent_dim: int = 16, height: int = 528, new_gesture: Callable[[], int] | None = None
    ) -> Desk:
        table = LatentTable(new_gesture=new_gesture)
        qtbot.addWidget(table)
        desk = Desk(table, latent_dim)
        table.resize(580, height)
        with qtbot.waitActive(table):
            table.show()
            table.activateWindow()
        table.setFocus(Qt.FocusReason.MouseFocusReason)
        return desk

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """A table of 16 rows that needs no scrolling; the current one is row 3."""
    desk = make_desk()
    desk.choose_row(3)
    return desk


@pytest.fixture
def long_desk(make_desk: Callable[..., Desk]) -> Desk:
    """A table of 4096 rows; the current one is row 8."""
    desk = make_desk(4096)
    desk.choose_row(8)
    return desk
