"""What the latent table draws, and how little of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PyQt6.QtGui import QHelpEvent, QImage, QPainter
from PyQt6.QtWidgets import QApplication, QStyleOptionViewItem, QToolTip
from pytestqt.qtbot import QtBot

from explorer.theme import DARK, LIGHT, Theme, apply_theme
from explorer.widgets.latent_delegate import LatentDelegate
from explorer.widgets.latent_model import Floats, LatentModel
from explorer.widgets.latent_row import MAX_ROW_PX, MIN_ROW_PX

if TYPE_CHECKING:
    from tests.explorer.widgets.conftest import Desk

# Said by Qt's screenless platform whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Pixels = npt.NDArray[np.int_]  # (height, width, 3)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows in the order they are painted."""
    rows: list[int] = []
    paint = LatentDelegate.paint

    def recording(
        self: LatentDelegate,
        painter: QPainter | None,
        option: QStyleOptionViewItem,
        index: QModelIndex,
    ) -> None:
        rows.append(index.row())
        paint(self, painter, option, index)

    monkeypatch.setattr(LatentDelegate, "paint", recording)
    return rows


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows in the order their histograms are computed."""
    rows: list[int] = []
    histogram = LatentModel.histogram

    def recording(self: LatentModel, row: int) -> Floats | None:
        rows.append(row)
        return histogram(self, row)

    monkeypatch.setattr(LatentModel, "histogram", recording)
    return rows


def picture(desk: Desk) -> Pixels:
    image = desk.port.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    assert bits is not None
    pixels = np.frombuffer(bits.asstring(image.sizeInBytes()), np.uint8)
    return pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)[..., 2::-1].astype(np.int_)


def changed_rows(desk: Desk, before: Pixels) -> set[int]:
    lines = np.flatnonzero((picture(desk) != before).any(axis=(1, 2)))
    return {desk.table.rowAt(int(line)) for line in lines}


def has_colour(pixels: Pixels, name: str, tolerance: int = 12) -> bool:
    wanted = np.array([int(name[i : i + 2], 16) for i in (1, 3, 5)])
    return bool((np.abs(pixels - wanted).max(axis=-1) <= tolerance).any())


def number_of(desk: Desk, row: int) -> Pixels:
    rect = desk.table.visualRect(desk.table.latent.index(row, 0))
    layout = desk.table.row_layout
    return picture(desk)[
        rect.top() : rect.bottom() + 1, layout.track_right + 12 : layout.lock_x - 8
    ]


def test_sixteen_rows_fit_into_540_px(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(height=540)
    assert desk.scroll_bar.maximum() == 0
    assert desk.table.rowHeight(0) == 33


@pytest.mark.parametrize(("height", "row_px"), [(430, 26), (900, MAX_ROW_PX), (200, MIN_ROW_PX)])
def test_rows_use_the_height_there_is(desk: Desk, height: int, row_px: int) -> None:
    desk.table.resize(580, height)
    assert desk.table.rowHeight(0) == row_px


def test_of_4096_rows_only_those_in_sight_are_painted(
    make_desk: Callable[..., Desk], painted: list[int], counted: list[int]
) -> None:
    desk = make_desk(4096)
    painted.clear()
    desk.port.grab()
    in_sight = -(-desk.port.height() // desk.table.rowHeight(0))
    assert sorted(painted) == list(range(in_sight))
    assert set(counted) <= set(range(in_sight))
    painted.clear()
    desk.scroll_bar.setValue(desk.scroll_bar.maximum())
    desk.port.grab()
    assert 4095 in painted
    assert len(set(painted)) <= in_sight + 1


def test_one_changed_value_paints_one_row(qtbot: QtBot, painted: list[int], desk: Desk) -> None:
    qtbot.waitUntil(lambda: len(painted) >= 16)
    painted.clear()
    desk.set_value(5, 1.5)
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) == {5}


def test_a_changed_value_computes_no_histogram_again(desk: Desk, counted: list[int]) -> None:
    desk.port.grab()
    counted.clear()
    for step in range(5):
        desk.table.set_z(np.full(16, step / 10, np.float32))
        desk.port.grab()
    assert counted == []


def test_a_changed_range_computes_one_histogram_again(desk: Desk, counted: list[int]) -> None:
    desk.port.grab()
    counted.clear()
    hi = desk.table.latent.hi.copy()
    hi[2] = 9
    desk.table.latent.hi = hi
    desk.port.grab()
    assert counted == [2]


def test_what_is_kept_of_rows_out_of_sight_is_bounded(
    make_desk: Callable[..., Desk], counted: list[int]
) -> None:
    desk = make_desk(4096)
    desk.port.grab()
    for page in range(20):
        desk.scroll_bar.setValue(page * 500)
        desk.port.grab()
    counted.clear()
    desk.scroll_bar.setValue(0)
    desk.port.grab()
    assert 0 in counted


def test_hovering_lifts_a_row_and_leaving_lays_it_down(desk: Desk) -> None:
    before = picture(desk)
    desk.hover(desk.table.track_at(6, 0.3))
    assert changed_rows(desk, before) == {6}
    QApplication.sendEvent(desk.table, QEvent(QEvent.Type.Leave))
    assert changed_rows(desk, before) == set()


def test_the_row_of_the_keyboard_is_marked_but_not_that_of_the_mouse(desk: Desk) -> None:
    desk.press(QPoint(4, desk.table.rowViewportPosition(3) + 10))
    desk.release(QPoint(-50, -50))
    before = picture(desk)
    desk.key(Qt.Key.Key_Down)
    assert changed_rows(desk, before) == {4}
    desk.table.clearFocus()
    assert changed_rows(desk, before) == set()


@pytest.fixture(params=[DARK, LIGHT], ids=lambda theme: theme.name)
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    palette, font = qapp.palette(), qapp.font()
    apply_theme(qapp, request.param)
    yield request.param
    qapp.setStyleSheet("")
    qapp.setPalette(palette)
    qapp.setFont(font)


def test_a_dragged_row_shows_its_number_in_amber(
    theme: Theme, make_desk: Callable[..., Desk]
) -> None:
    desk = make_desk()
    assert not has_colour(number_of(desk, 4), theme.live_text)
    desk.press(desk.table.knob_at(4))
    assert has_colour(number_of(desk, 4), theme.live_text)
    desk.release(desk.table.knob_at(4))
    assert not has_colour(number_of(desk, 4), theme.live_text)


def test_a_locked_row_has_no_amber(desk: Desk) -> None:
    before = picture(desk)
    desk.set_lock(2, True)
    assert changed_rows(desk, before) == {2}
    rect = desk.table.visualRect(desk.table.latent.index(2, 0))
    assert not has_colour(picture(desk)[rect.top() : rect.bottom() + 1], DARK.live)


def test_the_knob_returns_to_the_mean_by_and_by(qtbot: QtBot, desk: Desk) -> None:
    def knob_is_at_mean() -> bool:
        mean = desk.table.track_at(3, 0.5)
        x, y = round(mean.x()), round(mean.y()) - 4
        return has_colour(picture(desk)[y : y + 1, x : x + 1], DARK.live)

    desk.set_value(3, 2.5)
    desk.key(Qt.Key.Key_Home)
    assert desk.z[3] == desk.MEAN
    assert not knob_is_at_mean()
    qtbot.waitUntil(knob_is_at_mean)


def test_every_part_of_a_row_has_its_tooltip(desk: Desk) -> None:
    layout, y = desk.table.row_layout, round(desk.table.track_at(3, 0).y())
    tips = [
        desk.table.tip_at(QPoint(x, y))
        for x in (layout.track_left + 9, layout.number_right - 9, layout.lock_x)
    ]
    assert tips[0].startswith("z 3 = ")
    assert "exact number" in tips[1]
    assert tips[2] == "Lock z 3 (L)"
    assert desk.table.tip_at(QPoint(-5, -5)) == ""


def test_a_tooltip_is_shown(desk: Desk) -> None:
    place = desk.table.track_at(3, 0.4).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, place, desk.port.mapToGlobal(place))
    QApplication.sendEvent(desk.port, event)
    assert QToolTip.text().startswith("z 3 = ")
    QToolTip.hideText()
