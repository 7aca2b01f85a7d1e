"""`latent-explorer denoise` as a user meets it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from models.digits import normalise_digit, rasterise
from models.pictures import open_picture, save_picture
from models.stroke_digits import draw_digit
from tests.explorer.cli.terminal import Run, assert_one_sentence


def test_a_scan_becomes_a_denoised_digit(run: Run, scan: Path, tmp_path: Path) -> None:
    code, out, error = run("denoise", scan, tmp_path / "out.png")
    assert (code, error) == (0, "")
    assert "300 × 300 pixels, denoised at 28 × 28" in out
    assert "MSE" not in out, "nobody knows the clean picture of one that is noisy already"
    picture = open_picture(tmp_path / "out.png")
    assert picture.shape == (28, 28)
    assert picture[:2].max() < 0.3 < picture.max()


def test_added_noise_is_measured_and_repeats_with_its_seed(
    run: Run, scan: Path, tmp_path: Path
) -> None:
    outputs = []
    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        path = tmp_path / f"{name}.png"
        code, out, _ = run("denoise", scan, path, "--noise", "gaussian", "--seed", seed)
        assert code == 0
        outputs.append(path.read_bytes())
    noisy, denoised = (float(x) for x in re.findall(r"MSE (\S+)", out))
    assert denoised < noisy
    assert "PSNR" in out
    assert "SSIM" in out
    assert outputs[0] == outputs[1] != outputs[2]


def test_no_strength_is_no_noise(run: Run, scan: Path, tmp_path: Path) -> None:
    options = ["--noise", "masking", "--strength", "0"]
    _, out, _ = run("denoise", scan, tmp_path / "a.png", *options)
    assert "noisy     MSE 0.00000" in out


def test_a_picture_of_the_models_size_is_taken_as_it_stands(run: Run, tmp_path: Path) -> None:
    digit = normalise_digit(rasterise(draw_digit(3, 1)))
    moved = np.roll(digit, (-3, -3), (0, 1))
    save_picture(tmp_path / "in.png", moved)
    outputs = []
    for options in ([], ["--no-normalise"], ["--normalise"]):
        run("denoise", tmp_path / "in.png", tmp_path / "out.png", *options)
        outputs.append(open_picture(tmp_path / "out.png"))
    assert np.array_equal(outputs[0], outputs[1])
    assert not np.array_equal(outputs[0], outputs[2])


def test_which_of_both_is_ink_can_be_said(run: Run, scan: Path, tmp_path: Path) -> None:
    outputs = []
    for invert in ("auto", "yes", "no"):
        run("denoise", scan, tmp_path / "out.png", "--invert", invert)
        outputs.append((tmp_path / "out.png").read_bytes())
    assert outputs[0] == outputs[1] != outputs[2]


def test_pixels_can_be_enlarged(run: Run, scan: Path, tmp_path: Path) -> None:
    run("denoise", scan, tmp_path / "small.png")
    run("denoise", scan, tmp_path / "large.png", "--scale", "5")
    large = open_picture(tmp_path / "large.png")
    assert large.shape == (140, 140)
    assert np.array_equal(large[::5, ::5], open_picture(tmp_path / "small.png"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.png", "out.png"], "none.png must be a picture file"),
        (["{scan}", "out.jpg"], "out.jpg must be named .png"),
        (["{scan}", "none/out.png"], "must lie in a folder that can be written"),
        (["{scan}", "out.png", "--noise", "fog"], "none, gaussian"),
        (["{scan}", "out.png", "--strength", "1"], "--strength needs a --noise"),
        (["{scan}", "out.png", "--bundle", "none"], "none must be a bundle folder"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    arguments: list[str],
    said: str,
    run: Run,
    scan: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    code, _, error = run("denoise", *(text.format(scan=scan) for text in arguments))
    assert code == 1
    assert said in error
    assert_one_sentence(error)
    assert not any(work.iterdir())
