"""Layers around another layer, which has to be allowed itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Final

from models.inspection.blueprint import Call, Layer, TensorSpec
from models.layers.checks import TooLargeError, one_of, optional, whole
from models.layers.operands import arguments, tensor
from models.layers.recurring import RULES as RECURRENT
from models.layers.rule import Rule, Setting, Settings, Slot, Specs
from models.layers.shapes import known

TIME_DISTRIBUTED: Final = "TimeDistributed"
# Keras builds the graph of an inner layer anew for each step of a known number.
MAX_STEPS: Final = 1024
_RECURRENT: Final = {rule.kind for rule in RECURRENT if "return_state" in rule.settings}
# Those whose first weight is their kernel.
_WITH_KERNEL: Final = {
    *("Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D"),
    *("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
    *("DepthwiseConv1D", "DepthwiseConv2D"),
}


def _rule_of(layer: Layer) -> Rule:
    # The registry is made of this module's rules, too.
    from models.layers.registry import RULES

    rule = RULES.get(layer.kind)
    if rule is None or rule.function is not None:
        raise ValueError("must wrap a single layer")
    return rule


def _inner(settings: Settings, name: str = "layer") -> Layer:
    layer = settings.get(name)
    if not isinstance(layer, Layer):
        raise ValueError(f"must have a layer as its {name}")
    return layer


def _all_settings(layer: Layer) -> Settings:
    return {**layer.settings, **layer.inner}


def _output_of(layer: Layer, call: Call) -> Specs:
    return _rule_of(layer).output(_all_settings(layer), call)


def _slots_of(layer: Layer, call: Call, prefix: str) -> list[Slot]:
    slots = _rule_of(layer).slots(_all_settings(layer), call)
    return [replace(slot, path=f"{prefix}/{slot.path}") for slot in slots]


def _cost_of(layer: Layer, call: Call) -> int:
    cost = _rule_of(layer).cost
    return 0 if cost is None else cost(_all_settings(layer), call)


def step_of(settings: Settings, call: Call) -> tuple[Layer, TensorSpec, Call]:
    """What a call of TimeDistributed is to the layer or model that it wraps.

    Parameters
    ----------
    settings : mapping
        Of the wrapper, with what it wraps.
    call : Call of TensorSpec

    Returns
    -------
    Layer
        What it wraps.
    TensorSpec
        The whole sequence, (batch, steps, ...).
    Call
        That of one step.

    Raises
    ------
    ValueError
        If there is no sequence, or one of too many steps.
    """
    inputs, mask, _ = arguments(call, "inputs", optional={"mask": None, "training": None})
    spec = tensor(inputs)
    if mask is not None:
        raise ValueError("must have no mask")
    if len(spec.shape) < 3:
        raise ValueError("must have a sequence of 3 dimensions at least")
    layer = _inner(settings)
    if _steps(layer, spec.shape[1:]) > MAX_STEPS:
        raise TooLargeError(f"must have at most {MAX_STEPS} steps")
    return layer, spec, Call((TensorSpec((spec.shape[0], *spec.shape[2:]), spec.dtype),))


def _steps(layer: Layer, sizes: Sequence[int | None]) -> int:
    """Steps of one wrapper, times those of the wrappers within."""
    nested = 0
    while layer.kind == TIME_DISTRIBUTED and "layer" in layer.inner:
        nested, layer = nested + 1, layer.inner["layer"]
    return prod(size or 1 for size in sizes[: nested + 1])


def _distributed_output(settings: Settings, call: Call) -> TensorSpec:
    layer, spec, step = step_of(settings, call)
    output = _output_of(layer, step)
    if not isinstance(output, TensorSpec):
        raise ValueError("must wrap a layer with one output")
    return TensorSpec((*spec.shape[:2], *output.shape[1:]), output.dtype)


def _distributed_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    layer, _, step = step_of(settings, call)
    return _slots_of(layer, step, "layer")


def _distributed_cost(settings: Settings, call: Call) -> int:
    layer, _, step = step_of(settings, call)
    return _cost_of(layer, step)


def _both_ways(settings: Settings) -> tuple[Layer, Layer]:
    forward = _inner(settings)
    backward = _inner(settings, "backward_layer") if settings.get("backward_layer") else forward
    if forward.kind not in _RECURRENT or backward.kind not in _RECURRENT:
        raise ValueError("must wrap recurrent layers")
    for name in ("return_sequences", "return_state"):
        if forward.settings[name] != backward.settings[name]:
            raise ValueError(f"must wrap layers with the same {name}")
    given = backward is not forward
    if given and forward.settings["go_backwards"] == backward.settings["go_backwards"]:
        raise ValueError("must wrap layers of which one goes backwards")
    return forward, backward


def _calls(call: Call) -> tuple[Call, Call]:
    """Of the layers forward and backward; each starts with half of the states."""
    sequences, states, mask, _ = arguments(
        call, "sequences", optional={"initial_state": None, "mask": None, "training": None}
    )
    shared = {} if mask is None else {"mask": mask}
    if states is None:
        both = Call((tensor(sequences),), shared)
        return both, both
    if not isinstance(states, list | tuple) or len(states) % 2:
        raise ValueError("must have as many initial states forward as backward")
    half = len(states) // 2
    ahead, back = (
        Call((tensor(sequences),), {**shared, "initial_state": [*part]})
        for part in (states[:half], states[half:])
    )
    return ahead, back


def _bidirectional_output(settings: Settings, call: Call) -> Specs:
    forward, backward = _both_ways(settings)
    calls = _calls(call)
    ahead, *states = _as_several(_output_of(forward, calls[0]))
    back, *back_states = _as_several(_output_of(backward, calls[1]))
    states += back_states
    if settings["merge_mode"] is None:
        return (ahead, back, *states)
    if ahead.shape != back.shape:
        raise ValueError("must wrap layers with outputs of the same shape")
    if settings["merge_mode"] == "concat":
        channels = known(ahead.shape[-1])
        ahead = TensorSpec((*ahead.shape[:-1], 2 * channels), ahead.dtype)
    return (ahead, *states) if states else ahead


def _as_several(specs: Specs) -> tuple[TensorSpec, ...]:
    return (specs,) if isinstance(specs, TensorSpec) else specs


def _bidirectional_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    forward, backward = _both_ways(settings)
    ahead, back = _calls(call)
    return [
        *_slots_of(forward, ahead, "forward_layer"),
        *_slots_of(backward, back, "backward_layer"),
    ]


def _bidirectional_cost(settings: Settings, call: Call) -> int:
    layers, calls = _both_ways(settings), _calls(call)
    return max(_cost_of(layer, each) for layer, each in zip(layers, calls, strict=True))


def _spectral(settings: Settings, call: Call) -> tuple[Layer, TensorSpec, Call]:
    inputs, _ = arguments(call, "inputs", optional={"training": None})
    layer = _inner(settings)
    if layer.kind not in _WITH_KERNEL:
        raise ValueError("must wrap a layer with a kernel")
    return layer, tensor(inputs), Call((tensor(inputs),))


def _spectral_output(settings: Settings, call: Call) -> TensorSpec:
    layer, spec, inner_call = _spectral(settings, call)
    output = _output_of(layer, inner_call)
    if not isinstance(output, TensorSpec):
        raise ValueError("must wrap a layer with one output")
    return TensorSpec(output.shape, spec.dtype)


def _spectral_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    layer, _, inner_call = _spectral(settings, call)
    kernel, *rest = _slots_of(layer, inner_call, "layer")
    # The wrapper has the kernel as its own, too, before this one.
    vector_u = Slot("vars/1", (1, kernel.shape[-1]), trainable=False)
    return [kernel, vector_u, *rest]


def _spectral_cost(settings: Settings, call: Call) -> int:
    layer, _, inner_call = _spectral(settings, call)
    return _cost_of(layer, inner_call)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        TIME_DISTRIBUTED,
        {},
        _distributed_output,
        _distributed_slots,
        _distributed_cost,
        inner=("layer",),
    ),
    Rule(
        "Bidirectional",
        {"merge_mode": Setting(optional(one_of("sum", "mul", "ave", "concat")), "concat")},
        _bidirectional_output,
        _bidirectional_slots,
        _bidirectional_cost,
        inner=("layer", "backward_layer"),
    ),
    Rule(
        "SpectralNormalization",
        {"power_iterations": Setting(whole(), 1)},
        _spectral_output,
        _spectral_slots,
        _spectral_cost,
        inner=("layer",),
    ),
)
