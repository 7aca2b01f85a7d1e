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


def layer_call(name: str, call: Call) -> Call:
    """A call as layers take it: less what is the default, and ``training`` unless it is on.

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
    return replace(call, kwargs=kwargs)
