from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from explorer.state.drawing import Drawing
from explorer.state.latent import Latent, Route, Source
from explorer.state.record import State
from explorer.state.wiring import resolve


def state(route: Route, source: Source = Source.ENCODER) -> State:
    return State(drawing=Drawing(), latent=Latent(np.zeros(16, np.float32), source), route=route)


def test_with_the_encoder_plugged_in_the_whole_way_is_lit() -> None:
    wiring = resolve(state(Route.ENCODER))
    assert wiring.route is Route.ENCODER
    assert {"input", "noise", "encoder", "latent", "decoder", "output"} <= wiring.lit
    assert "sliders" not in wiring.lit
    assert wiring.plugged_in == "plugged in: encoder"
    assert wiring.path == "drawing → noise → encoder → decoder"
    assert wiring.heading == "from the encoder"


def test_with_the_sliders_plugged_in_the_encoders_side_is_dark() -> None:
    wiring = resolve(state(Route.HELD, Source.SLIDERS))
    assert wiring.lit == {"sliders", "decoder", "output"}
    assert wiring.plugged_in == "plugged in: sliders"
    assert wiring.path == "sliders → decoder"


@pytest.mark.parametrize("source", list(Source))
def test_the_heading_says_where_a_held_z_came_from(source: Source) -> None:
    expected = {
        Source.ENCODER: "held, as the encoder gave it",
        Source.RANDOM: "drawn at random",
        Source.MEAN: "in the middle",
        Source.TEXT: "from pasted text",
        Source.FIT: "found for the drawing",
        Source.PAINT: "painted",
        Source.MAP: "from the map",
        Source.GRID: "from the traversal",
        Source.NEIGHBOUR: "from a neighbour",
        Source.BOOKMARK: "from a bookmark",
        Source.JOURNEY: "from the journey",
        Source.ARITHMETIC: "from arithmetic",
        Source.DIRECTION: "along a direction",
    }
    wiring = resolve(state(Route.HELD, source))
    assert wiring.heading == expected.get(source, "from the sliders")


def test_a_model_without_an_encoder_has_only_its_sliders() -> None:
    wiring = resolve(state(Route.ENCODER), has_encoder=False)
    assert wiring.route is Route.HELD
    assert wiring.encoder_off == "this model came without an encoder"
    assert "encoder" not in wiring.lit


def test_the_same_state_gives_the_same_wiring() -> None:
    before = state(Route.ENCODER)
    after = dataclasses.replace(before, noise_seed=7)
    assert resolve(before) == resolve(after)
