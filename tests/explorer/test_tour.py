"""The tour, as a user without a display would start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from models.bundle import Bundle
from models.noise import KINDS

ROOT = Path(__file__).parents[2]
SIZE = (1280, 800)
TITLE = (18, 10, 132, 34)  # left, top, right, bottom of the words "Latent Explorer"
NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig/>'

Step = dict[str, Any]

pytestmark = pytest.mark.timeout(600)  # the first test waits for the whole tour


def tour(out: Path, program: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    inherited = {key: value for key, value in os.environ.items() if key not in displays}
    if sys.platform != "linux":
        inherited["QT_QPA_PLATFORM"] = "offscreen"
    arguments = ["tour", "--out", str(out)]
    return subprocess.run(
        [sys.executable, *(["-c", program] if program else ["-m", "explorer"]), *arguments],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one tour leaves."""
    folder = tmp_path_factory.mktemp("tour") / "not there yet"
    done = tour(folder)
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stdout
    return folder


@pytest.fixture(scope="module")
def steps(out: Path) -> dict[str, Step]:
    record = json.loads((out / "tour.json").read_text("utf-8"))
    assert record["size"] == list(SIZE)
    return {step["name"]: step for step in record["steps"]}


def pixels(out: Path, step: Step) -> npt.NDArray[np.uint8]:
    with Image.open(out / step["picture"]) as image:
        return np.asarray(image.convert("RGB"))


def test_each_step_has_its_picture(out: Path, steps: dict[str, Step]) -> None:
    names = [step["picture"] for step in steps.values()]
    assert sorted(path.name for path in out.iterdir()) == sorted([*names, "tour.json"])
    seen = {}
    for name, step in steps.items():
        picture = pixels(out, step)
        assert picture.shape == (SIZE[1], SIZE[0], 3)
        assert picture.std() > 10
        seen[name] = picture.tobytes()
    del seen["first model"]  # comes back as it was left
    assert len(set(seen.values())) == len(steps) - 1


def test_it_plays_the_main_job(steps: dict[str, Step]) -> None:
    assert list(steps)[:3] == ["start", "ready", "sliders"]
    assert {"stroke 1", "stroke 2", "switch", "switch back", "layers", "why"} <= set(steps)
    kinds = {step["noise"] for name, step in steps.items() if name.startswith("noise ")}
    assert kinds == set(KINDS) - {"none"}


def test_it_plays_every_pane(steps: dict[str, Step]) -> None:
    order = [
        *("map", "map drag", "map hover", "map selection", "map pictures", "map background"),
        *("traversal", "traversal play", "traversal step"),
        *("neighbours", "neighbours click", "far out", "pulled back"),
        *("arithmetic", "direction", "journey"),
        *("painting", "film", "keras code", "session"),
        *("variational", "prior", "variational map", "first model"),
        *("training form", "training", "first epoch", "trained"),
    ]
    assert [name for name in steps if name in order] == order
    assert steps["map"]["route"] == "encoder"
    assert steps["map drag"]["route"] == "sliders"


def changed(steps: dict[str, Step], before: str, after: str) -> list[int]:
    difference = np.abs(np.subtract(steps[after]["z"], steps[before]["z"]))
    found: list[int] = np.flatnonzero(difference > 1e-3).tolist()
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("map", "map drag"),
        ("traversal step", "neighbours click"),
        ("neighbours click", "far out"),
        ("far out", "pulled back"),
        ("pulled back", "arithmetic"),
        ("arithmetic", "direction"),
        ("direction", "journey"),
        ("journey", "painting"),
    ],
)
def test_a_hand_on_a_pane_moves_z(steps: dict[str, Step], before: str, after: str) -> None:
    assert len(changed(steps, before, after)) > 2


def test_looking_leaves_z_as_it_is(steps: dict[str, Step]) -> None:
    looking = ["map drag", "map hover", "map selection", "map pictures", "map background"]
    for name in (*looking[1:], "traversal", "traversal play"):
        assert changed(steps, "map drag", name) == []


def test_a_cell_of_the_grid_changes_its_own_dimension(steps: dict[str, Step]) -> None:
    assert changed(steps, "traversal", "traversal step") == [2]


def test_what_is_taken_away_comes_back(steps: dict[str, Step]) -> None:
    assert "journey.gif" in steps["film"]["message"]
    assert "clipboard" in steps["keras code"]["message"]
    assert steps["session"]["z"] == steps["painting"]["z"]


def test_models_stay_as_they_were_left(steps: dict[str, Step]) -> None:
    assert len(steps["variational map"]["z"]) == 2
    assert steps["first model"]["z"] == steps["session"]["z"]


def test_the_stored_picture_is_seen_before_the_engine_is_ready(
    steps: dict[str, Step], bundle: Bundle
) -> None:
    start, ready = steps["start"], steps["ready"]
    assert start["engine"] != "ready"
    assert ready["engine"] == "ready"
    np.testing.assert_allclose(start["z"], bundle.first.z, atol=1e-3)
    np.testing.assert_allclose(ready["z"], start["z"], atol=1e-3)
    for side in ("noisy", "denoised"):
        assert ready["metrics"][side]["mse"] == pytest.approx(start["metrics"][side]["mse"], 1e-4)


def test_the_sliders_move_z_and_the_switch_gives_it_back(steps: dict[str, Step]) -> None:
    routes = {name: steps[name]["route"] for name in ("ready", "sliders", "switch", "switch back")}
    assert list(routes.values()) == ["encoder", "sliders", "sliders", "encoder"]
    moved = np.flatnonzero(np.abs(np.subtract(steps["sliders"]["z"], steps["ready"]["z"])) > 1e-3)
    assert moved.tolist() == [2, 5, 9]
    before = steps["noise gaussian"]["z"]
    assert steps["switch"]["z"] != before
    np.testing.assert_allclose(steps["switch back"]["z"], before, atol=1e-3)


def test_every_kind_of_noise_comes_off(steps: dict[str, Step]) -> None:
    for name, step in steps.items():
        if name.startswith("noise "):
            metrics = step["metrics"]
            assert metrics["denoised"]["mse"] < metrics["noisy"]["mse"], name
            assert metrics["denoised"]["psnr_db"] > metrics["noisy"]["psnr_db"], name
            assert metrics["denoised"]["ssim"] > metrics["noisy"]["ssim"], name
            assert step["message"] == ""
            assert step["decode_ms"] > 0


def test_letters_are_letters_not_boxes(out: Path, steps: dict[str, Step]) -> None:
    left, top, right, bottom = TITLE
    words = pixels(out, steps["ready"])[top:bottom, left:right].max(axis=2)
    assert words.max() > 200
    columns = {column.tobytes() for column in words.T}
    assert len(columns) > 40  # of equal boxes there would be a dozen


@pytest.mark.parametrize(
    ("chapter", "why"),
    [
        ('guide.session.failed.emit(1, "The picture must be finite; received NaN.")', "NaN"),
        ('guide.window.model_wanted.emit(ModelSource.of("none.keras"))', "none.keras"),
        ('guide.fail("No step was seen.")', "No step was seen"),
    ],
)
def test_a_failed_step_ends_it_with_a_sentence(tmp_path: Path, chapter: str, why: str) -> None:
    program = f"""
import sys
from explorer import tour_script
from explorer.cli import main
from explorer.tour_guide import Until
from models.source import ModelSource

def chapter(guide):
    {chapter}
    yield Until("nothing", lambda: False)

tour_script.CHAPTERS = (chapter,)
sys.exit(main())
"""
    done = tour(tmp_path, program)
    assert done.returncode == 1, done.stderr
    (sentence,) = [line for line in done.stderr.splitlines() if "every step" in line]
    assert why in sentence
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "tour.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="fonts are found by fontconfig on Linux alone")
def test_without_a_font_it_says_so(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text(NO_FONTS)
    done = tour(tmp_path / "out", FONTCONFIG_FILE=str(config))
    assert done.returncode == 1
    (sentence,) = done.stderr.strip().splitlines()
    assert "font" in sentence
    assert not (tmp_path / "out").exists()
