"""A session's file gives back what was saved, and refuses everything else by name."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.sessions.drawings import MAX_POINTS
from explorer.sessions.fitting import check_fit, taking
from explorer.sessions.resting import never
from explorer.sessions.saved import SavedSession, read_session, write_session
from explorer.sessions.states import FORMS
from explorer.state.drawing import Drawing, Raster
from explorer.state.latent import Latent, Source
from explorer.state.record import State
from explorer.state.session import Session
from models.digits import Stroke
from models.errors import SessionError
from models.ports import ClassPort
from models.subject import Subject
from tests.explorer.subjects import COLOUR, subject_of

Record = dict[str, Any]
Change = Callable[[Record], object]


def in_json(saved: SavedSession) -> Record:
    record: Record = json.loads(saved.to_bytes())
    return record


def reread(saved: SavedSession) -> SavedSession:
    return SavedSession.from_bytes(saved.to_bytes(), "my.json")


def test_a_file_holds_every_field_of_the_state() -> None:
    assert set(FORMS) == {each.name for each in dataclasses.fields(State)}


def test_what_was_saved_comes_back(full: SavedSession, tmp_path: Path) -> None:
    write_session(tmp_path / "my.json", full)
    again = read_session(tmp_path / "my.json")
    assert again.to_bytes() == full.to_bytes()
    assert again.layout == full.layout
    assert again.model.is_same(full.model)
    state = again.state
    assert state.drawing.strokes == full.state.drawing.strokes
    assert np.array_equal(state.drawing.opened, full.state.drawing.opened)  # type: ignore[arg-type]  # neither is None
    assert (state.noise, state.locks, state.ranges) == (
        full.state.noise,
        full.state.locks,
        full.state.ranges,
    )
    assert (state.slots, state.journey, state.port) == (
        full.state.slots,
        full.state.journey,
        full.state.port,
    )


def test_every_finite_z_comes_back_bit_by_bit(full: SavedSession) -> None:
    bits = np.random.default_rng(3).integers(0, 2**32, (2000, 16), np.uint32).view(np.float32)
    form = FORMS["latent"]
    for z in (full.state.latent.z, *bits[np.isfinite(bits).all(axis=1)]):
        written = json.dumps(form.write(Latent(z, Source.TEXT), never))
        again = form.read(json.loads(written), z.size)
        assert again.z.tobytes() == z.tobytes()
        assert again.source is Source.TEXT


def test_a_sample_of_the_data_comes_back(full: SavedSession) -> None:
    sample = np.random.default_rng(1).random((28, 28, 1), np.float32)
    state = dataclasses.replace(full.state, drawing=Drawing(sample=sample))
    found = reread(dataclasses.replace(full, state=state)).state.drawing.sample
    assert found is not None
    assert np.array_equal(found, sample)


def test_a_stroke_that_left_the_canvas_comes_back_and_looks_the_same(full: SavedSession) -> None:
    far = Drawing((Stroke(((0.5, 0.5), (4.5, 0.9), (0.2, -7.0)), 0.1),))
    state = dataclasses.replace(full.state, drawing=far)
    found = reread(dataclasses.replace(full, state=state)).state.drawing
    assert np.array_equal(Raster().update(found), Raster().update(far))


def test_opening_is_one_step_that_can_be_undone(session: Session, full: SavedSession) -> None:
    before = session.state
    check_fit(full.state, session.subject)
    session.edit(taking(full.state))
    assert session.undo_stack.count() == 1
    assert session.state.latent is full.state.latent
    assert session.state.bookmarks == full.state.bookmarks
    session.undo_stack.undo()
    assert vars(session.state) == vars(before)


def test_a_file_of_an_older_version_lacks_what_came_later(full: SavedSession) -> None:
    record = in_json(full)
    record["state"] = {name: record["state"][name] for name in ("drawing", "latent")}
    state = SavedSession.from_bytes(json.dumps(record).encode(), "my.json").state
    assert state.bookmarks == ()
    assert state.latent.z.tobytes() == full.state.latent.z.tobytes()


def conditional(full: SavedSession, chosen: int) -> tuple[SavedSession, Subject]:
    """With a bookmark in that class, and a model of three."""
    first, second = full.state.bookmarks
    marks = (dataclasses.replace(first, classes={"label": chosen}), second)
    state = dataclasses.replace(
        full.state, classes={"label": 0}, bookmarks=marks, shown="", port=None
    )
    label = ClassPort("label", 3, "one_hot", (3,))
    return dataclasses.replace(full, state=state), subject_of(COLOUR, classes=[label])


def test_a_bookmark_keeps_its_class_where_it_has_one(full: SavedSession) -> None:
    saved, subject = conditional(full, 2)
    records = in_json(saved)["state"]["bookmarks"]
    assert "classes" not in records[1]  # as before there were any
    state = reread(saved).state
    check_fit(state, subject)
    assert [dict(mark.classes) for mark in state.bookmarks] == [{"label": 2}, {}]


def test_a_bookmark_in_a_class_that_the_model_lacks_is_refused(full: SavedSession) -> None:
    saved, subject = conditional(full, 3)
    with pytest.raises(SessionError, match="The class of bookmark a one must be below 3"):
        check_fit(saved.state, subject)


def put(*path: str | int, value: object) -> Change:
    """Sets a value deep in a record."""

    def change(record: Any) -> None:
        for step in path[:-1]:
            record = record[step]
        record[path[-1]] = value

    return change


def pixel(base64: str) -> Record:
    return {"shape": [1, 1], "float32": [base64]}


HOSTILE: dict[str, Change] = {
    "another kind of JSON": put("what", value="card"),
    "a later format": put("format", value=2),
    "a format that is no number": put("format", value=[1]),
    "an unknown field": put("script", value="import os"),
    "an unknown field of the state": put("state", "hook", value=1),
    "an unknown field of many lines": put("state", "port", "\n" * 500, value=0.5),
    "an unknown field of the drawing": put("state", "drawing", "url", value="http://x"),
    "no state": lambda record: record.pop("state"),
    "no latent": lambda record: record["state"].pop("latent"),
    "a state that is a list": put("state", value=[]),
    "strokes that are a text": put("state", "drawing", "strokes", value="many"),
    "a stroke without points": put("state", "drawing", "strokes", 0, "points", value=[]),
    "a point of three": put("state", "drawing", "strokes", 0, "points", 0, value=[0, 0, 0]),
    "a point far away": put("state", "drawing", "strokes", 0, "points", 0, value=[1e9, 0]),
    "a pen without width": put("state", "drawing", "strokes", 0, "width", value=0),
    "a pen too wide": put("state", "drawing", "strokes", 0, "width", value=1e6),
    "a pen of truth": put("state", "drawing", "strokes", 0, "width", value=True),
    "an eraser of 1": put("state", "drawing", "strokes", 0, "erase", value=1),
    "a vast picture": put("state", "drawing", "opened", "shape", value=[4096, 4096]),
    "a picture without pixels": put("state", "drawing", "opened", "shape", value=[0, 50]),
    "a picture of other axes": put("state", "drawing", "opened", "shape", value=[30, 50, 1]),
    "a picture too short": put("state", "drawing", "opened", "float32", value=["AAAA"]),
    "a picture in no base64": put("state", "drawing", "opened", "float32", value=["é"]),
    "a picture of NaN": put("state", "drawing", "opened", value=pixel("AADAfw==")),
    "a picture that is too bright": put("state", "drawing", "opened", value=pixel("AAAAQA==")),
    "a sample that is a number": put("state", "drawing", "sample", value=3),
    "a noise that nobody knows": put("state", "noise", "kind", value="magic"),
    "a noise without a kind": put("state", "noise", value={}),
    "a noise of text": put("state", "noise", "amount", value="0.5"),
    "a noise beyond its bounds": put("state", "noise", "amount", value=1e8),
    "a noise with an unknown setting": put("state", "noise", "speed", value=1),
    "a seed below 0": put("state", "noise_seed", value=-1),
    "a seed of 2.5": put("state", "noise_seed", value=2.5),
    "a seed of many digits": put("state", "noise_seed", value=10**50),
    "a live noise of 1": put("state", "live_noise", value=1),
    "an unknown route": put("state", "route", value="network"),
    "a route that is a list": put("state", "route", value=[]),
    "a z of another length": put("state", "latent", "z", value=[0.0] * 15),
    "a z of text": put("state", "latent", "z", value=["0"] * 16),
    "a z beyond float32": put("state", "latent", "z", value=[1e39] * 16),
    "a z of huge numbers": put("state", "latent", "z", value=[10**60] * 16),
    "an unknown source": put("state", "latent", "source", value="magic"),
    "a lock of no dimension": put("state", "locks", value=[16]),
    "a lock below 0": put("state", "locks", value=[-1]),
    "locks that are a record": put("state", "locks", value={}),
    "more locks than dimensions": put("state", "locks", value=[1] * 17),
    "a range without width": put("state", "ranges", value=[[1, 2, 2]]),
    "a range downwards": put("state", "ranges", value=[[1, 2, 1]]),
    "a range of no dimension": put("state", "ranges", value=[[99, 0, 1]]),
    "a range of two numbers": put("state", "ranges", value=[[1, 2]]),
    "a range beyond float32": put("state", "ranges", value=[[1, -1e39, 1e39]]),
    "classes that are a list": put("state", "classes", value=[1]),
    "a class of text": put("state", "classes", value={"label": "1"}),
    "a class below 0": put("state", "classes", value={"label": -1}),
    "an output in two lines": put("state", "shown", value="a\nb"),
    "an output of many letters": put("state", "shown", value="x" * 5000),
    "a port that nobody knows": put("state", "port", "kind", value="socket"),
    "a port with an impossible shape": put("state", "port", "height", value=-3),
    "a port of fractions": put("state", "port", "height", value=2.5),
    "a port of truth": put("state", "port", "channel", value=True),
    "a port that lacks its width": lambda record: record["state"]["port"].pop("width"),
    "a port of lists": put("state", "port", "layout", value=["H", "W"]),
    "a bookmark of another length": put("state", "bookmarks", 0, "z", value=[0.0]),
    "a bookmark without a name": put("state", "bookmarks", 0, "name", value=""),
    "a bookmark in a class of text": put("state", "bookmarks", 0, "classes", value={"y": "1"}),
    "a bookmark in a class below 0": put("state", "bookmarks", 0, "classes", value={"y": -1}),
    "a bookmark in classes of a list": put("state", "bookmarks", 0, "classes", value=[1]),
    "a bookmark in many classes": put(
        "state", "bookmarks", 0, "classes", value={f"{n}": 1 for n in range(101)}
    ),
    "a bookmark with a field more": put("state", "bookmarks", 0, "colour", value="red"),
    "two bookmarks of one key": put("state", "bookmarks", 1, "key", value="b1"),
    "a slot with no bookmark": put("state", "slots", value=["b9", None]),
    "a direction to nowhere": put("state", "directions", 0, "vector", value=[0.0] * 16),
    "a journey of no steps": put("state", "journey", "steps", value=0),
    "a journey of an unknown kind": put("state", "journey", "kind", value="teleport"),
    "a formula of text": put("state", "formula", value="1 + 1"),
    "a latent_dim below 1": put("model", "latent_dim", value=0),
    "a vast latent_dim": put("model", "latent_dim", value=2**40),
    "a digest that is none": put("model", "sha256", "encoder", value="0" * 63),
    "a digest of no part": put("model", "sha256", "script", value="0" * 64),
    "a model of no file": put("model", "source", "bundle", value=None),
    "a model of two files": put("model", "source", "model", value="/x/y.keras"),
    "a model at no path": put("model", "source", "bundle", value=""),
    "a model at a number": put("model", "source", "bundle", value=3),
    "a path in two lines": put("model", "source", "bundle", value="/x\n/y"),
    "choices that are a list": put("model", "source", "choices", value=["cut"]),
    "a choice that is a record": put("model", "source", "choices", value={"cut": {}}),
    "a name that is nothing": put("model", "name", value=None),
    "columns below 0": put("layout", "columns_px", value=[-1, 2, 3]),
    "too many columns": put("layout", "columns_px", value=[1] * 4),
    "a tab of many letters": put("layout", "tab", value="x" * 1000),
    "torn-off tabs that are a text": put("layout", "torn_off", value="Map"),
}  # fmt: skip


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_value_that_is_not_what_it_has_to_be_is_refused(
    full: SavedSession, change: Change
) -> None:
    record = copy.deepcopy(in_json(full))
    change(record)
    with pytest.raises(SessionError) as caught:
        SavedSession.from_bytes(json.dumps(record).encode(), "my.json")
    sentence = str(caught.value)
    assert len(sentence) <= 200
    assert sentence.endswith(".")
    assert sentence.isprintable()


def test_a_bookmark_with_nan_is_refused(full: SavedSession) -> None:
    record = in_json(full)
    record["state"]["bookmarks"][0]["z"][3] = float("nan")
    with pytest.raises(SessionError, match=r"my\.json .* NaN; nothing was changed\."):
        SavedSession.from_bytes(json.dumps(record).encode(), "my.json")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"what": 1, "what": 2}',
        b'{"a": Infinity}',
        b"[" * 1000,
        b"[" + b"0," * 1_000_001 + b"0]",
        b"1" * 100,
    ],
    ids=["empty", "torn", "latin", "list", "null", "twice", "Infinity", "deep", "long", "digits"],
)
def test_a_file_that_is_no_session_is_refused(data: bytes) -> None:
    with pytest.raises(SessionError, match=r"my\.json must") as caught:
        SavedSession.from_bytes(data, "my.json")
    assert len(str(caught.value)) <= 200


def test_a_file_of_any_size_is_read_no_further_than_a_session_goes(tmp_path: Path) -> None:
    path = tmp_path / "my.json"
    with path.open("wb") as stream:
        stream.truncate(2**33)
    with pytest.raises(SessionError, match="at most 16 MiB; received more"):
        read_session(path)


@pytest.mark.parametrize("name", ["none.json", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SessionError, match="must be a session's file"):
        read_session(tmp_path / name)


@pytest.mark.parametrize(
    "stroke",
    [Stroke(((0.0, 0.0),) * (MAX_POINTS + 1)), Stroke(((0.0, 0.0), (1.0, 1.0)) * 2000, 0.5)],
    ids=["points", "pixels"],
)
def test_a_drawing_too_long_to_paint_is_neither_saved_nor_opened(
    full: SavedSession, stroke: Stroke
) -> None:
    drawing = Drawing((stroke,))
    with pytest.raises(SessionError, match=r"must .* at most"):
        dataclasses.replace(full, state=dataclasses.replace(full.state, drawing=drawing)).to_bytes()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"latent": Latent(np.zeros(3, np.float32), Source.TEXT)}, "must have 16 numbers"),
        ({"classes": {"label": 1}}, "must be for the model's inputs"),
        ({"shown": "another"}, "must be one of the model's"),
    ],
)
def test_a_state_that_does_not_fit_the_model_is_refused(
    session: Session, changes: Record, found: str
) -> None:
    with pytest.raises(SessionError, match=found):
        check_fit(dataclasses.replace(session.state, **changes), session.subject)
