"""Steps that may be refused: the user is told why, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable

from explorer.state.edit import Edit
from explorer.state.record import State
from explorer.state.session import Session
from models.errors import LatentExplorerError


def edit_or_tell(
    session: Session,
    make: Callable[[State], Edit],
    initiator: object | None = None,
    gesture: int | None = None,
) -> bool:
    """Take a step, see :meth:`Session.edit`, or tell why not.

    Returns
    -------
    bool
        Whether it was taken.
    """
    try:
        session.edit(make, initiator, gesture)
    except LatentExplorerError as error:
        session.told.emit(str(error))
        return False
    return True
