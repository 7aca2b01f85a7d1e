"""Codes kept for the next time: found again, never trusted, never too many."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import bundle, code_cache
from models.bundle import Codes
from models.code_cache import cache_key, keep_codes, load_codes
from models.encoding import EncodedData


def make_encoded(count: int = 30, dim: int = 4) -> EncodedData:
    codes = np.random.default_rng(1).normal(size=(count, dim)).astype(np.float32)
    return EncodedData(
        codes=Codes.measure(codes, np.arange(count) % 5),
        indices=np.arange(count, dtype=np.int64) * 2,
        samples=np.arange(0, count, 3, dtype=np.int64),
        labelled=True,
        label_names=("zero", "one", "two", "three", "vier × π"),
        notes=("Channels are stored first.",),
    )


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    encoded = make_encoded()
    keep_codes("key", encoded, tmp_path / "new" / "folder")
    found = load_codes("key", tmp_path / "new" / "folder")
    assert found is not None
    for name, array in vars(encoded.codes).items():
        assert np.array_equal(getattr(found.codes, name), array)
    assert np.array_equal(found.indices, encoded.indices)
    assert np.array_equal(found.samples, encoded.samples)
    assert (found.labelled, found.label_names, found.notes) == (
        True,
        encoded.label_names,
        encoded.notes,
    )


def test_variances_stand_for_a_large_covariance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (bundle, code_cache):
        monkeypatch.setattr(module, "MAX_COVARIANCE_DIM", 3)
    encoded = make_encoded()
    assert np.allclose(encoded.codes.covariance, encoded.codes.codes.var(axis=0, ddof=1))
    keep_codes("key", encoded, tmp_path)
    assert load_codes("key", tmp_path) is not None


def test_what_was_never_kept_is_not_found(tmp_path: Path) -> None:
    assert load_codes("key", tmp_path / "nowhere") is None


def test_a_cache_lies_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_cache, "user_cache_path", lambda name, appauthor: tmp_path / name)
    keep_codes("key", make_encoded())
    assert load_codes("key") is not None
    assert [path.name for path in (tmp_path / "latent-explorer" / "codes").iterdir()] == ["key.npz"]


def spoil(**changed: Any) -> Callable[[dict[str, Any]], object]:
    return lambda arrays: arrays.update(changed)


@pytest.mark.parametrize(
    "change",
    [
        spoil(codes=np.zeros((30, 5), np.float32)),
        spoil(codes=np.zeros((30, 4))),
        spoil(codes=np.zeros((0, 4), np.float32)),
        spoil(codes=np.full((30, 4), np.nan, np.float32)),
        spoil(codes=np.full((30, 4), 1e30, np.float32)),
        spoil(labels=np.zeros(30, np.int64)),
        spoil(labels=np.zeros(29, np.uint8)),
        spoil(levels=np.zeros((), np.float32)),
        spoil(covariance=np.zeros(4, np.float32)),
        spoil(mean=np.full(4, np.inf, np.float32)),
        spoil(indices=np.zeros(30, np.int64)),
        spoil(indices=np.arange(30.0)),
        spoil(samples=np.array([0, 30])),
        spoil(samples=np.array([-1, 3])),
        spoil(story=np.frombuffer(b"no json", np.uint8)),
        spoil(story=np.frombuffer(b'{"label_names": [1], "notes": []}', np.uint8)),
        spoil(story=np.frombuffer(b"[]", np.uint8)),
        spoil(story=np.array({"a": 1}, object)),
        lambda arrays: arrays.pop("mean"),
    ],
)
def test_what_was_spoiled_is_thrown_away(
    change: Callable[[dict[str, Any]], object], tmp_path: Path
) -> None:
    keep_codes("key", make_encoded(), tmp_path)
    path = tmp_path / "key.npz"
    with np.load(path) as archive:
        arrays = dict(archive)
    change(arrays)
    np.savez(path, **arrays)
    assert load_codes("key", tmp_path) is None
    assert not path.exists()


@pytest.mark.parametrize("keep", [0, 10, 500])
def test_what_was_torn_is_thrown_away(keep: int, tmp_path: Path) -> None:
    keep_codes("key", make_encoded(), tmp_path)
    os.truncate(tmp_path / "key.npz", keep)
    assert load_codes("key", tmp_path) is None


def test_the_oldest_go_where_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_codes("0", make_encoded(), tmp_path)
    size_bytes = (tmp_path / "0.npz").stat().st_size
    monkeypatch.setattr(code_cache, "MAX_CACHE_BYTES", 3 * size_bytes)
    for number in (1, 2):
        keep_codes(str(number), make_encoded(), tmp_path)
    for number in range(3):
        os.utime(tmp_path / f"{number}.npz", (1000 + number, 1000 + number))
    assert load_codes("0", tmp_path) is not None  # used again, so it is no longer the oldest
    keep_codes("3", make_encoded(), tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["0", "2", "3"]


def test_codes_larger_than_half_the_cache_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_cache, "MAX_CACHE_BYTES", 1000)
    keep_codes("key", make_encoded(), tmp_path)
    assert load_codes("key", tmp_path) is None


def test_a_key_depends_on_all_that_codes_depend_on(tmp_path: Path) -> None:
    model, data, pictures = tmp_path / "m.keras", tmp_path / "x.npz", tmp_path / "pictures"
    model.write_bytes(b"model")
    data.write_bytes(b"data")
    pictures.mkdir()
    (pictures / "a.png").write_bytes(b"a")
    settings = {"cut": "latent", "shape": [28, 28, 1]}

    keys = [cache_key([model], [data], settings), cache_key([model], [pictures], settings)]
    assert keys == [cache_key([model], [data], settings), cache_key([model], [pictures], settings)]
    keys.append(cache_key([model], [data], settings | {"cut": "other"}))
    data.write_bytes(b"datA")
    keys.append(cache_key([model], [data], settings))
    model.write_bytes(b"modeL")
    keys.append(cache_key([model], [data], settings))
    (pictures / "b.png").write_bytes(b"b")
    keys.append(cache_key([model], [pictures], settings))
    keys.append(cache_key([pictures], [data], settings))  # a bundle is a folder
    (pictures / "b.png").write_bytes(b"c")
    keys.append(cache_key([pictures], [data], settings))
    assert len(set(keys)) == len(keys)
