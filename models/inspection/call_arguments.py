"""Arguments of calls as layers and operations take them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from models.inspection.blueprint import Call, TensorRef, leaves
from models.inspection.refusing import layer_named, refuse
from models.layers.settings import told

# Of a layer's call, where it changes what a trained model gives.
_TRAINING: Final = "training"
# All that a call of a built-in layer may be given by name.
_ARGUMENTS: Final = frozenset(
    [
        *("inputs", "sequences", _TRAINING, "mask", "initial_state"),
        *("query", "key", "value", "query_mask", "key_mask", "value_mask"),
        *("attention_mask", "use_causal_mask", "return_attention_scores"),
    ]
)
_RECURRENT: Final = frozenset(
    [
        *("Bidirectional", "GRU", "LSTM", "RNN", "SimpleRNN"),
        *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
    ]
)


def operation_call(call: Call) -> Call:
    """A call as operations take it: lists are of tensors, tuples of plain values."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            kind = list if any(leaves(value, (TensorRef,))) else tuple
            return kind(changed(item) for item in value)
        return value

    return Call(
        tuple(changed(value) for value in call.args),
        {key: changed(value) for key, value in call.kwargs.items()},
    )


def layer_call(name: str, kind: str, call: Call) -> Call:
    """A call as layers take it: less what is the default, and ``training`` unless it is on.

    Parameters
    ----------
    name, kind : str
        Of the layer.
    call : Call

    Raises
    ------
    ModelFileError
        For an argument that no built-in layer has.
    """
    kwargs = {key: value for key, value in call.kwargs.items() if value is not None}
    if kwargs.get(_TRAINING) is not True:
        kwargs.pop(_TRAINING, None)
    if unknown := set(kwargs) - _ARGUMENTS:
        raise refuse(
            layer_named(name),
            "must be called as built-in layers are",
            f"an argument {told(min(unknown))}",
            "save the model again",
            reason="mismatch",
        )
    call = replace(call, kwargs=kwargs)
    return _with_states(call) if kind in _RECURRENT else call


def _with_states(call: Call) -> Call:
    """A call of Keras 2 with ``[sequences, *states]`` as Keras 3 has it."""
    first = call.args[0] if len(call.args) == 1 else None
    if not isinstance(first, list) or len(first) < 2 or "initial_state" in call.kwargs:
        return call
    return Call((first[0],), {**call.kwargs, "initial_state": first[1:]})
