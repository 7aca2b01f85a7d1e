"""Arrays that Keras and its users write are read; the others are in the catalogue."""

from __future__ import annotations

from typing import Any

import h5py
import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest

from models.errors import ModelFileError
from models.inspection.hdf5 import Hdf5
from tests.hostile.sound import hdf5_bytes

NOISE = np.random.default_rng(0).normal(size=(60, 50)).astype(np.float32)


def stored(values: npt.NDArray[Any], **options: Any) -> Hdf5:
    def fill(file: h5py.File) -> None:
        file.create_dataset("vars/0", data=values, **options)

    return Hdf5(hdf5_bytes(fill), "decoder.h5")


@pytest.mark.parametrize(
    "values",
    [
        NOISE,
        NOISE.astype(np.float16),
        NOISE.astype(np.float64),
        NOISE.astype(">f4"),
        np.arange(6, dtype=np.int64).reshape(1, 2, 3),
        np.array([1, 2], np.uint32),
        np.array([True, False]),
        np.array(3.5, np.float32),
        np.zeros((0, 4), np.float32),
        np.full(3, np.nan, np.float32),
    ],
    ids=["f4", "f2", "f8", "big-endian", "i8", "u4", "bool", "scalar", "empty", "nan"],
)
def test_reads_numbers(values: npt.NDArray[Any]) -> None:
    file = stored(values)
    read = file.read("vars/0")
    assert file["vars/0"].shape == read.shape == values.shape
    assert file["vars/0"].dtype == read.dtype == values.dtype.newbyteorder("=")
    np.testing.assert_array_equal(read, values)


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "gzip"},
        {"compression": "gzip", "shuffle": True, "fletcher32": True},
        {"fletcher32": True},
        {"shuffle": True},
        {"chunks": (7, 50)},
        {"chunks": (7, 11), "compression": "gzip", "fletcher32": True, "maxshape": (None, None)},
    ],
    ids=["gzip", "all", "checksum", "shuffle", "chunks", "resizable"],
)
def test_reads_packed_numbers(options: dict[str, Any]) -> None:
    np.testing.assert_array_equal(stored(NOISE, **options).read("vars/0"), NOISE)


def test_reads_bfloat16_as_float32() -> None:
    halves = NOISE.astype(ml_dtypes.bfloat16)

    def fill(file: h5py.File) -> None:
        file.create_dataset("vars/0", data=halves).attrs["dtype"] = "bfloat16"

    read = Hdf5(hdf5_bytes(fill), "decoder.keras").read("vars/0")
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, halves.astype(np.float32))


@pytest.mark.parametrize("version", ["earliest", "v110", "latest"])
def test_reads_every_version_of_the_format(version: str) -> None:
    def fill(file: h5py.File) -> None:
        for number in range(40):
            file[f"layers/dense_{number}/vars/0"] = NOISE
        file["layers"].attrs["names"] = [f"dense_{number}" for number in range(40)]

    file = Hdf5(hdf5_bytes(fill, libver=version), "decoder.h5")
    assert len(file) == 40
    np.testing.assert_array_equal(file.read("layers/dense_39/vars/0"), NOISE)
    assert file.texts("layers", "names") == tuple(f"dense_{number}" for number in range(40))


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("résumé", ("résumé",)),
        (b"bytes", ("bytes",)),
        (np.array([b"a", b"long"]), ("a", "long")),
        ([b"a", b"long"], ("a", "long")),
        (["a", "画像"], ("a", "画像")),
        ([], ()),
        (np.bytes_(b"fixed"), ("fixed",)),
    ],
)
def test_reads_texts_however_they_are_kept(value: Any, texts: tuple[str, ...]) -> None:
    def fill(file: h5py.File) -> None:
        file.attrs["names"] = value

    file = Hdf5(hdf5_bytes(fill), "decoder.h5")
    assert file.texts("", "names") == texts
    assert file.texts("", "others") is None


def test_zeros_may_be_left_out_of_a_small_file() -> None:
    values = np.zeros((1000, 1000), np.float32)
    np.testing.assert_array_equal(stored(values, compression="gzip").read("vars/0"), values)


def test_nothing_is_read_after_closing() -> None:
    file = stored(NOISE)
    file.close()
    with pytest.raises(ModelFileError):
        file.read("vars/0")
