"""Maps kept on disk, which may be torn or of something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.layout_cache import keep_layout, layout_key, load_layout

CODES = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
POINTS = CODES[:, :2].copy()


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    key = layout_key(CODES, "tsne")
    assert load_layout(key, 20, tmp_path / "new") is None
    keep_layout(key, POINTS, tmp_path / "new")
    found = load_layout(key, 20, tmp_path / "new")
    assert found is not None
    np.testing.assert_array_equal(found, POINTS)


def test_other_codes_and_other_kinds_have_other_keys() -> None:
    keys = {
        layout_key(codes, kind)
        for codes in (CODES, CODES + 1, CODES[:10], CODES.reshape(10, 6))
        for kind in ("tsne", "umap")
    }
    assert len(keys) == 8
    assert layout_key(np.asfortranarray(CODES), "tsne") in keys


@pytest.mark.parametrize(
    "points",
    [POINTS[:5], CODES, POINTS.astype(np.float64), POINTS * np.nan, POINTS.reshape(-1)],
)
def test_points_that_do_not_fit_are_thrown_away(tmp_path: Path, points: np.ndarray) -> None:
    key = layout_key(CODES, "umap")
    keep_layout(key, points, tmp_path)
    assert load_layout(key, 20, tmp_path) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04torn", b"text"])
def test_a_torn_file_is_thrown_away(tmp_path: Path, content: bytes) -> None:
    key = layout_key(CODES, "umap")
    (tmp_path / f"{key}.npz").write_bytes(content)
    assert load_layout(key, 20, tmp_path) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("key", ["", "short", "../" + "a" * 61])
def test_a_key_is_a_hash_and_no_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="hash"):
        keep_layout(key, POINTS, tmp_path)
