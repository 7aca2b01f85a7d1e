"""A saved session survives whatever happens while the next one is saved."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from explorer.sessions.saved import SavedSession, read_session, write_session
from models.files import write_atomically
from tests.explorer.cli.terminal import ROOT

ROUNDS = 200
TIMEOUT_S = 300


@pytest.mark.skipif(sys.platform == "win32", reason="the children are forked")
def test_a_kill_while_saving_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    script = Path(__file__).with_name("killed_saver.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path / "mine.json", str(ROUNDS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["neither"] == 0
    assert found["killed while writing"] > 0


@pytest.fixture
def saved_before(full: SavedSession, tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    write_session(path, full)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_full_disk_leaves_the_earlier_file(full: SavedSession, saved_before: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            write_session(saved_before, full)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.filename == str(saved_before)
    assert read_session(saved_before).to_bytes() == full.to_bytes()
    assert [path.name for path in saved_before.parent.iterdir()] == ["mine.json"]


def test_a_write_that_comes_up_short_leaves_the_earlier_file(
    full: SavedSession, saved_before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ShortStream:
        """Takes all but the last byte, and says so without an error."""

        def __init__(self, stream: BinaryIO) -> None:
            self._stream = stream

        def write(self, data: bytes) -> int:
            return self._stream.write(data[:-1])

    monkeypatch.setattr(
        "explorer.sessions.saved.write_atomically",
        lambda path, write: write_atomically(path, lambda stream: write(ShortStream(stream))),
    )
    changed = dataclasses.replace(full.state, noise_seed=1)
    with pytest.raises(OSError, match="No space left"):
        write_session(saved_before, dataclasses.replace(full, state=changed))
    assert read_session(saved_before).to_bytes() == full.to_bytes()
