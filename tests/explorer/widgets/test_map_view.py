from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.theme import DARK, LIGHT, Theme, apply_theme
from explorer.widgets.map_colours import label_colour
from explorer.widgets.map_painter import Hover, Tile
from explorer.widgets.map_view import STEP_PX, MapView, Tool
from models.point_raster import Raster

pytestmark = pytest.mark.usefixtures("keep_looks")

LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
NONE = Qt.MouseButton.NoButton
PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)
WIDTH, HEIGHT = 400, 300
EXTENT = (-4.0, -3.0, 4.0, 3.0)
QTEST: Any = QTest  # its types forget that these are static
Said = list[tuple[Any, ...]]


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> MapView:
    apply_theme(qapp, DARK)
    numbers = count(1)
    made = MapView(lambda: next(numbers))
    qtbot.addWidget(made)
    made.resize(WIDTH, HEIGHT)
    made.set_map(EXTENT, ("across", "up"))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    return made


@pytest.fixture
def said(view: MapView) -> Said:
    """What the map has asked for, in order."""
    deeds: Said = []
    view.place_wanted.connect(lambda *place: deeds.append(("go", *place)))
    view.hovered.connect(lambda x, y: deeds.append(("hover", x, y)))
    view.left.connect(lambda: deeds.append(("left",)))
    view.box_drawn.connect(lambda box: deeds.append(("box", box)))
    view.lasso_drawn.connect(lambda lasso: deeds.append(("lasso", lasso)))
    view.selection_dropped.connect(lambda: deeds.append(("dropped",)))
    return deeds


def mouse(
    view: MapView, kind: QEvent.Type, x: float, y: float, held: Qt.MouseButton = LEFT
) -> None:
    place = QPointF(x, y)
    button = NONE if kind is MOVE else held
    held = NONE if kind is RELEASE else held
    event = QMouseEvent(
        kind, place, view.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view, event)


def drag(view: MapView, *places: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
    mouse(view, PRESS, *places[0], button)
    for place in places[1:]:
        mouse(view, MOVE, *place, button)
    mouse(view, RELEASE, *places[-1], button)


def roll(view: MapView, x: float, y: float, notches: float) -> None:
    place = QPointF(x, y)
    QApplication.sendEvent(
        view,
        QWheelEvent(
            place,
            view.mapToGlobal(place),
            QPoint(),
            QPoint(0, round(120 * notches)),
            NONE,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def place(view: MapView, x: float, y: float) -> tuple[float, float]:
    return view.viewport.to_map((x, y), (WIDTH, HEIGHT))


def goes(said: Said) -> Said:
    return [deed[1:] for deed in said if deed[0] == "go"]


def picture_of(view: MapView) -> QImage:
    return view.grab().toImage()


def colour_at(view: MapView, x: float, y: float) -> QColor:
    point = view.viewport.to_screen((x, y), (WIDTH, HEIGHT))
    return picture_of(view).pixelColor(*map(round, point))


def one_dot(view: MapView, label: int) -> None:
    """A raster that is full of one label."""
    labels = np.full((HEIGHT, WIDTH), label, np.int16)
    counts = np.full((HEIGHT, WIDTH), 99, np.uint16)
    view.set_raster(Raster(labels, counts).shades(), view.box())


# The hand --------------------------------------------------------------------------------


def test_a_drag_goes_there_as_one_gesture(view: MapView, said: Said) -> None:
    drag(view, (100, 100), (120, 110), (140, 150))
    drag(view, (10, 10))
    wanted = [(*place(view, x, y), 1) for x, y in [(100, 100), (120, 110), (140, 150)]]
    assert goes(said) == [*wanted, (*place(view, 10, 10), 2)]


@pytest.mark.parametrize("button", [RIGHT, MIDDLE])
def test_other_buttons_move_the_map(view: MapView, said: Said, button: Qt.MouseButton) -> None:
    before = place(view, 200, 150)
    drag(view, (200, 150), (260, 130), button=button)
    assert place(view, 260, 130) == pytest.approx(before)
    assert not goes(said)


def test_a_drag_with_space_moves_the_map(view: MapView, said: Said) -> None:
    before = place(view, 200, 150)
    QTEST.keyPress(view, Qt.Key.Key_Space)
    drag(view, (200, 150), (260, 130))
    QTEST.keyRelease(view, Qt.Key.Key_Space)
    assert place(view, 260, 130) == pytest.approx(before)
    drag(view, (10, 10))
    assert len(goes(said)) == 1


def test_space_that_is_let_go_elsewhere_is_held_no_more(view: MapView, said: Said) -> None:
    QTEST.keyPress(view, Qt.Key.Key_Space)
    QApplication.sendEvent(view, QFocusEvent(QEvent.Type.FocusOut))
    drag(view, (10, 10))
    assert len(goes(said)) == 1


@pytest.mark.parametrize("notches", [1.0, -2.0, 0.25])
def test_the_wheel_zooms_about_the_pointer(view: MapView, notches: float) -> None:
    before, scale = place(view, 300, 80), view.viewport.per_px
    roll(view, 300, 80, notches)
    assert place(view, 300, 80) == pytest.approx(before)
    assert (view.viewport.per_px < scale) == (notches > 0)


def test_keys_zoom_and_fit(view: MapView) -> None:
    whole = view.viewport
    QTEST.keyClick(view, Qt.Key.Key_Plus)
    assert view.viewport.per_px < whole.per_px
    QTEST.keyClick(view, Qt.Key.Key_Minus)
    assert view.viewport.per_px == pytest.approx(whole.per_px)
    view.pan(50, 50)
    QTEST.keyClick(view, Qt.Key.Key_0)
    assert view.viewport == whole


@pytest.mark.parametrize(
    ("key", "across", "up"),
    [
        (Qt.Key.Key_Left, -1, 0),
        (Qt.Key.Key_Right, 1, 0),
        (Qt.Key.Key_Up, 0, 1),
        (Qt.Key.Key_Down, 0, -1),
    ],
)
def test_arrow_keys_move_z(view: MapView, said: Said, key: Qt.Key, across: int, up: int) -> None:
    view.set_cross((1.0, 0.5))
    QTEST.keyClick(view, key)
    step = STEP_PX * view.viewport.per_px
    ((x, y, _),) = goes(said)
    assert (x, y) == pytest.approx((1.0 + across * step, 0.5 + up * step))


def test_a_held_arrow_key_is_one_gesture(view: MapView, said: Said) -> None:
    def press(kind: QEvent.Type, again: bool) -> None:
        modifier = Qt.KeyboardModifier.ShiftModifier
        QApplication.sendEvent(view, QKeyEvent(kind, Qt.Key.Key_Left, modifier, "", again))

    press(QEvent.Type.KeyPress, False)
    press(QEvent.Type.KeyRelease, True)
    press(QEvent.Type.KeyPress, True)
    press(QEvent.Type.KeyRelease, False)
    press(QEvent.Type.KeyPress, False)
    assert [gesture for _, _, gesture in goes(said)] == [1, 1, 2]


def test_hovering_is_told_and_ends(view: MapView, said: Said) -> None:
    mouse(view, MOVE, 50, 60, NONE)
    assert said == [("hover", *place(view, 50, 60))]
    view.set_hover(Hover(None, "nearest: 3"))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert said[-1] == ("left",)
    assert view.hover is None


def test_a_drag_is_no_hovering(view: MapView, said: Said) -> None:
    view.set_hover(Hover(None, "nearest: 3"))
    drag(view, (100, 100), (120, 110))
    assert view.hover is None
    assert not [deed for deed in said if deed[0] == "hover"]


def test_a_box_is_drawn_either_way(view: MapView, said: Said) -> None:
    view.set_tool(Tool.BOX)
    drag(view, (200, 200), (150, 120), (100, 90))
    (kind, box), *_ = [deed for deed in said if deed[0] == "box"]
    low, high = place(view, 100, 200), place(view, 200, 90)
    assert kind == "box"
    assert box == pytest.approx((*low, *high))
    assert not goes(said)


def test_a_lasso_has_the_corners_that_the_hand_drew(view: MapView, said: Said) -> None:
    view.set_tool(Tool.LASSO)
    corners = [(100.0, 100.0), (200.0, 100.0), (200.0, 200.0), (100.0, 190.0)]
    drag(view, *corners)
    (lasso,) = [deed[1] for deed in said if deed[0] == "lasso"]
    np.testing.assert_allclose(lasso, [place(view, *corner) for corner in corners], rtol=1e-5)


@pytest.mark.parametrize("tool", [Tool.BOX, Tool.LASSO])
def test_a_click_and_escape_drop_a_selection(view: MapView, said: Said, tool: Tool) -> None:
    view.set_tool(tool)
    drag(view, (100, 100))
    assert said[-1] == ("dropped",)
    drag(view, (100, 100), (150, 100), (150, 150))
    QTEST.keyClick(view, Qt.Key.Key_Escape)
    assert said[-1] == ("dropped",)


def test_without_a_map_a_hand_does_nothing(view: MapView, said: Said) -> None:
    view.set_map(None)
    drag(view, (100, 100), (120, 110))
    mouse(view, MOVE, 50, 60, NONE)
    roll(view, 100, 100, 1)
    QTEST.keyClick(view, Qt.Key.Key_Left)
    assert [deed for deed in said if deed[0] != "left"] == []


# What is shown ---------------------------------------------------------------------------


def test_a_raster_is_shown_in_the_colours_of_the_theme(view: MapView, qapp: QApplication) -> None:
    one_dot(view, 3)
    assert colour_at(view, 1.0, 1.0) == label_colour(3, DARK)
    apply_theme(qapp, LIGHT)
    assert colour_at(view, 1.0, 1.0) == label_colour(3, LIGHT)


def test_until_another_comes_a_raster_is_shown_where_its_box_is(view: MapView) -> None:
    one_dot(view, 3)
    x0, y0, x1, y1 = view.box()
    view.zoom(0.5)
    assert colour_at(view, x0 + 0.1, y0 + 0.1) == label_colour(3, DARK)
    assert colour_at(view, x1 + 0.5, y1 - 0.5) == QColor(DARK.panel)


def test_a_view_that_moves_says_so(qtbot: QtBot, view: MapView) -> None:
    deeds: list[Callable[[], object]] = [
        lambda: view.zoom(1.1),
        lambda: view.pan(3, 3),
        view.fit,
        lambda: view.resize(WIDTH + 40, HEIGHT),
    ]
    for deed in deeds:
        with qtbot.waitSignal(view.moved):
            deed()


def test_a_whole_map_stays_whole_when_the_widget_grows(view: MapView) -> None:
    view.resize(WIDTH * 2, HEIGHT * 2)
    left, _, width, _ = view.viewport.rect(EXTENT, (WIDTH * 2, HEIGHT * 2))
    assert 0 < left < 60
    assert width > 1.7 * WIDTH


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_cross_hair_is_what_is_live(view: MapView, qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, theme)
    one_dot(view, 1)
    view.set_cross((0.0, 0.0))
    x, y = view.viewport.to_screen((0.0, 0.0), (WIDTH, HEIGHT))
    assert picture_of(view).pixelColor(round(x + 6), round(y)) == QColor(theme.live)


def test_a_cross_hair_out_of_sight_is_pointed_to(view: MapView) -> None:
    view.set_cross((50.0, 0.0))
    edge = picture_of(view).pixelColor(WIDTH - 16, HEIGHT // 2)
    assert edge == QColor(DARK.live)


def test_the_cross_hair_leaves_a_trail_the_older_the_fainter(view: MapView) -> None:
    one_dot(view, 1)
    for x in (-3.0, -1.0, 1.0, 3.0):
        view.set_cross((x, 0.0))
    old, new = colour_at(view, -2.0, 0.0), colour_at(view, 2.0, 0.0)
    assert len({old.name(), new.name(), label_colour(1, DARK).name()}) == 3
    near = [abs(one.hue() - QColor(DARK.live).hue()) for one in (old, new)]
    assert near[1] <= near[0]
    view.set_cross((3.0, 1.0), keep_trail=False)
    assert colour_at(view, 2.0, 0.0) == label_colour(1, DARK)


def test_an_arrow_runs_from_the_clean_code_to_the_noisy_one(view: MapView) -> None:
    view.set_cross((2.0, 0.0))
    view.set_clean((-2.0, 0.0))
    assert view.arrow == ((-2.0, 0.0), (2.0, 0.0))
    assert colour_at(view, 0.0, 0.0) == QColor(DARK.encoder)
    view.set_clean(None)
    assert view.arrow is None


def test_a_hover_has_room_in_every_corner(view: MapView) -> None:
    white = QImage(28, 28, QImage.Format.Format_RGB32)
    white.fill(QColor("#ffffff"))
    for x, y in [(3, 3), (WIDTH - 3, 3), (3, HEIGHT - 3), (WIDTH - 3, HEIGHT - 3)]:
        mouse(view, MOVE, x, y, NONE)
        view.set_hover(Hover(white, "nearest: 3"))
        seen = picture_of(view)
        whites = sum(
            seen.pixelColor(left, top) == QColor("#ffffff")
            for left in range(0, WIDTH, 4)
            for top in range(0, HEIGHT, 4)
        )
        assert whites >= (84 // 4) ** 2 * 0.95


def test_pictures_stand_for_points(view: MapView) -> None:
    one_dot(view, 3)
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("#123456"))
    cell = view.lattice().from_the_middle()[0]
    view.set_pictures({cell: Tile(image, 5)})
    assert colour_at(view, *cell.middle) == QColor("#123456")
    view.set_pictures(None)
    assert colour_at(view, *cell.middle) == label_colour(3, DARK)


def test_a_background_lies_behind_points(view: MapView) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    cell = view.lattice().from_the_middle()[0]
    view.set_background({cell: Tile(image)})
    assert colour_at(view, *cell.middle).lightness() > 120
    one_dot(view, 3)
    assert colour_at(view, *cell.middle) == label_colour(3, DARK)


def test_another_map_begins_anew(view: MapView) -> None:
    one_dot(view, 3)
    view.set_cross((1.0, 1.0))
    view.set_clean((0.0, 0.0))
    view.zoom(5)
    view.set_map((0.0, 0.0, 1.0, 1.0))
    assert (view.cross, view.arrow) == (None, None)
    assert colour_at(view, 0.5, 0.6) == QColor(DARK.panel)


def test_what_is_missing_is_told_in_words(view: MapView) -> None:
    view.set_map(None)
    before = picture_of(view)
    view.set_sentence("The map needs codes.")
    assert picture_of(view) != before
