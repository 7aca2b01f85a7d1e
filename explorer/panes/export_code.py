"""What is shown, as Keras code on the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtGui import QGuiApplication

from explorer.state.latent import Route
from explorer.state.session import Session
from models.errors import LatentExplorerError

if TYPE_CHECKING:
    from models.keras_code import Shown

TOLD = "Keras code of what is shown is on the clipboard."


def copy_keras_code(session: Session) -> None:
    """Put a script that makes what is shown on the clipboard, or tell why there is none."""
    from models.keras_code import write_code  # nobody has to wait for it before

    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None  # a window is open
    try:
        code = write_code(what_is_shown(session))
    except LatentExplorerError as error:
        session.told.emit(str(error))
        return
    clipboard.setText(code)
    session.told.emit(TOLD)


def what_is_shown(session: Session) -> Shown:
    """What feeds the decoder now, and how its output is read."""
    from models.keras_code import Shown

    state = session.state
    return Shown(
        session.subject,
        state.latent.z,
        session.clean if state.route is Route.ENCODER else None,
        state.noise,
        state.noise_seed,
        state.classes,
        state.shown,
        state.port,
    )
