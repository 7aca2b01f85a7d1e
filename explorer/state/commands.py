"""Undo: every step is a patch of the state, and a gesture is one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt6.QtGui import QUndoCommand

Values = Mapping[str, Any]
GESTURE_ID = 1


class Patch(QUndoCommand):
    """Sets fields of the state, and sets them back.

    Parameters
    ----------
    text : str
        What the user did, for the Undo button.
    before, after : mapping
        Values by field name.
    apply : callable
        Writes such a mapping into the state.
    gesture : int or None
        Patches of one gesture become one step.
    """

    def __init__(
        self,
        text: str,
        before: Values,
        after: Values,
        apply: Callable[[Values], None],
        gesture: int | None,
    ) -> None:
        super().__init__(text)
        self._before = dict(before)
        self._after = dict(after)
        self._apply = apply
        self._gesture = gesture

    def redo(self) -> None:
        """Set the new values."""
        self._apply(self._after)

    def undo(self) -> None:
        """Set the old values."""
        self._apply(self._before)

    def id(self) -> int:
        """Qt only tries to merge commands of one identity."""
        return GESTURE_ID if self._gesture is not None else -1

    def mergeWith(self, other: QUndoCommand | None) -> bool:
        """Take in a later patch of the same gesture."""
        if not isinstance(other, Patch) or other._gesture != self._gesture:
            return False
        self._before = {**other._before, **self._before}
        self._after = {**self._after, **other._after}
        return True
