"""The window, the command line that opens it, and what opens it from Python.

``explorer.explore(decoder)`` shows Keras Models of the caller's own process,
``explorer.Watch`` shows them while they train, and what goes wrong is an
``explorer.LatentExplorerError``. They are imported when they are first asked
for: the window's own processes need none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.from_python.exploring import explore
    from explorer.from_python.handle import Handle
    from explorer.from_python.watch import Watch
    from models.errors import LatentExplorerError

__all__ = ["Handle", "LatentExplorerError", "Watch", "explore"]

_PLACES = {
    "Handle": "handle",
    "LatentExplorerError": "exploring",
    "Watch": "watch",
    "explore": "exploring",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"explorer.from_python.{_PLACES[name]}"), name)
