"""What the latent table draws, and how little of it."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QHelpEvent, QImage, QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QToolTip

from explorer.theme import DARK, LIGHT, apply_theme
from explorer.widgets.latent_delegate import LatentDelegate
from explorer.widgets.latent_model import LatentModel
from explorer.widgets.latent_row import MAX_ROW_PX, MIN_ROW_PX
from explorer.widgets.latent_table import LatentTable

# Said by Qt's screenless platform whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def make(qtbot, latent_dim, width=580, height=528):
    table = LatentTable()
    qtbot.addWidget(table)
    codes = np.random.default_rng(3).standard_normal((200, latent_dim)).astype(np.float32)
    lo, hi = np.full(latent_dim, -3, np.float32), np.full(latent_dim, 3, np.float32)
    table.set_statistics(np.zeros(latent_dim, np.float32), lo, hi, codes)
    table.set_z(codes[0])
    table.resize(width, height)
    with qtbot.waitActive(table):
        table.show()
        table.activateWindow()
    return table


@pytest.fixture
def table(qtbot):
    return make(qtbot, 16)


@pytest.fixture
def painted(monkeypatch):
    """Rows in the order they are painted."""
    rows = []
    paint = LatentDelegate.paint

    def recording(self, painter, option, index):
        rows.append(index.row())
        paint(self, painter, option, index)

    monkeypatch.setattr(LatentDelegate, "paint", recording)
    return rows


@pytest.fixture
def counted(monkeypatch):
    """Rows in the order their histograms are computed."""
    rows = []
    histogram = LatentModel.histogram

    def recording(self, row):
        rows.append(row)
        return histogram(self, row)

    monkeypatch.setattr(LatentModel, "histogram", recording)
    return rows


def picture(table):
    image = table.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8)
    return pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)[..., 2::-1].astype(int)


def changed_rows(table, before):
    lines = np.flatnonzero((picture(table) != before).any(axis=(1, 2)))
    return {table.rowAt(int(line)) for line in lines}


def has_colour(pixels, name, tolerance=12):
    wanted = np.array([int(name[i : i + 2], 16) for i in (1, 3, 5)])
    return bool((np.abs(pixels - wanted).max(axis=-1) <= tolerance).any())


def number_of(table, row):
    rect = table.visualRect(table.latent.index(row, 0))
    layout = table.row_layout
    return picture(table)[
        rect.top() : rect.bottom() + 1, layout.track_right + 12 : layout.lock_x - 8
    ]


def mouse(table, kind, place, buttons=Qt.MouseButton.NoButton):
    port, place = table.viewport(), QPointF(place)
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(
        kind, place, QPointF(port.mapToGlobal(place)), button, buttons, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(port, event)


def test_sixteen_rows_fit_into_540_px(qtbot):
    table = make(qtbot, 16, height=540)
    assert table.verticalScrollBar().maximum() == 0
    assert table.rowHeight(0) == 33


@pytest.mark.parametrize(("height", "row_px"), [(430, 26), (900, MAX_ROW_PX), (200, MIN_ROW_PX)])
def test_rows_use_the_height_there_is(table, height, row_px):
    table.resize(580, height)
    assert table.rowHeight(0) == row_px


def test_of_4096_rows_only_those_in_sight_are_painted(qtbot, painted, counted):
    table = make(qtbot, 4096)
    painted.clear()
    table.viewport().grab()
    in_sight = -(-table.viewport().height() // table.rowHeight(0))
    assert sorted(painted) == list(range(in_sight))
    assert set(counted) <= set(range(in_sight))
    painted.clear()
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    table.viewport().grab()
    assert 4095 in painted
    assert len(set(painted)) <= in_sight + 1


def test_one_changed_value_paints_one_row(qtbot, painted, table):
    qtbot.waitUntil(lambda: len(painted) >= 16)
    painted.clear()
    z = table.latent.z.copy()
    z[5] = 1.5
    table.set_z(z)
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) == {5}


def test_a_changed_value_computes_no_histogram_again(table, counted):
    table.viewport().grab()
    counted.clear()
    for step in range(5):
        table.set_z(np.full(16, step / 10, np.float32))
        table.viewport().grab()
    assert counted == []


def test_a_changed_range_computes_one_histogram_again(table, counted):
    table.viewport().grab()
    counted.clear()
    hi = table.latent.hi.copy()
    hi[2] = 9
    table.latent.hi = hi
    table.viewport().grab()
    assert counted == [2]


def test_what_is_kept_of_rows_out_of_sight_is_bounded(qtbot, counted):
    table = make(qtbot, 4096)
    table.viewport().grab()
    bar = table.verticalScrollBar()
    for page in range(20):
        bar.setValue(page * 500)
        table.viewport().grab()
    counted.clear()
    bar.setValue(0)
    table.viewport().grab()
    assert 0 in counted


def test_hovering_lifts_a_row_and_leaving_lays_it_down(table):
    before = picture(table)
    mouse(table, QEvent.Type.MouseMove, table.track_at(6, 0.3))
    assert changed_rows(table, before) == {6}
    QApplication.sendEvent(table, QEvent(QEvent.Type.Leave))
    assert changed_rows(table, before) == set()


def test_the_row_of_the_keyboard_is_marked_but_not_that_of_the_mouse(table):
    table.setFocus(Qt.FocusReason.MouseFocusReason)
    mouse(table, QEvent.Type.MouseButtonPress, QPoint(4, table.rowViewportPosition(3) + 10))
    mouse(table, QEvent.Type.MouseButtonRelease, QPoint(-50, -50))
    before = picture(table)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert changed_rows(table, before) == {4}
    table.clearFocus()
    assert changed_rows(table, before) == set()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_a_dragged_row_shows_its_number_in_amber(qtbot, qapp, theme):
    apply_theme(qapp, theme)
    table = make(qtbot, 16)
    table.value_requested.connect(lambda dim, value, gesture: None)
    assert not has_colour(number_of(table, 4), theme.live_text)
    mouse(table, QEvent.Type.MouseButtonPress, table.knob_at(4), Qt.MouseButton.LeftButton)
    assert has_colour(number_of(table, 4), theme.live_text)
    mouse(table, QEvent.Type.MouseButtonRelease, table.knob_at(4))
    assert not has_colour(number_of(table, 4), theme.live_text)


def test_a_locked_row_has_no_amber(table):
    locks = np.zeros(16, np.bool_)
    locks[2] = True
    before = picture(table)
    table.set_locks(locks)
    assert changed_rows(table, before) == {2}
    rect = table.visualRect(table.latent.index(2, 0))
    assert not has_colour(picture(table)[rect.top() : rect.bottom() + 1], DARK.live)


def test_the_knob_returns_to_the_mean_in_steps(qtbot, table):
    z = table.latent.z.copy()
    z[3] = 2.5
    table.set_z(z)
    z[3] = 0
    there = table.track_at(3, 0.5)
    table.reset_requested.connect(lambda dim, gesture: table.set_z(z))
    table.setCurrentIndex(table.latent.index(3, 0))
    table.setFocus(Qt.FocusReason.MouseFocusReason)
    QTest.keyClick(table, Qt.Key.Key_Home)

    def amber_at_mean():
        x, y = round(there.x()), round(there.y())
        return has_colour(picture(table)[y : y + 1, x + 3 : x + 4], DARK.live)

    assert table.latent.z[3] == 0
    assert not has_colour(picture(table)[round(there.y()) - 4, round(there.x())][None], DARK.live)
    qtbot.waitUntil(amber_at_mean)


def test_every_part_of_a_row_has_its_tooltip(table):
    layout, y = table.row_layout, round(table.track_at(3, 0).y())
    tips = [
        table.tip_at(QPoint(x, y))
        for x in (layout.track_left + 9, layout.number_right - 9, layout.lock_x)
    ]
    assert tips[0].startswith("z 3 = ")
    assert "exact number" in tips[1]
    assert tips[2] == "Lock z 3 (L)"
    assert table.tip_at(QPoint(-5, -5)) == ""


def test_a_tooltip_is_shown(table):
    place = table.track_at(3, 0.4).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, place, table.viewport().mapToGlobal(place))
    QApplication.sendEvent(table.viewport(), event)
    assert QToolTip.text().startswith("z 3 = ")
    QToolTip.hideText()
