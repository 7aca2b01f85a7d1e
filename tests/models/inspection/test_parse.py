from __future__ import annotations

from typing import Any

import pytest

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, TensorRef, count_calls
from models.inspection.limits import MAX_LAYERS
from models.inspection.notes import Notes
from models.inspection.parse import parse_model
from models.inspection.refusing import MAX_SENTENCE_CHARS
from tests.models.inspection.configs import (
    Entry,
    call,
    entry,
    functional,
    layer,
    nested,
    old_layer,
    sequential,
    tensor,
)

LONG = "n" * 256
KERAS3, KERAS2 = "3.15.1", "2.4.0"


def parse(config: Entry, version: str = KERAS3) -> Blueprint:
    return parse_model(config, version, Notes())


def between(*layers: Entry, last: str = "z") -> Entry:
    """These layers between an input and an output."""
    return functional([entry(), *layers, layer("Flatten", "out", last)])


def dense(name: str = "dense", *calls: Any, **settings: Any) -> Entry:
    return layer("Dense", name, *(calls or ("z",)), **{"units": 4, **settings})


def test_reads_a_graph() -> None:
    add = layer("Add", "add", call([tensor("z"), tensor("dense")]))
    blueprint = parse(functional([entry(), dense(activation="relu"), add], name="generator"))
    assert blueprint.name == "generator"
    assert [each.kind for each in blueprint.layers] == ["InputLayer", "Dense", "Add"]
    assert blueprint.inputs == TensorRef("z")
    assert blueprint.outputs == TensorRef("add")
    assert blueprint.layer("z").settings == {"shape": (None, 4), "dtype": "float32"}
    assert blueprint.layer("dense").settings["activation"] == "relu"
    assert blueprint.layer("add").calls[0].args == ([TensorRef("z"), TensorRef("dense")],)


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        (["z", 0, 0], ["dense", 0, 0]),
        ([["z", 0, 0]], [["dense", 0, 0]]),
        ({"latent": ["z", 0, 0]}, {"picture": ["dense", 0, 0]}),
        ([["z", 0, 0]], [["dense", 0, 0], ["z", 0, 0]]),
    ],
)
def test_ends_keep_their_structure(inputs: Any, outputs: Any) -> None:
    blueprint = parse(functional([entry(), dense()], inputs, outputs))
    assert [ref.layer for ref in blueprint.input_refs] == ["z"]
    assert isinstance(blueprint.outputs, dict) == isinstance(outputs, dict)
    assert blueprint.output_refs[0].layer == "dense"


SAMPLING = {"module": None, "registered_name": "Custom>Sampling"}
IMPORTED = {"module": "os", "class_name": "function", "config": "system", "registered_name": "x"}


@pytest.mark.parametrize(
    ("config", "reason", "told"),
    [
        (between(layer("Lambda", "lam", "z", function="x")), "code", "keras.ops"),
        (between(layer("TorchModuleWrapper", "t", "z")), "code", "TorchModuleWrapper"),
        (between(layer("TFSMLayer", "t", "z", filepath="x")), "code", "TFSMLayer"),
        (between(layer("Switch", "s", call(0, [IMPORTED]), module="keras.src.ops.core")),
         "code", "Switch"),
        (between(dense(kernel_initializer=IMPORTED)), "code", "os"),
        (between(layer("StringLookup", "words", "z")), "unknown-class", "StringLookup"),
        (between(layer("Blur", "b", "z", module="my.layers")), "unknown-class", "Blur"),
        (between(layer("Dense", "d", "z", module="my.layers", units=4)), "unknown-class", "Dense"),
        (between(layer("Exec", "d", "z", module="keras.src.ops.numpy")), "unknown-class", "Exec"),
        (between({**layer("Sampling", "s", "z"), **SAMPLING}), "unknown-class", "Sampling"),
        ({"module": "vae", "class_name": "VAE", "config": {"latent_dim": 2}}, "unknown-class",
         ".decoder"),
        (between(layer("TimeDistributed", "t", "z", layer=layer("Lambda", "lam"))), "code", "lam"),
        (between(nested(between(layer("Lambda", "deep", "z")), "inner", "z")), "code", "deep"),
        (between(dense(activation=IMPORTED)), "code", "os"),
        (between(dense(activation={**IMPORTED, "module": "my.layers"})), "code", "activation"),
        (between(dense(activation="my_relu")), "unknown-class", "activation"),
        (between(dense(units=2**31)), "bomb", "units"),
        (between(dense(units="many")), "mismatch", "units"),
        (between(dense(mystery=1)), "unknown-class", "mystery"),
        (between(dense("a", "b"), dense("b", "a"), last="a"), "corrupt", "circle"),
        (between(last="nowhere"), "corrupt", "nowhere"),
        (between(last=LONG), "corrupt", "graph"),
        (between(dense(), dense()), "corrupt", "different names"),
        (between({**dense(), "inbound_nodes": {"args": 3}}), "corrupt", "Keras writes"),
        (between({**dense(), "inbound_nodes": [[["z", -1, 0]]]}), "corrupt", "Keras writes"),
        (between({**dense(), "config": None}), "corrupt", "settings"),
        (between(entry("other"), dense("d", "other"), last="d"), "corrupt", "other"),
        (between(dense("d", call(tensor("z"), steps=3))), "mismatch", "steps"),
        (functional([entry("z" * 257)]), "corrupt", "256"),
        (functional([entry()], [["z", 1, 0]]), "corrupt", "z"),
        (functional([entry()], "z"), "corrupt", "inputs"),
        (functional([entry("z", 70_000)]), "bomb", "65536"),
        (functional([entry("z", *[2] * 6)]), "bomb", "6 axes"),
        (sequential(*[dense(f"d{index}") for index in range(MAX_LAYERS + 1)]), "bomb", "layers"),
        ({"class_name": "Functional", "config": {"layers": 3}}, "corrupt", "layers"),
        ({"class_name": "Sequential", "config": None}, "corrupt", "layers"),
        ({"class_name": LONG + LONG, "config": {}}, "corrupt", "class"),
        ({"class_name": LONG, "config": {}}, "unknown-class", "Functional"),
        ({"config": {}}, "corrupt", "class"),
    ],
)  # fmt: skip
def test_refuses(config: Entry, reason: str, told: str) -> None:
    with pytest.raises(ModelFileError) as error:
        parse(config)
    assert error.value.reason == reason
    assert told in str(error.value)
    assert len(str(error.value)) <= MAX_SENTENCE_CHARS


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ([0] * 9, "S100000000"),
        (["long" * 99, ""], None),
        ([0], [["a", "S9"]]),
        ([0], "object"),
        (["a"], "float32"),
        ([[1], [2, 3]], "float32"),
        ([[[[[[[0]]]]]]], "float32"),
    ],
)
def test_a_constant_is_a_small_array_of_numbers(value: Any, dtype: Any) -> None:
    made = {"class_name": "__numpy__", "config": {"value": value, "dtype": dtype}}
    add = layer("Add", "add", call(tensor("z"), made), module="keras.src.ops.numpy")
    with pytest.raises(ModelFileError, match="a constant") as error:
        parse(between(add, last="add"))
    assert error.value.reason == "corrupt"


@pytest.mark.parametrize(
    "made",
    [
        layer("Lambda", LONG, "z"),
        layer(LONG, LONG, "z", module="my.layers"),
        layer("StringLookup", LONG, "z"),
        layer("Dense", LONG, "z", units="u" * 300),
        layer("Dense", LONG, "z", **{LONG: LONG}),
        layer("Dense", LONG, "z", units=4, kernel_initializer={"module": "os." + LONG}),
        {**layer("Dense", LONG, "z"), "inbound_nodes": [[LONG]]},
    ],
)
def test_a_refusal_stays_short_whatever_the_names(made: Entry) -> None:
    with pytest.raises(ModelFileError) as error:
        parse(between(made))
    assert len(str(error.value)) <= MAX_SENTENCE_CHARS


def towers(levels: int, calls: int) -> Entry:
    """Models that call the model within several times, one after the other."""
    model = functional([entry(), dense()])
    for _ in range(levels):
        chain = ["z", *[call(tensor("inner", number)) for number in range(calls - 1)]]
        model = functional([entry(), nested(model, "inner", *chain)], outputs=[["inner", calls, 0]])
    return model


def test_counts_calls_without_making_them() -> None:
    assert count_calls(parse(towers(levels=3, calls=2))) == 2 + 4 + 16


@pytest.mark.parametrize(("levels", "calls"), [(8, 4), (9, 1), (1, 10_001)])
def test_refuses_towers(levels: int, calls: int) -> None:
    with pytest.raises(ModelFileError) as error:
        parse(towers(levels, calls))
    assert error.value.reason == "bomb"


def test_a_deep_graph_is_no_deep_recursion() -> None:
    layers = [dense("d0")] + [dense(f"d{i}", f"d{i - 1}") for i in range(1, MAX_LAYERS - 2)]
    assert parse(between(*layers, last=layers[-1]["name"])).outputs == TensorRef("out")


@pytest.mark.parametrize("of_calls", [0, 1])
@pytest.mark.parametrize("of_outputs", [0, 1])
def test_calls_of_nested_models_are_counted_from_0(of_calls: int, of_outputs: int) -> None:
    # Keras 3 counts them from 0, and where they are outputs from 1; others from either.
    once, twice = tensor("inner", of_calls), tensor("inner", of_calls + 1)
    model = nested(functional([entry(), dense()]), "inner", "z", call(once))
    join = layer("Add", "join", call([once, twice]))
    outputs = [["join", 0, 0], ["inner", of_outputs, 0], ["inner", of_outputs + 1, 0]]
    blueprint = parse(functional([entry(), model, join], outputs=outputs))
    inner = [TensorRef("inner", 0), TensorRef("inner", 1)]
    assert blueprint.layer("inner").calls[1].args == (inner[0],)
    assert blueprint.layer("join").calls[0].args == (inner,)
    assert blueprint.output_refs == (TensorRef("join"), *inner)


def test_reads_the_nodes_of_keras_2() -> None:
    inner = functional([entry(), dense()])["config"]
    node = [["z", 0, 0, {"training": None, "mask": None}]]
    layers = [
        old_layer("InputLayer", "z", batch_input_shape=[None, 4]),
        {**old_layer("Model", "inner", node, [["inner", 1, 0, {}]]), "config": inner},
        old_layer("Concatenate", "join", [["inner", 1, 0, {}], ["inner", 2, 0, {}]], axis=-1),
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["z", 0, 0]]}
    config["output_layers"] = [["join", 0, 0]]
    blueprint = parse({"class_name": "Model", "config": config}, KERAS2)
    first, second = (call.args[0] for call in blueprint.layer("inner").calls)
    assert (first, second) == (TensorRef("z"), TensorRef("inner", 0))
    joined = blueprint.layer("join").calls[0].args[0]
    assert joined == [TensorRef("inner", 0), TensorRef("inner", 1)]


@pytest.mark.parametrize("version", ["", "1.2.2", KERAS2])
@pytest.mark.parametrize("bare", [True, False])
@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        ({"batch_input_shape": [None, 5]}, (None, 5)),
        ({"batch_shape": [8, 5]}, (None, 5)),
        ({"input_shape": [5]}, (None, 5)),
        ({"input_dim": 5}, (None, 5)),
        ({}, None),
    ],
)
def test_reads_sequential_models(
    version: str, bare: bool, settings: Entry, shape: tuple[int | None, ...] | None
) -> None:
    layers = [
        old_layer("Dense", "first", output_dim=4, **settings),
        old_layer("Activation", "then", activation="relu"),
    ]
    config: Any = layers if bare else {"name": "chain", "layers": layers}
    blueprint = parse({"class_name": "Sequential", "config": config}, version)
    assert blueprint.sequential
    assert [each.kind for each in blueprint.layers] == ["InputLayer", "Dense", "Activation"]
    assert blueprint.layers[0].settings["shape"] == shape
    assert blueprint.layer("first").settings["units"] == 4
    assert blueprint.outputs == TensorRef("then")


@pytest.mark.parametrize(
    ("config", "shape"),
    [
        (sequential(entry("in", 7), dense()), (None, 7)),
        (sequential(dense(), build_input_shape=[None, 7]), (None, 7)),
        (sequential({**dense(), "build_config": {"input_shape": [2, 7]}}), (None, 7)),
        (sequential(functional([entry("in", 7), dense("d", "in")]), dense()), (None, 7)),
    ],
)
def test_finds_the_input_of_a_sequential_model(config: Entry, shape: Any) -> None:
    assert parse(config).layers[0].settings["shape"] == shape


def between_means(made: Entry, first: str = "z_mean", second: str = "z_log_var") -> Entry:
    called = {**made, "inbound_nodes": [call([tensor(first), tensor(second)])]}
    return functional([entry("x"), dense("z_mean", "x"), dense("z_log_var", "x"), called])


@pytest.mark.parametrize("order", [("z_mean", "z_log_var"), ("z_log_var", "z_mean")])
@pytest.mark.parametrize(
    ("made", "noise"),
    [
        ({**layer("Sampling", "z"), **SAMPLING}, True),
        (layer("ReparameterizeLayer", "z", module="vae"), True),
        (layer("Lambda", "sample", function={"class_name": "__lambda__", "config": {}}), False),
        (layer("Lambda", "z", function="sampling", function_type="function"), False),
        (layer("Lambda", "z", function=["4wEAAA==", None, None]), False),
    ],
)
def test_replaces_a_sampling(made: Entry, noise: bool, order: tuple[str, str]) -> None:
    notes = Notes()
    blueprint = parse_model(between_means(made, *order), KERAS3, notes)
    found = blueprint.layers[-1]
    assert (found.kind, found.settings) == ("Sampling", {"noise": noise})
    assert found.calls[0].args == ([TensorRef("z_mean"), TensorRef("z_log_var")],)
    assert [found.name in note for note in notes.told()] == [True]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (layer("Blend", "z", module="vae"), "unknown-class"),
        (layer("Lambda", "blend", function="mix"), "code"),
    ],
)
def test_no_other_layer_is_taken_for_a_sampling(made: Entry, reason: str) -> None:
    with pytest.raises(ModelFileError) as error:
        parse(between_means(made, "z_mean", "x"))
    assert error.value.reason == reason


@pytest.mark.parametrize(
    ("settings", "calls"),
    [({"newshape": [-1, 4]}, ("z",)), ({"newshape": [-1, 2, 2]}, ("z",))],
)
def test_reads_operations(settings: Entry, calls: tuple[str, ...]) -> None:
    made = layer("Reshape", "reshape", *calls, module="keras.src.ops.numpy", **settings)
    assert parse(between(made, last="reshape")).layer("reshape").kind == "ops.Reshape"


def test_reads_functions_of_tensorflow() -> None:
    part = {"start": None, "stop": 2, "step": None}
    layers = [
        old_layer("InputLayer", "z", batch_input_shape=[None, 4]),
        old_layer("TFOpLambda", "tf.sub", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["z", 0, 0]}],
                  function="math.subtract"),
        old_layer("SlicingOpLambda", "tf.get", ["tf.sub", 0, 0, {"slice_spec": [part, 0]}],
                  function="__operators__.getitem"),
    ]  # fmt: skip
    config = functional(layers)
    blueprint = parse(config, KERAS2)
    assert blueprint.layer("tf.sub").kind == "ops.Subtract"
    assert blueprint.layer("tf.sub").calls[0].args == (1.0, TensorRef("z"))
    assert blueprint.layer("tf.get").calls[0].args == (TensorRef("tf.sub"), (slice(None, 2), 0))
    layers[1]["config"]["function"] = "py_function"
    with pytest.raises(ModelFileError, match="py_function"):
        parse(config, KERAS2)
