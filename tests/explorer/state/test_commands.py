from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from PyQt6.QtGui import QUndoStack

from explorer.state.commands import Patch


class Page:
    """A state of three fields that patches are written into."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {"a": 0, "b": 0, "c": 0}
        self.stack = QUndoStack()

    def push(self, gesture: int | None = None, **after: int) -> None:
        before = {name: self.values[name] for name in after}
        self.stack.push(Patch(f"set {', '.join(after)}", before, after, self.write, gesture))

    def write(self, values: Mapping[str, Any]) -> None:
        self.values |= values


@pytest.fixture
def page() -> Page:
    return Page()


def test_a_patch_sets_its_fields_and_sets_them_back(page: Page) -> None:
    page.push(a=1, b=2)
    assert page.values == {"a": 1, "b": 2, "c": 0}
    assert page.stack.undoText() == "set a, b"
    page.stack.undo()
    assert page.values == {"a": 0, "b": 0, "c": 0}
    page.stack.redo()
    assert page.values == {"a": 1, "b": 2, "c": 0}


def test_patches_of_one_gesture_are_one_step(page: Page) -> None:
    for value in (1, 2, 3):
        page.push(gesture=4, a=value)
    assert page.stack.count() == 1
    page.stack.undo()
    assert page.values["a"] == 0
    page.stack.redo()
    assert page.values["a"] == 3


def test_a_gesture_gives_back_every_field_it_touched(page: Page) -> None:
    page.push(gesture=4, a=1)
    page.push(gesture=4, b=2)
    page.push(gesture=4, a=5, c=6)
    assert page.stack.count() == 1
    page.stack.undo()
    assert page.values == {"a": 0, "b": 0, "c": 0}


@pytest.mark.parametrize(("first", "second"), [(1, 2), (None, None), (1, None), (None, 1)])
def test_other_patches_are_steps_of_their_own(
    page: Page, first: int | None, second: int | None
) -> None:
    page.push(gesture=first, a=1)
    page.push(gesture=second, a=2)
    assert page.stack.count() == 2
    page.stack.undo()
    assert page.values["a"] == 1


def test_a_gesture_that_goes_on_after_an_undo_is_a_new_step(page: Page) -> None:
    page.push(a=1)
    page.push(gesture=7, a=2)
    page.stack.undo()
    page.push(gesture=7, a=3)
    page.stack.undo()
    assert page.values["a"] == 1
