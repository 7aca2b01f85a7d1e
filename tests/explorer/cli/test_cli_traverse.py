"""``latent-explorer traverse``: a grid of what each value of ``z`` does."""

from __future__ import annotations

import os
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from explorer.cli_engine import open_engine
from models.bundle import DEFAULT, Bundle
from models.source import ModelSource
from tests.explorer.cli.terminal import Run, assert_one_sentence

# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

CORPUS = os.environ.get("LATENT_EXPLORER_CORPUS")
SIDE, GAP = 28, 2


def levels(path: Path) -> npt.NDArray[np.int16]:
    with Image.open(path) as image:
        return np.asarray(image, np.int16)


def cell(grid: npt.NDArray[np.int16], row: int, column: int) -> npt.NDArray[np.int16]:
    y, x = row * (SIDE + GAP), column * (SIDE + GAP)
    return grid[y : y + SIDE, x : x + SIDE]


def test_rows_run_from_quantile_to_quantile(run: Run, tmp_path: Path, bundle: Bundle) -> None:
    grid, codes = tmp_path / "grid.png", tmp_path / "codes.npz"
    arguments = ("--dims", "0,3,5-7", "--columns", "5", "--codes", codes)
    code, printed, error = run("traverse", "--out", grid, *arguments)
    assert (code, printed, error) == (0, f"5 rows of 5 columns are in {grid}\n", "")
    drawn = levels(grid)
    assert drawn.shape == (5 * (SIDE + GAP) - GAP,) * 2
    with np.load(codes) as saved:
        zs, values, dims = saved["codes"], saved["values"], saved["dims"]
    assert dims.tolist() == [0, 3, 5, 6, 7]
    below = (bundle.codes.codes[:, dims, None] < values).mean(axis=0)
    assert np.abs(below - np.linspace(0.05, 0.95, 5)).max() < 0.02, "shares of the codes"
    for row, dim in enumerate(dims):
        assert np.array_equal(zs[row, :, dim], values[row])
        others = np.delete(zs[row], dim, axis=1)
        assert (others == np.delete(bundle.codes.mean, dim)).all()
    with open_engine(ModelSource(bundle=DEFAULT)) as engine:
        flat = zs.reshape(-1, zs.shape[2])
        (pictures,) = engine.decode(flat, {}, lambda done, total: None)
    for number, picture in enumerate(pictures):
        shown = cell(drawn, *divmod(number, 5))
        assert np.abs(shown - picture[:, :, 0] * 255).max() <= 0.51


def test_arrays_and_pictures_are_the_same(run: Run, tmp_path: Path) -> None:
    arguments = ("traverse", "--dims", "2,9", "--columns", "3", "--around", "0 " * 16)
    assert run(*arguments, "--out", tmp_path / "grid.npz")[0] == 0
    assert run(*arguments, "--out", tmp_path / "grid", "--scale", "2")[0] == 0
    with np.load(tmp_path / "grid.npz") as saved:
        outputs, zs = saved["outputs"], saved["codes"]
    assert outputs.shape == (2, 3, SIDE, SIDE, 1)
    assert not zs[0][:, np.arange(16) != 2].any()
    names = [f"z{dim}-0{column}.png" for dim in (2, 9) for column in range(3)]
    assert sorted(path.name for path in (tmp_path / "grid").iterdir()) == names
    for name, output in zip(names, outputs.reshape(6, SIDE, SIDE), strict=True):
        shown = levels(tmp_path / "grid" / name)
        assert shown.shape == (2 * SIDE, 2 * SIDE)
        assert np.abs(shown[::2, 1::2] - output * 255).max() <= 0.51


def test_codes_of_ones_own_say_the_quantiles(run: Run, tmp_path: Path) -> None:
    known = np.random.default_rng(3).standard_normal((500, 16)).astype(np.float32) + 40
    np.save(tmp_path / "known.npy", known)
    np.save(tmp_path / "z.npy", known[7])
    out = tmp_path / "grid.npz"
    arguments = ("--known", tmp_path / "known.npy", "--around", tmp_path / "z.npy")
    assert run("traverse", "--out", out, *arguments, "--columns", "1")[0] == 0
    with np.load(out) as saved:
        assert np.allclose(saved["values"][:, 0], np.median(known, axis=0))
        assert np.array_equal(saved["z"], known[7])


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--dims", "16"], "--dims must be from 0 to 15; received 16"),
        (["--around", "1,2"], "--around must be 16 numbers; received 2 numbers"),
        (["--around", "gone.npy"], "gone.npy must be a file of codes; received nothing there"),
        (["--around", "one"], "--around must be 16 numbers; received 'one'"),
        (["--class", "1"], "--class must be left out"),
        (["--columns", "1001", "--scale", "64"], "must take at most 1024 MiB"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_fit_the_model_is_one_sentence(
    run: Run, tmp_path: Path, arguments: list[str], found: str
) -> None:
    code, printed, error = run("traverse", "--out", tmp_path / "grid.png", *arguments)
    assert (code, printed) == (1, "")
    assert found in error
    assert_one_sentence(error)
    assert not list(tmp_path.glob("*.p*"))


@pytest.mark.parametrize(
    ("out", "found"),
    [
        ("grid.jpg", "must be named .png or .npz, or be a folder; received '.jpg'"),
        ("gone/grid.png", "must lie in a folder that is there"),
        ("file", "must be a folder; received a file"),
        ("folder.png", "must be a file; received a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    run: Run, tmp_path: Path, out: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.png").mkdir()
    monkeypatch.setattr("explorer.cli_traverse.open_engine", None)
    code, _, error = run("traverse", "--out", tmp_path / out)
    assert code == 1
    assert found in error
    assert_one_sentence(error)


def test_curves_are_saved_as_arrays(run: Run, tmp_path: Path) -> None:
    z = keras.Input((3,), name="z")
    keras.Model(z, keras.layers.Dense(50)(z), name="decoder").save(tmp_path / "curve.keras")
    arguments = ("traverse", tmp_path / "curve.keras", "--dims", "1", "--columns", "2")
    assert run(*arguments, "--out", tmp_path / "rows")[0] == 0
    saved = {path.name: np.load(path) for path in (tmp_path / "rows").iterdir()}
    assert {name: curve.shape for name, curve in saved.items()} == {
        "z1-00.npy": (50, 1), "z1-01.npy": (50, 1)
    }  # fmt: skip
    code, _, error = run(*arguments, "--out", tmp_path / "rows.png")
    assert code == 1
    assert "must be an .npz or a folder: the model gives curves" in error
    assert_one_sentence(error)


@pytest.mark.skipif(not CORPUS, reason="no corpus of models")
class TestOwnModels:
    def test_a_class_is_chosen(self, run: Run, tmp_path: Path) -> None:
        model = Path(str(CORPUS), "good", "g_cvae_two_inputs.keras")
        grids = []
        for number in ("0", "1"):
            out = tmp_path / f"{number}.npz"
            assert run("traverse", model, "--out", out, "--class", number)[0] == 0
            with np.load(out) as saved:
                grids.append(saved["outputs"])
        assert np.abs(grids[0] - grids[1]).max() > 1e-3
        code, _, error = run("traverse", model, "--out", out, "--class", "nonsense=1")
        assert code == 1
        assert "--class must name an input: " in error
        code, _, error = run("traverse", model, "--out", out, "--class", "999")
        assert code == 1
        assert_one_sentence(error)

    def test_long_vectors_have_their_first_rows(self, run: Run, tmp_path: Path) -> None:
        model = Path(str(CORPUS), "good", "g_latent_4096.keras")
        code, printed, _ = run("traverse", model, "--out", tmp_path / "grid.png", "--columns", "2")
        assert code == 0
        assert printed.startswith("64 rows of 2 columns")

    def test_what_is_not_finite_is_told(self, run: Run, tmp_path: Path) -> None:
        model = Path(str(CORPUS), "good", "g_nan_weights.keras")
        arguments = ("--dims", "0", "--columns", "3", "--out", tmp_path / "grid.png")
        code, printed, _ = run("traverse", model, *arguments)
        assert code == 0
        assert "not finite are black; pictures that hold some: 3\n" in printed

    def test_code_in_a_file_is_refused(self, run: Run, tmp_path: Path) -> None:
        model = Path(str(CORPUS), "bad", "k_lambda_nested.keras")
        code, _, error = run("traverse", model, "--out", tmp_path / "grid.png")
        assert code == 1
        assert "Lambda" in error
        assert_one_sentence(error)
        assert not (tmp_path / "grid.png").exists()
