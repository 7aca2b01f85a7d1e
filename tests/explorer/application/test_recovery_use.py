"""Work that was not closed is offered back, and closed work leaves nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.main_window import MainWindow
from explorer.sessions.identity import Identity, digests_of
from explorer.sessions.recovery import RecoveryFolder
from explorer.sessions.saved import SavedSession, read_session, write_session
from explorer.settings import Settings
from explorer.state.latent import Latent, Route, Source
from explorer.state.session import Session
from models.bundle import DECODER, DEFAULT
from models.source import ModelSource
from tests.explorer.application.play import Play
from tests.explorer.cli.terminal import ROOT
from tests.patience import TIMEOUT_MS

EDITS = 40
MOST_LOST = 20
MOST_MOVES_LOST = 300  # of a drag that makes ten a second: half a minute

# The real app and a hand that makes an edit, or moves one drag on, ten times a second,
# and tells of each.
BUSY_APP = """
import itertools
import sys
from pathlib import Path

from PyQt6.QtCore import QTimer

from explorer.application import Application, make_qt_app
from explorer.settings import Settings

folder, is_drag = Path(sys.argv[1]), sys.argv[2] == "drag"
application = Application(make_qt_app(), Settings(str(folder / "settings.ini")),
                          recovery=folder / "recovery")
application.start()
numbers = itertools.count(1)


def edit():
    number = next(numbers)
    if is_drag:
        application.session.set_value(0, number / 1000, gesture=1)
    else:
        application.session.set_noise_seed(number)
    print(number, flush=True)


timer = QTimer()
timer.timeout.connect(edit)
timer.start(100)
application.run()
"""

Start = Callable[[], Play]


@pytest.fixture
def start(
    qtbot: QtBot,
    qapp: QApplication,
    keep_looks: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Start]:
    """Starts the app, which looks at once for what was left."""
    monkeypatch.setattr("explorer.recovering.LOOK_AFTER_MS", 0)
    for module in ("application", "opening"):
        monkeypatch.setattr(f"explorer.{module}.log_path", lambda: tmp_path / "app.log")
    started: list[Application] = []

    def make() -> Play:
        for earlier in started:
            earlier.close()
        settings = Settings(str(tmp_path / "settings.ini"))
        application = Application(qapp, settings, seed=7, recovery=tmp_path / "recovery")
        started.append(application)
        application.open(DEFAULT)
        return Play(qtbot, application)

    yield make
    for application in started:
        application.close()


def offer(play: Play) -> str:
    return play.window.offer.sentence()


def until_offered(play: Play) -> None:
    play.qtbot.waitUntil(lambda: offer(play) != "", timeout=TIMEOUT_MS)


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("recovery/*/session-*.json"))


def crash(folder: Path, hand: str = "edits") -> int:
    """Run the app, kill it while it is in use, and give the number of its last edit."""
    child = subprocess.Popen(
        [sys.executable, "-c", BUSY_APP, folder, hand],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    number = 0
    while number < EDITS:
        number = int(child.stdout.readline())
    child.kill()
    number = max([number, *map(int, child.stdout.read().split())])
    child.stdout.close()
    child.wait()
    return number


def test_work_of_an_app_that_was_killed_is_offered_back(tmp_path: Path, start: Start) -> None:
    last = crash(tmp_path)
    (path,) = kept(tmp_path)
    assert read_session(path).state.noise_seed >= last - MOST_LOST
    play = start()
    until_offered(play)
    assert offer(play).startswith(f"Your work on {DEFAULT.name} was not closed; it was saved last")
    assert play.session.undo_stack.count() == 0
    told = play.told(lambda: play.click("Bring it back"))
    assert told == "Your work is back as it was saved last."
    assert play.session.state.noise_seed >= last - MOST_LOST
    play.qtbot.waitUntil(lambda: not path.exists(), timeout=TIMEOUT_MS)
    (own,) = kept(tmp_path)
    assert read_session(own).state.noise_seed == play.session.state.noise_seed


def test_of_a_drag_that_goes_on_and_on_at_most_half_a_minute_is_lost(
    tmp_path: Path, start: Start
) -> None:
    last = crash(tmp_path, "drag")
    (path,) = kept(tmp_path)
    moves = round(float(read_session(path).state.latent.z[0]) * 1000)
    assert moves >= 1
    assert last - moves <= MOST_MOVES_LOST
    play = start()
    until_offered(play)
    play.told(lambda: play.click("Bring it back"))
    assert play.session.state.latent.z[0] == np.float32(moves / 1000)
    assert play.session.state.route is Route.HELD


@pytest.fixture
def left(tmp_path: Path, start: Start) -> Path:
    """A file as a crash leaves it."""
    play = start()
    for _ in range(5):
        play.session.randomise()
    play.qtbot.waitUntil(lambda: len(kept(tmp_path)) == 1, timeout=TIMEOUT_MS)
    (path,) = kept(tmp_path)
    content = path.read_bytes()
    play.window.close()
    play.qtbot.waitUntil(lambda: kept(tmp_path) == [], timeout=TIMEOUT_MS)
    folder = tmp_path / "recovery" / "killed"
    folder.mkdir()
    (folder / "session-1.json").write_bytes(content)
    return folder / "session-1.json"


@pytest.fixture
def left_of_mine(tmp_path: Path, session: Session) -> Path:
    """What a crash has left of the work on a decoder of the user's."""
    path = Path(shutil.copy(DEFAULT / DECODER, tmp_path / "mine.keras"))
    source = ModelSource(model=path)
    identity = Identity("mine", session.subject.latent_dim, source, digests_of(source))
    latent = Latent(np.linspace(-1, 1, session.subject.latent_dim, dtype=np.float32), Source.TEXT)
    folder = tmp_path / "recovery" / "killed"
    folder.mkdir(parents=True)
    state = replace(session.state, route=Route.HELD, latent=latent)
    write_session(folder / "session-1.json", SavedSession(identity, state))
    return folder / "session-1.json"


def test_work_comes_back_with_its_model(
    qtbot: QtBot, left_of_mine: Path, start: Start, qapp: QApplication, tmp_path: Path
) -> None:
    saved = read_session(left_of_mine)
    play = start()
    until_offered(play)
    assert offer(play).startswith("Your work on mine was not closed")
    play.click("Bring it back")

    def theirs() -> MainWindow | None:
        windows = (each for each in qapp.topLevelWidgets() if isinstance(each, MainWindow))
        return next((each for each in windows if each.windowTitle().startswith("mine")), None)

    qtbot.waitUntil(lambda: theirs() is not None, timeout=TIMEOUT_MS)
    window = theirs()
    assert window is not None
    session = window.workspace.session
    qtbot.waitUntil(lambda: session.undo_stack.count() == 1, timeout=TIMEOUT_MS)
    assert session.state.latent.z.tobytes() == saved.state.latent.z.tobytes()
    qtbot.waitUntil(lambda: not left_of_mine.exists(), timeout=TIMEOUT_MS)
    (own,) = kept(tmp_path)
    assert read_session(own).model.name == "mine"


def test_work_whose_model_has_gone_is_offered_at_the_next_start(
    left_of_mine: Path, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "mine.keras").unlink()
    play = start()
    until_offered(play)
    told = play.told(lambda: play.click("Bring it back"))
    assert "mine.keras" in told
    assert play.session.undo_stack.count() == 0
    assert left_of_mine.exists()
    again = start()
    until_offered(again)
    assert offer(again).startswith("Your work on mine was not closed")


def test_what_is_discarded_is_gone(left: Path, start: Start) -> None:
    play = start()
    until_offered(play)
    play.click("Discard")
    assert offer(play) == ""
    play.qtbot.waitUntil(lambda: not left.exists(), timeout=TIMEOUT_MS)
    assert play.session.undo_stack.count() == 0


def test_an_offer_without_an_answer_is_made_again(left: Path, start: Start) -> None:
    play = start()
    until_offered(play)
    first = offer(play)
    again = start()
    until_offered(again)
    assert offer(again) == first


def test_what_cannot_be_read_is_not_offered(left: Path, start: Start, tmp_path: Path) -> None:
    whole = left.read_bytes()
    left.write_bytes(whole[: len(whole) // 2])
    play = start()
    play.qtbot.waitUntil(lambda: not left.exists(), timeout=TIMEOUT_MS)
    assert offer(play) == ""


def test_what_another_window_is_keeping_is_not_offered(left: Path, start: Start) -> None:
    other = RecoveryFolder(left.parents[1])
    assert len(other.claim()) == 1
    play = start()
    play.shown(play.window.activateWindow)
    assert offer(play) == ""
    other.leave()


def test_work_that_cannot_be_kept_is_told_once(tmp_path: Path, start: Start) -> None:
    (tmp_path / "recovery").write_text("a file stands where the folder should")
    play = start()

    def edit() -> None:
        for _ in range(5):
            play.session.randomise()

    told = play.told(edit)
    assert told.startswith("Your work is not kept safe: ")
    sentences: list[str] = []
    play.session.told.connect(sentences.append)
    edit()
    play.shown(play.session.ask)
    assert sentences == []
