"""`latent-explorer train` as a user meets it."""

from __future__ import annotations

import io
import re
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from explorer import cli_train
from models.bundle import CARD, open_bundle
from models.checkpoint import kept_epochs
from models.lock import have_to_oneself
from models.train import CHECKPOINT, Progress
from tests.explorer.cli.terminal import Run, assert_one_sentence, python

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SMALL = ["--epochs", "2", "--batch-size", "50", "--validation", "40"]
SMALL += ["--filters", "4,6", "--latent-dim", "3"]


def test_a_bundle_is_trained_with_lines_of_progress(
    run: Run, strokes_npz: Path, tmp_path: Path
) -> None:
    out = tmp_path / "made"
    code, printed, error = run("train", "--data", strokes_npz, "--out", out, *SMALL)
    assert code == 0
    bundle = open_bundle(out)
    assert (bundle.latent_dim, bundle.card["architecture"]["filters"]) == (3, [4, 6])
    assert f"latent-explorer {out}" in printed
    lines = [line for line in error.splitlines() if line.startswith("epoch ")]
    assert len(lines) == 8
    pattern = r"epoch 2/2, step 4/4, loss 0\.\d+, validation 0\.\d+, 0 min left"
    assert re.fullmatch(pattern, lines[-1])
    code, _, error = run("train", "--data", strokes_npz, "--out", out, *SMALL)
    assert code == 1
    assert "finished bundle" in error


def test_a_variational_autoencoder_is_trained_measured_and_told(
    run: Run, strokes_npz: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = ["--data", strokes_npz, *SMALL]
    code, printed, _ = run("train", *options, "--kind", "vae", "--beta", "0.5", "--hidden", "8")
    out = Path("latent-bundles", "strokes-vae-3")
    assert (code, open_bundle(out).kind) == (0, "vae")
    assert f"latent-explorer {out}" in printed
    code, printed, _ = run("info", out)
    assert code == 0
    for part in ("kind vae", "hidden 8", "beta 0.5", "losses", "kl_loss"):
        assert part in printed
    code, printed, _ = run("evaluate", out, "--data", strokes_npz, "--json")
    assert code == 0
    assert '"mse"' in printed
    Image.fromarray(np.zeros((28, 28), np.uint8)).save("in.png")
    code, _, _ = run("denoise", "in.png", "out.png", "--bundle", out)
    assert code == 0
    assert Path("out.png").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals")
def test_sigterm_ends_it_with_what_is_kept(strokes_npz: Path, tmp_path: Path) -> None:
    options = [*SMALL, "--epochs", "1000"]
    with python(
        "-m", "explorer", "train", "--data", strokes_npz, *options, cwd=tmp_path
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("epoch 2/1000"):
                process.terminate()  # SIGINT may be ignored where tests run in the background
                break
        last = process.stderr.read().splitlines()[-1]
    assert process.returncode == 130
    assert re.fullmatch(
        r"latent-explorer: interrupted; epoch \d+ of 1000 is kept, the same command goes on\.",
        last,
    )
    assert (tmp_path / "latent-bundles" / "strokes-dae-3" / CHECKPOINT).exists()


def test_a_second_training_in_a_folder_is_told_of_the_first(
    run: Run, strokes_npz: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = ["train", "--data", str(strokes_npz), "--out", str(out), *SMALL, "--epochs", "1000"]
    with python("-m", "explorer", *command) as process:
        assert process.stderr is not None
        assert any(line.startswith("epoch 2/1000") for line in process.stderr)
        code, _, error = run(*command)
        process.kill()
    assert code == 1
    assert f"{out} must be trained in by one process at a time" in error
    assert_one_sentence(error.splitlines(keepends=True)[-1])
    assert kept_epochs(out / CHECKPOINT) >= 1
    with have_to_oneself(out) as alone:
        assert alone  # the lock has died with its process


def test_ctrl_c_in_the_first_epoch_says_that_nothing_is_kept(
    run: Run, strokes_npz: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_train, "train_bundle", interrupted)
    before = signal.getsignal(signal.SIGTERM)
    code, _, error = run("train", "--data", strokes_npz, "--out", tmp_path / "x", *SMALL)
    assert code == 130
    assert "the same command starts anew" in error
    assert signal.getsignal(signal.SIGTERM) is before


def test_without_a_folder_the_first_unfinished_one_is_taken(
    run: Run, strokes_npz: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[Path] = []

    def train(config: Any, dataset: Any, out: Path, show: Any) -> Any:
        folders.append(out)
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_train, "train_bundle", train)
    monkeypatch.chdir(tmp_path)
    for name in ("strokes-dae-3", "strokes-dae-3-2"):
        run("train", "--data", strokes_npz, *SMALL)
        run("train", "--data", strokes_npz, *SMALL)
        (tmp_path / "latent-bundles" / name).mkdir(parents=True)
        (tmp_path / "latent-bundles" / name / CARD).touch()
    run("train", "--data", strokes_npz, *SMALL)
    names = [folder.name for folder in folders]
    assert names == [*["strokes-dae-3"] * 2, *["strokes-dae-3-2"] * 2, "strokes-dae-3-3"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--data", "none.npz"], "none.npz must be an .npz file"),
        (["--filters", "4,4,4"], "divisible by 8"),
        (["--validation", "5000"], "--validation"),
    ],
)
def test_what_cannot_be_trained_is_told(
    options: list[str], said: str, run: Run, strokes_npz: Path, tmp_path: Path
) -> None:
    command = ["train", "--data", strokes_npz, "--out", tmp_path / "out", *SMALL, *options]
    code, _, error = run(*command)
    assert code == 1
    assert said in error
    assert_one_sentence(error.splitlines(keepends=True)[-1])
    assert not (tmp_path / "out").exists()


def test_a_terminal_gets_a_bar_that_starts_where_the_training_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100, color_system=None)
    monkeypatch.setattr(cli_train, "Console", lambda **_: console)
    with cli_train._progress(terminal=True) as show:
        show(Progress(31, 60, 1, 400, 0.02, None))
        show(Progress(31, 60, 2, 400, 0.01875, 0.0152))
    printed = screen.getvalue()
    assert "epoch 31/60" in printed
    assert "step 2/400" in printed
    assert "loss 0.01875" in printed
    assert "validation 0.01520" in printed
