"""``explorer.explore``: a window on Models of a script or a notebook."""

from __future__ import annotations

import atexit
import sys
from typing import Any

from explorer.from_python.handle import Handle
from explorer.from_python.launch import check_display, start_window
from explorer.from_python.own_data import check_data
from explorer.from_python.own_models import open_models
from models.errors import DataError, LatentExplorerError

__all__ = ["LatentExplorerError", "explore"]

_handles: list[Handle] = []


def explore(decoder: Any, encoder: Any = None, data: Any = None, labels: Any = None) -> Handle:
    """Open a window on Keras Models of this process, and go on at once.

    The Models are not copied: this process goes on serving them, so what the
    window shows changes as they are trained, see :meth:`Handle.refresh` and
    :class:`explorer.Watch`. A script that comes to its end waits until its
    windows are closed; one that fails, and an interactive session, closes them.

    Parameters
    ----------
    decoder : keras.Model
        Functional, Sequential, or a subclass of Model that was called once, on
        TensorFlow. Alone it may also be an autoencoder with layers or attributes
        called ``decoder`` and ``encoder``.
    encoder : keras.Model, optional
    data : array_like, shape (n, ...), optional
        As the encoder takes them; without an encoder, as the decoder makes them.
        They are encoded in the background and give ranges, histograms and samples.
    labels : array_like of int, shape (n,), optional

    Returns
    -------
    Handle
        To read and set ``z``, to hear of changes, and to close the window.

    Raises
    ------
    LatentExplorerError
        If these Models or data cannot be shown, or there is no display.

    Examples
    --------
    >>> handle = explore(decoder, encoder, data=x_test, labels=y_test)  # doctest: +SKIP
    >>> handle.set_z([0.5] * 16)  # doctest: +SKIP
    """
    handle = open_window(decoder, encoder, data, labels)
    handle.encode_data()
    return handle


def open_window(decoder: Any, encoder: Any, data: Any, labels: Any) -> Handle:
    """As :func:`explore`, but leave the data for later."""
    check_display()
    if data is None and labels is not None:
        raise DataError("labels", "must come with data", "labels alone", "give data, too")
    own = open_models(decoder, encoder, None if data is None else check_data(data, labels))
    handle = Handle(own, *start_window())
    if not _handles:
        atexit.register(_end)
    _handles[:] = [handle, *(other for other in _handles if not other.closed)]
    return handle


def _end() -> None:
    try:
        if not (_is_interactive() or _has_failed()):
            for handle in _handles:
                handle.wait()
    except KeyboardInterrupt:
        pass  # Ctrl-C while waiting: enough
    finally:
        for handle in _handles:
            if not handle.closed:
                handle.close()


def _is_interactive() -> bool:
    return hasattr(sys, "ps1") or bool(sys.flags.interactive) or "ipykernel" in sys.modules


def _has_failed() -> bool:
    """Whether an error that nobody caught has been printed."""
    return getattr(sys, "last_value", None) is not None
