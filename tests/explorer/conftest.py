"""What tests of the window and of the command line share."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import log


@pytest.fixture
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's state folder, and a log that ends with the test."""
    monkeypatch.setattr(log, "user_state_path", lambda *_, **__: tmp_path / "state")
    root = logging.getLogger()
    before = root.handlers[:]
    yield tmp_path / "state"
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
