"""A training for a window: what it tells, what it keeps, how it ends."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from models.bundle import CARD, DECODER, open_bundle
from models.data import Dataset
from models.epoch_decoder import decode
from models.epochs import list_epochs, read_epoch, read_samples
from models.training_child import fixed_samples, run
from models.training_job import TrainingJob, read_job

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def job(strokes_npz: Path) -> TrainingJob:
    return TrainingJob(latent_dim=3, filters=(4, 6), epochs=2, data=str(strokes_npz))


def trained(out: Path, job: TrainingJob, stop_at: tuple[int, int] | None = None) -> Told:
    told: Told = []
    stop = threading.Event()

    def tell(kind: str, **fields: Any) -> None:
        told.append((kind, fields))
        if kind == "step" and (fields["epoch"], fields["step"]) == stop_at:
            stop.set()

    run({"out": str(out), "job": job.to_json()}, tell, stop)
    return told


@pytest.fixture(scope="module")
def out(job: TrainingJob, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that was stopped in its second epoch and went on."""
    folder = tmp_path_factory.mktemp("child") / "made"
    told = trained(folder, job, (2, 1))
    assert [kind for kind, _ in told][-3:] == ["epoch", "step", "stopped"]
    assert list_epochs(folder) == [1]
    assert not (folder / CARD).exists()
    told = trained(folder, read_job(folder))
    assert told[0][1]["epoch"] == 2  # not the first one again
    assert [kind for kind, _ in told][-2:] == ["epoch", "done"]
    return folder


def test_a_training_that_was_stopped_goes_on_to_a_bundle(out: Path) -> None:
    assert open_bundle(out).latent_dim == 3
    assert list_epochs(out) == [1, 2]


def test_epochs_show_the_same_samples_otherwise(out: Path, job: TrainingJob) -> None:
    samples = read_samples(out)
    first, last = read_epoch(out, 1), read_epoch(out, 2)
    assert samples.clean.shape == first.pictures.shape == (8, 28, 28, 1)
    assert not np.array_equal(samples.clean[:4], samples.noisy[:4])
    assert np.array_equal(samples.clean[4:], samples.noisy[4:])
    assert not np.array_equal(first.pictures, last.pictures)
    assert first.codes.shape == (30, job.latent_dim)
    assert not np.array_equal(first.codes, last.codes)


def test_the_last_epoch_decodes_as_the_bundle_does(out: Path) -> None:
    decoder = keras.models.load_model(out / DECODER, compile=False)
    z = np.array([0.5, -1.0, 2.0], np.float32)
    expected = np.asarray(decoder(z[None]))[0]
    kept = read_epoch(out, 2)
    assert np.abs(decode(kept.weights, "dae", z, (28, 28)) - expected).max() < 2e-3
    other = decode(read_epoch(out, 1).weights, "dae", z, (28, 28))
    assert not np.allclose(other, expected, atol=1e-3)


def test_a_variational_one_keeps_its_means(strokes_npz: Path, tmp_path: Path) -> None:
    job = TrainingJob("vae", 2, (4,), 5, "none", 1, str(strokes_npz))
    told = trained(tmp_path, job)
    assert told[-1][0] == "done"
    kept = read_epoch(tmp_path, 1)
    assert kept.codes.shape == (30, 2)
    decoder = keras.models.load_model(tmp_path / DECODER, compile=False)
    expected = np.asarray(decoder(kept.codes[:1].astype(np.float32)))[0]
    found = decode(kept.weights, "vae", kept.codes[0].astype(np.float32), (28, 28))
    assert np.abs(found - expected).max() < 2e-3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data": "/no/such.npz"}, "/no/such.npz must be an .npz file"),
        ({"latent_dim": 0}, "latent_dim must be a number from 1 to 4096; received 0"),
        ({"filters": [4, 4, 4]}, "divisible by 8"),
    ],
)
def test_what_cannot_be_trained_is_told_and_nothing_is_made(
    changes: dict[str, Any], said: str, job: TrainingJob, tmp_path: Path
) -> None:
    told: Told = []
    asked = {"out": str(tmp_path / "made"), "job": {**job.to_json(), **changes}}
    run(asked, lambda kind, **fields: told.append((kind, fields)), threading.Event())
    ((kind, fields),) = told
    assert kind == "refused"
    assert said in fields["sentence"]
    assert not (tmp_path / "made").exists()


def test_a_folder_that_cannot_be_made_is_told(job: TrainingJob, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = trained(tmp_path / "file" / "made", job)
    assert told == [("refused", {"sentence": f"{tmp_path}/file/made: Not a directory."})]


def test_a_finished_bundle_is_left_alone(out: Path, job: TrainingJob) -> None:
    ((kind, fields),) = trained(out, job)
    assert kind == "refused"
    assert "must not hold a finished bundle" in fields["sentence"]


@pytest.mark.timeout(400)  # TensorFlow's import, twice, on a machine that may be busy
def test_it_ends_with_the_window_and_is_stopped_by_a_line(job: TrainingJob, tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path[:] = {sys.path!a}; from models.training_child import main; main()"
    )
    asked = {"out": str(tmp_path / "made"), "job": replace(job, epochs=1000).to_json()}
    for bye in ("", "stop\n"):
        with subprocess.Popen(
            [sys.executable, "-P", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["kind"] == "step"
            if bye:
                process.stdin.write(bye)
                process.stdin.flush()
                told = [json.loads(line)["kind"] for line in process.stdout]
                assert told[-1] == "stopped"
            else:
                process.stdin.close()
            assert process.wait() == (0 if bye else 1)
    assert not (tmp_path / "made" / CARD).exists()


def test_a_full_disk_is_told_and_what_was_kept_stays(
    job: TrainingJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(tmp_path, job, (2, 1))
    before = {path: path.read_bytes() for path in tmp_path.glob("epochs/*")}

    def no_room(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("models.files.os.fsync", no_room)
    kind, fields = trained(tmp_path, job)[-1]
    monkeypatch.undo()
    assert kind == "refused"
    assert fields["sentence"].startswith(str(tmp_path))
    assert fields["sentence"].endswith(": No space left on device.")
    assert {path: path.read_bytes() for path in tmp_path.glob("epochs/*")} == before
    assert trained(tmp_path, job)[-1][0] == "done"


def test_samples_are_of_as_many_classes_as_there_are(strokes: Dataset) -> None:
    same = replace(strokes, x_test=strokes.x_test[[0, 0, 1]], y_test=strokes.y_test[[0, 0, 1]])
    samples, given = fixed_samples(same, noisy=False, codes=2)
    assert np.array_equal(samples.clean[:2, ..., 0], strokes.x_test[:2, ..., 0])
    assert np.array_equal(samples.clean, samples.noisy)
    assert given.shape == (3, 28, 28, 1)
    assert samples.labels.tolist() == [0, 0]
