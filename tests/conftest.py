"""What every test needs: a screen, the real bundle, and nothing left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from explorer.engine.process import stop_template
from explorer.settings import Settings
from explorer.state.session import Session
from models.bundle import DEFAULT, Bundle, open_bundle

# A helper of `multiprocessing` that lives as long as the process that tests.
KEPT_PROCESSES = ("resource_tracker",)


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """A thread that outlives its test fails it; daemons and pools of libraries may stay."""
    before = set(threading.enumerate())
    yield
    left = [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and not thread.daemon and "ThreadPool" not in thread.name
    ]
    assert not left, f"threads left behind: {left}"


@pytest.fixture(scope="session", autouse=True)
def no_process_left_behind() -> Iterator[None]:
    """A child process that outlives the tests fails them."""
    yield
    stop_template()
    children = psutil.Process().children(recursive=True)
    left = [child for child in children if not _is_kept(child)]
    _, alive = psutil.wait_procs(left, timeout=3)
    assert not alive, f"processes left behind: {alive}"


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The bundle that comes with the app."""
    return open_bundle(DEFAULT)


@pytest.fixture
def session(bundle: Bundle) -> Session:
    """A session on the real bundle, without an engine."""
    return Session(bundle, seed=7)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that no other test sees."""
    return Settings(str(tmp_path / "settings.ini"))


def _is_kept(process: psutil.Process) -> bool:
    try:
        line = " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return True
    return any(name in line for name in KEPT_PROCESSES)
