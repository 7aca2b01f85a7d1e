from __future__ import annotations

import numpy as np
import pytest

from explorer.state.record import Change
from explorer.state.session import Session
from models.bundle import Codes
from models.digits import Stroke
from models.errors import PictureError
from models.ports import ClassPort, PicturePort
from models.subject import Output, Samples
from tests.explorer.subjects import subject_of


@pytest.fixture
def samples(session: Session) -> Samples:
    generator = np.random.default_rng(2)
    pictures = generator.integers(0, 256, (5, *session.subject.picture_shape), np.uint8)
    return Samples("digits.npz", pictures, np.arange(5, dtype=np.int32))


def test_a_data_set_brings_ranges_and_chance(session: Session, samples: Samples) -> None:
    changes: list[Change] = []
    session.changed.connect(changes.append)
    codes = Codes.measure(
        np.random.default_rng(1).normal(40, 1, (200, 16)).astype(np.float32),
        np.zeros(200, np.uint8),
    )
    session.set_data("digits.npz", codes, samples)
    assert changes[-1].fields == {"codes"}
    assert session.subject.whereabouts.sentence == "from the codes of digits.npz"
    session.randomise()
    assert np.all(np.abs(session.state.latent.z - 40) < 6)


def test_a_sample_reaches_the_encoder_as_it_is(session: Session, samples: Samples) -> None:
    session.set_data("digits.npz", None, samples)
    session.set_sample(3)
    np.testing.assert_array_equal(session.clean[0], samples.picture(3))
    assert session.canvas.max() > 0.5
    session.undo_stack.undo()
    assert session.state.drawing.sample is None


@pytest.mark.parametrize(("number", "chosen"), [(2, 2), (4, 1)])  # of four classes, 4 is none
def test_a_sample_brings_its_class(samples: Samples, number: int, chosen: int) -> None:
    port = PicturePort("HWC", 28, 28)
    label = ClassPort("label", 4, "one_hot", (4,))
    session = Session(subject_of(Output("out", port), classes=[label], picture=port), seed=7)
    session.set_class("label", 1)
    session.set_data("digits.npz", None, samples)
    session.set_sample(number)
    assert session.state.classes == {"label": chosen}
    session.undo_stack.undo()
    assert session.state.classes == {"label": 1}
    assert session.state.drawing.sample is None


def test_a_stroke_over_a_sample_begins_a_drawing(session: Session, samples: Samples) -> None:
    session.set_data("digits.npz", None, samples)
    session.set_sample(0)
    before = session.canvas.copy()
    stroke = Stroke(((0.1, 0.1), (0.2, 0.2)), 0.1)
    session.set_drawing(session.state.drawing.begin_stroke(stroke), "draw")
    assert session.state.drawing.sample is None
    assert session.canvas.max() == 1
    np.testing.assert_allclose(session.canvas[200:], before[200:], atol=1e-5)


@pytest.mark.parametrize("number", [-1, 5])
def test_a_sample_that_is_not_there_is_refused(
    session: Session, samples: Samples, number: int
) -> None:
    session.set_data("digits.npz", None, samples)
    with pytest.raises(PictureError, match="must be one of the data"):
        session.set_sample(number)
