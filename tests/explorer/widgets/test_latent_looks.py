"""What a row shows beside its value: effects, a pin, a band; and the hands that pin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QApplication

from explorer.theme import DARK, LIGHT, Theme, apply_theme
from models.effects import Effects

if TYPE_CHECKING:
    from tests.explorer.widgets.conftest import Desk

# Said by Qt's screenless platform whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ROWS = 16
NAN = float("nan")


@pytest.fixture(params=[DARK, LIGHT], ids=lambda theme: theme.name)
def theme(request: pytest.FixtureRequest, qapp: QApplication, keep_looks: None) -> Theme:
    apply_theme(qapp, request.param)
    chosen: Theme = request.param
    return chosen


def effects(**changed: float) -> Effects:
    over, around = np.full(ROWS, 0.5, np.float32), np.full(ROWS, 0.25, np.float32)
    dead = np.zeros(ROWS, np.bool_)
    dead[4] = True
    over[4] = around[4] = 0.0001
    over[7] = around[7] = changed.get("seventh", 0.5)
    return Effects(over, around, dead)


def image(desk: Desk) -> QImage:
    return desk.port.grab().toImage()


def row_image(desk: Desk, row: int) -> QImage:
    rect = desk.table.visualRect(desk.table.latent.index(row, 0))
    return image(desk).copy(rect)


def count(picture: QImage, left: int, right: int, colour: str) -> int:
    """Pixels of a colour, as good as opaque, between two columns."""
    wanted = (*QColor(colour).getRgb()[:3], 255)
    pixels = (
        picture.pixelColor(x, y).getRgb()
        for x in range(left, right)
        for y in range(picture.height())
    )
    return sum(np.abs(np.subtract(pixel, wanted)).max() <= 8 for pixel in pixels)


def bars(desk: Desk, row: int, theme: Theme) -> tuple[int, int]:
    """Pixels of the bars over the codes and around z."""
    layout, picture = desk.table.row_layout, row_image(desk, row)
    ends = layout.effect_left, layout.effect_left + layout.effect_width
    return count(picture, *ends, theme.muted), count(picture, *ends, theme.live)


# Effects ------------------------------------------------------------------------------


def test_bars_are_as_long_as_effects_are_strong(desk: Desk, theme: Theme) -> None:
    desk.table.set_effects(effects())
    over, around = bars(desk, 2, theme)
    assert over == pytest.approx(2 * around, abs=6)
    desk.table.set_effects(effects(seventh=1.0))
    assert bars(desk, 7, theme)[0] == pytest.approx(2 * over, abs=6)


def test_what_is_not_measured_has_no_bar(desk: Desk, theme: Theme) -> None:
    desk.table.set_effects(effects(seventh=NAN))
    assert bars(desk, 7, theme) == (0, 0)
    tip = desk.table.latent.index(7, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "its effect is not measured yet" in tip


def test_a_dead_row_is_dim_and_says_so(desk: Desk, theme: Theme) -> None:
    layout = desk.table.row_layout
    before = count(row_image(desk, 4), layout.track_left, layout.track_right, theme.histogram)
    desk.table.set_effects(effects())
    layout = desk.table.row_layout
    after = count(row_image(desk, 4), layout.track_left, layout.track_right, theme.histogram)
    assert before > 100
    assert after < before / 10
    assert bars(desk, 4, theme)[1] == 0
    place = QPoint(layout.effect_left + 2, desk.table.knob_at(4).toPoint().y())
    assert desk.table.tip_at(place).endswith("which is hardly anything")


def test_a_table_without_effects_leaves_them_no_place(desk: Desk) -> None:
    wide = desk.table.row_layout.track_width
    desk.table.set_effects(effects())
    assert desk.table.row_layout.track_width < wide
    desk.table.set_effects(None)
    assert desk.table.row_layout.track_width == wide


def test_a_double_click_on_an_effect_changes_nothing(desk: Desk) -> None:
    desk.table.set_effects(effects())
    layout = desk.table.row_layout
    desk.double_click(QPoint(layout.effect_left + 5, desk.table.knob_at(2).toPoint().y()))
    assert desk.is_untouched


# Bands --------------------------------------------------------------------------------


def test_a_band_lies_behind_the_knob(desk: Desk, theme: Theme) -> None:
    ends: npt.NDArray[np.float32] = np.ones(ROWS, np.float32)
    before = image(desk)
    desk.table.set_bands((-ends, ends))
    row = row_image(desk, 2)
    inside = desk.table.track_at(2, 0.55).toPoint()
    outside = desk.table.track_at(2, 0.95).toPoint()
    top = desk.table.visualRect(desk.table.latent.index(2, 0)).y()
    below = inside.y() - top + 3  # of the track, where a histogram never is
    shown, ground = (QColor(row.pixelColor(at.x(), below)) for at in (inside, outside))
    assert shown != ground
    assert shown.hsvHue() == pytest.approx(QColor(theme.encoder).hsvHue(), abs=12)
    knob = desk.table.knob_at(2).toPoint()
    assert row.pixelColor(knob.x(), knob.y() - top) == QColor(theme.live)
    assert "±2 standard deviations: -1.000 to 1.000" in desk.table.tip_at(knob)
    desk.table.set_bands(None)
    assert image(desk) == before


def test_a_band_that_is_wider_than_the_range_stays_on_the_track(desk: Desk) -> None:
    before = row_image(desk, 2)
    ends = np.full(ROWS, 1e30, np.float32)
    desk.table.set_bands((-ends, ends))
    after, layout = row_image(desk, 2), desk.table.row_layout
    for x in (layout.track_left - 3, layout.track_right + 3):
        for y in range(after.height()):
            assert after.pixelColor(x, y) == before.pixelColor(x, y)


# Pins ---------------------------------------------------------------------------------


@pytest.fixture
def pinned(desk: Desk) -> list[tuple[int, bool]]:
    asked: list[tuple[int, bool]] = []
    desk.table.pin_requested.connect(lambda *wanted: asked.append(wanted))
    return asked


def test_a_row_is_pinned_by_click_key_and_menu(desk: Desk, pinned: list[tuple[int, bool]]) -> None:
    place = QPoint(5, desk.table.knob_at(2).toPoint().y())
    assert desk.table.tip_at(place) == "Pin z 2 to the top (T)"
    desk.click(place)
    desk.choose_row(5)
    desk.key(Qt.Key.Key_T)
    menu = {action.text(): action for action in desk.table.menu_of(6).actions()}
    menu["Pin to the top\tT"].trigger()
    assert pinned == [(2, True), (5, True), (6, True)]
    assert desk.is_untouched


def test_a_pinned_row_shows_its_pin_and_is_let_go(
    desk: Desk, pinned: list[tuple[int, bool]]
) -> None:
    before = row_image(desk, 2)
    desk.table.set_pins(np.arange(ROWS) == 2)
    assert row_image(desk, 2) != before
    place = QPoint(5, desk.table.knob_at(2).toPoint().y())
    assert desk.table.tip_at(place) == "Let z 2 go from the top (T)"
    desk.click(place)
    assert pinned == [(2, False)]


def test_the_pin_of_a_row_shows_where_the_pointer_is(desk: Desk) -> None:
    before = row_image(desk, 2).copy(0, 0, 12, 20)
    desk.hover(desk.table.track_at(2, 0.9))
    assert row_image(desk, 2).copy(0, 0, 12, 20) != before


# Whose hand ---------------------------------------------------------------------------


def test_the_table_knows_when_a_hand_is_on_a_row(desk: Desk) -> None:
    gone: list[None] = []
    desk.table.let_go.connect(lambda: gone.append(None))
    assert not desk.table.is_held
    desk.hover(desk.table.track_at(2, 0.9))
    assert desk.table.is_held
    desk.table.leaveEvent(None)
    assert not desk.table.is_held
    desk.key(Qt.Key.Key_Right)
    assert desk.table.is_held
    desk.table.clearFocus()
    assert not desk.table.is_held
    assert len(gone) == 2
