"""A bundle is whole, or it is refused with the file's name."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import pytest

from models.bundle import (
    CARD,
    CODES,
    DECODER,
    DEFAULT,
    ENCODER,
    QUANTILE_LEVELS,
    Bundle,
    Codes,
    open_bundle,
    read_card,
    write_card,
    write_codes,
)
from models.errors import BundleError

Arrays = dict[str, npt.NDArray[Any]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the bundle that comes with the app."""
    return Path(shutil.copytree(DEFAULT, tmp_path / "copy"))


def change_card(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    card = json.loads((folder / CARD).read_text("utf-8"))
    change(card)
    (folder / CARD).write_text(json.dumps(card), "utf-8")


def change_codes(folder: Path, change: Callable[[Arrays], None]) -> None:
    """Change arrays, and make the card agree with the changed file."""
    with np.load(folder / CODES) as archive:
        arrays = dict(archive)
    change(arrays)
    np.savez_compressed(folder / CODES, **arrays)
    write_card(folder, read_card(folder))


def test_the_bundle_of_the_app_is_whole(bundle: Bundle) -> None:
    assert bundle.name == "mnist-dae-16"
    assert bundle.latent_dim == 16
    assert bundle.picture_shape == (28, 28, 1)
    assert bundle.codes.codes.shape[1] == 16
    assert set(bundle.codes.labels.tolist()) == set(range(10))
    assert sum(path.stat().st_size for path in DEFAULT.iterdir()) <= 4_000_000


def test_the_quantiles_mean_and_covariance_are_those_of_the_codes(bundle: Bundle) -> None:
    codes = bundle.codes
    assert codes.levels.tolist() == pytest.approx(QUANTILE_LEVELS)
    assert np.allclose(codes.mean, codes.codes.mean(axis=0), atol=1e-4)
    assert np.allclose(codes.covariance, np.cov(codes.codes, rowvar=False), rtol=1e-3, atol=1e-3)
    assert np.allclose(codes.quantiles[0], codes.codes.min(axis=0))
    assert np.allclose(codes.quantiles[-1], codes.codes.max(axis=0))
    assert (np.diff(codes.quantiles, axis=0) >= 0).all()


def test_one_code_dimension_has_a_covariance_too() -> None:
    codes = Codes.measure(np.arange(5, dtype=np.float32)[:, None], np.zeros(5, np.uint8))
    assert codes.covariance.shape == (1, 1)


def test_what_is_written_comes_back(tmp_path: Path, bundle: Bundle) -> None:
    for name in (ENCODER, DECODER):
        (tmp_path / name).write_bytes(b"a model")
    write_codes(tmp_path / CODES, bundle.codes, bundle.first)
    write_card(tmp_path, {"architecture": bundle.card["architecture"]})
    again = open_bundle(str(tmp_path))
    for part, same in ((again.codes, bundle.codes), (again.first, bundle.first)):
        for name, array in vars(part).items():
            assert np.array_equal(array, getattr(same, name)), name


@pytest.mark.parametrize("name", [CARD, CODES, ENCODER, DECODER])
class TestEachFile:
    def test_missing(self, copy: Path, name: str) -> None:
        (copy / name).unlink()
        with pytest.raises(BundleError, match=name):
            open_bundle(copy)

    def test_a_folder_in_its_place(self, copy: Path, name: str) -> None:
        (copy / name).unlink()
        (copy / name).mkdir()
        with pytest.raises(BundleError, match=name):
            open_bundle(copy)

    @pytest.mark.parametrize("share", [0, 0.5, 0.99])
    def test_truncated(self, copy: Path, name: str, share: float) -> None:
        content = (copy / name).read_bytes()
        (copy / name).write_bytes(content[: int(share * len(content))])
        with pytest.raises(BundleError, match=name):
            open_bundle(copy)


@pytest.mark.parametrize("name", [CODES, ENCODER, DECODER])
@pytest.mark.parametrize("place", [0, 1000, -1])
def test_one_changed_byte_is_noticed(copy: Path, name: str, place: int) -> None:
    content = bytearray((copy / name).read_bytes())
    content[place] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(BundleError, match=rf"{name}.*SHA-256.*changed"):
        open_bundle(copy)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "readable JSON"),
        (b"{", "readable JSON"),
        (b"\xff\xfe{}", "readable JSON"),
        (b"[" * 100_000, "readable JSON"),
        (b"[]", "format 1; received 'list'"),
        (b"{}", "format 1; received None"),
        (b'{"format": 2}', "format 1; received 2"),
        (b'{"format": 1}', "architecture"),
        (b'{"format": 1, "files": [], "architecture": {}}', "architecture"),
        (b" " * (2**20 + 1), "at most 1048576 bytes"),
    ],
)
def test_a_card_that_is_none_is_refused(copy: Path, content: bytes, said: str) -> None:
    (copy / CARD).write_bytes(content)
    with pytest.raises(BundleError, match=said) as caught:
        open_bundle(copy)
    assert str(copy / CARD) in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("latent_dim", None),
        ("latent_dim", 0),
        ("latent_dim", "16"),
        ("latent_dim", 16.5),
        ("latent_dim", 10**9),
        ("picture_shape", [28, 28]),
        ("picture_shape", [28, -28, 1]),
        ("picture_shape", 28),
    ],
)
def test_a_card_with_impossible_sizes_is_refused(copy: Path, key: str, value: Any) -> None:
    change_card(copy, lambda card: card["architecture"].update({key: value}))
    with pytest.raises(BundleError, match=r"card\.json.*architecture"):
        open_bundle(copy)


def test_pictures_that_nobody_could_show_are_refused(copy: Path) -> None:
    change_card(copy, lambda card: card["architecture"].update({"picture_shape": [28, 28, 2]}))
    with pytest.raises(BundleError, match="picture_shape must have 1, 3 or 4 channels"):
        open_bundle(copy)


@pytest.mark.parametrize("entry", [None, "a digest", {}, {"bytes": "1", "sha256": 1}])
def test_a_file_the_card_does_not_vouch_for_is_refused(copy: Path, entry: Any) -> None:
    change_card(copy, lambda card: card["files"].update({DECODER: entry}))
    with pytest.raises(BundleError, match=DECODER):
        open_bundle(copy)


def test_codes_of_another_length_than_the_card_says_are_refused(copy: Path) -> None:
    change_card(copy, lambda card: card["architecture"].update(latent_dim=8))
    with pytest.raises(BundleError, match=r"codes\.npz: codes.*8\).*16\)"):
        open_bundle(copy)


def drop(name: str) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.__delitem__(name)


def put(name: str, array: Any) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.update({name: np.asarray(array)})


def spoil(name: str, value: float) -> Callable[[Arrays], None]:
    return lambda arrays: arrays[name].reshape(-1).__setitem__(3, value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop("codes"), "no codes"),
        (drop("first_z"), "no first_z"),
        (spoil("codes", np.nan), "codes must be finite"),
        (spoil("codes", -np.inf), "codes must be finite"),
        (spoil("codes", -1e30), "codes must be at most"),
        (spoil("covariance", np.inf), "covariance must be finite"),
        (spoil("first_output", np.nan), "first_output must be finite"),
        (put("codes", np.zeros((0, 16), np.float32)), r"codes.*\(0, 16\)"),
        (put("codes", np.float32(1)), "codes"),
        (put("labels", np.zeros(3, np.uint8)), r"labels.*\(3,\)"),
        (put("labels", np.zeros((10, 2), np.uint8)), "labels"),
        (put("levels", np.float32(1)), "levels"),
        (put("mean", np.zeros(16)), "mean must be float32.*float64"),
        (put("mean", np.zeros(16, np.complex64)), "mean must be float32.*complex64"),
        (put("quantiles", np.zeros((11, 15), np.float32)), "quantiles"),
        (put("covariance", np.zeros(16, np.float32)), "covariance"),
        (put("first_clean", np.zeros((28, 28), np.float32)), "first_clean"),
        (put("first_z", np.zeros(17, np.float32)), "first_z"),
        (put("mean", ["text"] * 16), "mean"),
    ],
)
def test_codes_that_do_not_fit_are_refused_by_name(
    copy: Path, change: Callable[[Arrays], None], said: str
) -> None:
    change_codes(copy, change)
    with pytest.raises(BundleError, match=said) as caught:
        open_bundle(copy)
    assert str(copy / CODES) in str(caught.value)


@pytest.mark.parametrize("path", ["nothing here", "a file"])
def test_what_is_no_folder_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(BundleError, match=path):
        open_bundle(tmp_path / path)


def test_a_name_in_any_script_can_be_opened(copy: Path) -> None:
    copy.rename(copy.parent / "décodeur 画像 ☃")
    assert open_bundle(copy.parent / "décodeur 画像 ☃").name == "décodeur 画像 ☃"


def test_opening_leaves_no_file_open(copy: Path) -> None:
    open_bundle(copy)
    (copy / DECODER).write_bytes(b"torn")
    with pytest.raises(BundleError):
        open_bundle(copy)
    held = [file.path for file in psutil.Process().open_files()]
    assert not [path for path in held if str(copy) in path]


def test_a_file_without_permission_is_named(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("models.bundle.sha256_of", refuse)
    with pytest.raises(BundleError, match=r"encoder\.keras must be readable.*denied"):
        open_bundle(copy)
