from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from explorer.state.frame import Frame, Lane, Request
from explorer.state.latent import Route, Source
from explorer.state.looking import ask_activations, ask_tiles, look_at
from explorer.state.record import Change
from explorer.state.session import Session
from models.bundle import Bundle
from models.digits import Stroke
from models.errors import LatentError
from models.noise import Gaussian, Masking

MODEL = "model-1"


class Listener:
    """Collects what a session says."""

    def __init__(self, session: Session) -> None:
        self.requests: list[Request] = []
        self.changes: list[Change] = []
        self.frames: list[Frame] = []
        session.requested.connect(self.requests.append)
        session.changed.connect(self.changes.append)
        session.frame_shown.connect(self.frames.append)


@pytest.fixture
def listener(session: Session) -> Listener:
    session.set_model(MODEL)
    return Listener(session)


def answer(request: Request, session: Session, z: float = 0.5, **changed: Any) -> Frame:
    shape = (1, *session.subject.picture_shape)
    frame = Frame(
        seq=request.seq,
        model_id=MODEL,
        request=request.kind,
        inputs={},
        z=np.full((1, session.subject.latent_dim), z, np.float32),
        outputs={"decoder_output": np.zeros(shape, np.float32)},
        metrics={},
        seconds=0.001,
    )
    return dataclasses.replace(frame, **changed)


def values(session: Session) -> dict[str, Any]:
    """The state in a form that can be compared."""
    state = session.state
    record = {f.name: getattr(state, f.name) for f in dataclasses.fields(state)}
    record["latent"] = state.latent.z.tolist()
    record["drawing"] = dataclasses.astuple(state.drawing)
    return record


def test_starts_with_a_drawn_sample_and_the_stored_picture(
    session: Session, bundle: Bundle
) -> None:
    assert session.state.route is Route.ENCODER
    assert not session.state.drawing.is_empty
    first = bundle.first
    np.testing.assert_array_equal(session.frame.outputs["decoder_output"][0], first.output)
    np.testing.assert_array_equal(session.state.latent.z, first.z)
    np.testing.assert_allclose(session.clean[0], first.clean, atol=1e-6)


def test_a_hand_on_a_slider_moves_the_plug_and_keeps_the_other_values(
    session: Session, listener: Listener
) -> None:
    before = session.state.latent.z
    session.set_value(3, 1.25)
    assert session.state.route is Route.HELD
    assert session.state.latent.z[3] == np.float32(1.25)
    np.testing.assert_array_equal(np.delete(session.state.latent.z, 3), np.delete(before, 3))
    assert listener.requests[-1].kind == "decode"
    np.testing.assert_array_equal(listener.requests[-1].arrays["z"][0], session.state.latent.z)


def test_many_dimensions_at_once_are_one_request(session: Session, listener: Listener) -> None:
    session.randomise()
    assert len(listener.requests) == 1


def test_plugging_the_encoder_back_asks_for_a_denoised_picture(
    session: Session, listener: Listener
) -> None:
    session.set_value(0, 1.0)
    session.plug(Route.ENCODER)
    assert listener.requests[-1].kind == "denoise"
    assert listener.requests[-1].settings["noise"]["kind"] == "gaussian"


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("change z 2", lambda s: s.set_value(2, 9.0)),
        ("randomise", lambda s: s.randomise()),
        ("reset", lambda s: s.reset()),
        ("reset z 1", lambda s: s.reset(1)),
        ("lock z 4", lambda s: s.set_lock(4, True)),
        ("range of z 4", lambda s: s.set_range(4, (-1.0, 1.0))),
        ("change the noise", lambda s: s.set_noise(Masking())),
        ("other noise", lambda s: s.reroll()),
        ("live noise", lambda s: s.set_live_noise(True)),
        ("plug in the sliders", lambda s: s.plug(Route.HELD)),
        ("clear", lambda s: s.set_drawing(s.state.drawing.cleared(), "clear")),
    ],
)
def test_every_deed_is_one_step_that_can_be_undone_and_redone(
    session: Session, text: str, act: Any
) -> None:
    before = values(session)
    act(session)
    after = values(session)
    assert after != before
    assert session.undo_stack.count() == 1
    assert session.undo_stack.undoText() == text
    session.undo_stack.undo()
    assert values(session) == before
    session.undo_stack.redo()
    assert values(session) == after


def test_a_drag_is_one_step(session: Session) -> None:
    before = values(session)
    gesture = session.new_gesture()
    for value in (0.1, 0.2, 0.3):
        session.set_value(5, value, gesture=gesture)
    session.set_value(5, 0.9, gesture=session.new_gesture())
    assert session.undo_stack.count() == 2
    session.undo_stack.undo()
    assert session.state.latent.z[5] == np.float32(0.3)
    session.undo_stack.undo()
    assert values(session) == before


def test_a_stroke_is_one_step(session: Session) -> None:
    strokes = session.state.drawing.strokes
    gesture = session.new_gesture()
    drawing = session.state.drawing.begin_stroke(Stroke(((0.1, 0.1),)))
    session.set_drawing(drawing, "draw", gesture=gesture)
    for x in (0.2, 0.3):
        drawing = drawing.extend_stroke((x, 0.1))
        session.set_drawing(drawing, "draw", gesture=gesture)
    assert session.undo_stack.count() == 1
    session.undo_stack.undo()
    assert session.state.drawing.strokes == strokes


def test_what_changes_nothing_is_no_step(session: Session) -> None:
    session.set_noise(Gaussian())
    session.plug(Route.ENCODER)
    session.set_live_noise(False)
    assert session.undo_stack.count() == 0


def test_drawing_plugs_the_encoder_in_and_undo_gives_the_held_z_back(session: Session) -> None:
    session.set_value(0, 2.5)
    held = session.state.latent.z.tolist()
    session.set_drawing(session.state.drawing.cleared(), "clear")
    assert values(session)["route"] is Route.ENCODER
    session.undo_stack.undo()
    assert values(session)["route"] is Route.HELD
    assert session.state.latent.z.tolist() == held


def test_the_encoders_z_is_shown_but_is_no_step(session: Session, listener: Listener) -> None:
    session.ask()
    session.receive(answer(listener.requests[-1], session, z=0.75))
    assert session.state.latent.z[0] == np.float32(0.75)
    assert session.state.latent.source is Source.ENCODER
    assert session.undo_stack.count() == 0
    assert listener.changes[-1].source is Source.ENCODER


def test_live_noise_changes_the_seed_without_a_step(session: Session, listener: Listener) -> None:
    session.set_live_noise(True)
    seed = session.state.noise_seed
    session.roll_live()
    assert session.state.noise_seed != seed
    assert session.undo_stack.count() == 1
    assert listener.requests[-1].settings["seed"] == session.state.noise_seed


def test_live_noise_rests_while_the_sliders_are_plugged_in(
    session: Session, listener: Listener
) -> None:
    session.set_live_noise(True)
    session.plug(Route.HELD)
    asked = len(listener.requests)
    session.roll_live()
    assert len(listener.requests) == asked


def test_a_frame_never_overrules_a_hand(session: Session, listener: Listener) -> None:
    session.ask()
    late = answer(listener.requests[-1], session, z=9.0)
    session.set_value(0, 0.25)
    held = session.state.latent.z.tolist()
    session.receive(late)
    assert session.state.latent.z.tolist() == held
    assert listener.frames == [late]  # yet it paints


def test_a_frame_asked_for_before_the_plug_moved_back_does_not_write_z(
    session: Session, listener: Listener
) -> None:
    session.ask()
    stale = answer(listener.requests[-1], session, z=9.0)
    session.set_value(0, 0.25)
    session.plug(Route.ENCODER)
    session.receive(stale)
    assert session.state.latent.z[0] == np.float32(0.25)
    session.receive(answer(listener.requests[-1], session, z=0.5))
    assert session.state.latent.z[0] == np.float32(0.5)


def test_every_finished_frame_paints_but_never_an_older_one(
    session: Session, listener: Listener
) -> None:
    for value in (0.1, 0.2, 0.3):
        session.set_value(0, value)
    first, second, third = (answer(request, session) for request in listener.requests)
    for frame in (first, third, second):
        session.receive(frame)
    assert [frame.seq for frame in listener.frames] == [first.seq, third.seq]


def test_frames_of_another_model_are_dropped(session: Session, listener: Listener) -> None:
    session.ask()
    session.receive(answer(listener.requests[-1], session, model_id="gone"))
    assert listener.frames == []


@pytest.mark.parametrize("bad", [[1.0] * 15, [float("nan")] * 16, [float("inf")] * 16, "text"])
def test_a_bad_z_is_refused_and_changes_nothing(session: Session, bad: Any) -> None:
    before = values(session)
    with pytest.raises(LatentError):
        session.set_latent(bad, Source.TEXT)
    assert values(session) == before
    assert session.undo_stack.count() == 0


def test_locked_dimensions_stay(session: Session) -> None:
    session.set_lock(2, True)
    kept = session.state.latent.z[2]
    session.randomise()
    session.reset()
    assert session.state.latent.z[2] == kept
    np.testing.assert_array_equal(
        np.delete(session.state.latent.z, 2), np.delete(session.subject.whereabouts.mean, 2)
    )


def test_chance_comes_from_the_codes(session: Session, bundle: Bundle) -> None:
    drawn = []
    for _ in range(400):
        session.randomise()
        drawn.append(session.state.latent.z)
    spread = np.std(drawn, axis=0) / np.sqrt(np.diag(bundle.codes.covariance))
    assert np.all((spread > 0.8) & (spread < 1.2))


def test_the_initiator_is_told(session: Session, listener: Listener) -> None:
    me = object()
    session.set_value(0, 1.0, initiator=me)
    assert listener.changes[-1].initiator is me
    session.undo_stack.undo()
    assert listener.changes[-1].initiator is None
    assert listener.changes[-1].source is Source.UNDO


def test_activations_are_asked_for_with_what_the_model_reads_now(
    session: Session, listener: Listener
) -> None:
    session.set_value(0, 1.0)
    ask_activations(session, "encoder", "conv2d")
    assert set(listener.requests[-1].arrays) == {"clean"}
    ask_activations(session, "decoder", "dense")
    assert set(listener.requests[-1].arrays) == {"z"}
    assert listener.requests[-1].settings["layer"] == "dense"


def test_a_thousand_random_edits_can_be_undone_and_redone(session: Session) -> None:
    chance = np.random.default_rng(3)
    deeds: list[Callable[[], None]] = [
        lambda: session.set_value(int(chance.integers(16)), float(chance.normal())),
        session.randomise,
        session.reroll,
        lambda: session.plug(Route.HELD),
        lambda: session.plug(Route.ENCODER),
        lambda: session.set_lock(int(chance.integers(16)), bool(chance.integers(2))),
        lambda: session.set_drawing(
            session.state.drawing.begin_stroke(Stroke(((chance.random(), chance.random()),))),
            "draw",
        ),
    ]
    before = values(session)
    for _ in range(1000):
        deeds[chance.integers(len(deeds))]()
    after = values(session)
    stack = session.undo_stack
    while stack.canUndo():
        stack.undo()
    assert values(session) == before
    while stack.canRedo():
        stack.redo()
    assert values(session) == after


def test_stopping_live_noise_leaves_the_plug_where_it_is(session: Session) -> None:
    session.set_live_noise(True)
    session.plug(Route.HELD)
    session.set_live_noise(False)
    assert session.state.route.value == "sliders"
    session.set_live_noise(True)
    assert session.state.route.value == "encoder"


def test_a_code_that_is_looked_at_changes_nothing(session: Session, listener: Listener) -> None:
    before = values(session)
    z = np.arange(16, dtype=np.float32)
    seq = look_at(session, z)
    tiles = ask_tiles(session, np.stack([z, -z]))
    preview, batch = listener.requests
    assert (preview.seq, preview.kind, preview.lane) == (seq, "preview", Lane.PREVIEW)
    assert (batch.seq, batch.kind, batch.lane) == (tiles, "tiles", Lane.GRID)
    answered: list[Frame] = []
    session.answered.connect(answered.append)
    session.receive(answer(preview, session))
    assert [frame.seq for frame in answered] == [seq]
    assert listener.frames == []
    assert values(session) == before
