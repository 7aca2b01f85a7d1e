"""A model as plain records: checked layers, how they are called, and no Keras.

A :class:`Blueprint` is all that Keras is ever told of a file. It is made from a
configuration by :mod:`models.inspection.parse`, cut by :mod:`models.inspection.cut`
and built by :mod:`models.building`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

Shape = tuple[int | None, ...]  # with the batch, which is None


@dataclass(frozen=True)
class TensorRef:
    """One tensor of a graph: what a layer gave when it was called.

    Attributes
    ----------
    layer : str
        Name of the layer.
    call : int
        Which of its calls, from 0.
    output : int
        Which of that call's outputs, from 0.
    """

    layer: str
    call: int = 0
    output: int = 0


@dataclass(frozen=True)
class TensorSpec:
    """What is known of a tensor before anything is computed.

    Attributes
    ----------
    shape : tuple of int or None
        With the batch, which is None.
    dtype : str
    """

    shape: Shape
    dtype: str = "float32"


@dataclass(frozen=True)
class Call:
    """One call of a layer.

    Attributes
    ----------
    args : tuple
        Positional arguments: :class:`TensorRef`, plain values (None, bool, int,
        float, str), and tuples, lists or dicts of these. Where shapes are
        worked out, a :class:`TensorSpec` stands in the place of each reference.
    kwargs : mapping of str
        The same by keyword.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def tensors(self) -> tuple[Any, ...]:
        """Every reference (or spec) among the arguments, in order."""
        return self._tensors

    @cached_property
    def _tensors(self) -> tuple[Any, ...]:
        return tuple(leaves((self.args, dict(self.kwargs)), (TensorRef, TensorSpec)))

    def map(self, change: Callable[[Any], Any]) -> Call:
        """With every reference or spec changed."""
        kinds = (TensorRef, TensorSpec)
        return Call(
            map_leaves(self.args, change, kinds), map_leaves(dict(self.kwargs), change, kinds)
        )


@dataclass(frozen=True)
class Layer:
    """One layer of a blueprint.

    Attributes
    ----------
    name : str
        Unique in its blueprint.
    kind : str
        A key of :data:`models.layers.registry.RULES`; ``InputLayer``; or
        ``Model`` for a blueprint used as a layer.
    settings : mapping
        Complete and checked: what the layer's constructor gets. Those of an
        ``InputLayer`` are ``shape`` (with the batch; None where the file does
        not tell, until :mod:`models.inspection.check` has) and ``dtype``; and
        ``taken_as``, ``latent`` or ``class``, where the user has said so.
    calls : tuple of Call
    model : Blueprint or None
        What a ``Model`` consists of.
    inner : mapping of str to Layer
        What a wrapper wraps, by the name of its setting, such as ``layer``.
    trainable : bool
        Whether the file's weights of this layer were trained; old files sort by it.
    dtype : str
        Name of the dtype policy, such as ``float32`` or ``mixed_float16``.
    class_name : str
        As the file has it, such as ``Sequential`` or ``Convolution2D``; archives
        keep weights below it.
    shared_id : int or None
        The same for a layer that is in several models of a file, whose weights the
        file keeps once.
    path : tuple of str
        Names that lead to it in the file, where it was taken out of a nested model;
        otherwise empty, and those of its blueprint and its own do.
    """

    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    model: Blueprint | None = None
    inner: Mapping[str, Layer] = field(default_factory=dict)
    trainable: bool = True
    dtype: str = "float32"
    class_name: str = ""
    shared_id: int | None = None
    path: tuple[str, ...] = ()

    @property
    def within(self) -> Blueprint | None:
        """The model that it is or, of a wrapper, that it wraps."""
        wrapped = self.inner.get("layer")
        return self.model if wrapped is None else wrapped.model

    def with_model_within(self, model: Blueprint) -> Layer:
        """With another model in the place of the one that it is or wraps."""
        wrapped = self.inner.get("layer")
        if wrapped is None:
            return replace(self, model=model)
        return replace(self, inner={**self.inner, "layer": replace(wrapped, model=model)})


@dataclass(frozen=True)
class Blueprint:
    """A functional model; a Sequential one is a chain of calls.

    Attributes
    ----------
    name : str
    layers : tuple of Layer
        In the file's order, inputs included.
    inputs, outputs : nested tuples, lists or dicts of TensorRef
        As the model takes and gives them.
    sequential : bool
        Whether the file has it as a list of layers.
    """

    name: str
    layers: tuple[Layer, ...]
    inputs: Any
    outputs: Any
    sequential: bool = False

    def layer(self, name: str) -> Layer:
        """The layer of that name.

        Raises
        ------
        KeyError
            If there is none.
        """
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    @property
    def input_refs(self) -> tuple[TensorRef, ...]:
        """Inputs, flat and in order."""
        return tuple(leaves(self.inputs, (TensorRef,)))

    @property
    def output_refs(self) -> tuple[TensorRef, ...]:
        """Outputs, flat and in order."""
        return tuple(leaves(self.outputs, (TensorRef,)))


def count_calls(blueprint: Blueprint) -> int:
    """Calls of layers that one call of the model takes, those of models within included."""
    return sum(
        len(layer.calls) * (1 if layer.within is None else 1 + count_calls(layer.within))
        for layer in blueprint.layers
    )


def leaves(tree: Any, kinds: tuple[type, ...]) -> Iterator[Any]:
    """Members of nested tuples, lists and dicts that are of these kinds, in order."""
    if isinstance(tree, kinds):
        yield tree
    elif isinstance(tree, Mapping):
        for item in tree.values():
            yield from leaves(item, kinds)
    elif isinstance(tree, (tuple, list)):
        for item in tree:
            yield from leaves(item, kinds)


def map_leaves(tree: Any, change: Callable[[Any], Any], kinds: tuple[type, ...]) -> Any:
    """The same nest with every member of these kinds changed."""
    if isinstance(tree, kinds):
        return change(tree)
    if isinstance(tree, Mapping):
        return {key: map_leaves(item, change, kinds) for key, item in tree.items()}
    if isinstance(tree, (tuple, list)):
        return type(tree)(map_leaves(item, change, kinds) for item in tree)
    return tree


def in_keras_order(tree: Any) -> tuple[TensorRef, ...]:
    """The references of a nest as Keras flattens it: dicts by the order of their keys."""
    if isinstance(tree, TensorRef):
        return (tree,)
    items = [tree[key] for key in sorted(tree)] if isinstance(tree, Mapping) else tree
    return tuple(ref for item in items for ref in in_keras_order(item))
