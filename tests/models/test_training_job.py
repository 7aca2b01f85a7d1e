"""What a window may ask of a training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.data import Dataset
from models.errors import ArchitectureError, TrainingError
from models.training_job import (
    JOB,
    NOISES,
    TrainingJob,
    free_folder,
    list_trainings,
    read_job,
    write_job,
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "gan"}, "The kind must be dae or vae; received gan"),
        ({"latent_dim": 0}, "latent_dim must be a number from 1 to 4096; received 0"),
        ({"latent_dim": 4097}, "latent_dim must be a number from 1 to 4096; received 4097"),
        ({"filters": ()}, "The filters must be 1 to 5 numbers from 1 to 512"),
        ({"filters": (4, 0)}, "The filters must be 1 to 5 numbers from 1 to 512"),
        ({"filters": (4,) * 6}, "The filters must be 1 to 5 numbers from 1 to 512"),
        ({"hidden": -1}, "The hidden units must be a number from 0 to 4096"),
        ({"noise": "loud"}, "The noise must be one of every kind, Gaussian, little, none"),
        ({"epochs": 0}, "The epochs must be a number from 1 to 1000; received 0"),
    ],
)
def test_what_cannot_be_trained_is_told_in_one_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(TrainingError) as refused:
        replace(TrainingJob(), **changes)
    assert str(refused.value).startswith(said)
    assert len(str(refused.value)) <= 200


@pytest.mark.parametrize("noise", NOISES)
def test_a_job_comes_back(noise: str, tmp_path: Path) -> None:
    job = TrainingJob("vae", 2, (16, 32), 192, noise, 7, "/some/where.npz")
    write_job(tmp_path, job)
    assert read_job(tmp_path) == job


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 5000,
        json.dumps({**TrainingJob().to_json(), "more": 1}),
        json.dumps({**TrainingJob().to_json(), "latent_dim": "16"}),
        json.dumps({**TrainingJob().to_json(), "latent_dim": True}),
        json.dumps({**TrainingJob().to_json(), "epochs": 1e3}),
        json.dumps({**TrainingJob().to_json(), "filters": [1, "2"]}),
        json.dumps({**TrainingJob().to_json(), "noise": "loud"}),
    ],
)
def test_a_broken_note_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / JOB).write_text(text)
    with pytest.raises(TrainingError) as refused:
        read_job(tmp_path)
    assert len(str(refused.value)) <= 200


def test_small_data_are_held_out_in_part(strokes: Dataset) -> None:
    config = replace(TrainingJob(), data="strokes.npz").config(strokes)
    assert (config.validation, config.batch_size) == (24, 54)
    assert (config.mix.strokes, config.mix.warped) == (0, 0)
    assert TrainingJob().config(strokes).mix.strokes > 0  # MNIST gets drawn digits, too


def test_pictures_that_cannot_be_halved_are_refused(strokes: Dataset) -> None:
    with pytest.raises(ArchitectureError, match="divisible by 8"):
        TrainingJob(filters=(4, 4, 4)).config(strokes)


def test_too_few_pictures_are_refused(strokes: Dataset) -> None:
    few = replace(strokes, x_train=strokes.x_train[:4], y_train=strokes.y_train[:4])
    with pytest.raises(TrainingError, match="must hold a few pictures to train on; received 4"):
        TrainingJob(data="few.npz").config(few)


def test_folders_get_numbers(tmp_path: Path) -> None:
    job = TrainingJob("vae", 2, data="/some/Fashion.npz")
    first = free_folder(tmp_path, job.name)
    assert first.name == "fashion-vae-2"
    first.mkdir()
    assert free_folder(tmp_path, job.name).name == "fashion-vae-2-2"
    assert list_trainings(tmp_path) == []
    write_job(first, job)
    assert list_trainings(tmp_path) == [first]
    assert list_trainings(tmp_path / "none") == []
