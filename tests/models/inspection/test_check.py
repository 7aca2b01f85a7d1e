from __future__ import annotations

from typing import Any

import pytest

from models.errors import ModelFileError
from models.inspection.blueprint import TensorRef
from models.inspection.check import Checked, check_blueprint
from models.inspection.notes import Notes
from models.inspection.parse import parse_model
from models.inspection.refusing import MAX_SENTENCE_CHARS
from tests.models.inspection.configs import Entry, call, entry, functional, layer, nested, tensor


def check(config: Entry) -> Checked:
    return check_blueprint(parse_model(config, "3.15.1", Notes()))


def chain(*layers: Entry, inputs: Entry | None = None) -> Entry:
    """Each of these layers is called on what the one before gave."""
    before = inputs or entry()
    called = [before]
    for each in layers:
        nodes = layer("", "", before["name"])["inbound_nodes"]
        called.append({**each, "inbound_nodes": nodes})
        before = each
    return functional(called)


def dense(name: str, units: int = 4) -> Entry:
    return layer("Dense", name, units=units)


def up(name: str, size: int = 64) -> Entry:
    return layer("UpSampling2D", name, size=[size, size])


def rows() -> Entry:
    """What makes each value a picture of its own."""
    return layer("Reshape", "rows", module="keras.src.ops.numpy", newshape=[-1, 1])


SQUARE = layer("Reshape", "square", target_shape=[2, 2, 1])


def test_works_out_shapes_and_parameters() -> None:
    conv = layer("Conv2D", "conv", filters=3, kernel_size=3, padding="same")
    checked = check(chain(dense("dense"), SQUARE, up("up", 3), conv))
    assert checked.specs[TensorRef("up")].shape == (None, 6, 6, 1)
    assert checked.specs[TensorRef("conv")].shape == (None, 6, 6, 3)
    assert checked.parameters == 4 * 4 + 4 + 3 * 3 * 3 + 3
    assert checked.elements == 4 + 4 + 4 + 36 + 108
    assert list(checked.slots) == [("dense",), ("square",), ("up",), ("conv",)]


def test_a_model_called_twice_counts_twice() -> None:
    inside = functional([entry(), layer("Dense", "wide", "z", units=100)])
    inside = functional(
        [entry(), *inside["config"]["layers"][1:], layer("Dense", "d", "wide", units=4)]
    )
    model = nested(inside, "inner", "z", call(tensor("inner", 0)))
    checked = check(functional([entry(), model], outputs=[["inner", 2, 0]]))
    assert checked.parameters == 4 * 100 + 100 + 100 * 4 + 4
    assert checked.elements == 4 + 2 * (4 + 100 + 4)
    assert checked.slots["inner", "wide"][0].shape == (4, 100)


def test_nested_inputs_get_the_shapes_they_are_called_with() -> None:
    inside = functional([entry("in", None, None, 3), layer("GlobalAveragePooling2D", "mean", "in")])
    picture = entry("picture", 8, 6, 3)
    checked = check(functional([picture, nested(inside, "inner", "picture")]))
    model = checked.blueprint.layer("inner").model
    assert model is not None
    assert model.layer("in").settings["shape"] == (None, 8, 6, 3)
    assert checked.specs[TensorRef("inner")].shape == (None, 3)


def film(model: Entry, steps: int = 5) -> Entry:
    """A model that is called for each step."""
    wrapper = layer("TimeDistributed", "film", "z", layer=model)
    return functional([entry("z", steps, 4), wrapper])


TWO_ENDS = functional(
    [entry(), layer("Dense", "d", "z", units=4)], outputs=[["z", 0, 0], ["d", 0, 0]]
)
FOLDED = functional(
    [entry(), layer("Reshape", "r", "z", module="keras.src.ops.numpy", newshape=[-1, 1])]
)
LONG = functional(
    [entry(), *[layer("Dense", f"d{i}", f"d{i - 1}" if i else "z", units=4) for i in range(12)]]
)
WIDE = functional(
    [entry(), layer("Dense", "d", "z", units=65536),
     layer("Concatenate", "twice", call([tensor("d"), tensor("d")]))]
)  # fmt: skip
FILMS = [
    (functional([entry("z", 5), layer("TimeDistributed", "film", "z", layer=LONG)]),
     "mismatch", "3 dimensions"),
    (film(functional([entry("in", 5), layer("Dense", "d", "in", units=4)])), "mismatch",
     "must be given an input"),
    (film(TWO_ENDS), "mismatch", "one output"),
    (film(FOLDED), "mismatch", "one output"),
    (film(layer("TimeDistributed", "twice", layer=LONG)), "mismatch", "film"),
    (film(LONG, 1025), "bomb", "steps"),
    (film(LONG, 1000), "bomb", "10000 calls"),
    (film(WIDE, 1024), "bomb", "film"),
    (functional([entry("z", 5, 4), layer("Bidirectional", "film", "z", layer=LONG)]),
     "mismatch", "recurrent"),
    (functional([entry("z", 5, 4), layer("SpectralNormalization", "film", "z", layer=LONG)]),
     "mismatch", "kernel"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("config", "reason", "told"),
    [
        (chain(SQUARE, up("u0"), up("u1"), up("u2")), "bomb", "layer 'u2' must compute at most"),
        (chain(SQUARE, up("u0"), up("u1"), layer("Conv2D", "c", filters=65536, kernel_size=1)),
         "bomb", "layer 'c' must compute"),
        (chain(*[dense(f"d{index}", 65536) for index in range(3)]), "bomb", "weights"),
        (chain(rows(), dense("wide", 65536), inputs=entry("z", 4096)), "bomb", "layer 'wide'"),
        (chain(SQUARE, *[layer("Conv2D", f"c{index}", filters=4096, kernel_size=128,
                               padding="same") for index in range(2)]), "bomb", "weights"),
        (chain(layer("Conv2D", "conv", filters=3, kernel_size=3)), "mismatch", "conv"),
        (chain(layer("Reshape", "shape", target_shape=[3, 3])), "mismatch", "shape"),
        (chain(dense("d"), inputs=entry("z", None)), "mismatch", "known shape"),
        (functional([entry(), layer("Add", "add", call([tensor("z"), tensor("z", 0, 3)]))]),
         "mismatch", "output 3"),
        (functional([entry(), layer("Dense", "d", call("text"), units=4)]), "mismatch", "'d'"),
        (chain(layer("Reshape", "n" * 256, target_shape=[3, 3])), "mismatch", "nn"),
        (functional([entry(), layer("Dense", "d", call(units=3), units=4)]), "mismatch", "'d'"),
        (functional([entry(), nested(functional([entry("z", 5), layer("Dense", "d", "z", units=2)]),
                                     "inner", "z")]), "mismatch", "inner"),
        (functional([entry(), nested(functional([entry(), layer("Dense", "d", "z", units=2)]),
                                     "inner", call([tensor("z"), tensor("z")]))]),
         "mismatch", "1 inputs"),
        (functional([entry(), layer("Dense", "d", "z", units=5),
                     layer("Sampling", "s", call([tensor("z"), tensor("d")]), module="vae")]),
         "unknown-class", "Sampling"),
        *FILMS,
    ],
)  # fmt: skip
def test_refuses(config: Entry, reason: str, told: str) -> None:
    with pytest.raises(ModelFileError) as error:
        check(config)
    assert error.value.reason == reason
    assert told in str(error.value)
    assert len(str(error.value)) <= MAX_SENTENCE_CHARS


def test_a_model_for_each_step() -> None:
    model = functional([entry(), layer("Dense", "wide", "z", units=6)])
    checked = check(film(model))
    assert checked.specs[TensorRef("film")].shape == (None, 5, 6)
    assert checked.elements == 5 * 4 + 5 * (4 + 6) + 5 * 6
    assert [slot.shape for slot in checked.slots["film", "wide"]] == [(4, 6), (6,)]


def test_all_activations_together_are_bounded() -> None:
    # 16 M values each, within the limit of one but not of all.
    pictures: list[Any] = [SQUARE, up("u0"), up("u1", 32)]
    copies = [layer("ReLU", f"r{index}") for index in range(16)]
    with pytest.raises(ModelFileError, match="values for one picture") as error:
        check(chain(*pictures, *copies))
    assert error.value.reason == "bomb"


def test_a_shared_layer_fits_all_of_its_calls() -> None:
    shared = layer("Dense", "shared", "z", call(tensor("wide")), units=4)
    wide = layer("Dense", "wide", "z", units=9)
    with pytest.raises(ModelFileError, match="all of its calls"):
        check(functional([entry(), wide, shared], outputs=[["shared", 0, 0], ["shared", 1, 0]]))
