"""The command line as a user meets it."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from explorer import cli, cli_train, log
from explorer.cli_options import COMMANDS, make_parser
from models.architecture import Architecture
from models.bundle import CARD, DECODER, DEFAULT, open_bundle, read_card, write_card
from models.digits import normalise_digit, rasterise
from models.pictures import open_picture, save_picture
from models.stroke_digits import draw_digit, draw_digits
from models.train import CHECKPOINT, Progress, TrainConfig

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ROOT = Path(__file__).parents[2]
SMALL = ["--epochs", "2", "--batch-size", "50", "--validation", "40"]
SMALL += ["--filters", "4,6", "--latent-dim", "3"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A log of this test's own."""
    state = tmp_path / "state"
    monkeypatch.setattr(log, "user_state_path", lambda *_, **__: state)
    root = logging.getLogger()
    before = root.handlers[:]
    yield state / "latent-explorer.log"
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; gives its exit code and what it printed."""

    def main(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return main


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Bundles that a window would have been opened on."""
    bundles: list[Path | None] = []

    def run(bundle: Path | None) -> int:
        bundles.append(bundle)
        return 0

    monkeypatch.setitem(sys.modules, "explorer.app", SimpleNamespace(run=run))
    return bundles


@pytest.fixture(scope="module")
def strokes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of stroke digits."""
    pictures, labels = draw_digits(260, seed=11)
    pixels = np.rint(pictures[..., 0] * 255).astype(np.uint8)
    path = tmp_path_factory.mktemp("data") / "strokes.npz"
    np.savez_compressed(
        path,
        x_train=pixels[:240],
        y_train=labels[:240],
        x_test=pixels[240:],
        y_test=labels[240:],
    )
    return path


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A picture file of a 5, dark on light and larger than any model takes."""
    path = tmp_path / "scan.png"
    save_picture(path, 1 - rasterise(draw_digit(5, 2), 300))
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A bundle that may be broken."""
    return Path(shutil.copytree(DEFAULT, tmp_path / "copy"))


def assert_one_sentence(error: str) -> None:
    assert error.startswith("latent-explorer: ")
    assert error.count("\n") == 1
    assert error.rstrip().endswith(".") or error.rstrip().endswith(".log")
    assert "Traceback" not in error


def python(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


class TestHelp:
    def test_it_names_every_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as left:
            cli.main(["--help"])
        assert left.value.code == 0
        printed = capsys.readouterr().out
        assert all(re.search(rf"^    {name} ", printed, re.MULTILINE) for name in COMMANDS)
        assert max(map(len, printed.splitlines())) <= 80

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_explains_itself(
        self, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as left:
            cli.main([name, "--help"])
        assert left.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: latent-explorer {name} ")

    def test_the_version_is_printed(self, run: Run) -> None:
        code, out, _ = run("--version")
        assert code == 0
        assert re.fullmatch(r"latent-explorer \S.*\n", out)

    def test_the_defaults_it_tells_are_those_of_the_training(self) -> None:
        options = make_parser().parse_args(["train"])
        config, architecture = TrainConfig(), Architecture()
        for name in ("epochs", "batch_size", "learning_rate", "patience", "validation", "seed"):
            assert getattr(options, name) == getattr(config, name), name
        for name in ("latent_dim", "filters", "kernel_size"):
            assert getattr(options, name) == getattr(architecture, name), name

    @pytest.mark.parametrize(
        "arguments",
        [
            ["train", "--epochs", "0"],
            ["train", "--epochs", "many"],
            ["train", "--learning-rate", "nan"],
            ["train", "--learning-rate", "0"],
            ["train", "--filters", "32,,64"],
            ["train", "--seed", "-1"],
            ["train", "--mix", "gin=0.5"],
            ["denoise", "in.png"],
            ["denoise", "in.png", "out.png", "--scale", "0"],
            ["denoise", "in.png", "out.png", "--strength", "-1"],
            ["denoise", "in.png", "out.png", "--noise", "blur", "--strength", "inf"],
            ["denoise", "in.png", "out.png", "--invert", "perhaps"],
            ["tour"],
            ["tour", "--out", "x", "--size", "1280"],
            ["tour", "--out", "x", "--size", "1x1"],
            ["--nonsense"],
        ],
        ids=" ".join,
    )
    def test_a_wrong_option_is_told_with_the_usage(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        assert left.value.code == 2
        assert "usage: latent-explorer" in capsys.readouterr().err


class TestOpen:
    @pytest.mark.parametrize("arguments", [[], ["open"]])
    def test_without_a_bundle_the_window_has_the_default(
        self, arguments: list[str], run: Run, opened: list[Path | None]
    ) -> None:
        assert run(*arguments) == (0, "", "")
        assert opened == [None]

    def test_a_bundle_may_be_named_like_a_command(
        self, run: Run, opened: list[Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("train").mkdir()
        assert run("./train")[0] == run("open", "train")[0] == 0
        assert opened == [Path("train"), Path("train")]

    @pytest.mark.parametrize(
        ("name", "advice"), [("trian", "`latent-explorer train` was meant"), ("x/y", "check")]
    )
    def test_what_is_no_folder_is_told(
        self, name: str, advice: str, run: Run, opened: list[Path | None]
    ) -> None:
        code, _, error = run(name)
        assert (code, opened) == (1, [])
        assert name in error
        assert advice in error
        assert_one_sentence(error)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
    def test_without_a_display_one_sentence_names_the_tour(
        self, run: Run, opened: list[Path | None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)
        code, _, error = run()
        assert (code, opened) == (2, [])
        assert "`latent-explorer tour --out DIR`" in error
        assert_one_sentence(error)

    def test_a_tour_gets_its_options(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        calls: list[tuple[Any, ...]] = []

        def play(out: Path, size: tuple[int, int], theme: str) -> int:
            calls.append((out, size, theme))
            return 3

        monkeypatch.setitem(sys.modules, "explorer.tour", SimpleNamespace(run=play))
        assert run("tour", "--out", tmp_path, "--size", "1024x700", "--theme", "light")[0] == 3
        assert run("tour", "--out", tmp_path)[0] == 3
        assert calls == [(tmp_path, (1024, 700), "light"), (tmp_path, (1280, 800), "dark")]

    def test_nothing_heavy_is_imported_on_the_way_to_the_window(self) -> None:
        code = "import sys, explorer.cli; print(*sys.modules)"
        with python("-c", code) as process:
            modules = set(process.communicate()[0].split())
        assert "explorer.cli" in modules
        heavy = {"numpy", "PyQt6", "rich", "PIL", "tensorflow", "keras", "platformdirs", "logging"}
        assert not heavy & modules


class TestErrors:
    @pytest.fixture
    def fail(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
        """Let the window end in an error."""

        def install(error: BaseException) -> None:
            def run(bundle: Path | None) -> int:
                raise error

            module = SimpleNamespace(run=run)
            monkeypatch.setitem(sys.modules, "explorer.app", module)

        return install

    def test_a_full_disk_names_the_file(
        self, run: Run, fail: Callable[[BaseException], None]
    ) -> None:
        fail(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "some/card.json"))
        code, _, error = run()
        assert code == 1
        assert error == "latent-explorer: some/card.json: No space left on device.\n"

    def test_a_bug_is_one_sentence_and_its_traceback_is_in_the_log(
        self, run: Run, fail: Callable[[BaseException], None], log_file: Path
    ) -> None:
        fail(RuntimeError("first line\nsecond line"))
        code, _, error = run()
        assert code == 1
        assert "RuntimeError: first line" in error
        assert str(log_file) in error
        assert_one_sentence(error)
        logged = log_file.read_text("utf-8")
        assert "Traceback" in logged
        assert "second line" in logged

    def test_ctrl_c_is_no_error(self, run: Run, fail: Callable[[BaseException], None]) -> None:
        fail(KeyboardInterrupt())
        code, _, error = run()
        assert code == 130
        assert_one_sentence(error)

    def test_a_log_that_cannot_be_written_stops_nobody(
        self, run: Run, fail: Callable[[BaseException], None], log_file: Path
    ) -> None:
        log_file.parent.write_text("a file where the folder should be")
        fail(RuntimeError("bug"))
        code, _, error = run()
        assert code == 1
        assert_one_sentence(error)

    def test_a_reader_that_has_seen_enough_is_no_error(self) -> None:
        with python("-m", "explorer", "info") as process:
            assert process.stdout is not None
            process.stdout.close()
            assert process.stderr is not None
            assert process.stderr.read() == ""
        assert process.returncode == 0


class TestModule:
    def test_it_runs_from_the_checkout_without_being_installed(self) -> None:
        command = [sys.executable, "-S", "-m", "explorer", "--version"]
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("latent-explorer ")

    def test_it_runs_quietly_in_a_folder_with_modules_of_the_same_names(
        self, tmp_path: Path, scan: Path
    ) -> None:
        for name in ("numpy", "models", "keras", "tensorflow", "argparse", "pathlib", "rich"):
            (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
        with python("-m", "explorer", "denoise", scan, "out.png", cwd=tmp_path) as process:
            out, error = process.communicate()
        assert (process.returncode, error) == (0, "")
        assert "out.png" in out
        assert open_picture(tmp_path / "out.png").shape == (28, 28)


class TestTrain:
    def test_a_bundle_is_trained_with_lines_of_progress(
        self, run: Run, strokes: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "made"
        code, printed, error = run("train", "--data", strokes, "--out", out, *SMALL)
        assert code == 0
        bundle = open_bundle(out)
        assert (bundle.latent_dim, bundle.card["architecture"]["filters"]) == (3, [4, 6])
        assert f"latent-explorer {out}" in printed
        lines = [line for line in error.splitlines() if line.startswith("epoch ")]
        assert len(lines) == 8
        pattern = r"epoch 2/2, step 4/4, loss 0\.\d+, validation 0\.\d+, 0 min left"
        assert re.fullmatch(pattern, lines[-1])
        code, _, error = run("train", "--data", strokes, "--out", out, *SMALL)
        assert code == 1
        assert "finished bundle" in error

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals")
    def test_sigterm_ends_it_with_what_is_kept(self, strokes: Path, tmp_path: Path) -> None:
        options = [*SMALL, "--epochs", "50"]
        with python(
            "-m", "explorer", "train", "--data", strokes, *options, cwd=tmp_path
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith("epoch 2/50"):
                    process.terminate()  # SIGINT may be ignored where tests run in the background
                    break
            last = process.stderr.read().splitlines()[-1]
        assert process.returncode == 130
        assert re.fullmatch(
            r"latent-explorer: interrupted; epoch \d+ of 50 is kept, the same command goes on\.",
            last,
        )
        assert (tmp_path / "latent-bundles" / "strokes-dae-3" / CHECKPOINT).exists()

    def test_ctrl_c_in_the_first_epoch_says_that_nothing_is_kept(
        self, run: Run, strokes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(cli_train, "train_bundle", interrupted)
        before = signal.getsignal(signal.SIGTERM)
        code, _, error = run("train", "--data", strokes, "--out", tmp_path / "x", *SMALL)
        assert code == 130
        assert "the same command starts anew" in error
        assert signal.getsignal(signal.SIGTERM) is before

    def test_without_a_folder_the_first_unfinished_one_is_taken(
        self, run: Run, strokes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folders: list[Path] = []

        def train(config: Any, dataset: Any, out: Path, show: Any) -> Any:
            folders.append(out)
            raise KeyboardInterrupt

        monkeypatch.setattr(cli_train, "train_bundle", train)
        monkeypatch.chdir(tmp_path)
        for name in ("strokes-dae-3", "strokes-dae-3-2"):
            run("train", "--data", strokes, *SMALL)
            run("train", "--data", strokes, *SMALL)
            (tmp_path / "latent-bundles" / name).mkdir(parents=True)
            (tmp_path / "latent-bundles" / name / CARD).touch()
        run("train", "--data", strokes, *SMALL)
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
        self, options: list[str], said: str, run: Run, strokes: Path, tmp_path: Path
    ) -> None:
        command = ["train", "--data", strokes, "--out", tmp_path / "out", *SMALL, *options]
        code, _, error = run(*command)
        assert code == 1
        assert said in error
        assert_one_sentence(error.splitlines(keepends=True)[-1])
        assert not (tmp_path / "out").exists()

    def test_a_terminal_gets_a_bar_that_starts_where_the_training_does(
        self, monkeypatch: pytest.MonkeyPatch
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


class TestEvaluate:
    def test_a_table_has_a_line_for_each_kind(self, run: Run, strokes: Path) -> None:
        code, out, error = run("evaluate", "--data", strokes)
        assert (code, error) == (0, "")
        assert "mnist-dae-16 on the 20 test pictures of strokes.npz" in out
        gaussian = next(line for line in out.splitlines() if line.startswith("Gaussian"))
        numbers = [float(text) for text in gaussian.split()[1:]]
        assert len(numbers) == 6
        assert numbers[0] == pytest.approx(0.33, abs=0.03)
        assert numbers[1] < numbers[0]

    def test_json_has_the_same_figures(self, run: Run, strokes: Path) -> None:
        code, out, _ = run("evaluate", DEFAULT, "--data", strokes, "--json")
        record = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
        assert code == 0
        assert (record["bundle"], record["pictures"]) == ("mnist-dae-16", 20)
        assert set(record["noise"]["gaussian"]["denoised"]) == {"mse", "psnr_db", "ssim"}

    def test_pictures_of_another_size_are_refused(self, run: Run, tmp_path: Path) -> None:
        x, y = np.zeros((9, 8, 8), np.uint8), np.zeros(9, np.uint8)
        np.savez(tmp_path / "small.npz", x_train=x, y_train=y, x_test=x, y_test=y)
        code, _, error = run("evaluate", "--data", tmp_path / "small.npz")
        assert code == 1
        assert re.search(r"small\.npz must have pictures of \(28, 28, 1\).*\(8, 8, 1\)", error)
        assert_one_sentence(error)


class TestDenoise:
    def test_a_scan_becomes_a_denoised_digit(self, run: Run, scan: Path, tmp_path: Path) -> None:
        code, out, error = run("denoise", scan, tmp_path / "out.png")
        assert (code, error) == (0, "")
        assert "300 × 300 pixels, denoised at 28 × 28" in out
        assert "MSE" not in out, "nobody knows the clean picture of one that is noisy already"
        picture = open_picture(tmp_path / "out.png")
        assert picture.shape == (28, 28)
        assert picture[:2].max() < 0.3 < picture.max()

    def test_added_noise_is_measured_and_repeats_with_its_seed(
        self, run: Run, scan: Path, tmp_path: Path
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

    def test_no_strength_is_no_noise(self, run: Run, scan: Path, tmp_path: Path) -> None:
        options = ["--noise", "masking", "--strength", "0"]
        _, out, _ = run("denoise", scan, tmp_path / "a.png", *options)
        assert "noisy     MSE 0.00000" in out

    def test_a_picture_of_the_models_size_is_taken_as_it_stands(
        self, run: Run, tmp_path: Path
    ) -> None:
        digit = normalise_digit(rasterise(draw_digit(3, 1)))
        moved = np.roll(digit, (-3, -3), (0, 1))
        save_picture(tmp_path / "in.png", moved)
        outputs = []
        for options in ([], ["--no-normalise"], ["--normalise"]):
            run("denoise", tmp_path / "in.png", tmp_path / "out.png", *options)
            outputs.append(open_picture(tmp_path / "out.png"))
        assert np.array_equal(outputs[0], outputs[1])
        assert not np.array_equal(outputs[0], outputs[2])

    def test_which_of_both_is_ink_can_be_said(self, run: Run, scan: Path, tmp_path: Path) -> None:
        outputs = []
        for invert in ("auto", "yes", "no"):
            run("denoise", scan, tmp_path / "out.png", "--invert", invert)
            outputs.append((tmp_path / "out.png").read_bytes())
        assert outputs[0] == outputs[1] != outputs[2]

    def test_pixels_can_be_enlarged(self, run: Run, scan: Path, tmp_path: Path) -> None:
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
        self,
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


class TestInfo:
    def test_the_card_is_printed_without_keras(self) -> None:
        code = "import sys; from explorer.cli import main; main(['info']); "
        code += "sys.exit('keras' in sys.modules)"
        with python("-c", code) as process:
            out, error = process.communicate()
        assert (process.returncode, error) == (0, "")
        for part in ("mnist-dae-16", "latent_dim 16", "filters 32, 64", DECODER, "Gaussian"):
            assert part in out

    def test_a_tampered_bundle_is_told(self, run: Run, copy: Path) -> None:
        content = bytearray((copy / DECODER).read_bytes())
        content[1000] ^= 1
        (copy / DECODER).write_bytes(content)
        code, out, error = run("info", copy)
        assert (code, out) == (1, "")
        assert re.search(rf"{DECODER} must have the SHA-256.*changed", error)
        assert_one_sentence(error)

    def test_a_card_cannot_steer_the_terminal(self, run: Run, copy: Path) -> None:
        card = read_card(copy)
        card["data"] = {"name": "\x1b[2Jmnist\x07\n", "nested": [1, {"a": None}]}
        write_card(copy, card)
        code, out, _ = run("info", copy)
        assert code == 0
        assert "name [2Jmnist; nested 1, a None" in out

    @pytest.mark.parametrize("metrics", [3, {"gaussian": 1}, {"gaussian": {"noisy": {}}}])
    def test_odd_metrics_are_told(self, run: Run, copy: Path, metrics: Any) -> None:
        write_card(copy, {**read_card(copy), "metrics": metrics})
        code, out, error = run("info", copy)
        assert (code, out) == (1, "")
        assert "metrics must be as `train` writes them" in error
        assert_one_sentence(error)
