"""Epochs are kept small, come back as they were, and are read with care."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import epochs
from models.epochs import (
    FOLDER,
    MAX_EPOCH_BYTES,
    FixedSamples,
    KeptEpoch,
    code_count,
    keep_epoch,
    keep_samples,
    list_epochs,
    read_epoch,
    read_samples,
    small_pictures,
)
from models.errors import TrainingError

PICTURES = np.arange(2 * 8 * 8, dtype=np.uint8).reshape(2, 8, 8, 1)
CODES = np.linspace(-1, 1, 15, dtype=np.float32).reshape(5, 3).astype(np.float16)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    labels = np.arange(5, dtype=np.uint8)
    keep_samples(tmp_path, FixedSamples(PICTURES, PICTURES[::-1], labels, (8, 8)))
    return tmp_path


def epoch(*weights: Any) -> KeptEpoch:
    return KeptEpoch(PICTURES, CODES, [np.asarray(weight, np.float32) for weight in weights])


def test_samples_come_back(out: Path) -> None:
    samples = read_samples(out)
    assert np.array_equal(samples.clean, PICTURES)
    assert np.array_equal(samples.noisy, PICTURES[::-1])
    assert samples.labels.tolist() == [0, 1, 2, 3, 4]
    assert samples.side_px == (8, 8)


def test_an_epoch_comes_back_in_half_precision(out: Path) -> None:
    keep_epoch(out, 7, epoch([[0.1, 1e9]], [-1e9, 2.0]))
    kept = read_epoch(out, 7)
    assert np.array_equal(kept.pictures, PICTURES)
    assert np.array_equal(kept.codes, CODES)
    assert [weight.dtype for weight in kept.weights] == [np.float16] * 2
    assert kept.weights[0].tolist() == [[np.float16(0.1), 65504.0]]
    assert kept.weights[1].tolist() == [-65504.0, 2.0]


def test_codes_that_half_precision_cannot_hold_are_kept_as_its_largest_numbers(out: Path) -> None:
    codes = np.array([[1e5, -1e9]], np.float32)
    keep_epoch(out, 7, KeptEpoch(PICTURES, codes, []))
    assert read_epoch(out, 7).codes.tolist() == [[65504.0, -65504.0]]


def test_weights_that_take_too_much_are_left_out(out: Path) -> None:
    keep_epoch(out, 1, epoch(np.zeros(400_000)))
    keep_epoch(out, 2, epoch(np.zeros(600_000)))
    assert len(read_epoch(out, 1).weights) == 1
    assert len(read_epoch(out, 2).weights) == 0
    for number in (1, 2):
        assert (out / FOLDER / f"{number:04}.npz").stat().st_size <= MAX_EPOCH_BYTES


def test_many_epochs_are_thinned_out(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_epoch(out, 1, epoch())
    one = (out / FOLDER / "0001.npz").stat().st_size
    monkeypatch.setattr(epochs, "MAX_FOLDER_BYTES", 5 * one)
    for number in range(2, 8):
        keep_epoch(out, number, epoch())
    assert list_epochs(out) == [1, 3, 5, 6, 7]  # at the sixth, every second went


def test_large_pictures_are_kept_as_thumbnails() -> None:
    assert small_pictures(np.ones((2, 300, 200, 2), np.float32)).shape == (2, 100, 67, 1)
    levels = small_pictures(np.array([-1.0, 0.5, 2.0], np.float32).reshape(1, 1, 3, 1))
    assert levels.ravel().tolist() == [0, 128, 255]


@pytest.mark.parametrize(("latent_dim", "count"), [(1, 500), (16, 500), (4096, 16), (10**6, 1)])
def test_long_codes_are_fewer(latent_dim: int, count: int) -> None:
    assert code_count(latent_dim) == count


def test_no_folder_has_no_epochs(tmp_path: Path) -> None:
    assert list_epochs(tmp_path / "none") == []


WHOLE = {"pictures": PICTURES, "codes": CODES, "weights": np.array(0, np.int32)}


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {**WHOLE, "pictures": PICTURES.astype(np.float32)},
        {**WHOLE, "pictures": PICTURES[..., 0]},
        {**WHOLE, "codes": CODES[0]},
        {**WHOLE, "codes": CODES.astype(np.float64)},
        {**WHOLE, "weights": np.array(3, np.int32)},
        {**WHOLE, "weights": np.array(-1, np.int32)},
        {**WHOLE, "weights": np.array(10**9, np.int32)},
        {**WHOLE, "weights": np.array([1, 2], np.int32)},
        {**WHOLE, "weights": np.array(1, np.int32), "weight_000": np.zeros(3)},
        {**WHOLE, "pictures": np.array([{}], object)},
    ],
)
def test_another_epochs_file_is_refused(out: Path, arrays: dict[str, Any]) -> None:
    np.savez(out / FOLDER / "0003.npz", **arrays)
    with pytest.raises(TrainingError):
        read_epoch(out, 3)


@pytest.mark.parametrize(
    "changed",
    [
        {"clean": PICTURES.astype(np.int16)},
        {"noisy": PICTURES[:1]},
        {"labels": np.zeros((2, 2), np.uint8)},
        {"side_px": np.zeros(3, np.int32)},
    ],
)
def test_other_samples_are_refused(out: Path, changed: dict[str, Any]) -> None:
    whole = {"clean": PICTURES, "noisy": PICTURES, "labels": np.zeros(5, np.uint8)}
    whole["side_px"] = np.array([8, 8], np.int32)
    np.savez(out / FOLDER / "samples.npz", **{**whole, **changed})
    with pytest.raises(TrainingError):
        read_samples(out)
