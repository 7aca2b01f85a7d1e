"""How a file's layers call one another: three spellings of nodes -> calls.

Keras 3 writes ``{"args": [...], "kwargs": {...}}`` with a ``__keras_tensor__`` for
each tensor; Keras 1 and 2 write nests of ``[layer, call, output, kwargs]``. The
number of a call is the file's own here; :func:`first_numbers` makes it ours.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from models.inspection.blueprint import Call, TensorRef
from models.inspection.limits import MAX_RANK, MAX_STRING_CHARS
from models.inspection.refusing import layer_named, refuse
from models.layers.settings import told

CONSTANT: Final = "_CONSTANT_VALUE"  # in the place of a layer's name, as Keras 2 has it
NUMBERS: Final = (
    *("bool", "float16", "float32", "float64", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64"),
)
# Arguments nest a list of tensors in a tuple or a dict; a model's inputs may nest once more.
MAX_NESTING: Final = 8


class BadNodeError(ValueError):
    """A node that is no call of a layer."""


def read_calls(layer: str, nodes: Any, names: Container[str]) -> tuple[Call, ...]:
    """All calls of a layer.

    Parameters
    ----------
    nodes : object
        ``inbound_nodes`` of the file.
    names : container of str
        Names of the layers that may be called for.

    Raises
    ------
    ModelFileError
        If the nodes are torn.
    """
    try:
        if not isinstance(nodes, list):
            raise BadNodeError("must be a list")
        return tuple(_read_call(node, names) for node in nodes if node)
    except BadNodeError as error:
        raise refuse(
            f"the calls of {layer_named(layer)}",
            "must be as Keras writes them",
            f"one that {error}",
            "save the model again",
            reason="corrupt",
        ) from error


def read_refs(tree: Any) -> Any:
    """Inputs or outputs of a model: nests of ``[layer, call, output]``.

    Raises
    ------
    ModelFileError
        If they are something else.
    """
    try:
        return _read_tree(tree, None, MAX_NESTING)
    except BadNodeError as error:
        raise refuse(
            "a model's inputs and outputs",
            "must name layers",
            told(tree),
            "save the model again",
            reason="corrupt",
        ) from error


def first_numbers(
    calls: Mapping[str, int], uses: Iterable[TensorRef], starting_with_1: Container[str] = ()
) -> dict[str, int]:
    """Which number the first call of each layer has in the file: 0 or 1.

    Nested models often start with 1: Keras gave the number 0 to the call that made
    them. Not every version does so everywhere, so the numbers used tell.

    Parameters
    ----------
    calls : mapping of str to int
        How often each nested model is called.
    uses : iterable of TensorRef
        All references of one spelling, with the file's numbers.
    starting_with_1 : container of str
        Models that this spelling counts from 1, unless a 0 is used.
    """
    numbers: dict[str, set[int]] = {}
    for ref in uses:
        numbers.setdefault(ref.layer, set()).add(ref.call)
    return {
        layer: int(
            0 not in numbers.get(layer, {0})
            and (layer in starting_with_1 or count in numbers[layer])
        )
        for layer, count in calls.items()
    }


def _read_call(node: Any, names: Container[str]) -> Call:
    if isinstance(node, Mapping):
        return _read_keras3(node)
    if not isinstance(node, list):
        raise BadNodeError("is no list")
    tree = _read_tree(node, names, MAX_NESTING)
    # Every entry repeats the same keyword arguments.
    kwargs = _last_kwargs(node)
    argument = tree[0] if isinstance(tree, list) and len(tree) == 1 else tree
    return Call((argument,), {key: _legacy_value(kwargs[key], names) for key in kwargs})


def _read_keras3(node: Mapping[str, Any]) -> Call:
    args, kwargs = node.get("args"), node.get("kwargs")
    if not isinstance(args, list) or not isinstance(kwargs, Mapping):
        raise BadNodeError("has no arguments")
    return Call(
        tuple(read_value(value) for value in args),
        {_name(key): read_value(value) for key, value in kwargs.items()},
    )


def read_value(value: Any) -> Any:
    """An argument as Keras 3 writes it: tensors, constants and nests of them.

    Raises
    ------
    BadNodeError
        For anything else, such as a class.
    """
    if isinstance(value, list):
        return [read_value(item) for item in value]
    if isinstance(value, str):
        return _name(value)
    if not isinstance(value, Mapping):
        return value
    kind, config = value.get("class_name"), value.get("config")
    if "class_name" not in value:
        return {_name(key): read_value(item) for key, item in value.items()}
    if kind == "__tuple__" and isinstance(value.get("items"), list):
        return tuple(read_value(item) for item in value["items"])
    if kind == "__ellipsis__":
        return Ellipsis
    if isinstance(config, Mapping):
        if kind == "__keras_tensor__":
            return _ref(config.get("keras_history"))
        if kind == "__slice__":
            return slice(*(_bound(config.get(end)) for end in ("start", "stop", "step")))
        if kind in ("__tensor__", "__numpy__"):
            return _array(config)
    raise BadNodeError(f"has the argument {told(value)}")


def _read_tree(tree: Any, names: Container[str] | None, depth: int) -> Any:
    """Tensors of a nest of old entries; ``names`` None allows any layer and no constants."""
    if depth == 0:
        raise BadNodeError("nests too deep")
    if _is_entry(tree):
        if names is not None and tree[0] == CONSTANT:
            return _legacy_value(tree[2], ())
        return _ref(tree[:3])
    if isinstance(tree, Mapping):
        return {_name(key): _read_tree(item, names, depth - 1) for key, item in tree.items()}
    if isinstance(tree, list):
        return [_read_tree(item, names, depth - 1) for item in tree]
    raise BadNodeError(f"names {told(tree)}")


def _is_entry(value: Any) -> bool:
    return isinstance(value, list) and len(value) in (3, 4) and isinstance(value[0], str)


def _last_kwargs(node: Any) -> Mapping[str, Any]:
    if _is_entry(node):
        kwargs = node[3] if len(node) == 4 else {}
        if not isinstance(kwargs, Mapping):
            raise BadNodeError("has no keyword arguments")
        return kwargs
    items = list(node.values()) if isinstance(node, Mapping) else node
    return _last_kwargs(items[-1]) if items else {}


def _legacy_value(value: Any, names: Container[str]) -> Any:
    """An argument as Keras 2 writes it; ``[layer, call, output]`` is a tensor there too."""
    if isinstance(value, list):
        if _is_entry(value) and value[0] in names:
            return _ref(value[:3])
        return [_legacy_value(item, names) for item in value]
    if isinstance(value, Mapping) and "class_name" not in value:
        if set(value) == {"start", "stop", "step"}:  # as SlicingOpLambda has it
            return slice(*(_bound_or_value(value[end], names) for end in value))
        return {_name(key): _legacy_value(item, names) for key, item in value.items()}
    return read_value(value)


def _bound_or_value(value: Any, names: Container[str]) -> Any:
    return _legacy_value(value, names) if isinstance(value, list) else _bound(value)


def _ref(history: Any) -> TensorRef:
    if not isinstance(history, Sequence) or len(history) != 3:
        raise BadNodeError(f"names {told(history)}")
    layer, call, output = history
    if not isinstance(layer, str) or not _is_count(call) or not _is_count(output):
        raise BadNodeError(f"names {told(history)}")
    return TensorRef(layer, call, output)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _bound(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BadNodeError(f"slices at {told(value)}")
    return value


def _array(config: Mapping[str, Any]) -> np.ndarray[Any, Any]:
    dtype = config.get("dtype")
    # Asked first: an array of texts takes for each member what the longest takes.
    if dtype not in NUMBERS:
        raise BadNodeError("has a constant that is no array of numbers")
    try:
        array = np.asarray(config.get("value"), dtype=dtype)
    # A list that is ragged or no numbers.
    except (ValueError, TypeError, OverflowError) as error:
        raise BadNodeError("has a constant that is no array") from error
    if array.ndim > MAX_RANK:
        raise BadNodeError(f"has a constant of {array.ndim} axes")
    return array


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_STRING_CHARS:
        raise BadNodeError(f"has the name {told(value)}")
    return value
