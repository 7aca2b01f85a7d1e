"""`latent-explorer evaluate` as a user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from models.bundle import DEFAULT
from tests.explorer.cli.terminal import Run, assert_one_sentence


def test_a_table_has_a_line_for_each_kind(run: Run, strokes_npz: Path) -> None:
    code, out, error = run("evaluate", "--data", strokes_npz)
    assert (code, error) == (0, "")
    assert "mnist-dae-16 on the 30 test pictures of strokes.npz" in out
    gaussian = next(line for line in out.splitlines() if line.startswith("Gaussian"))
    numbers = [float(text) for text in gaussian.split()[1:]]
    assert len(numbers) == 6
    assert numbers[0] == pytest.approx(0.33, abs=0.03)
    assert numbers[1] < numbers[0]


def test_json_has_the_same_figures(run: Run, strokes_npz: Path) -> None:
    code, out, _ = run("evaluate", DEFAULT, "--data", strokes_npz, "--json")
    record = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert code == 0
    assert (record["bundle"], record["pictures"]) == ("mnist-dae-16", 30)
    assert set(record["noise"]["gaussian"]["denoised"]) == {"mse", "psnr_db", "ssim"}


def test_pictures_of_another_size_are_refused(run: Run, tmp_path: Path) -> None:
    x, y = np.zeros((9, 8, 8), np.uint8), np.zeros(9, np.uint8)
    np.savez(tmp_path / "small.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    code, _, error = run("evaluate", "--data", tmp_path / "small.npz")
    assert code == 1
    assert re.search(r"small\.npz must have pictures of \(28, 28, 1\).*\(8, 8, 1\)", error)
    assert_one_sentence(error)
