"""Stands in for scikit-learn, which not every machine that tests has."""

from __future__ import annotations

from pathlib import Path

import pytest

# Tells of one step, and then does something else before it ends.
LIBRARY = """
import os
import threading

class TSNE:
    def __init__(self, **settings):
        pass

    def fit_transform(self, codes):
        print("[t-SNE] Iteration 50: error = 1.0, gradient norm = 0.1")
        {action}
        return codes[:, :2]
"""
FOR_EVER = "threading.Event().wait()"


def put_library(folder: Path, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    """Have processes that start from now on find it; ``action`` is a line of Python."""
    package = folder / "sklearn"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").touch()
    (package / "manifold.py").write_text(LIBRARY.format(action=action))
    monkeypatch.syspath_prepend(str(folder))
