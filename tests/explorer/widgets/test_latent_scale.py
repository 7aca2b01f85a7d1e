"""A scale on which equal ways hold equal shares: what hands do on it, and how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication

from explorer.theme import DARK, apply_theme
from explorer.widgets.latent_row import Part
from models.quantile_scale import TICKS, QuantileScale

if TYPE_CHECKING:
    from tests.explorer.widgets.conftest import Desk

# Said by Qt's screenless platform whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ROWS = 16
Role = Qt.ItemDataRole


@pytest.fixture
def codes() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Lopsided: most of them near 0, few up to 3; those of row 4 are all alike."""
    drawn = np.random.default_rng(5).exponential(0.5, (4000, ROWS)).astype(np.float32)
    drawn[:, 4] = 0.25
    return np.minimum(drawn, 3)


@pytest.fixture
def scaled(desk: Desk, codes: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Desk:
    ones = np.ones(ROWS, np.float32)
    desk.table.set_statistics(codes.mean(axis=0), 0 * ones, 3 * ones, codes)
    desk.table.set_scale(QuantileScale(codes))
    return desk


def test_a_knob_stands_where_as_many_codes_lie_below(
    scaled: Desk, codes: np.ndarray[tuple[int, int], np.dtype[np.float32]]
) -> None:
    layout = scaled.table.row_layout
    for share in (0.1, 0.5, 0.8):
        scaled.z[:] = np.quantile(codes, share, axis=0)
        scaled.table.set_z(scaled.z)
        for row in (0, 15):
            found = layout.share_of(scaled.table.knob_at(row).x())
            assert found == pytest.approx(share, abs=0.01)


def test_a_click_takes_the_quantile_under_it(
    scaled: Desk, codes: np.ndarray[tuple[int, int], np.dtype[np.float32]]
) -> None:
    scaled.click(scaled.table.track_at(7, 0.75))
    assert scaled.z[7] == pytest.approx(np.quantile(codes[:, 7], 0.75), abs=0.03)


def test_a_held_knob_keeps_its_value_and_a_drag_stops_at_the_ends(scaled: Desk) -> None:
    scaled.set_value(3, 0.1)
    before = scaled.z[3]
    scaled.press(scaled.table.knob_at(3))
    assert scaled.values[-1][:2] == (3, float(before))
    scaled.move(scaled.table.track_at(3, 1) + QPointF(50, 0))
    assert scaled.z[3] == 3
    scaled.move(scaled.table.track_at(3, 0) - QPointF(50, 0))
    assert scaled.z[3] == 0
    scaled.release(scaled.table.track_at(3, 0))
    assert len(set(scaled.gestures[1:])) == 1


def test_escape_gives_the_value_back_exactly(scaled: Desk) -> None:
    scaled.set_value(2, 0.123)
    before = scaled.z[2]
    scaled.press(scaled.table.knob_at(2))
    scaled.move(scaled.table.track_at(2, 0.9))
    scaled.key(Qt.Key.Key_Escape)
    assert scaled.z[2] == before


@pytest.mark.parametrize("row", [0, 4], ids=["spread", "all alike"])
def test_keys_and_wheel_go_equal_ways(scaled: Desk, row: int) -> None:
    table, layout = scaled.table, scaled.table.row_layout
    scaled.click(table.track_at(row, 0.3))
    scaled.choose_row(row)
    places = []
    for _ in range(5):
        places.append(layout.share_of(table.knob_at(row).x()))
        scaled.key(Qt.Key.Key_Right)
    places.append(layout.share_of(table.knob_at(row).x()))
    scaled.roll(table.track_at(row, 0.5))
    places.append(layout.share_of(table.knob_at(row).x()))
    np.testing.assert_allclose(np.diff(places), 0.01, atol=0.001)
    for _ in range(20):
        scaled.key(Qt.Key.Key_PageUp)
    assert scaled.z[row] == 3


def test_a_typed_number_is_kept_as_it_is(scaled: Desk) -> None:
    scaled.double_click(scaled.place_of(5, Part.NUMBER))
    scaled.editor().setText("1.2345678")
    scaled.editor().returnPressed.emit()
    assert scaled.z[5] == np.float32(1.2345678)


def test_changing_the_scale_asks_for_nothing_and_ends_a_drag(scaled: Desk) -> None:
    scaled.press(scaled.table.track_at(1, 0.4))
    asked, z = len(scaled.values), scaled.z.copy()
    scaled.table.set_scale(None)
    scaled.move(scaled.table.track_at(1, 0.9))
    assert len(scaled.values) == asked
    np.testing.assert_array_equal(scaled.table.latent.z, z)


def test_ticks_stand_instead_of_a_histogram(
    scaled: Desk, qapp: QApplication, keep_looks: None
) -> None:
    apply_theme(qapp, DARK)
    table = scaled.table
    scaled.click(table.track_at(0, 0.99))
    scaled.z[:] = scaled.z[0]
    table.set_z(scaled.z)
    layout = table.row_layout
    picture = scaled.port.grab().toImage().copy(table.visualRect(table.latent.index(9, 0)))
    y, ground = layout.track_y - 3, QColor(DARK.ground).lightness()
    lit = [
        (x - layout.track_left) / layout.track_width
        for x in range(layout.track_left, layout.track_left + round(0.96 * layout.track_width))
        if picture.pixelColor(x, y).lightness() > ground + 25
    ]
    np.testing.assert_allclose(lit, TICKS, atol=0.01)


def test_a_row_tells_its_share(scaled: Desk) -> None:
    scaled.click(scaled.table.track_at(6, 0.75))
    tip = scaled.table.latent.index(6, 0).data(Role.ToolTipRole)
    assert "% of the codes below; ticks at 5, 25, 50, 75 and 95 %" in tip
    scaled.table.set_scale(QuantileScale(None))
    assert "% of the prior below" in scaled.table.latent.index(6, 0).data(Role.ToolTipRole)


def test_a_range_that_is_nothing_beside_the_codes_is_no_end(scaled: Desk) -> None:
    ones = np.ones(ROWS, np.float32)
    wide = np.linspace(-3e38, 3e38, 50 * ROWS, dtype=np.float32).reshape(50, ROWS)
    scaled.table.set_statistics(0 * ones, 0 * ones, ones, wide)
    scaled.table.set_scale(QuantileScale(wide))
    scaled.click(scaled.table.track_at(0, 0.5))
    assert 0 <= scaled.z[0] <= 1
