"""A training can be stopped anywhere and ends in the same bundle."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest

from models.bundle import CARD, CODES, DECODER, DEFAULT, ENCODER, Bundle, open_bundle
from models.checkpoint import kept_epochs
from models.data import Dataset
from models.errors import TrainingError
from models.lock import have_to_oneself
from models.train import CHECKPOINT, STATISTICS, Progress, TrainConfig, train

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

EPOCHS, STEPS = 3, 4

Trained = tuple[Bundle, list[Progress]]


def weights(folder: Path) -> list[npt.NDArray[np.float32]]:
    models = [keras.models.load_model(folder / name) for name in (ENCODER, DECODER)]
    return [weight for model in models for weight in model.get_weights()]


def statistics(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / STATISTICS).read_text("utf-8").splitlines()]


def assert_same_training(left: Path, right: Path) -> None:
    pairs = zip(weights(left), weights(right), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)
    timeless = [
        [{key: line[key] for key in line if key != "seconds"} for line in statistics(folder)]
        for folder in (left, right)
    ]
    assert timeless[0] == timeless[1]


def interrupt_at(epoch: int, step: int) -> Callable[[Progress], None]:
    def on_progress(progress: Progress) -> None:
        if (progress.epoch, progress.step) == (epoch, step):
            raise KeyboardInterrupt

    return on_progress


@pytest.fixture(scope="module")
def unfinished(
    small_config: TrainConfig, strokes: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A training that was interrupted in its second epoch."""
    folder = tmp_path_factory.mktemp("unfinished")
    with pytest.raises(KeyboardInterrupt):
        train(small_config, strokes, folder, interrupt_at(2, 1))
    return folder


def test_a_training_writes_a_bundle_that_opens(trained: Trained, strokes: Dataset) -> None:
    bundle, _ = trained
    names = {path.name for path in bundle.folder.iterdir()}
    assert names == {ENCODER, DECODER, CODES, "card.json", STATISTICS}
    again = open_bundle(bundle.folder)
    assert again.latent_dim == 3
    assert again.codes.codes.shape == (30, 3)
    assert np.array_equal(again.codes.labels, strokes.y_test)


def test_the_card_tells_how_it_was_made(trained: Trained) -> None:
    card = trained[0].card
    assert card["architecture"]["filters"] == [4, 6]
    assert card["data"] == {"name": "strokes.npz", "train": 240, "test": 30}
    assert card["seed"] == 1337
    assert card["training"]["epochs_run"] == EPOCHS
    assert card["noise"]["clean"] > 0
    assert set(card["metrics"]) >= {"none", "gaussian", "blur"}
    assert card["metrics"]["gaussian"]["denoised"]["mse"] > 0
    assert set(card["files"]) == {ENCODER, DECODER, CODES}


def test_there_is_one_line_of_statistics_for_each_step_and_each_epoch(trained: Trained) -> None:
    lines = statistics(trained[0].folder)
    steps = [(line["epoch"], line["step"]) for line in lines if line["kind"] == "step"]
    epochs = [line["epoch"] for line in lines if line["kind"] == "epoch"]
    assert steps == [(epoch, step) for epoch in (1, 2, 3) for step in (1, 2, 3, 4)]
    assert epochs == [1, 2, 3]
    for line in lines:
        assert np.isfinite(line["loss"])
    rates = [line["learning_rate"] for line in lines if line["kind"] == "step"]
    assert max(rates) == pytest.approx(2e-3, rel=0.3)
    assert rates.index(max(rates)) in (3, 4), "the highest rate comes after one epoch"
    assert rates[-1] < 0.2 * max(rates), "it falls towards the end"


def test_progress_is_told_after_every_step(trained: Trained) -> None:
    progress = trained[1]
    assert [(p.epoch, p.step) for p in progress] == [
        (e, s) for e in (1, 2, 3) for s in (1, 2, 3, 4)
    ]
    assert {(p.epochs, p.steps) for p in progress} == {(EPOCHS, STEPS)}
    assert progress[0].validation_loss is None
    assert progress[-1].validation_loss is not None


@pytest.mark.parametrize("place", [(1, 2), (3, 4)])
def test_an_interrupted_training_goes_on_as_if_it_had_not_been(
    place: tuple[int, int],
    trained: Trained,
    small_config: TrainConfig,
    strokes: Dataset,
    tmp_path: Path,
) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(small_config, strokes, tmp_path, interrupt_at(*place))
    assert kept_epochs(tmp_path / CHECKPOINT) == place[0] - 1
    seen: list[int] = []
    train(small_config, strokes, tmp_path, lambda progress: seen.append(progress.epoch))
    assert Counter(seen) == Counter(dict.fromkeys(range(place[0], EPOCHS + 1), STEPS))
    assert_same_training(tmp_path, trained[0].folder)


def test_killed_in_the_middle_of_an_epoch_it_loses_only_that_epoch(
    trained: Trained, small_config: TrainConfig, strokes_npz: Path, strokes: Dataset, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    options = ["--data", str(strokes_npz), "--out", str(folder), "--epochs", "3"]
    options += ["--batch-size", "50", "--validation", "40", "--filters", "4,6", "--latent-dim", "3"]
    command = [sys.executable, "-m", "explorer", "train", *options]
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("epoch 2/3, step 1"):
                process.kill()
                break
        else:
            pytest.fail("the training never reached its second epoch")
    assert kept_epochs(folder / CHECKPOINT) >= 1
    (folder / ".0123456789abcdef.partial").write_bytes(b"left by the killed process")
    with (folder / STATISTICS).open("a") as stream:
        stream.write('{"kind": "step", "epo')
    train(small_config, strokes, folder)
    assert not list(folder.glob(".*"))
    assert_same_training(folder, trained[0].folder)


def test_killed_while_the_bundle_is_written_it_only_writes_the_bundle(
    trained: Trained,
    small_config: TrainConfig,
    strokes: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("models.bundle.write_card", fail)
    with pytest.raises(KeyboardInterrupt):
        train(small_config, strokes, tmp_path)
    monkeypatch.undo()
    train(small_config, strokes, tmp_path, interrupt_at(3, 1))
    assert_same_training(tmp_path, trained[0].folder)


def test_the_test_digits_decide_nothing(
    trained: Trained, small_config: TrainConfig, strokes: Dataset, tmp_path: Path
) -> None:
    blank = dataclasses.replace(strokes, x_test=np.zeros_like(strokes.x_test))
    train(small_config, blank, tmp_path)
    assert_same_training(tmp_path, trained[0].folder)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 1}, "seed 1 instead of 1337"),
        ({"epochs": 9}, "epochs 9 instead of 3"),
        ({"learning_rate": 0.5}, "learning_rate 0.5 instead of 0.002"),
    ],
)
def test_an_unfinished_training_goes_on_only_with_its_own_settings(
    changes: dict[str, Any],
    said: str,
    unfinished: Path,
    small_config: TrainConfig,
    strokes: Dataset,
) -> None:
    before = (unfinished / CHECKPOINT).read_bytes()
    with pytest.raises(TrainingError, match=said):
        train(dataclasses.replace(small_config, **changes), strokes, unfinished)
    assert (unfinished / CHECKPOINT).read_bytes() == before


def test_an_unfinished_training_goes_on_only_with_its_own_data(
    unfinished: Path, small_config: TrainConfig, strokes: Dataset
) -> None:
    other = dataclasses.replace(strokes, x_train=strokes.x_train[::-1])
    with pytest.raises(TrainingError, match=r"data [0-9a-f]{12} instead of"):
        train(small_config, other, unfinished)


def test_a_finished_bundle_is_not_overwritten(
    trained: Trained, small_config: TrainConfig, strokes: Dataset
) -> None:
    folder = trained[0].folder
    before = (folder / DECODER).read_bytes()
    with pytest.raises(TrainingError, match="finished bundle"):
        train(small_config, strokes, folder)
    assert (folder / DECODER).read_bytes() == before


def test_a_folder_in_which_a_training_goes_on_is_refused_and_left_alone(
    tmp_path: Path, small_config: TrainConfig, strokes: Dataset
) -> None:
    partial = tmp_path / ".something.partial"
    partial.touch()
    with have_to_oneself(tmp_path), pytest.raises(TrainingError) as refused:
        train(small_config, strokes, tmp_path)
    assert str(refused.value) == (
        f"{tmp_path} must be trained in by one process at a time; "
        "received a training that goes on; wait until it ends, or name another folder."
    )
    assert list(tmp_path.iterdir()) == [partial]


def test_a_bundle_finished_since_the_first_look_is_not_overwritten(
    tmp_path: Path, small_config: TrainConfig, strokes: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def late(folder: Path) -> Iterator[bool]:
        (folder / CARD).touch()
        yield True

    monkeypatch.setattr("models.train.have_to_oneself", late)
    with pytest.raises(TrainingError, match="finished bundle"):
        train(small_config, strokes, tmp_path)


def test_early_stopping_ends_a_training_that_no_longer_gets_better(
    small_config: TrainConfig, strokes: Dataset, tmp_path: Path
) -> None:
    config = dataclasses.replace(small_config, learning_rate=0.0, epochs=50, patience=2)
    bundle = train(config, strokes, tmp_path)
    assert bundle.card["training"]["epochs_run"] == 3


def test_a_loss_that_explodes_is_told(
    small_config: TrainConfig, strokes: Dataset, tmp_path: Path
) -> None:
    config = dataclasses.replace(small_config, learning_rate=1e38)
    with pytest.raises(TrainingError, match=r"finite.*lower the learning rate"):
        train(config, strokes, tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"validation": 200}, r"200 held-out pictures.*240 pictures.*--validation"),
        ({"batch_size": 240}, r"240 pictures.*--batch-size"),
        ({"validation": 0}, "held-out"),
    ],
)
def test_too_few_pictures_are_refused_before_anything_is_written(
    changes: dict[str, Any],
    said: str,
    small_config: TrainConfig,
    strokes: Dataset,
    tmp_path: Path,
) -> None:
    with pytest.raises(TrainingError, match=said):
        train(dataclasses.replace(small_config, **changes), strokes, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_pictures_of_another_shape_are_refused(
    small_config: TrainConfig, strokes: Dataset, tmp_path: Path
) -> None:
    cut = dataclasses.replace(strokes, x_train=strokes.x_train[:, :24])
    with pytest.raises(TrainingError, match=r"\(28, 28, 1\).*\(24, 28, 1\)"):
        train(small_config, cut, tmp_path)


def test_the_bundle_of_the_app_has_exactly_the_examples_architecture() -> None:
    card = open_bundle(DEFAULT).card
    assert card["architecture"] == {
        "picture_shape": [28, 28, 1],
        "latent_dim": 16,
        "filters": [32, 64],
        "kernel_size": 3,
    }


def test_a_training_can_start_from_another_bundle(
    small_config: TrainConfig, trained: Trained, strokes: Dataset, tmp_path: Path
) -> None:
    first, _ = trained
    config = dataclasses.replace(
        small_config, epochs=1, learning_rate=1e-9, start=str(first.folder)
    )
    second = train(config, strokes, tmp_path / "second")
    for begun, ended in zip(weights(first.folder), weights(second.folder), strict=True):
        np.testing.assert_allclose(begun, ended, atol=1e-6)
    assert second.card["start"]["files"] == first.card["files"]


def test_a_start_of_another_architecture_is_refused(
    small_config: TrainConfig, trained: Trained, strokes: Dataset, tmp_path: Path
) -> None:
    architecture = dataclasses.replace(small_config.architecture, latent_dim=4)
    config = dataclasses.replace(
        small_config, architecture=architecture, start=str(trained[0].folder)
    )
    with pytest.raises(TrainingError, match="must have the architecture that is to be trained"):
        train(config, strokes, tmp_path / "second")
