"""When a session is saved by itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.sessions import autosave
from explorer.sessions.autosave import SAVE_AFTER_STEPS, Autosave
from explorer.state.frame import Frame
from explorer.state.latent import Source
from explorer.state.record import State
from explorer.state.session import Session


class Disk:
    """Takes states, and is done with each when a test says so."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.done: list[Callable[[], object]] = []

    def save(self, state: State, done: Callable[[], object]) -> None:
        self.states.append(state)
        self.done.append(done)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def autosaved(qapp: QApplication, session: Session, disk: Disk) -> Session:
    Autosave(session, disk.save, session)
    return session


def edit(session: Session, times: int) -> None:
    for _ in range(times):
        session.randomise()


def test_some_steps_are_saved_at_once(autosaved: Session, disk: Disk) -> None:
    edit(autosaved, SAVE_AFTER_STEPS - 1)
    assert disk.states == []
    edit(autosaved, 1)
    assert disk.states == [autosaved.state]


def test_undoing_counts_too(autosaved: Session, disk: Disk) -> None:
    edit(autosaved, SAVE_AFTER_STEPS)
    disk.done[0]()
    for _ in range(SAVE_AFTER_STEPS):
        autosaved.undo_stack.undo()
    assert disk.states[-1] is autosaved.state
    assert len(disk.states) == 2


def test_while_a_saving_goes_on_only_the_newest_waits(autosaved: Session, disk: Disk) -> None:
    edit(autosaved, 4 * SAVE_AFTER_STEPS)
    assert len(disk.states) == 1
    disk.done[0]()
    assert len(disk.states) == 2
    assert disk.states[1] is autosaved.state
    disk.done[1]()
    assert len(disk.states) == 2


@pytest.mark.parametrize("gesture", [None, 1], ids=["a step", "a gesture that goes on"])
def test_a_single_change_is_saved_after_a_while(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    autosaved: Session,
    disk: Disk,
    gesture: int | None,
) -> None:
    monkeypatch.setattr(autosave, "SAVE_AFTER_MS", 0)
    autosaved.set_value(3, 0.5, gesture=gesture)
    qtbot.waitUntil(lambda: len(disk.states) == 1)
    assert disk.states[0] is autosaved.state


def test_a_drag_is_one_step(autosaved: Session, disk: Disk) -> None:
    gesture = autosaved.new_gesture()
    for step in range(100):
        autosaved.set_value(3, step / 100, gesture=gesture)
    assert disk.states == []


def test_what_comes_by_itself_is_not_saved(
    monkeypatch: pytest.MonkeyPatch, autosaved: Session, disk: Disk, qtbot: QtBot
) -> None:
    autosaved.set_live_noise(True)
    (kept,) = autosaved.findChildren(Autosave)
    kept.save_now()
    disk.done[0]()
    monkeypatch.setattr(autosave, "SAVE_AFTER_MS", 0)
    autosaved.roll_live()
    autosaved.set_model("m")
    z = np.ones((1, 16), np.float32)
    autosaved.receive(Frame(99, "m", "denoise", {}, z, {}, {}, 0.0))
    assert autosaved.state.latent.source is Source.ENCODER
    with qtbot.waitSignal(autosaved.told):  # a turn of the event loop later
        kept._timer.singleShot(0, lambda: autosaved.told.emit("done"))
    assert len(disk.states) == 1


def test_once_stopped_it_saves_no_more(autosaved: Session, disk: Disk) -> None:
    (kept,) = autosaved.findChildren(Autosave)
    edit(autosaved, 2 * SAVE_AFTER_STEPS)
    kept.stop()
    disk.done[0]()
    edit(autosaved, SAVE_AFTER_STEPS)
    assert len(disk.states) == 1
