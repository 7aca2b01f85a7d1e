"""Bookmarks on their shelf: kept, named, ordered, put into A and B."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from explorer.panes.journey_pane import JourneyPane
from explorer.state.formula_edits import formula_text
from explorer.state.latent import Source
from explorer.state.session import Session
from tests.explorer.finding import button
from tests.explorer.panes.journey.painting import Painter, words

LEFT = Qt.MouseButton.LeftButton


def test_an_empty_pane_says_what_to_do(pane: JourneyPane) -> None:
    assert "keep the z that is set now" in words(pane.bookmarks)
    assert "at least two bookmarks; received none" in words(pane.travel)
    assert not pane.travel.play.isVisible()


def test_the_current_z_becomes_a_bookmark_with_its_picture(
    qtbot: QtBot, pane: JourneyPane, session: Session, painter: Painter
) -> None:
    qtbot.mouseClick(button(pane, "Bookmark z"), LEFT)
    painter.paint()
    (item,) = pane.bookmarks.shelf.items
    assert (item.name, item.is_live) == ("bookmark 1", True)
    assert item.image is not None
    session.set_value(0, 3.5)
    (item,) = pane.bookmarks.shelf.items
    assert not item.is_live
    assert item.image is not None


def test_a_click_goes_to_a_bookmark(qtbot: QtBot, kept: JourneyPane, session: Session) -> None:
    shelf = kept.bookmarks.shelf
    qtbot.mouseClick(shelf, LEFT, pos=shelf.places().tile(1).center().toPoint())
    assert session.state.latent.z.tobytes() == session.state.bookmarks[1].z.tobytes()
    assert session.state.latent.source is Source.BOOKMARK
    assert session.undo_stack.undoText() == "go to two"


def test_keys_put_a_bookmark_into_a_and_b(
    qtbot: QtBot, kept: JourneyPane, session: Session
) -> None:
    shelf = kept.bookmarks.shelf
    shelf.setFocus()
    qtbot.keyClick(shelf, Qt.Key.Key_Right)
    qtbot.keyClick(shelf, Qt.Key.Key_A)
    qtbot.keyClick(shelf, Qt.Key.Key_Right)
    qtbot.keyClick(shelf, Qt.Key.Key_B)
    assert list(session.state.slots) == ["b1", "b2"]
    assert [item.badge for item in shelf.items] == ["A", "B", ""]
    qtbot.keyClick(shelf, Qt.Key.Key_B)
    assert list(session.state.slots) == ["b1", None]
    qtbot.keyClick(shelf, Qt.Key.Key_Delete)
    assert [item.name for item in shelf.items] == ["one", "three"]


def test_the_menu_of_a_bookmark(qtbot: QtBot, kept: JourneyPane, session: Session) -> None:
    kept.bookmarks.shelf.menu_wanted.emit("b3", kept.mapToGlobal(kept.rect().center()))
    (menu,) = kept.bookmarks.findChildren(QMenu)
    actions = {action.text(): action for action in menu.actions()}
    actions["Put into B"].trigger()
    actions["Add to the formula"].trigger()
    assert formula_text(session.state.formula) == "three"
    assert list(session.state.slots) == [None, "b3"]
    menu.close()


def test_a_name_that_is_none_is_told(kept: JourneyPane, session: Session, told: list[str]) -> None:
    kept.bookmarks.shelf.rename_wanted.emit("b1", "x" * 60)
    assert len(told) == 1
    assert "1 to 40 characters" in told[0]
    assert session.state.bookmarks[0].name == "one"
