"""How public Keras calls get at the encoder and the decoder in a user's files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Layer, TensorRef, in_keras_order
from models.inspection.inspect_file import Inspected
from models.inspection.nesting import look_inside
from models.inspection.refusing import refuse, short_name
from models.inspection.sampling import SAMPLING
from models.inspection.sniff import told_name
from models.networks import Networks
from models.planning import NOWHERE, Half, Plan
from models.source import ModelSource

Recipe = dict[str, Any]
# What load_model of Keras 3 refuses, or takes only where code of the file may run.
_CLOSED: Final = frozenset(("Lambda", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"))
_CLOSED_OF_KERAS2: Final = frozenset(("Conv2DTranspose", "Conv3DTranspose"))
_SUFFIXES: Final = {"keras": (".keras",), "h5": (".h5", ".hdf5")}


def make_recipe(source: ModelSource, plan: Plan, networks: Networks) -> Recipe:
    """What :func:`models.keras_code.write_code` has to know of a user's files.

    Parameters
    ----------
    source : ModelSource
    plan : Plan
        What was built of its files.
    networks : Networks
        How the ends of the halves are plugged in.

    Returns
    -------
    dict
        JSON values. ``decoder`` and ``encoder``, None where there is none, each with
        ``file`` (0 is the model's, 1 the encoder's), ``within`` (names of nested models),
        ``inputs`` (None for the model's own, else ends) and ``outputs``, those of use:
        a number of the model's own outputs or an end, which is a layer's name (None for
        the one that samples) and which of its outputs. ``plain`` says whether the half
        takes one tensor and gives one. The encoder's ``input`` takes the picture, and the
        others ``classes``; ``order`` names the decoder's inputs. ``samplings`` is what the
        files call sampling layers of their own; ``of_keras2`` says whether Keras 2 wrote
        one of the files. ``refusal`` is None or, where there is no such way, the thing,
        the rule and what was received.
    """
    recipe: Recipe = {
        "decoder": None,
        "encoder": None,
        "samplings": sorted({name for file in plan.files for name in _samplings(file.blueprint)}),
        "of_keras2": any(_is_of_keras2(file) for file in plan.files),
        "refusal": None,
    }
    try:
        for file in plan.files:
            _check_opens(file)
        recipe["decoder"] = _decoder(source, plan, networks)
        if plan.encoder is not None and networks.encoder_ends is not None:
            recipe["encoder"] = _encoder(source, plan, plan.encoder, networks)
    except ModelFileError as error:
        recipe["refusal"] = [error.thing, error.rule, error.received]
    return recipe


def _decoder(source: ModelSource, plan: Plan, networks: Networks) -> Recipe:
    half, ends = plan.decoder, networks.ends
    if half.prefix == NOWHERE:
        raise _refuse(half.inspected, "must have a decoder", "an encoder alone")
    inputs: Any = None
    outputs: list[Any] = list(ends.kept)
    if _is_cut(plan):
        assert plan.place is not None  # asked just now
        whole = _cut_model(half)
        taken = [plan.place.ref, *in_keras_order(half.blueprint.inputs)[1:]]  # the first is new
        inputs = [_end(half, whole, ref) for ref in taken]
        refs = in_keras_order(half.blueprint.outputs)
        outputs = [_end(half, whole, refs[number]) for number in ends.kept]
    return {**_place(source, half), "inputs": inputs, "outputs": outputs, "order": list(ends.order)}


def _encoder(source: ModelSource, plan: Plan, half: Half, networks: Networks) -> Recipe:
    ends = networks.encoder_ends
    assert ends is not None  # asked by the caller
    inputs: Any = None
    output: Any = ends.code
    if _is_cut(plan):
        whole = _cut_model(half)
        inputs = [_end(half, whole, ref) for ref in in_keras_order(half.blueprint.inputs)]
        output = _end(half, whole, in_keras_order(half.blueprint.outputs)[ends.code])
    return {
        **_place(source, half),
        "inputs": inputs,
        "outputs": [output],
        "input": ends.input,
        "picture": ends.picture.to_json(),
        "classes": [port.to_json() for port in ends.classes],
    }


def _is_cut(plan: Plan) -> bool:
    return plan.place is not None and plan.place.nested is None


def _cut_model(half: Half) -> Blueprint:
    if any(layer.path for layer in half.blueprint.layers):
        raise _refuse(half.inspected, "must be cut at its own layers", "one of a nested model")
    return look_inside(half.inspected.blueprint, half.inspected.specs).blueprint


def _end(half: Half, whole: Blueprint, ref: TensorRef) -> list[Any]:
    """A tensor by its layer's name, which tells only where that is called once."""
    layer = whole.layer(ref.layer)
    if layer.kind != "InputLayer" and len(layer.calls) != 1:
        rule = f"must call layer {short_name(ref.layer)!r} once"
        raise _refuse(half.inspected, rule, f"{len(layer.calls)} calls")
    if layer.kind == SAMPLING and sum(each.kind == SAMPLING for each in whole.layers) == 1:
        return [None, ref.output]  # a custom class may not have told the file its layer's name
    return [ref.layer, ref.output]


def _place(source: ModelSource, half: Half) -> Recipe:
    name = half.inspected.name
    told = {"within": list(half.prefix), "plain": _is_plain(half.blueprint)}
    files = [told_name(file) for file in (source.model, source.encoder) if file is not None]
    if len(files) == 1:
        return {"file": 0, **told}
    if files.count(name) != 1:
        raise _refuse(half.inspected, "must be called otherwise than its encoder", "one name")
    return {"file": files.index(name), **told}


def _is_plain(blueprint: Blueprint) -> bool:
    return isinstance(blueprint.inputs, TensorRef) and isinstance(blueprint.outputs, TensorRef)


def _check_opens(file: Inspected) -> None:
    """Raise for what load_model is known not to open; what it makes of the rest it says itself."""
    suffixes = _SUFFIXES[file.format]
    if not file.name.endswith(suffixes):
        raise _refuse(
            file, f"must be called *{suffixes[0]}, for load_model goes by that", file.name
        )
    if file.keras_version.startswith(("0.", "1.")):
        raise _refuse(file, "must be of Keras 2 or 3", f"one of Keras {file.keras_version[:12]}")
    closed = _CLOSED | (_CLOSED_OF_KERAS2 if _is_of_keras2(file) else frozenset())
    for layer in _layers(file.blueprint.layers):
        if layer.class_name in closed:
            name = short_name(layer.name)
            rule = "must be made of layers that load_model of Keras 3 takes"
            raise _refuse(file, rule, f"{layer.class_name} {name!r}")


def _is_of_keras2(file: Inspected) -> bool:
    return file.keras_version.startswith("2.")


def _samplings(blueprint: Blueprint) -> Iterator[str]:
    for layer in _layers(blueprint.layers):
        if layer.kind == SAMPLING and layer.class_name not in _CLOSED:
            yield layer.class_name or SAMPLING


def _layers(layers: Sequence[Layer]) -> Iterator[Layer]:
    for layer in layers:
        yield layer
        yield from _layers(tuple(layer.inner.values()))
        if layer.model is not None:
            yield from _layers(layer.model.layers)


def _refuse(file: Inspected, rule: str, received: str) -> ModelFileError:
    return refuse(f"{short_name(file.name)} as Keras code", rule, received, reason="mismatch")
