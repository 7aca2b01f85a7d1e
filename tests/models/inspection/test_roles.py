"""What a model is for is told by its shapes, its graph and its names."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, TensorRef, TensorSpec
from models.inspection.conditions import find_class_inputs
from models.inspection.ending import last_activation
from models.inspection.inspect_file import inspect_model
from models.inspection.naming import words
from models.inspection.purpose import Role
from models.inspection.roles import tell_roles
from models.ports import ClassPort, CurvePort, LatentPort, PicturePort

Drawn = tuple[Blueprint, dict[TensorRef, TensorSpec]]
Draw = Callable[..., Drawn]
Shape = tuple[int, ...]


def straight(*shapes: Shape) -> list[tuple[Any, ...]]:
    """Rows of layers of these shapes, one after the other; the last is ``output``."""
    rows: list[tuple[Any, ...]] = [("x", "InputLayer", None, shapes[0])]
    for shape in shapes[1:]:
        rows.append((f"layer_{len(rows)}", "Dense", rows[-1][0], shape))
    return [*rows[:-1], ("output", *rows[-1][1:])]


@pytest.mark.parametrize(
    ("shapes", "name", "role"),
    [
        (((16,), (128,), (28, 28, 1)), "model", "decoder"),
        (((16,), (128,), (28, 28, 1)), "encoder", "decoder"),  # axes and sizes agree
        (((4096,), (16, 16, 1)), "functional_1", "decoder"),
        (((4, 4, 8), (8, 8, 3)), "model", "decoder"),
        (((4, 4, 8), (784,)), "model", "decoder"),
        (((64, 64, 4), (512, 512, 3)), "model", "decoder"),
        (((8,), (784,)), "sequential", "decoder"),
        (((16,), (200,)), "model", "decoder"),
        (((16,), (16,)), "model", "decoder"),
        (((100,), (50,)), "curve_decoder", "decoder"),
        (((28, 28, 1), (16,)), "model", "encoder"),
        (((28, 28, 1), (1024,)), "model", "encoder"),
        (((32, 32, 3), (4, 4, 8)), "model", "encoder"),
        (((3, 32, 32), (4, 4, 8)), "model", "encoder"),
        (((28, 28, 1), (14, 14, 64), (7, 7, 32)), "model", "encoder"),
        (((784,), (16,)), "model", "encoder"),
        (((784,), (7, 7, 4)), "encoder", "encoder"),
        (((28, 28, 1), (28, 28, 8)), "encoder", "encoder"),
        (((28, 28, 1), (16,), (28, 28, 1)), "model", "autoencoder"),
        (((784,), (16,), (784,)), "model", "autoencoder"),
        (((28, 28, 1), (16,), (784,)), "model", "autoencoder"),
        (((784,), (16,), (28, 28)), "vae", "autoencoder"),
        (((200,), (8,), (200,)), "model", "autoencoder"),
    ],
    ids=str,
)
def test_a_role_is_told_by_shapes_and_names(
    draw: Draw, shapes: tuple[Shape, ...], name: str, role: str
) -> None:
    told = tell_roles(*draw(straight(*shapes), "output", name))
    assert told.role == role
    assert role in told.reason


@pytest.mark.parametrize("role", ["decoder", "encoder", "autoencoder"])
def test_the_user_may_say_otherwise(draw: Draw, role: Role) -> None:
    told = tell_roles(*draw(straight((64,), (32,)), "output"), role)
    assert told.role == role
    assert bool(told.latents) == (role == "decoder")


def test_a_decoders_ends(draw: Draw) -> None:
    rows = [
        ("z", "InputLayer", None, (8,)),
        ("label", "InputLayer", None, (10,)),
        ("join", "Concatenate", ["z", "label"], (18,)),
        ("aside", "Dense", "join", (3, 3, 3, 3)),
        ("curve", "Dense", "join", (50,)),
        ("image", "Dense", "join", (28, 28, 1), {"activation": "tanh"}),
    ]
    told = tell_roles(*draw(rows, {"odd": "aside", "c": "curve", "picture": "image"}))
    assert told.latents == (LatentPort("z", (8,)),)
    assert told.classes == (ClassPort("label", 10, "one_hot", (10,)),)
    assert [each.kind for each in told.outputs] == ["other", "curve", "picture"]
    assert [each.name for each in told.outputs] == ["odd", "c", "picture"]
    assert told.outputs[2].activation == "tanh"
    assert told.outputs[2].layouts[0] == PicturePort("HWC", 28, 28)
    assert told.shown == 2
    assert told.picture is told.code is None


def test_an_encoders_ends(draw: Draw) -> None:
    rows = [
        ("label", "InputLayer", None, (10,)),
        ("image", "InputLayer", None, (784,)),
        ("join", "Concatenate", ["image", "label"], (794,)),
        ("z_log_var", "Dense", "join", (2,)),
        ("z_mean", "Dense", "join", (2,)),
    ]
    told = tell_roles(*draw(rows, ["z_log_var", "z_mean"], "encoder"))
    assert told.picture == 1
    assert told.inputs[1].port == PicturePort("flat", 28, 28)
    assert CurvePort(784) in told.inputs[1].alternatives
    assert told.code == 1
    assert told.shown is None


BESIDE = [
    ("a", "InputLayer", None, (3,)),
    ("eps", "InputLayer", None, (1,)),
    ("image", "InputLayer", None, (28, 28, 1)),
    ("noise", "InputLayer", None, (5,)),
    ("output", "Concatenate", ["a", "eps", "image", "noise"], (16,)),
]


@pytest.mark.parametrize("picture", [(28, 28, 1), (784,)])
def test_what_stands_beside_an_encoders_picture_is_a_class(draw: Draw, picture: Shape) -> None:
    rows = [*BESIDE[:2], ("image", "InputLayer", None, picture), *BESIDE[3:]]
    told = tell_roles(*draw(rows, "output", "encoder"))
    assert told.role == "encoder"
    assert told.picture == 2
    assert [(port.name, port.classes, port.form) for port in told.classes] == [
        ("a", 3, "one_hot"), ("eps", 10, "index"), ("noise", 5, "one_hot"),
    ]  # fmt: skip
    assert "Beside the picture a and eps and noise can only be classes." in told.reason


@pytest.mark.parametrize(
    ("shape", "settings", "why"),
    [((1001,), {}, "shape"), ((5,), {"taken_as": "latent"}, "a latent"), ((5,), {}, "")],
)
def test_what_can_be_no_class_is_refused_beside_a_picture(
    draw: Draw, shape: Shape, settings: dict[str, str], why: str
) -> None:
    rows = [*BESIDE[:3], ("n" * 99, "InputLayer", None, shape, settings)]
    rows += [("output", "Concatenate", ["a", "eps", "image", "n" * 99], (16,))]
    blueprint, specs = draw(rows, "output", "encoder")
    if not why:
        assert len(tell_roles(blueprint, specs).classes) == 3
        return
    with pytest.raises(
        ModelFileError, match=f"to stand beside the picture; received .*{why}"
    ) as no:
        tell_roles(blueprint, specs)
    assert no.value.reason == "mismatch"
    assert len(str(no.value)) <= 200


EMBEDDED = [
    ("seed", "InputLayer", None, (100,)),
    ("input_2", "InputLayer", None, (1,)),
    ("embedding", "Embedding", "input_2", (1, 50), {"input_dim": 7}),
    ("flat", "Flatten", "embedding", (50,)),
    ("output", "Concatenate", ["seed", "flat"], (150,)),
]


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        ([("z", (8,)), ("label", (10,))], {"label": 10}),
        ([("classLabel", (10,)), ("noise", (8,))], {"classLabel": 10}),
        ([("latent", (8,)), ("c_in", (40,))], {"c_in": 40}),
        ([("z", (8,)), ("cond", (3,)), ("y", (10,))], {"cond": 3, "y": 10}),
        ([("input_1", (100,)), ("input_2", (10,))], {"input_2": 10}),
        ([("input_1", (10,)), ("input_2", (28, 28, 1))], {"input_1": 10}),
        ([("z1", (8,)), ("z2", (4,))], {}),
        ([("input_1", (8,)), ("input_2", (8,))], {}),
        ([("label", (10,))], {}),  # there has to be something else
        ([("latent", (100,)), ("label_noise", (10,))], {}),
        ([("z", (8,)), ("label", (7, 7, 1))], {}),
    ],
    ids=str,
)
def test_inputs_that_take_a_class_are_told_by_name_and_size(
    draw: Draw, inputs: list[tuple[str, Shape]], found: dict[str, int]
) -> None:
    rows: list[tuple[Any, ...]] = [(name, "InputLayer", None, shape) for name, shape in inputs]
    rows += [("output", "Concatenate", [name for name, _ in inputs], (99,))]
    classes = find_class_inputs(*draw(rows, "output"))
    assert {ref.layer: port.classes for ref, port in classes.items()} == found


def test_an_index_is_told_by_the_embedding_that_it_feeds(draw: Draw) -> None:
    (port,) = find_class_inputs(*draw(EMBEDDED, "output")).values()
    assert port == ClassPort("input_2", 7, "index", (1,))


def test_an_embedding_may_lie_in_a_nested_model(draw: Draw) -> None:
    rows = [("i", "InputLayer", None, (1,)), ("e", "Embedding", "i", (1, 50), {"input_dim": 5})]
    inner, _ = draw(rows, "e", "embedder")
    outer = [
        ("z", "InputLayer", None, (8,)),
        ("i", "InputLayer", None, (1,)),
        ("embedder", "Model", "i", (1, 50), {"model": inner}),
        ("flat", "Flatten", "embedder", (50,)),
        ("output", "Concatenate", ["z", "flat"], (58,)),
    ]
    assert [port.classes for port in find_class_inputs(*draw(outer, "output")).values()] == [5]


def test_whole_numbers_are_an_index(draw: Draw) -> None:
    rows = [
        ("z", "InputLayer", None, (8,)),
        ("which", "InputLayer", None, (), {"dtype": "int32"}),
        ("output", "Concatenate", ["z", "which"], (9,)),
    ]
    (port,) = find_class_inputs(*draw(rows, "output")).values()
    assert port == ClassPort("which", 10, "index", (), "int32")


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ((4097,), "at most 4096 values"),
        ((256, 256, 4), "at most 250,000 values"),
        ((None,), "fixed size"),
        ((None, None, 8), "fixed size"),
    ],
    ids=str,
)
def test_latents_have_a_limit(draw: Draw, shape: Shape, why: str) -> None:
    blueprint, specs = draw(straight(shape, (1024, 1024, 4)), "output", "decoder" * 30)
    with pytest.raises(ModelFileError, match=why) as refusal:
        tell_roles(blueprint, specs, "decoder")
    assert refusal.value.reason == "mismatch"
    assert len(str(refusal.value)) <= 200


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (
            [
                ("i", "InputLayer", None, (1,), {"dtype": "int32"}),
                ("output", "Embedding", "i", (1, 784), {"input_dim": 10}),
            ],
            "only a class",
        ),
        (
            [
                ("one", "InputLayer", None, (28, 28, 1)),
                ("two", "InputLayer", None, (28, 28, 1)),
                ("output", "Add", ["one", "two"], (28, 28, 1)),
            ],
            "one picture",
        ),
        (
            [
                ("codes", "InputLayer", None, (7, 7), {"dtype": "int32"}),
                ("output", "Embedding", "codes", (28, 28, 1), {"input_dim": 10}),
            ],
            "fractional",
        ),
        (straight((16,), (4, 28, 28, 1)), "one to three axes"),
    ],
)
def test_what_cannot_be_shown_is_refused(draw: Draw, rows: list[tuple[Any, ...]], why: str) -> None:
    blueprint, specs = draw(rows, "output")
    with pytest.raises(ModelFileError, match=why) as refusal:
        tell_roles(blueprint, specs)
    assert refusal.value.reason == "mismatch"
    assert len(str(refusal.value)) <= 200


@pytest.mark.parametrize(
    ("rows", "activation"),
    [
        ([("y", "Dense", "x", (4,), {"activation": "sigmoid"})], "sigmoid"),
        ([("y", "Dense", "x", (4,), {"activation": "linear"})], None),
        (
            [
                ("y", "Dense", "x", (4,), {"activation": "tanh"}),
                ("r", "Reshape", "y", (2, 2)),
                ("i", "Activation", "r", (2, 2), {"activation": "linear"}),
            ],
            "tanh",
        ),
        ([("y", "Dense", "x", (4,)), ("s", "ops.Sigmoid", "y", (4,))], "sigmoid"),
        ([("y", "ops.Tanh", "x", (4,)), ("s", "Rescaling", "y", (4,))], None),
        ([("y", "Flatten", "x", (4,))], None),
    ],
)
def test_the_last_activation(
    draw: Draw, rows: list[tuple[Any, ...]], activation: str | None
) -> None:
    blueprint, _ = draw([("x", "InputLayer", None, (4,)), *rows], rows[-1][0])
    assert last_activation(blueprint, blueprint.outputs) == activation
    outer = [("x", "InputLayer", None, (4,)), ("m", "Model", "x", (4,), {"model": blueprint})]
    nested, _ = draw(outer, "m")
    assert last_activation(nested, nested.outputs) == activation


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("z_log_var_3", ("z", "log", "var")),
        ("inputLabel2", ("input", "label")),
        ("VAE_encoder", ("vae", "encoder")),
        ("画像", ()),
    ],
)
def test_words_of_a_name(name: str, said: tuple[str, ...]) -> None:
    assert words(name) == said


CORPUS = os.environ.get("LATENT_EXPLORER_CORPUS", "")


def corpus_models() -> list[Any]:
    """The models that may be opened, and what is expected of each."""
    if not CORPUS:
        return []
    manifest = json.loads((Path(CORPUS) / "manifest.json").read_text("utf-8"))
    return [
        pytest.param(case["path"], case["expect"], id=case["id"])
        for case in manifest["cases"]
        if case["verdict"].startswith("accept") and case["id"].startswith("g_")
    ]


@pytest.mark.skipif(not CORPUS, reason="LATENT_EXPLORER_CORPUS is not set")
@pytest.mark.parametrize(("path", "expect"), corpus_models())
def test_models_of_the_corpus(path: str, expect: dict[str, Any]) -> None:
    inspected = inspect_model(Path(CORPUS) / path)
    inspected.close()
    told = tell_roles(inspected.blueprint, inspected.specs)
    assert told.role == expect.get("role", "decoder")
    if "layout" in expect:
        port = told.outputs[0].layouts[0]
        assert isinstance(port, PicturePort)
        assert expect["layout"] in (port.layout, f"{port.layout} {port.height}x{port.width}")
    if expect.get("range") == [-1, 1]:
        assert told.outputs[0].activation == "tanh"
