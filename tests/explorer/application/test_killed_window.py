"""A window that is killed in the middle of everything takes its processes along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from models.bundle import CARD
from models.lock import have_to_oneself
from tests.explorer.cli.terminal import ROOT

ENDS_WITHIN_S = 30

# The real app with a live engine, neighbours, a training and a film under way; it tells
# once all of them are, and then goes on for ever.
APP = """
import sys
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QTimer

from explorer.application import Application, make_qt_app
from explorer.export.film import Film, FilmKind
from explorer.settings import Settings
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.journey import Journey
from explorer.state.journey_edits import set_journey
from explorer.training_desk import Phase
from models.training_job import TrainingJob

folder, data = Path(sys.argv[1]), sys.argv[2]
application = Application(make_qt_app(), Settings(str(folder / "settings.ini")),
                          recovery=folder / "recovery")
application.start()
space, session = application.window.workspace, application.session
space.tabs.open_page("Neighbours")
for z in np.eye(3, session.subject.latent_dim, dtype=np.float32):
    session.edit(add_bookmark(z))
session.edit(set_journey(Journey(leg_s=20.0)))
application.training.start(TrainingJob(filters=(4, 6), epochs=1000, data=data), folder / "trained")
exports, written = application.window.exports, []


def begin(_):
    session.frame_shown.disconnect(begin)
    film = Film(FilmKind.GIF, 512, 50, 600.0)
    exports.write_film(film, folder / "films" / "journey.gif")
    exports._job.progressed.connect(lambda *count: written.append(count))


def look():
    session.randomise()
    if written and application.training.epochs:
        print("all goes on", flush=True)
        watch.stop()


session.frame_shown.connect(begin)
watch = QTimer()
watch.timeout.connect(look)
watch.start(100)
application.run()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "films").mkdir()
    return tmp_path


def test_no_process_outlives_a_window_that_is_killed(folder: Path, strokes_npz: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", APP, folder, strokes_npz],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "all goes on\n"
        family = psutil.Process(window.pid).children(recursive=True)
        told = " ".join(word for child in family for word in child.cmdline())
        assert "models.training_child" in told
        assert "explorer.export.filming" in told
        assert list((folder / "films").iterdir())
        window.kill()
    _, alive = psutil.wait_procs(family, timeout=ENDS_WITHIN_S)
    assert not alive
    assert list((folder / "films").iterdir()) == []
    out = folder / "trained"
    assert not (out / CARD).exists()
    with have_to_oneself(out) as alone:
        assert alone
    assert len(list(folder.glob("recovery/*/session-*.json"))) == 1
