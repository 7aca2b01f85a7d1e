"""The analysis process behind its client."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PyQt6.QtCore import QCoreApplication, QEventLoop, QThreadPool, QTimer

from explorer.engine.analysis import Analysis
from models.bundle import Bundle
from models.errors import DataError
from models.wire import Message
from tests.explorer.stand_in import FOR_EVER, put_library
from tests.patience import TIMEOUT_MS

VIEW = {"view": [-30, 30, 30, -30], "size_px": [60, 40]}


class Listener:
    """An analysis and all that it has told so far."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self.analysis = Analysis(folder / "analysis.log", self.cache)
        self.answers: list[Message] = []
        self.failures: list[str] = []
        self.failed: list[int] = []  # numbers of the questions
        self.progress: list[tuple[int, int]] = []
        self._loop = QEventLoop()
        self.analysis.answered.connect(lambda answer: self._hear(self.answers, answer))
        self.analysis.failed.connect(self._hear_failure)
        self.analysis.progressed.connect(lambda *news: self._hear(self.progress, news))
        self.analysis.start()

    def _hear_failure(self, seq: int, sentence: str) -> None:
        self.failed.append(seq)
        self._hear(self.failures, sentence)

    def _hear(self, heard: list[Any], news: object) -> None:
        heard.append(news)
        self._loop.quit()

    def wait_until(self, reached: Callable[[], object]) -> None:
        overdue = QTimer()
        overdue.setSingleShot(True)
        overdue.timeout.connect(self._loop.quit)
        overdue.start(TIMEOUT_MS)
        while not reached() and overdue.isActive():
            self._loop.exec()
        assert reached(), f"answers {self.answers[-3:]}, failures {self.failures[-3:]}"

    def answer(self, seq: int | None) -> Message:
        """Wait for the answer to a question."""
        self.wait_until(lambda: any(answer.fields["seq"] == seq for answer in self.answers))
        return next(answer for answer in self.answers if answer.fields["seq"] == seq)

    def ask(self, kind: str, settings: Any = None, arrays: Any = None) -> Message:
        return self.answer(self.analysis.ask(kind, settings, arrays))

    def failure(self) -> str:
        """Wait for the next failure."""
        known = len(self.failures)
        self.wait_until(lambda: len(self.failures) > known)
        return self.failures[-1]


def processes() -> list[psutil.Process]:
    """Analysis processes below this one."""
    return [
        process
        for process in psutil.Process().children()
        if any("analysis_serve" in part for part in process.cmdline())
    ]


@pytest.fixture
def listener(qapp: QCoreApplication, tmp_path: Path) -> Iterator[Listener]:
    made = Listener(tmp_path)
    yield made
    made.analysis.close()


@pytest.fixture
def ready(listener: Listener, bundle: Bundle) -> Listener:
    """One that has the codes of the bundle, and a map of them."""
    listener.analysis.set_codes(bundle.codes.codes, bundle.codes.labels)
    listener.ask("project", {"kind": "pca"})
    return listener


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a stand-in for scikit-learn where the process finds it."""
    return partial(put_library, tmp_path / "library", monkeypatch)


def test_codes_are_sent_once_and_asked_about_often(listener: Listener, bundle: Bundle) -> None:
    codes, labels = bundle.codes.codes, bundle.codes.labels
    told = listener.answer(listener.analysis.set_codes(codes, labels))
    assert told.kind == "codes"
    assert told.fields["count"] == len(codes)
    assert listener.ask("project", {"kind": "lda"}).fields["linear"] is True
    assert listener.ask("raster", VIEW).arrays["shades"].shape == (40, 60)
    nearest = listener.ask("nearest", {"k": 3}, {"z": codes[4]})
    assert nearest.arrays["indices"][0] == 4


def test_what_is_waiting_gives_way_to_what_is_newer_of_its_kind_and_lane(
    listener: Listener, bundle: Bundle
) -> None:
    analysis, codes = listener.analysis, bundle.codes.codes
    analysis.set_codes(codes, bundle.codes.labels)
    hovers = [analysis.ask("nearest", {"k": 1}, {"z": z}, "hover") for z in codes[:50]]
    other = analysis.ask("nearest", {"k": 7}, {"z": codes[0]}, "pane")
    last = listener.answer(hovers[-1])
    assert last.fields["lane"] == "hover"
    assert last.arrays["indices"].tolist() == [49]
    assert len(listener.answer(other).arrays["indices"]) == 7
    answered = [answer.fields["seq"] for answer in listener.answers]
    assert len(set(answered) & set(hovers)) <= 2


def test_answers_about_older_codes_are_not_told(listener: Listener, bundle: Bundle) -> None:
    analysis, codes, labels = listener.analysis, bundle.codes.codes, bundle.codes.labels
    analysis.set_codes(codes, labels)
    old = analysis.ask("nearest", {"k": 1}, {"z": codes[0]})
    analysis.set_codes(codes[:100], labels[:100])
    new = listener.ask("nearest", {"k": 200}, {"z": codes[0]})
    assert len(new.arrays["indices"]) == 100
    assert old not in [answer.fields["seq"] for answer in listener.answers]
    assert listener.failures == []


def test_what_cannot_be_is_one_sentence_and_the_rest_goes_on(
    ready: Listener, bundle: Bundle
) -> None:
    codes, labels = bundle.codes.codes, bundle.codes.labels
    with pytest.raises(DataError, match="one for each"):
        ready.analysis.set_codes(codes, labels[:5])
    broken = codes.copy()
    broken[-1, 3] = np.nan
    refused = [ready.analysis.set_codes(broken, labels)]
    assert "nan in dimension 3" in ready.failure()
    refused.append(ready.analysis.ask("project", {"kind": "isomap"}))
    assert "isomap" in ready.failure()
    assert ready.failed == refused
    assert ready.ask("raster", VIEW).fields["count"] == len(codes)


def test_a_process_that_has_ended_is_replaced_and_told_what_it_knew(ready: Listener) -> None:
    before = ready.ask("raster", VIEW)
    (process,) = processes()
    process.kill()
    psutil.wait_procs([process], timeout=10)
    after = ready.ask("raster", VIEW)
    np.testing.assert_array_equal(after.arrays["shades"], before.arrays["shades"])
    assert after.fields["layout"] == before.fields["layout"]
    assert ready.failures == []


def test_a_process_that_ends_over_a_question_is_told(
    ready: Listener, library: Callable[[str], None]
) -> None:
    library("os._exit(3)")
    seq = ready.analysis.ask("embed", {"kind": "tsne"})
    assert "ended before it answered" in ready.failure()
    assert ready.failed == [seq]
    assert not ready.analysis.is_embedding
    assert ready.ask("raster", VIEW).kind == "raster"


def test_a_map_of_neighbours_is_told_with_progress_and_kept(
    ready: Listener, bundle: Bundle, library: Callable[[str], None]
) -> None:
    library("pass")
    placed = ready.ask("embed", {"kind": "tsne"})
    assert ready.progress == [(50, 1000)]
    assert (placed.kind, placed.fields["linear"]) == ("place", False)
    assert placed.fields["count"] == len(bundle.codes.codes)
    assert not ready.analysis.is_embedding
    pool = QThreadPool.globalInstance()
    assert pool is not None
    assert pool.waitForDone(TIMEOUT_MS)
    assert len(list(ready.cache.iterdir())) == 1
    again = ready.ask("embed", {"kind": "tsne"})
    assert again.fields["extent"] == placed.fields["extent"]
    assert ready.progress == [(50, 1000)]  # nothing was computed
    code = bundle.codes.codes[9]
    picked = ready.ask("pick", {"place": code[:2].tolist(), "radius": 1e-3})
    assert picked.fields["index"] == 9


def test_a_map_that_is_given_up_changes_nothing(
    ready: Listener, library: Callable[[str], None]
) -> None:
    library(FOR_EVER)
    before = ready.ask("raster", VIEW)
    seq = ready.analysis.ask("embed", {"kind": "tsne"})
    ready.wait_until(lambda: ready.progress)
    assert ready.analysis.is_embedding
    assert ready.ask("raster", VIEW).kind == "raster"  # meanwhile
    ready.analysis.cancel_embedding()
    assert not ready.analysis.is_embedding
    assert len(processes()) == 1
    after = ready.ask("raster", VIEW)
    assert after.fields["layout"] == before.fields["layout"]
    assert seq not in [answer.fields["seq"] for answer in ready.answers]
    assert ready.failures == []


@pytest.mark.parametrize(
    ("kind", "part"), [("isomap", "tsne or umap"), ("tsne", "different codes")]
)
def test_a_map_that_cannot_be_made_is_told(listener: Listener, kind: str, part: str) -> None:
    listener.analysis.set_codes(np.ones((10, 3), np.float32), np.zeros(10, np.uint8))
    listener.analysis.ask("embed", {"kind": kind})
    listener.wait_until(lambda: listener.failures)
    assert part in listener.failures[-1]
    assert not listener.analysis.is_embedding


def test_a_map_without_codes_is_told(listener: Listener) -> None:
    listener.analysis.ask("embed", {"kind": "tsne"})
    assert "needs codes" in listener.failures[-1]


def test_closing_leaves_no_thread_and_no_process(
    qapp: QCoreApplication, tmp_path: Path, bundle: Bundle
) -> None:
    threads = set(threading.enumerate())
    listener = Listener(tmp_path)
    listener.answer(listener.analysis.set_codes(bundle.codes.codes, bundle.codes.labels))
    (process,) = processes()
    listener.analysis.close()
    assert set(threading.enumerate()) <= threads
    gone, _ = psutil.wait_procs([process], timeout=10)
    assert gone


def test_it_can_be_closed_while_it_starts(
    qapp: QCoreApplication, tmp_path: Path, bundle: Bundle
) -> None:
    listener = Listener(tmp_path)
    listener.analysis.set_codes(bundle.codes.codes, bundle.codes.labels)
    listener.analysis.close()
    assert processes() == []


def test_modules_of_the_current_folder_are_not_imported(
    listener: Listener, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("models.py", "numpy.py", "multiprocessing.py"):
        (tmp_path / name).write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    listener.answer(listener.analysis.set_codes(bundle.codes.codes, bundle.codes.labels))
    assert "taken over" not in (tmp_path / "analysis.log").read_text()


@pytest.mark.skipif(os.name == "nt", reason="modules in use cannot be listed there")
def test_the_process_has_no_tensorflow(ready: Listener) -> None:
    (process,) = processes()
    mapped = {Path(region.path).name for region in process.memory_maps()}
    assert not [name for name in mapped if "tensorflow" in name or "Qt6" in name]
