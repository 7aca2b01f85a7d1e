"""Opening models of a user's own: how long it takes, what the window feels and keeps of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from explorer.application import Application
from models.source import ModelSource
from tests.bench.clocks import GapWatch, Steps, report
from tests.bench.memory import weigh
from tests.bench.stage import SETTLE_MS, Stage, play
from tests.hostile.catalogue import CASES

OPENINGS = 7
ROUNDS = 2  # through all files: what grows only in the first is a cache, not a leak
CORPUS = "LATENT_EXPLORER_CORPUS"
MODEL_KINDS = ("keras", "h5")


class Opening(QObject):
    """Opens files one by one and tells when each has come to its end.

    Attributes
    ----------
    ended : signal
        A picture of the model is painted, or a sentence says why there is none.
    """

    ended = pyqtSignal()

    def __init__(self, application: Application) -> None:
        super().__init__()
        self._application = application
        self._began_s = 0.0
        self.opened = False
        self.took_ms = 0.0
        opener = application.opener
        opener.opened.connect(self._watch_paint)
        opener.refused.connect(lambda *_: self._end(False))

    def open(self, path: Path) -> None:
        """Begin to open a file."""
        self._began_s = time.perf_counter()
        self._application.swap(ModelSource.of(path))

    def _watch_paint(self) -> None:
        session, window = self._application.session, self._application.window
        assert session is not None
        assert window is not None
        view = window.workspace.output.view

        def look() -> None:
            if session.frame.model_id:
                view.painted.disconnect(look)
                self._end(True)

        view.painted.connect(look)

    def _end(self, opened: bool) -> None:
        self.opened = opened
        self.took_ms = (time.perf_counter() - self._began_s) * 1000
        QTimer.singleShot(0, self.ended.emit)  # whoever opened the file may not listen yet


def main() -> None:
    """Measure openings of a 1 MB decoder, refusals, and the window's memory over all files."""
    result: dict[str, Any] = {"opened_ms": [], "refused_ms": {}, "wrong": []}

    def script(stage: Stage) -> Steps:
        watch, opening = GapWatch(), Opening(stage.application)
        yield from stage.until_live()
        watch.begin()
        for copy in copies:
            opening.open(copy)
            yield opening.ended
            result["opened_ms"].append(opening.took_ms)
            yield SETTLE_MS
        result["gaps_opening"] = watch.end()
        process = psutil.Process()
        before_mb = weigh(process, "window")["mb"]
        grown_mb: list[float] = []
        for files in rounds:
            for path, wanted in files:
                watch.begin()
                opening.open(path)
                yield opening.ended
                if opening.opened != wanted:
                    result["wrong"].append(path.name)
                if not opening.opened:
                    gap_ms = watch.end()["longest_ms"]
                    result["refused_ms"][path.name] = [opening.took_ms, gap_ms]
                yield SETTLE_MS
            grown_mb.append(weigh(process, "window")["mb"] - before_mb)
        result["grown_mb"] = grown_mb

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        decoder = folder / "decoder.keras"
        write_decoder(decoder)
        # What is open already is only shown again, so every opening has a file of its own.
        copies = [Path(shutil.copy(decoder, folder / f"{n}.keras")) for n in range(OPENINGS)]
        rounds = [_files(folder / f"round-{n}", decoder) for n in range(ROUNDS)]
        result["files"] = len(rounds[0])
        play(script)
    report(result)


def write_decoder(path: Path) -> None:
    """Write a decoder of about 1 MB, in a process of its own: TensorFlow stays out of this one."""
    subprocess.run([sys.executable, "-m", "tests.bench.rebuild", str(path)], check=True)


def _files(folder: Path, decoder: Path) -> list[tuple[Path, bool]]:
    folder.mkdir()
    copy = Path(shutil.copy(decoder, folder / decoder.name))
    return [(copy, True), *_hostile(folder), *_corpus(folder)]


def _hostile(folder: Path) -> list[tuple[Path, bool]]:
    files = []
    for case in CASES:
        path = folder / case.name
        case.write(path)
        files.append((path, False))
    return files


def _corpus(into: Path) -> list[tuple[Path, bool]]:
    name = os.environ.get(CORPUS)
    if not name:
        return []
    folder = into / "corpus"
    shutil.copytree(name, folder, symlinks=True)
    cases = json.loads((folder / "manifest.json").read_text("utf-8"))["cases"]
    return [
        (folder / case["path"], case["verdict"] != "reject")
        for case in cases
        if case["kind"] in MODEL_KINDS
    ]


if __name__ == "__main__":
    main()
