import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

import models
from explorer.engine import process
from explorer.engine.process import FORKS, EngineProcess, stop_template
from models.bundle import DEFAULT, Bundle
from models.errors import EngineError
from models.wire import Message

needs_fork = pytest.mark.skipif(not FORKS, reason="engines are forked on Linux alone")

# A window in few lines: it starts engines, tells their numbers, and waits.
WINDOW = """
import sys
from pathlib import Path

sys.path.insert(0, {root!r})
from explorer.engine.process import EngineProcess
from models.wire import Message

if __name__ == "__main__":
    engines = [EngineProcess(Path({log!r}), forks={forks!r}) for _ in range({count})]
    for engine in engines:
        engine.start()
        engine.send(Message("load", {{"source": {{"bundle": {bundle!r}}}, "model_id": "a"}}))
        print(engine.receive().kind, engine.pid, flush=True)
    sys.stdin.read()
    for engine in engines:
        engine.close()
"""


def open_window(folder: Path, cwd: Path, count: int, forks: bool) -> subprocess.Popen[str]:
    script = folder / "window.py"
    script.write_text(
        WINDOW.format(
            root=str(Path(models.__file__).parents[1]),
            log=str(folder / "engine.log"),
            bundle=str(DEFAULT),
            count=count,
            forks=forks,
        )
    )
    return subprocess.Popen(
        [sys.executable, str(script)],
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("forks", [pytest.param(True, marks=needs_fork), False])
def test_names_in_the_current_folder_are_not_imported(tmp_path: Path, forks: bool) -> None:
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    for name in ("models", "explorer", "numpy", "keras", "multiprocessing", "json"):
        (hostile / f"{name}.py").write_text("raise SystemExit('taken over')")
    (hostile / "models").mkdir()
    (hostile / "models" / "__init__.py").write_text("raise SystemExit('taken over')")
    with open_window(tmp_path, hostile, 1, forks) as window:
        assert window.stdout is not None
        assert window.stdout.readline().startswith("ready")
        window.communicate("")
    assert "taken over" not in (tmp_path / "engine.log").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
@pytest.mark.parametrize("forks", [pytest.param(True, marks=needs_fork), False])
def test_how_an_engine_ended_is_known(tmp_path: Path, forks: bool) -> None:
    engine = EngineProcess(tmp_path / "engine.log", forks=forks)
    engine.start()
    psutil.Process(engine.pid).terminate()
    with pytest.raises(EOFError):
        engine.receive()
    assert engine.exit_code() == -signal.SIGTERM
    engine.close()


@needs_fork
def test_an_engine_that_outlived_its_template_ends_nobody_knows_how(tmp_path: Path) -> None:
    engine = EngineProcess(tmp_path / "engine.log")
    engine.start()
    stop_template()
    engine.kill()
    assert engine.exit_code() is None
    engine.close()


@needs_fork
def test_a_killed_window_leaves_no_process_behind(tmp_path: Path) -> None:
    with open_window(tmp_path, tmp_path, 2, True) as window:
        assert window.stdout is not None
        pids = [int(window.stdout.readline().split()[1]) for _ in range(2)]
        family = psutil.Process(window.pid).children(recursive=True)
        assert set(pids) < {process.pid for process in family}
        folders = [Path(psutil.Process(pid).cwd()) for pid in pids]
        psutil.Process(pids[0]).suspend()
        window.kill()
        _, left = psutil.wait_procs(family, timeout=10)
        assert not left
        assert not any(folder.exists() for folder in folders)


@pytest.fixture
def engine(tmp_path: Path) -> EngineProcess:
    return EngineProcess(tmp_path / "engine.log")


def test_an_engine_answers_from_a_folder_of_its_own(engine: EngineProcess, bundle: Bundle) -> None:
    engine.start()
    engine.send(Message("load", {"source": {"bundle": str(DEFAULT)}, "model_id": "a"}))
    assert engine.receive().kind == "ready"
    engine.send(Message("decode", {"seq": 1}, {"z": bundle.first.z[None]}))
    assert engine.receive().arrays["outputs.decoder_output"].shape == (1, *bundle.picture_shape)
    folder = Path(psutil.Process(engine.pid).cwd())
    assert folder != Path.cwd()
    engine.close()
    assert not folder.exists()


def test_a_killed_engine_is_gone(engine: EngineProcess) -> None:
    engine.start()
    process = psutil.Process(engine.pid)
    process.suspend()
    engine.kill()
    gone, _ = psutil.wait_procs([process], timeout=10)
    engine.close()
    assert gone
    with pytest.raises(OSError, match="closed"):
        engine.send(Message("ping"))


def test_an_engine_that_is_killed_while_it_starts_says_so(engine: EngineProcess) -> None:
    stop_template()
    failures: list[EngineError] = []

    def start() -> None:
        try:
            engine.start()
        except EngineError as error:
            failures.append(error)

    starter = threading.Thread(target=start)
    starter.start()
    engine.kill()
    starter.join(timeout=60)
    engine.close()
    assert "must start" in str(failures[0])


@needs_fork
def test_a_template_that_is_dying_costs_one_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()  # it hears nothing more, but is still there
    template = process._Template()
    template._control = ours
    template._process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.5)"])
    monkeypatch.setattr(process, "_template", template)
    lost, engine = (EngineProcess(tmp_path / "engine.log") for _ in range(2))
    with pytest.raises(EngineError, match="must start"):
        lost.start()
    engine.start()
    assert psutil.pid_exists(engine.pid or 0)
    for each in (lost, engine):
        each.close()
    template.stop()
