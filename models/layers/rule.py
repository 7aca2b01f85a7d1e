"""What is said of a kind of layer: its settings, its output's shape, its weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.inspection.blueprint import Call, TensorSpec

Settings = Mapping[str, Any]
Specs = TensorSpec | tuple[TensorSpec, ...]
Check = Callable[[Any], Any]


@dataclass(frozen=True)
class Setting:
    """One setting of a layer.

    Attributes
    ----------
    check : callable
        Turns the file's value into the constructor's, or raises ``ValueError``
        with the rule that the value breaks, such as "must be at most 65536".
    default : object
        Taken where the file says nothing; ``REQUIRED`` where it must.
    """

    check: Check
    default: Any


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


@dataclass(frozen=True)
class Slot:
    """One weight of a layer.

    Attributes
    ----------
    path : str
        Where a ``.keras`` archive of Keras 3 keeps it, below its layer:
        ``vars/0``, or ``cell/vars/1`` for a weight of an inner layer; without the
        underscores that some versions put before an inner layer's name.
    shape : tuple of int
    trainable : bool
        Old HDF5 files list trainable weights before the others.
    """

    path: str
    shape: tuple[int, ...]
    trainable: bool = True


def no_weights(settings: Settings, call: Call) -> Sequence[Slot]:
    """Of a layer without any."""
    return ()


@dataclass(frozen=True)
class Rule:
    """All that is known of a kind of layer without Keras.

    Attributes
    ----------
    kind : str
        Name of the class in ``keras.layers``.
    settings : mapping of str to Setting
        Every setting that a file may give, but for ``name``, ``trainable``,
        ``dtype`` and those that only matter to a layer in training
        (:func:`models.layers.settings.is_ignored`), which all layers share.
    output : callable of (settings, call) -> TensorSpec or tuple of TensorSpec
        Shape and dtype of what a call gives; ``call`` holds specs in the place
        of references. Raises ``ValueError`` where the shapes do not fit.
    slots : callable of (settings, call) -> sequence of Slot
        The layer's weights, in the order of Keras' ``layer.weights``.
    cost : callable of (settings, call) -> int, optional
        Elements of the largest tensor that a call holds meanwhile, where that is
        more than its inputs and outputs, such as attention's scores.
    aliases : tuple of str
        Other names of the same layer.
    inner : tuple of str
        Names of the settings that hold a layer, such as ``layer`` of a wrapper.
        Whoever reads a file takes these out of the settings, reads each as a layer
        of its own and keeps it in ``Layer.inner``; one that is missing or None is
        left out, and a list is kept as several, ``cells/0`` and ``cells/1``.
        ``output``, ``slots`` and ``cost`` get both together, as
        ``{**layer.settings, **layer.inner}``; Keras' class gets its own layers,
        built from these, beside the settings: ``TimeDistributed(layer=dense)``.
    function : str or None
        Of an operation, whose kind is ``ops.`` and the name of Keras' class: dotted
        name of the function below ``keras`` that makes and calls it in one go,
        ``function(*call.args, **call.kwargs, **settings)``. Constants among its
        arguments are None, bool, int, float, slice, Ellipsis, numpy arrays and
        tuples or lists of these.
    leading : tuple of str
        Of an operation: settings that come before the call's arguments, by position,
        such as the subscripts of ``einsum``.
    """

    kind: str
    settings: Mapping[str, Setting]
    output: Callable[[Settings, Call], Specs]
    slots: Callable[[Settings, Call], Sequence[Slot]] = no_weights
    cost: Callable[[Settings, Call], int] | None = None
    aliases: tuple[str, ...] = field(default=())
    inner: tuple[str, ...] = field(default=())
    function: str | None = None
    leading: tuple[str, ...] = field(default=())
