"""The command line as a user meets it."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from explorer import cli
from explorer.cli_options import COMMANDS, make_parser
from models.architecture import Architecture
from models.pictures import open_picture
from models.source import ModelSource
from models.train import TrainConfig
from tests.explorer.cli.terminal import ROOT, Run, assert_one_sentence, python

Opened = list[tuple[ModelSource | None, str, Path | None]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """What a window would have been opened on: a model, data and a session."""
    calls: Opened = []

    def run(source: ModelSource | None, data: str, session: Path | None) -> int:
        calls.append((source, data, session))
        return 0

    monkeypatch.setitem(sys.modules, "explorer.app", SimpleNamespace(run=run))
    return calls


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with files that have the right names."""
    monkeypatch.chdir(tmp_path)
    for name in ("decoder.keras", "encoder.h5"):
        Path(name).touch()
    return tmp_path


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
            ["train", "--kind", "gan"],
            ["train", "--beta", "0"],
            ["train", "--hidden", "-1"],
            ["denoise", "in.png"],
            ["denoise", "in.png", "out.png", "--scale", "0"],
            ["denoise", "in.png", "out.png", "--strength", "-1"],
            ["denoise", "in.png", "out.png", "--noise", "blur", "--strength", "inf"],
            ["denoise", "in.png", "out.png", "--invert", "perhaps"],
            ["traverse"],
            ["traverse", "--out", "x", "--dims", "3-1"],
            ["traverse", "--out", "x", "--dims", "0-99999"],
            ["traverse", "--out", "x", "--class", "one"],
            ["interpolate", "--out", "x", "--kind", "bent"],
            ["encode", "--out", "x.npz"],
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
        self, arguments: list[str], run: Run, opened: Opened
    ) -> None:
        assert run(*arguments) == (0, "", "")
        assert opened == [(None, "", None)]

    def test_a_bundle_may_be_named_like_a_command(
        self, run: Run, opened: Opened, files: Path
    ) -> None:
        Path("train").mkdir()
        assert run("./train")[0] == run("open", "train")[0] == 0
        assert opened == [(ModelSource(bundle=files / "train"), "", None)] * 2

    def test_a_model_comes_with_its_encoder_and_data(
        self, run: Run, opened: Opened, files: Path
    ) -> None:
        arguments = ("decoder.keras", "--encoder", "encoder.h5", "--data", "digits.npz")
        assert run(*arguments) == run("open", *arguments) == (0, "", "")
        source = ModelSource(model=files / "decoder.keras", encoder=files / "encoder.h5")
        assert opened == [(source, "digits.npz", None)] * 2

    def test_a_session_is_opened_with_the_window(self, run: Run, opened: Opened) -> None:
        assert run("--session", "mine.json") == (0, "", "")
        assert opened == [(None, "", Path("mine.json"))]

    @pytest.mark.parametrize(
        ("arguments", "found"),
        [
            (["trian"], "trian .* `latent-explorer train` was meant"),
            (["x/y"], "x/y .* no such file or folder; check"),
            (["gone.keras"], "gone.keras .* no such file or folder"),
            (["decoder.keras", "--encoder", "gone.h5"], "gone.h5 .* no such file or folder"),
            (["--encoder", "encoder.h5"], "encoder.h5 must go with a decoder's file"),
            ([".", "--encoder", "encoder.h5"], "encoder.h5 must go with .* the bundle"),
        ],
    )
    @pytest.mark.parametrize("command", ["open", "info"])
    def test_what_cannot_be_opened_is_told(
        self,
        command: str,
        arguments: list[str],
        found: str,
        run: Run,
        opened: Opened,
        files: Path,
    ) -> None:
        code, out, error = run(command, *arguments)
        assert (code, out, opened) == (1, "", [])
        assert re.search(found, error)
        assert_one_sentence(error)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
    def test_without_a_display_one_sentence_names_the_tour(
        self, run: Run, opened: Opened, monkeypatch: pytest.MonkeyPatch
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
            def run(*_: object) -> int:
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
        unwanted = ("PYTHONPATH", "PYTHONSAFEPATH")  # an engine that was spawned sets the second
        environment = {key: value for key, value in os.environ.items() if key not in unwanted}
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
