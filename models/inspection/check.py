"""Shapes, weights and sizes of a blueprint, worked out by the layers' rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from models.errors import ModelFileError
from models.inspection.blueprint import (
    Blueprint,
    Call,
    Layer,
    Shape,
    TensorRef,
    TensorSpec,
    count_calls,
    leaves,
)
from models.inspection.classes import refuse_class, rule_of
from models.inspection.limits import (
    MAX_ACTIVATION_ELEMENTS,
    MAX_ACTIVATIONS_ELEMENTS,
    MAX_LAYER_CALLS,
    MAX_RANK,
    MAX_TENSORS,
    MAX_WEIGHTS_BYTES,
)
from models.inspection.ordering import call_order
from models.inspection.refusing import layer_named, refuse
from models.inspection.sampling import SAMPLING
from models.layers.checks import TooLargeError
from models.layers.rule import Slot
from models.layers.settings import told
from models.layers.shapes import autocast
from models.layers.wrapping import TIME_DISTRIBUTED, step_of

LayerPath = tuple[str, ...]
Specs = tuple[TensorSpec, ...]

WEIGHT_BYTES = 4
_SMALLER = "open a smaller model"
# What a rule may raise when a file's call fits none of its arguments.
_UNFIT = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError)


@dataclass(frozen=True)
class Checked:
    """What is known of a blueprint that fits together and within the limits.

    Attributes
    ----------
    blueprint : Blueprint
        With the shapes of nested models' inputs filled in.
    specs : mapping of TensorRef to TensorSpec
        Of the model's own inputs and calls, not of nested models' inside.
    slots : mapping of tuple of str to tuple of Slot
        Weights of each layer that is called, by the names that lead to it:
        ``("encoder", "dense")``.
    elements : int
        Values of all activations of a batch of one.
    """

    blueprint: Blueprint
    specs: Mapping[TensorRef, TensorSpec]
    slots: Mapping[LayerPath, tuple[Slot, ...]]
    elements: int

    @property
    def parameters(self) -> int:
        """How many weights there are."""
        return sum(math.prod(slot.shape) for slots in self.slots.values() for slot in slots)


def check_blueprint(blueprint: Blueprint) -> Checked:
    """Work out all shapes, and check every size against its limit.

    Parameters
    ----------
    blueprint : Blueprint
        Whose own inputs have known shapes.

    Raises
    ------
    ModelFileError
        If layers do not fit together, or anything is too large.
    """
    checker = _Checker()
    inputs = tuple(_input_spec(blueprint, ref) for ref in blueprint.input_refs)
    specs, _ = checker.check_model(blueprint, inputs, ())
    # Of one picture all sizes are known, those too that the batch leaves open: a reshape's -1.
    alone = tuple(replace(spec, shape=(1, *spec.shape[1:])) for spec in inputs)
    _, elements = _Checker(known_batch=True).check_model(blueprint, alone, ())
    if elements > MAX_ACTIVATIONS_ELEMENTS:
        raise refuse(
            "the model",
            f"must compute at most {MAX_ACTIVATIONS_ELEMENTS} values for one picture",
            f"{elements}",
            _SMALLER,
            reason="bomb",
        )
    checked = Checked(checker.completed(blueprint, ()), specs, checker.slots, elements)
    if checked.parameters * WEIGHT_BYTES > MAX_WEIGHTS_BYTES:
        raise refuse(
            "the model",
            f"must have at most {MAX_WEIGHTS_BYTES // WEIGHT_BYTES} weights",
            f"{checked.parameters}",
            _SMALLER,
            reason="bomb",
        )
    return checked


def model_arguments(model: Blueprint, call: Call) -> tuple[Any, ...]:
    """What a call gives to each of a nested model's inputs, in their order.

    Parameters
    ----------
    model : Blueprint
    call : Call
        Of references or of specs.

    Raises
    ------
    ValueError
        If there are more or fewer than inputs.
    """
    given = call.args[0] if len(call.args) == 1 else call.args
    inputs = model.inputs
    if isinstance(given, Mapping):
        names = list(inputs) if isinstance(inputs, Mapping) else [r.layer for r in model.input_refs]
        if set(given) != set(names):
            raise ValueError("must be given each of its inputs by name")
        given = [given[name] for name in names]
    tensors = tuple(leaves(given, (TensorRef, TensorSpec)))
    if len(tensors) != len(model.input_refs):
        raise ValueError(f"must be given {len(model.input_refs)} inputs")
    return tensors


class _Checker:
    def __init__(self, *, known_batch: bool = False) -> None:
        self._first_size = 0 if known_batch else 1
        self.slots: dict[LayerPath, tuple[Slot, ...]] = {}
        self._tensors = 0
        # Of nested models: what they were called with and what came of it.
        self._seen: dict[LayerPath, dict[Specs, tuple[Specs, int]]] = {}

    def check_model(
        self, blueprint: Blueprint, inputs: Specs, path: LayerPath
    ) -> tuple[dict[TensorRef, TensorSpec], int]:
        """Every tensor's spec, and the sum of their sizes."""
        specs = dict(zip(blueprint.input_refs, inputs, strict=True))
        elements = sum(self._elements(ref.layer, spec) for ref, spec in specs.items())
        for layer, number in call_order(blueprint):
            call = layer.calls[number].map(partial(_spec, specs))
            outputs, size = self._check_call(layer, call, (*path, layer.name))
            specs.update(
                (TensorRef(layer.name, number, index), spec) for index, spec in enumerate(outputs)
            )
            elements += size
            self._tensors += len(outputs)
            if self._tensors > MAX_TENSORS:
                raise refuse(
                    "the model",
                    f"must make at most {MAX_TENSORS} tensors",
                    f"more in {layer_named(layer.name)}",
                    _SMALLER,
                    reason="bomb",
                )
        for ref in blueprint.output_refs:
            if ref not in specs:
                raise _no_output(ref)
        return specs, elements

    def completed(self, blueprint: Blueprint, path: LayerPath) -> Blueprint:
        """With the shapes of nested models' inputs as they are called."""
        layers = []
        for layer in blueprint.layers:
            if layer.within is not None:
                inside = (*path, layer.name)
                model = self.completed(layer.within, inside)
                layer = layer.with_model_within(
                    _with_inputs(model, list(self._seen.get(inside, {})))
                )
            layers.append(layer)
        return replace(blueprint, layers=tuple(layers))

    def _check_call(self, layer: Layer, call: Call, path: LayerPath) -> tuple[Specs, int]:
        if layer.model is not None:
            return self._check_nested(layer.name, layer.model, call, path)
        if layer.within is not None and layer.kind == TIME_DISTRIBUTED:
            return self._check_steps(layer, layer.within, autocast(call, layer.dtype), path)
        rule = rule_of(layer.kind)
        settings = {**layer.settings, **layer.inner}
        if rule.function is None:
            call = autocast(call, layer.dtype)
        try:
            given = rule.output(settings, call)
            slots = tuple(rule.slots(settings, call))
            size = rule.cost(settings, call) if rule.cost else 0
        except _UNFIT as error:
            raise _unfit(layer, error) from error
        if self.slots.setdefault(path, slots) != slots:
            raise _mismatch(layer.name, "must fit all of its calls", "inputs of different shapes")
        outputs = given if isinstance(given, tuple) else (given,)
        _check_size(layer.name, size)
        return outputs, size + sum(self._elements(layer.name, spec) for spec in outputs)

    def _check_nested(
        self, name: str, model: Blueprint, call: Call, path: LayerPath
    ) -> tuple[Specs, int]:
        try:
            given = model_arguments(model, call)
        except ValueError as error:
            raise _mismatch(name, str(error), f"{len(call.tensors())}") from error
        inputs = tuple(
            _fitted(name, model.layer(ref.layer), spec)
            for ref, spec in zip(model.input_refs, given, strict=True)
        )
        seen = self._seen.setdefault(path, {})
        if inputs not in seen:
            specs, elements = self.check_model(model, inputs, path)
            seen[inputs] = tuple(specs[ref] for ref in model.output_refs), elements
        return seen[inputs]

    def _check_steps(
        self, layer: Layer, model: Blueprint, call: Call, path: LayerPath
    ) -> tuple[Specs, int]:
        """Of a model that is called for each step of a sequence."""
        try:
            _, sequence, step = step_of({**layer.settings, **layer.inner}, call)
        except _UNFIT as error:
            raise _unfit(layer, error) from error
        steps = sequence.shape[1] or 1
        if steps * count_calls(model) > MAX_LAYER_CALLS:
            raise refuse(
                layer_named(layer.name),
                f"must take at most {MAX_LAYER_CALLS} calls of layers",
                f"{steps} steps",
                _SMALLER,
                reason="bomb",
            )
        outputs, elements = self._check_nested(layer.name, model, step, path)
        if len(outputs) != 1 or outputs[0].shape[:1] != sequence.shape[:1]:
            raise _mismatch(layer.name, "must wrap a model with one output", "another")
        shape = (*sequence.shape[:2], *outputs[0].shape[1:])
        output = TensorSpec(shape, outputs[0].dtype)
        return (output,), steps * elements + self._elements(layer.name, output)

    def _elements(self, name: str, spec: TensorSpec) -> int:
        if None in spec.shape[self._first_size :] or len(spec.shape) > MAX_RANK:
            raise _mismatch(
                name, f"must give sizes that are known, of {MAX_RANK} axes", told(spec.shape)
            )
        size = math.prod(1 if axis is None else axis for axis in spec.shape)
        _check_size(name, size)
        return size


def _input_spec(blueprint: Blueprint, ref: TensorRef) -> TensorSpec:
    settings = blueprint.layer(ref.layer).settings
    shape: Shape | None = settings["shape"]
    if shape is None or None in shape[1:]:
        raise refuse(
            f"input {told(ref.layer)}",
            "must have a known shape",
            "none" if shape is None else told(shape[1:]),
            "save the model with keras.Input(shape=...)",
            reason="mismatch",
        )
    return TensorSpec(shape, settings["dtype"])


def _fitted(name: str, layer: Layer, spec: TensorSpec) -> TensorSpec:
    """What a nested model's input becomes when it is called with this."""
    shape: Shape | None = layer.settings["shape"]
    if shape is not None and (
        len(shape) != len(spec.shape)
        or any(
            own not in (None, given) for own, given in zip(shape[1:], spec.shape[1:], strict=True)
        )
    ):
        raise _mismatch(name, f"must be given an input {told(shape)}", told(spec.shape))
    return TensorSpec(spec.shape, layer.settings["dtype"])


def _with_inputs(model: Blueprint, calls: list[Specs]) -> Blueprint:
    """With its inputs' shapes as all calls have them in common."""
    if not calls:
        return model
    shapes = {
        ref.layer: _common([inputs[index].shape for inputs in calls])
        for index, ref in enumerate(model.input_refs)
    }
    return replace(
        model,
        layers=tuple(
            replace(layer, settings={**layer.settings, "shape": shapes[layer.name]})
            if layer.name in shapes
            else layer
            for layer in model.layers
        ),
    )


def _common(shapes: list[Shape]) -> Shape:
    return tuple(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*shapes, strict=True))


def _spec(specs: Mapping[TensorRef, TensorSpec], ref: TensorRef) -> TensorSpec:
    if ref not in specs:
        raise _no_output(ref)
    return specs[ref]


def _no_output(ref: TensorRef) -> ModelFileError:
    return _mismatch(ref.layer, "must give what is taken from it", f"output {ref.output}")


def _check_size(name: str, size: int) -> None:
    if size > MAX_ACTIVATION_ELEMENTS:
        raise refuse(
            layer_named(name),
            f"must compute at most {MAX_ACTIVATION_ELEMENTS} values at once",
            told(size),
            _SMALLER,
            reason="bomb",
        )


def _unfit(layer: Layer, error: Exception) -> ModelFileError:
    if layer.kind == SAMPLING:
        return refuse_class(layer.name, layer.class_name, custom=True)
    if isinstance(error, TooLargeError):
        return refuse(layer_named(layer.name), str(error), "more", _SMALLER, reason="bomb")
    if not isinstance(error, ValueError):
        return _mismatch(layer.name, f"must be called as {layer.kind} is", "other arguments")
    rule, _, received = str(error).partition("; received ")
    return _mismatch(layer.name, rule, received or "an input that does not fit")


def _mismatch(name: str, rule: str, received: str) -> ModelFileError:
    return refuse(layer_named(name), rule, received, "save the model again", reason="mismatch")
