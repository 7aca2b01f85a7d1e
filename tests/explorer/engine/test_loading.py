"""Models whose engine ends while it loads them."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import explorer.engine.process
from explorer.engine.loading import Loader, LoadingError
from explorer.engine.process import EngineProcess
from explorer.engine.status import Phase
from models import landlock
from models.bundle import CARD, DEFAULT
from models.source import ModelSource
from models.wire import Message

pytestmark = pytest.mark.skipif(os.name != "posix", reason="engines are ended by signals here")
needs_landlock = pytest.mark.skipif(
    sys.platform != "linux" or landlock.version() == 0, reason="this kernel has no Landlock"
)

# The clients come from conftest.py, which cannot be imported by name.
Client = Any


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., EngineProcess]]:
    """Starts engines that are closed after the test."""
    engines: list[EngineProcess] = []

    def start(*readable: Path) -> EngineProcess:
        engines.append(EngineProcess(tmp_path / "engine.log", readable))
        engines[-1].start()
        return engines[-1]

    yield start
    for engine in engines:
        engine.close()


def load(engine: EngineProcess, loader: Loader) -> Message:
    return loader.load(engine, "a", lambda: None)


def end(engine: EngineProcess, name: str) -> None:
    process = psutil.Process(engine.pid)
    process.send_signal(signal.Signals[name])
    psutil.wait_procs([process], timeout=10)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGTERM"])
def test_a_crash_is_told_by_its_signal(start: Callable[..., EngineProcess], name: str) -> None:
    engine = start()
    end(engine, name)
    with pytest.raises(LoadingError) as caught:
        load(engine, Loader(ModelSource.of(DEFAULT)))
    status = caught.value.status
    assert status is not None
    assert status.phase is Phase.FAILED
    assert f"(signal {name})" in status.sentence


def test_a_kill_is_no_fault_of_the_model(start: Callable[..., EngineProcess]) -> None:
    engine = start()
    end(engine, "SIGKILL")
    with pytest.raises(LoadingError) as caught:
        load(engine, Loader(ModelSource.of(DEFAULT)))
    assert caught.value.status is None


def test_a_model_that_takes_too_long_is_stopped(start: Callable[..., EngineProcess]) -> None:
    engine = start()
    process = psutil.Process(engine.pid)
    process.suspend()
    with pytest.raises(LoadingError) as caught:
        load(engine, Loader(ModelSource.of(DEFAULT), limit_s=0.1))
    assert caught.value.status is not None
    assert "took more than" in caught.value.status.sentence
    gone, _ = psutil.wait_procs([process], timeout=10)
    assert gone


def test_a_model_that_was_loaded_once_is_not_blamed(start: Callable[..., EngineProcess]) -> None:
    loader = Loader(ModelSource.of(DEFAULT))
    assert load(start(), loader).kind == "ready"
    engine = start()
    end(engine, "SIGSEGV")
    with pytest.raises(LoadingError) as caught:
        load(engine, loader)
    assert caught.value.status is None


@needs_landlock
def test_an_engine_reads_only_the_model_that_it_was_started_for(
    start: Callable[..., EngineProcess], tmp_path: Path
) -> None:
    source = ModelSource.of(shutil.copytree(DEFAULT, tmp_path / "mine"))
    with pytest.raises(LoadingError) as caught:
        load(start(tmp_path / "other"), Loader(source))
    assert caught.value.status is not None
    assert CARD in caught.value.status.sentence
    assert "Permission denied" in caught.value.status.sentence
    assert load(start(*source.files()), Loader(source)).kind == "ready"


class Fragile(EngineProcess):
    """An engine that gets a signal as soon as it is asked to load something."""

    signal_name = "SIGSEGV"
    starts = 0

    def start(self) -> None:
        super().start()
        type(self).starts += 1

    def send(self, message: Message) -> None:
        if message.kind == "load" and self.pid is not None:
            os.kill(self.pid, signal.Signals[self.signal_name])
        super().send(message)


@pytest.mark.parametrize(
    ("name", "starts", "part"),
    [
        ("SIGSEGV", 1, "mnist-dae-16 ended the engine while it was read (signal SIGSEGV)"),
        ("SIGXCPU", 1, "mnist-dae-16 took more than 30 s to load"),
        ("SIGKILL", 3, "The engine ended 3 times within a minute"),
    ],
)
def test_an_engine_is_not_tried_again_with_a_model_that_ended_it(
    monkeypatch: pytest.MonkeyPatch,
    new_client: Callable[[], Client],
    name: str,
    starts: int,
    part: str,
) -> None:
    monkeypatch.setattr(explorer.engine.process, "EngineProcess", Fragile)
    monkeypatch.setattr(Fragile, "signal_name", name)
    monkeypatch.setattr(Fragile, "starts", 0)
    client = new_client()
    client.wait_for(Phase.FAILED)
    assert part in client.engine.status.sentence
    assert Fragile.starts == starts
    assert client.engine.opened is None


def test_an_engine_that_loads_can_be_closed_at_once(
    monkeypatch: pytest.MonkeyPatch, new_client: Callable[[], Client]
) -> None:
    monkeypatch.setattr(explorer.engine.process, "EngineProcess", Fragile)
    monkeypatch.setattr(Fragile, "signal_name", "SIGSTOP")
    client = new_client()
    client.wait_for(Phase.LOADING)
    process = client.process()
    client.engine.close()
    gone, _ = psutil.wait_procs([process], timeout=10)
    assert gone
