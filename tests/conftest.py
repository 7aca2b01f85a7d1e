"""What every test needs: a screen, the real bundle, and nothing left behind."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import psutil
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QClipboard, QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from explorer.engine.process import stop_template
from explorer.settings import Settings
from explorer.state.session import Session
from models.bundle import DEFAULT, Bundle, open_bundle
from models.stroke_digits import draw_digits
from models.subject import Subject

# A helper of `multiprocessing` that lives as long as the process that tests.
KEPT_PROCESSES = ("resource_tracker",)

MOUSE = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)
LEFT = Qt.MouseButton.LeftButton

# A busy machine takes its time: longer than the 5 s after which pytest-qt gives up by itself.
PATIENCE_MS = 30_000
ENDS_WITHIN_S = 30
WAITS = ("waitSignal", "waitSignals", "waitUntil", "waitActive", "waitExposed")


@pytest.hookimpl(tryfirst=True)  # before pytest-qt reads it
def pytest_configure(config: pytest.Config) -> None:
    # Said by Qt's screenless platform whenever a window is shown.
    config.addinivalue_line("qt_log_ignore", "^This plugin does not support")
    # Ctrl-C is ignored in what a shell starts in the background; some tests send it to themselves.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in WAITS:
        getattr(QtBot, name).__kwdefaults__["timeout"] = PATIENCE_MS


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The log and the cache of whoever runs the tests stay as they are, and are not read."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setattr("models.code_cache.user_cache_path", lambda name, **_: cache / name)
        yield


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
    _, alive = psutil.wait_procs(left, timeout=ENDS_WITHIN_S)
    assert not alive, f"processes left behind: {alive}"


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The bundle that comes with the app."""
    return open_bundle(DEFAULT)


@pytest.fixture(scope="session")
def strokes_npz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """240 training and 30 test digits drawn from strokes, as a file."""
    pictures, labels = draw_digits(270, seed=11)
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
def session(bundle: Bundle) -> Session:
    """A session on the real bundle, without an engine."""
    return Session(Subject.of_bundle(bundle), seed=7)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that no other test sees."""
    return Settings(str(tmp_path / "settings.ini"))


@pytest.fixture(scope="module")
def keep_looks(qapp: QApplication) -> Iterator[None]:
    """Takes off whatever theme the tests of a module put on."""
    palette, sheet, font = QApplication.palette(), qapp.styleSheet(), QApplication.font()
    yield
    qapp.setStyleSheet(sheet)
    QApplication.setPalette(palette)
    QApplication.setFont(font)


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    """The clipboard, empty before and after."""
    made = QApplication.clipboard()
    assert made is not None
    made.clear()
    yield made
    made.clear()


@pytest.fixture
def drag() -> Callable[[QWidget, Sequence[QPointF]], None]:
    """Presses the left button at the first place, moves on to the others, lets go at the last."""

    def drag_through(widget: QWidget, places: Sequence[QPointF]) -> None:
        press, move, release = MOUSE
        _send_mouse(widget, press, places[0])
        for place in places[1:]:
            _send_mouse(widget, move, place)
        _send_mouse(widget, release, places[-1])

    return drag_through


def _send_mouse(widget: QWidget, kind: QEvent.Type, place: QPointF) -> None:
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
    event = QMouseEvent(
        kind, place, widget.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def _is_kept(process: psutil.Process) -> bool:
    try:
        line = " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return True
    return any(name in line for name in KEPT_PROCESSES)
