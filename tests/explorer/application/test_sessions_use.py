"""Sessions in the real app: saved, brought back, of another model, refused."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QFileDialog, QMenu

from explorer.application import Application
from explorer.sessions.identity import Identity
from explorer.sessions.shown import Shown
from explorer.state.latent import Route
from models.bundle import DECODER, DEFAULT, read_card, write_card
from models.files import sha256_of
from models.source import ModelSource
from tests.explorer.application.play import Drag, Play, made_by_hand
from tests.explorer.finding import action
from tests.hostile.sound import write_keras
from tests.patience import TIMEOUT_MS


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file that the user chooses in every dialog."""
    path = tmp_path / "mine.json"
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path), ""))
    return path


def from_menu(play: Play, text: str) -> Callable[[], object]:
    entries = next(found for found in play.window.findChildren(QMenu) if found.title() == "&File")
    return action(entries, text).trigger


def drop(play: Play, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    play.window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_what_was_saved_is_brought_back_in_one_step(play: Play, drag: Drag, choose: Path) -> None:
    state, _, _, picture = made_by_hand(play, drag)
    play.space.tabs.open_page("Layers")
    told = play.told(from_menu(play, "Save session"))
    assert told == f"The session is saved as {choose}."
    play.shown(play.start_over)
    assert play.output() != picture
    with play.qtbot.waitSignal(play.session.told, timeout=TIMEOUT_MS):
        frame = play.shown(from_menu(play, "Open session…"))
    assert play.output() == picture
    assert frame.z is not None
    assert play.session.state.latent.z.tobytes() == state.latent.z.tobytes()
    assert play.session.state.drawing.strokes == state.drawing.strokes
    assert play.session.state.route is Route.HELD
    assert play.space.tabs.current_title() == "Layers"
    assert play.session.undo_stack.undoText() == "open a session"
    play.shown(play.session.undo_stack.undo)
    assert play.output() != picture


def test_saving_again_asks_for_no_name(
    play: Play, choose: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play.told(from_menu(play, "Save session as…"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: pytest.fail("asked"))
    choose.unlink()
    play.told(from_menu(play, "Save session"))
    assert choose.exists()


def test_a_name_without_its_ending_gets_it(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = tmp_path / "work"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(typed), ""))
    play.told(from_menu(play, "Save session as…"))
    assert (tmp_path / "work.json").exists()
    told = play.told(from_menu(play, "Save session as…"))
    assert told == f"{typed}.json is there already; name it in full to replace it."


def test_a_folder_that_cannot_be_written_is_one_sentence(
    play: Play, choose: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = choose.parent / "none" / "mine.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(nowhere), ""))
    told = play.told(from_menu(play, "Save session as…"))
    assert told == f"{nowhere}: No such file or directory."


def test_a_dropped_session_is_opened(play: Play, drag: Drag, choose: Path) -> None:
    _, _, _, picture = made_by_hand(play, drag)
    play.told(from_menu(play, "Save session as…"))
    play.shown(play.start_over)
    play.shown(lambda: drop(play, choose))
    assert play.output() == picture


@pytest.mark.parametrize(
    ("content", "found"),
    [("{", "must be a session as it was saved"), ("{}", "must be a session's file")],
)
def test_a_bad_file_is_one_sentence_and_changes_nothing(
    play: Play, choose: Path, content: str, found: str
) -> None:
    choose.write_text(content)
    before = play.session.state
    assert found in play.told(from_menu(play, "Open session…"))
    assert play.session.state is before


def test_a_bookmark_with_nan_is_one_sentence_and_changes_nothing(play: Play, choose: Path) -> None:
    play.told(from_menu(play, "Save session as…"))
    record = json.loads(choose.read_text())
    record["state"]["bookmarks"] = [{"key": "b1", "name": "one", "z": [float("nan")] * 16}]
    choose.write_text(json.dumps(record))
    before = play.session.state
    told = play.told(from_menu(play, "Open session…"))
    assert told == (
        "mine.json must be a session as it was saved; received the number NaN; nothing was changed."
    )
    assert play.session.state is before


def offered(application: Application) -> str:
    assert application.window is not None
    return application.window.offer.sentence()


def retrained(choose: Path) -> None:
    """Makes the session one of a model with other weights."""
    record = json.loads(choose.read_text())
    record["model"]["name"] = "other"
    record["model"]["sha256"]["decoder"] = "0" * 64
    choose.write_text(json.dumps(record))


def test_a_session_of_another_model_offers_to_open_that(
    play: Play, application: Application, choose: Path, copy: Path
) -> None:
    play.told(from_menu(play, "Save session as…"))
    retrained(choose)
    before = play.session.state
    from_menu(play, "Open session…")()
    play.qtbot.waitUntil(lambda: offered(application) != "", timeout=TIMEOUT_MS)
    source = play.session.subject.source.path
    assert offered(application) == f"This session belongs to another model: {source}."
    play.click("Not now")
    assert offered(application) == ""
    assert play.session.state is before


def test_a_model_that_has_changed_since_is_told(
    play: Play, application: Application, choose: Path, copy: Path
) -> None:
    play.told(from_menu(play, "Save session as…"))
    record = json.loads(choose.read_text())
    record["model"]["source"]["bundle"] = str(copy)
    choose.write_text(json.dumps(record))
    retrained(choose)
    from_menu(play, "Open session…")()
    play.qtbot.waitUntil(lambda: offered(application) != "", timeout=TIMEOUT_MS)
    told: list[str] = []
    application.opener.opened.connect(lambda session, _: session.told.connect(told.append))
    play.click("Open it")
    sentence = f"{copy.name} has changed since the session was saved; nothing was changed."
    play.qtbot.waitUntil(lambda: sentence in told, timeout=TIMEOUT_MS)
    assert application.session is not None
    assert application.session.subject.source.bundle == copy
    assert application.session.undo_stack.count() == 0


def test_a_session_is_of_the_model_that_was_opened_whatever_its_files_are_now(
    new: Play,
    application: Application,
    choose: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("explorer.session_desk.IDENTIFY_AFTER_MS", 0)
    identified: list[Identity] = []
    find_out = Shown.identity

    def note(shown: Shown) -> Identity:
        identified.append(find_out(shown))
        return identified[-1]

    monkeypatch.setattr(Shown, "identity", note)
    path = Path(shutil.copy(DEFAULT / DECODER, tmp_path / "mine.keras"))
    digest = sha256_of(path)
    application.swap(ModelSource(model=path))
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    theirs = Play(new.qtbot, application)
    theirs.shown(theirs.session.ask)
    theirs.qtbot.waitUntil(
        lambda: any(each.source.model == path for each in identified), timeout=TIMEOUT_MS
    )
    write_keras(path)  # another training has ended
    theirs.told(from_menu(theirs, "Save session as…"))
    assert json.loads(choose.read_text())["model"]["sha256"] == {"model": digest}


def test_a_model_in_sight_that_has_changed_since_is_told(
    play: Play, application: Application, choose: Path
) -> None:
    play.told(from_menu(play, "Save session as…"))
    retrained(choose)
    before = play.session.state
    from_menu(play, "Open session…")()
    play.qtbot.waitUntil(lambda: offered(application) != "", timeout=TIMEOUT_MS)
    name = play.session.subject.name
    told = play.told(lambda: play.click("Open it"))
    assert told == f"{name} has changed since the session was saved; nothing was changed."
    assert play.session.state is before


@pytest.fixture
def other(copy: Path) -> Path:
    """A bundle whose decoder is the same, in a file with other bytes."""
    packed = copy / DECODER
    with zipfile.ZipFile(packed) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    card = read_card(copy)
    write_card(copy, {name: card[name] for name in card if name not in ("format", "files")})
    return copy


def test_a_session_is_opened_with_its_model(
    new: Play, application: Application, drag: Drag, choose: Path, other: Path
) -> None:
    first = new.session.subject.source
    application.swap(ModelSource(bundle=other))
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    theirs = Play(new.qtbot, application)
    theirs.shown(theirs.session.ask)
    state, _, _, picture = made_by_hand(theirs, drag)
    theirs.told(from_menu(theirs, "Save session as…"))
    application.close_model()
    assert application.session is not None
    assert application.session.subject.source == first
    application.open_session(choose)
    new.qtbot.waitUntil(lambda: offered(application) != "", timeout=TIMEOUT_MS)
    assert offered(application) == f"This session belongs to another model: {other}."
    new.click("Open it")
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    again = Play(new.qtbot, application)
    new.qtbot.waitUntil(lambda: again.session.undo_stack.count() == 1, timeout=TIMEOUT_MS)
    again.shown(again.session.ask)
    assert again.session.state.latent.z.tobytes() == state.latent.z.tobytes()
    assert again.output() == picture


def test_a_session_of_the_same_model_elsewhere_is_opened(
    new: Play, application: Application, drag: Drag, choose: Path, copy: Path
) -> None:
    """The copy has the same files, so the session of the one is the session of the other."""
    state, _, _, picture = made_by_hand(new, drag)
    new.told(from_menu(new, "Save session as…"))
    application.swap(ModelSource(bundle=copy))
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    there = Play(new.qtbot, application)
    from_menu(there, "Open session…")()
    there.qtbot.waitUntil(lambda: there.session.undo_stack.count() == 1, timeout=TIMEOUT_MS)
    there.shown(there.session.ask)
    assert there.session.state.latent.z.tobytes() == state.latent.z.tobytes()
    assert there.output() == picture


def test_a_session_whose_model_is_refused_waits_no_more(
    new: Play, application: Application, drag: Drag, choose: Path, other: Path
) -> None:
    application.swap(ModelSource(bundle=other))
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    theirs = Play(new.qtbot, application)
    theirs.shown(theirs.session.ask)
    made_by_hand(theirs, drag)
    theirs.told(from_menu(theirs, "Save session as…"))
    application.close_model()
    decoder = (other / DECODER).read_bytes()
    (other / DECODER).write_bytes(decoder[:100])
    application.open_session(choose)
    new.qtbot.waitUntil(lambda: offered(application) != "", timeout=TIMEOUT_MS)
    with new.qtbot.waitSignal(application.opener.refused, timeout=TIMEOUT_MS):
        new.click("Open it")
    (other / DECODER).write_bytes(decoder)
    application.swap(ModelSource(bundle=other))
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    again = Play(new.qtbot, application)
    again.shown(again.session.ask)
    again.told(from_menu(again, "Save session as…"))  # after whatever else was to be read
    assert again.session.undo_stack.count() == 0
