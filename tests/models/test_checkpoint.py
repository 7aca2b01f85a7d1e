"""What a training needs to go on survives; what is torn is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.checkpoint import Checkpoint, Statistics, kept_epochs, load_checkpoint, save_checkpoint
from models.errors import TrainingError

SETTINGS = json.dumps({"seed": 1, "epochs": 5})


def arrays(seed: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    generator = np.random.default_rng(seed)
    return [generator.random((2, 3), dtype=np.float32) for _ in range(120)]


def test_a_checkpoint_comes_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    point = Checkpoint(SETTINGS).after(1, 0.5, arrays(1), arrays(2)).after(2, 0.7, [], arrays(3))
    save_checkpoint(path, point)
    again = load_checkpoint(path, SETTINGS)
    assert (again.epoch, again.stale, again.validation_loss) == (2, 1, 0.5)
    for left, right in ((again.best, arrays(1)), (again.variables, arrays(3))):
        assert all(np.array_equal(one, two) for one, two in zip(left, right, strict=True))
    assert kept_epochs(path) == 2


def test_only_a_better_epoch_becomes_the_best() -> None:
    point = Checkpoint(SETTINGS)
    history = []
    for epoch, loss in enumerate([0.5, 0.4, 0.4, 0.6, 0.3], start=1):
        point = point.after(epoch, loss, [np.array(epoch)], [])
        history.append((int(point.best[0]), point.stale, point.validation_loss))
    assert history == [(1, 0, 0.5), (2, 0, 0.4), (2, 1, 0.4), (2, 2, 0.4), (5, 0, 0.3)]


def test_without_a_checkpoint_one_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    assert load_checkpoint(path, SETTINGS) == Checkpoint(SETTINGS)
    assert kept_epochs(path) == 0


@pytest.mark.parametrize("content", [b"", b"torn", b"PK\x03\x04torn"])
def test_a_torn_checkpoint_is_told_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"checkpoint\.npz.*remove it to start anew"):
        load_checkpoint(path, SETTINGS)


def test_another_archive_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    np.savez(path, record=np.array("{}"))
    with pytest.raises(TrainingError, match="whole checkpoint"):
        load_checkpoint(path, SETTINGS)


def test_other_settings_are_refused_with_the_difference(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    save_checkpoint(path, Checkpoint(SETTINGS, epoch=1))
    with pytest.raises(TrainingError, match="epochs 9 instead of 5") as caught:
        load_checkpoint(path, json.dumps({"seed": 1, "epochs": 9}))
    assert "seed" not in str(caught.value)


def test_lines_of_unfinished_epochs_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "stats.jsonl"
    first = Statistics(path, 0)
    first.step(1, 1, {"loss": 0.5}, 0.001, 0.01)
    first.epoch(1, {"loss": 0.5}, {"loss": 0.4})
    first.step(2, 1, {"loss": 0.4}, 0.001, 0.01)
    with path.open("ab") as stream:
        stream.write(b'[]\n"text"\n\xff\xfe\n{"kind": "step", "epo')
    Statistics(path, 1).step(2, 1, {"loss": 0.3}, 0.001, 0.01)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(line["kind"], line["epoch"], line["loss"]) for line in lines] == [
        ("step", 1, 0.5),
        ("epoch", 1, 0.5),
        ("step", 2, 0.3),
    ]
