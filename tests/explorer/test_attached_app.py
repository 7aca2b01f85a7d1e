"""The window on a model in another program, which a test plays."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.attached_app import Attachment
from explorer.settings import Settings
from explorer.state.latent import Route
from explorer.state.record import WEIGHTS
from models.bundle import Bundle
from models.code_cache import pack_codes
from models.encoding import EncodedData
from models.source import ModelSource
from models.subject import Subject
from models.subject_wire import to_arrays, to_fields
from models.wire import Message, pack, unpack
from tests.patience import TIMEOUT_S


class Program:
    """The program's end of the connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def say(self, kind: str, fields: dict[str, Any] | None = None, **arrays: Any) -> None:
        self.connection.send_bytes(pack(Message(kind, fields or {}, arrays)))

    def hear(self, kind: str) -> Message:
        while True:
            assert self.connection.poll(TIMEOUT_S)
            message = unpack(self.connection.recv_bytes())
            if message.kind == kind:
                return message


@pytest.fixture
def application(qapp: QApplication, keep_looks: None, tmp_path: Path) -> Iterator[Application]:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("application", "attached_app"):
            patch.setattr(f"explorer.{module}.log_path", lambda: tmp_path / "app.log")
        made = Application(qapp, Settings(str(tmp_path / "settings.ini")), seed=7)
        yield made
        made.close()


@pytest.fixture
def program(application: Application, bundle: Bundle, qtbot: QtBot) -> Iterator[Program]:
    """A program whose model is shown."""
    ours, theirs = multiprocessing.Pipe()
    attachment = Attachment(application, theirs)
    attachment.start()
    made = Program(ours)
    made.say("say", {"sentence": "said early"})
    assert made.hear("load")
    subject = Subject.of_bundle(bundle)
    made.say("ready", {"description": {}, "subject": to_fields(subject)}, **to_arrays(subject))
    qtbot.waitUntil(lambda: application.window is not None)
    yield made
    ours.close()


def test_the_model_is_shown_and_asked(program: Program, application: Application) -> None:
    assert application.window is not None
    assert application.window.isVisible()
    assert application.window.status.sentence() == "said early"
    assert program.hear("denoise").fields["lane"] == "LIVE"


def test_it_is_not_among_the_recent_files(program: Program, application: Application) -> None:
    assert application.settings.text("recent") == ""


def test_z_from_the_program_is_one_step(
    program: Program, application: Application, qtbot: QtBot
) -> None:
    session = application.session
    assert session is not None
    z = np.linspace(-1, 1, session.subject.latent_dim).astype(np.float32)
    with qtbot.waitSignal(session.changed):
        program.say("set_z", z=z)
    assert session.state.latent.z.tolist() == z.tolist()
    routes = [session.state.route]
    session.undo_stack.undo()
    assert [*routes, session.state.route] == [Route.HELD, Route.ENCODER]
    assert not session.undo_stack.canUndo()


def test_the_program_says_a_sentence(
    program: Program, application: Application, qtbot: QtBot
) -> None:
    window = application.window
    assert window is not None
    program.say("say", {"sentence": "epoch 3: loss 0.0123"})
    qtbot.waitUntil(lambda: window.status.sentence() == "epoch 3: loss 0.0123")


def test_the_same_is_asked_again(program: Program, application: Application, qtbot: QtBot) -> None:
    assert application.session is not None
    session = application.session
    with qtbot.waitSignal(session.changed) as changed, qtbot.waitSignal(session.requested) as asked:
        program.say("again")
    assert asked.args[0].kind == "denoise"
    assert changed.args[0].fields == {WEIGHTS}


def test_data_of_the_program(
    program: Program, application: Application, bundle: Bundle, qtbot: QtBot
) -> None:
    session = application.session
    assert session is not None
    rows = np.arange(len(bundle.codes.codes))
    encoded = EncodedData(bundle.codes, rows, rows[:5], True, (), ())
    pictures = np.zeros((2, 28, 28, 1), np.uint8)
    with qtbot.waitSignal(session.changed):
        program.say(
            "data",
            {"name": "the data"},
            pictures=pictures,
            picture_labels=np.array([3, 4], np.int32),
            **pack_codes(encoded),
        )
    assert session.subject.whereabouts.sentence == "from the codes of the data"
    assert session.subject.samples is not None
    with qtbot.waitSignal(session.changed):
        program.say("data", {"name": "the data"}, **pack_codes(encoded))
    assert session.subject.samples is not None  # those of before


@pytest.mark.parametrize("end", [lambda p: p.say("close"), lambda p: p.connection.close()])
def test_the_window_goes_with_its_program(
    program: Program, application: Application, end: Callable[[Program], None], qtbot: QtBot
) -> None:
    end(program)
    qtbot.waitUntil(lambda: application.window is None)


def test_a_window_that_is_closed_hangs_up(program: Program, application: Application) -> None:
    assert application.window is not None
    application.window.close()
    with pytest.raises((EOFError, ConnectionError)):
        program.hear("nothing")


def test_a_model_from_a_file_outlives_the_program(
    program: Program, application: Application, bundle: Bundle, qtbot: QtBot
) -> None:
    before = application.window
    application.swap(ModelSource(bundle=bundle.folder))
    qtbot.waitUntil(lambda: application.window is not before, timeout=TIMEOUT_S * 1000)
    with pytest.raises((EOFError, ConnectionError)):
        program.hear("nothing")
    assert application.window is not None
    assert application.window.isVisible()
