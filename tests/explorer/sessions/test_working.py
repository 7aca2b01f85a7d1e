"""Work beside the window: in order, told where it was asked for, and never lost in an error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.sessions.working import Worker
from models.errors import SessionError


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def result_of(qtbot: QtBot, worker: Worker, work: Any) -> tuple[str, Any]:
    told: list[tuple[str, Any]] = []
    worker.run(
        work,
        lambda value: told.append(("done", value)),
        lambda sentence: told.append(("refused", sentence)),
    )
    qtbot.waitUntil(lambda: bool(told))
    return told[0]


def test_work_is_done_beside_the_window_and_told_on_its_thread(
    qtbot: QtBot, worker: Worker
) -> None:
    threads: list[int] = []
    worker.run(threading.get_ident, threads.append, pytest.fail)
    worker.run(lambda: None, lambda _: threads.append(threading.get_ident()), pytest.fail)
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] != threads[1] == threading.get_ident()


def test_work_is_done_in_order(qtbot: QtBot, worker: Worker) -> None:
    done: list[int] = []
    for number in range(50):
        worker.run(partial(int, number), done.append, pytest.fail)
    qtbot.waitUntil(lambda: len(done) == 50)
    assert done == list(range(50))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SessionError("It", "must be so", "not"), "It must be so; received not."),
        (OSError(28, "No space left on device", "/x/y"), "/x/y: No space left on device."),
        (ValueError("oh"), "Something went wrong (ValueError: oh)."),
    ],
)
def test_an_error_is_a_sentence(
    qtbot: QtBot, worker: Worker, error: Exception, sentence: str
) -> None:
    def fail() -> None:
        raise error

    assert result_of(qtbot, worker, fail) == ("refused", sentence)
    assert result_of(qtbot, worker, lambda: 5) == ("done", 5)


def test_once_closed_it_has_done_all_and_tells_nothing(qtbot: QtBot, worker: Worker) -> None:
    done: list[int] = []
    told: list[object] = []
    begun = threading.Event()

    def work() -> None:
        begun.set()
        done.append(len(done))

    for _ in range(3):
        worker.run(work, told.append, told.append)
    begun.wait()
    worker.close()
    assert done == [0, 1, 2]
    other = Worker()
    assert result_of(qtbot, other, lambda: 5) == ("done", 5)  # whatever was queued has come by now
    other.close()
    assert told == []
