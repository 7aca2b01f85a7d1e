"""The codes of a data set: all of them, whatever is unreadable, however often it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models import encoding
from models.bundle import DEFAULT
from models.data_set import DataSet, open_data
from models.encoding import EncodedData, encode_dataset
from models.errors import DataError
from models.loading import load_models

Floats = npt.NDArray[np.float32]

COUNT = 50
PICTURES = np.random.default_rng(2).random((COUNT, 4, 4, 1)).astype(np.float32)
LABELS = np.arange(COUNT) % 3


def encode(pictures: Floats, _rows: Any = None) -> Floats:
    """Means of the rows: (n, 4, 4, 1) -> (n, 4)."""
    assert np.isfinite(pictures).all()
    return np.asarray(pictures.mean(axis=(2, 3)), np.float32)


def make_data(folder: Path, pictures: npt.NDArray[Any] = PICTURES, **labels: Any) -> DataSet:
    np.savez(folder / "x.npz", x=pictures, **labels)
    return open_data(folder / "x.npz", (4, 4, 1))


def encoded_all(data: DataSet, **settings: Any) -> EncodedData:
    encoded = encode_dataset(encode, data, **settings)
    assert encoded is not None
    return encoded


@pytest.mark.parametrize("batch", [1, 7, 50, 256])
def test_every_picture_is_encoded(batch: int, tmp_path: Path) -> None:
    encoded = encoded_all(make_data(tmp_path, y=LABELS), batch=batch)
    codes = encoded.codes
    assert np.allclose(codes.codes, encode(PICTURES), atol=1e-6)
    assert codes.labels.tolist() == LABELS.tolist()
    assert encoded.labelled
    assert encoded.indices.tolist() == encoded.samples.tolist() == list(range(COUNT))
    assert np.allclose(codes.mean, encode(PICTURES).mean(axis=0), atol=1e-6)
    assert np.allclose(codes.covariance, np.cov(encode(PICTURES), rowvar=False), atol=1e-6)
    assert np.allclose(codes.quantiles[[0, -1]], [codes.codes.min(0), codes.codes.max(0)])


def test_progress_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    encoded_all(
        make_data(tmp_path), batch=20, on_progress=lambda done, total: told.append((done, total))
    )
    assert told == [(20, COUNT), (40, COUNT), (50, COUNT)]


def test_it_stops_when_told_to(tmp_path: Path) -> None:
    told: list[int] = []
    encoded = encode_dataset(
        encode,
        make_data(tmp_path),
        batch=10,
        on_progress=lambda done, total: told.append(done),
        cancelled=lambda: len(told) == 2,
    )
    assert encoded is None
    assert told == [10, 20]


def test_a_spatial_code_is_laid_out_in_a_row(tmp_path: Path) -> None:
    encoded = encode_dataset(lambda pictures, _: pictures[:, :2, :2], make_data(tmp_path))
    assert encoded is not None
    assert encoded.codes.codes.shape == (COUNT, 4)


def test_what_is_not_finite_is_left_out_and_counted(tmp_path: Path) -> None:
    spoiled = PICTURES.copy()
    spoiled[[3, 17]] = np.nan
    encoded = encoded_all(make_data(tmp_path, spoiled, y=LABELS), batch=10)
    kept = [index for index in range(COUNT) if index not in (3, 17)]
    assert encoded.indices.tolist() == kept
    assert encoded.codes.labels.tolist() == LABELS[kept].tolist()
    assert np.allclose(encoded.codes.codes, encode(PICTURES[kept]), atol=1e-6)
    assert "Not readable, not finite or too large, and left out: 2." in encoded.notes


def test_codes_that_are_too_large_to_be_measured_are_left_out(tmp_path: Path) -> None:
    def encode_huge(pictures: Floats, rows: npt.NDArray[np.int64]) -> Floats:
        sizes = np.where(rows == 3, -1e30, 1e14)
        return (encode(pictures) * sizes[:, np.newaxis]).astype(np.float32)

    encoded = encode_dataset(encode_huge, make_data(tmp_path))
    assert encoded is not None
    assert encoded.indices.tolist() == [index for index in range(COUNT) if index != 3]
    assert "Not readable, not finite or too large, and left out: 1." in encoded.notes


def test_the_encoder_is_told_which_pictures_it_gets(tmp_path: Path) -> None:
    spoiled = PICTURES.copy()
    spoiled[7] = np.nan

    def encode_rows(pictures: Floats, rows: npt.NDArray[np.int64]) -> Floats:
        return np.column_stack([pictures[:, 0, 0, 0], rows]).astype(np.float32)

    encoded = encode_dataset(encode_rows, make_data(tmp_path, spoiled), batch=9)
    assert encoded is not None
    assert encoded.codes.codes[:, 1].tolist() == encoded.indices.tolist()
    assert 7 not in encoded.indices


def test_no_finite_code_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="finite code"):
        encode_dataset(lambda pictures, _: np.full((len(pictures), 4), np.nan), make_data(tmp_path))


def test_too_many_codes_are_thinned_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "MAX_CODES_BYTES", 10 * 4 * 4)
    monkeypatch.setattr(encoding, "MAX_SAMPLES", 5)
    encoded = encoded_all(make_data(tmp_path, y=LABELS), batch=3)
    assert len(encoded.codes.codes) == len(encoded.indices) == 10
    assert encoded.indices[[0, -1]].tolist() == [0, COUNT - 1]
    assert np.allclose(encoded.codes.codes, encode(PICTURES[encoded.indices]), atol=1e-6)
    assert len(np.unique(encoded.samples)) == 5
    assert "Encoded are 10 of 50, evenly spaced." in encoded.notes


@pytest.mark.parametrize(
    ("labels", "dtype"), [(LABELS, np.uint8), (LABELS + 300, np.int32), (LABELS - 1, np.int32)]
)
def test_labels_take_a_byte_where_they_fit(
    labels: npt.NDArray[Any], dtype: type, tmp_path: Path
) -> None:
    codes = encoded_all(make_data(tmp_path, y=labels)).codes
    assert codes.labels.dtype == dtype
    assert codes.labels.tolist() == labels.tolist()


def test_without_labels_all_are_0(tmp_path: Path) -> None:
    encoded = encoded_all(make_data(tmp_path))
    assert not encoded.labelled
    assert not encoded.codes.labels.any()


def test_the_bundles_own_encoder(strokes_npz: Path) -> None:
    models = load_models(DEFAULT)
    data = open_data(strokes_npz, models.bundle.picture_shape)
    encoded = encode_dataset(
        lambda pictures, _: np.asarray(models.encoder(pictures)), data, batch=16
    )
    assert encoded is not None
    assert encoded.codes.codes.shape == (30, models.bundle.latent_dim)
    together = np.asarray(models.encoder(data.batch(0, 30)))
    assert np.allclose(encoded.codes.codes, together, atol=1e-3)
