"""More tabs than a row has room for."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from explorer.theme import DARK, apply_theme
from explorer.widgets.more_tabs import MoreTabs, fitting
from explorer.widgets.tear_tabs import TearTabs

TITLES = ("Sliders", "Map", "Traversal", "Neighbours", "Journey", "Paint", "Training",
          "Bookmarks", "Layers", "Why two inputs?")  # fmt: skip


@pytest.fixture
def tabs(qtbot: QtBot) -> TearTabs:
    """Ten pages in a column that has room for some of their titles."""
    made = TearTabs()
    for title in TITLES:
        made.add_page(title, QLabel(f"page {title}"), f"Tip of {title}")
    qtbot.addWidget(made)
    made.resize(400, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def more_of(tabs: TearTabs) -> MoreTabs:
    found = tabs.findChild(MoreTabs)
    assert found is not None
    return found


def in_row(tabs: TearTabs) -> list[str]:
    return [title for title in tabs.titles() if title not in tabs.left_out()]


def choose(tabs: TearTabs, title: str) -> None:
    menu = more_of(tabs).menu()
    assert menu is not None
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == title).trigger()


@pytest.mark.parametrize(
    ("room_px", "guest", "shown"),
    [
        (40, 0, {0, 1, 2, 3}),
        (39, 0, {0, 1, 2}),
        (39, 3, {0, 1, 3}),
        (30, 2, {0, 2}),
        (18, 1, {1}),
        (5, 3, {3}),
    ],
)
def test_the_first_tabs_fit_beside_the_guest(room_px: int, guest: int, shown: set[int]) -> None:
    assert fitting([10, 10, 10, 10], room_px, 8, guest) == shown


@pytest.mark.parametrize("width_px", [340, 420, 552])
def test_what_is_in_the_row_is_in_it_whole(qtbot: QtBot, tabs: TearTabs, width_px: int) -> None:
    tabs.resize(width_px, 300)
    bar, more = tabs.tabBar(), more_of(tabs)
    assert bar is not None
    row = QRect(QPoint(0, 0), tabs.size())
    rects = [bar.tabRect(tabs.titles().index(title)) for title in in_row(tabs)]
    assert len(rects) > 1
    for rect in rects:
        assert row.contains(rect.translated(bar.pos()))
    assert more.isVisible()
    assert more.geometry().left() >= rects[-1].right() - 10
    assert more.geometry().right() <= row.right()
    for title in tabs.left_out():
        assert title in more.toolTip()


def test_with_room_for_all_there_is_no_more(qtbot: QtBot, tabs: TearTabs) -> None:
    tabs.resize(1600, 300)
    assert tabs.left_out() == []
    assert not more_of(tabs).isVisible()


def test_a_tab_taken_from_there_has_its_place_in_the_row(tabs: TearTabs) -> None:
    chosen = tabs.left_out()[-1]
    choose(tabs, chosen)
    assert tabs.current_title() == chosen
    page = tabs.currentWidget()
    assert isinstance(page, QLabel)
    assert page.isVisible()
    assert page.text() == f"page {chosen}"
    tabs.open_page("Sliders")
    assert chosen in in_row(tabs)  # it was wanted a moment ago
    other = tabs.left_out()[0]
    tabs.open_page(other)
    assert other in in_row(tabs)
    assert chosen not in in_row(tabs)


def test_the_arrow_keys_reach_every_tab(qtbot: QtBot, tabs: TearTabs) -> None:
    bar = tabs.tabBar()
    assert bar is not None
    reached = []
    for _ in TITLES:
        reached.append(tabs.current_title())
        assert tabs.current_title() in in_row(tabs)
        qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert tuple(reached) == TITLES
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    assert tabs.current_title() == TITLES[-2]


def test_the_word_can_be_reached_by_keyboard(tabs: TearTabs) -> None:
    more = more_of(tabs)
    assert more.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert more.accessibleName() == "More tabs"


def test_a_torn_off_tab_makes_room_and_comes_back(tabs: TearTabs) -> None:
    left_out = tabs.left_out()
    tabs.tear_off("Sliders")
    tabs.tear_off(left_out[-1])
    assert len(tabs.left_out()) < len(left_out) - 1
    assert left_out[-1] not in tabs.left_out()
    tabs.bring_back(left_out[-1])
    assert tabs.current_title() == left_out[-1]
    tabs.bring_back("Sliders")
    assert tabs.current_title() == "Sliders"
    assert [tabs.tabText(index) for index in range(tabs.count())] == list(TITLES)


def test_wider_letters_leave_out_more(qapp: QApplication, keep_looks: None, tabs: TearTabs) -> None:
    apply_theme(qapp, DARK)
    tabs.resize(552, 300)
    before = len(tabs.left_out())
    qapp.setStyleSheet("QTabBar::tab { padding: 6px 20px; }")
    assert len(tabs.left_out()) > before
