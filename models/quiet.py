"""Keras without TensorFlow's own lines on the terminal."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator


def import_keras() -> None:
    """Import Keras and TensorFlow; what they print below Python is dropped.

    Their libraries print on the file descriptor of stderr before any setting of
    theirs is read.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _stderr_closed():
        importlib.import_module("keras")


@contextlib.contextmanager
def _stderr_closed() -> Iterator[None]:
    try:
        kept = os.dup(2)
    except OSError:  # a process without a terminal, as on Windows
        yield
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
