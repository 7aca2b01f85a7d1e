"""Data of a user's own, through real engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from explorer.data_job import DataDesk
from explorer.state.record import Change
from explorer.state.session import Session
from tests.patience import TIMEOUT_MS


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("explorer.data_job.log_path", lambda: tmp_path / "engine.log")
    monkeypatch.setattr("models.code_cache.cache_folder", lambda: tmp_path / "cache")


@pytest.fixture
def desk(qapp: object) -> Iterator[DataDesk]:
    made = DataDesk()
    yield made
    made.cancel()


def bring(qtbot: QtBot, desk: DataDesk, session: Session, data: Path) -> list[Change]:
    """Open data and wait for what they bring."""
    changes: list[Change] = []
    session.changed.connect(changes.append)
    with qtbot.waitSignal(session.told, timeout=TIMEOUT_MS):
        desk.open(session, str(data))
    return changes


def test_data_bring_codes_samples_and_labels(
    qtbot: QtBot, desk: DataDesk, session: Session, strokes_npz: Path, tmp_path: Path
) -> None:
    sentences: list[str] = []
    session.told.connect(sentences.append)
    changes = bring(qtbot, desk, session, strokes_npz)
    assert changes[-1].fields == {"codes"}
    assert not desk.is_busy
    where, samples = session.subject.whereabouts, session.subject.samples
    assert where.codes is not None
    assert where.codes.codes.shape == (30, 16)
    assert where.sentence == "from the codes of strokes.npz"
    assert samples is not None
    with np.load(strokes_npz) as stored:
        np.testing.assert_array_equal(samples.pictures[..., 0], stored["x_test"])
        np.testing.assert_array_equal(samples.labels, stored["y_test"])
    assert sentences[-1].startswith("strokes.npz gave 30 codes and samples.")
    pool = QThreadPool.globalInstance()
    assert pool is not None
    assert pool.waitForDone(TIMEOUT_MS)
    (kept,) = (tmp_path / "cache").iterdir()
    first = where.codes.codes
    told: list[str] = []
    desk.told.connect(told.append)
    bring(qtbot, desk, session, strokes_npz)
    again = session.subject.whereabouts.codes
    assert again is not None
    np.testing.assert_array_equal(again.codes, first)
    assert not [sentence for sentence in told if sentence.startswith("Encoding")]
    assert kept.exists()


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("missing.npz", None, "nothing there"),
        ("torn.npz", b"PK\x03\x04torn", "torn.npz"),
        ("text.npy", b"no array at all", "text.npy"),
    ],
)
def test_data_that_cannot_be_read_are_one_sentence(
    qtbot: QtBot,
    desk: DataDesk,
    session: Session,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    found: str,
) -> None:
    sentences: list[str] = []
    session.told.connect(sentences.append)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = session.subject
    assert bring(qtbot, desk, session, tmp_path / name) == []
    assert found in sentences[-1]
    assert "\n" not in sentences[-1]
    assert session.subject is before
    assert not desk.is_busy


def test_work_that_is_given_up_tells_nothing(
    qtbot: QtBot, desk: DataDesk, session: Session, strokes_npz: Path
) -> None:
    before = session.subject
    told: list[str] = []
    session.told.connect(told.append)
    with qtbot.waitSignal(desk.told, timeout=TIMEOUT_MS):
        desk.open(session, str(strokes_npz))
    desk.cancel()
    assert not desk.is_busy
    assert session.subject is before
    assert told == []
