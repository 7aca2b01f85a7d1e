"""What a model is for: decoder, encoder or autoencoder, and what its ends take and give."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Shape, TensorRef, TensorSpec
from models.inspection.conditions import find_class_inputs, find_classes_beside_picture
from models.inspection.ending import last_activation
from models.inspection.moments import tell_statistics
from models.inspection.proposals import MAX_LATENTS, MAX_VECTOR_LATENT
from models.inspection.purpose import Role, tell_role, told_shape
from models.inspection.refusing import refuse, shorten
from models.layouts import Layouts, propose_layouts
from models.ports import ClassPort, CurvePort, LatentPort, PicturePort

MAX_TOLD_CHARS: Final = 60  # of inputs' names, in a sentence


@dataclass(frozen=True)
class InputRole:
    """What one input takes.

    Attributes
    ----------
    name : str
    port : LatentPort, ClassPort, PicturePort or CurvePort
    alternatives : tuple of PicturePort or CurvePort
        What else a picture's shape may stand for.
    """

    name: str
    port: LatentPort | ClassPort | PicturePort | CurvePort
    alternatives: Layouts = ()


@dataclass(frozen=True)
class OutputRole:
    """What one output gives.

    Attributes
    ----------
    name : str
    kind : str
        ``picture`` or ``curve``; of an encoder ``z_mean``, ``z_log_var``, ``z`` or
        ``unknown``; ``other`` for what cannot be shown.
    shape : tuple of int or None
        Without the batch.
    layouts : tuple of PicturePort or CurvePort
        What a picture's or curve's shape may stand for, the likeliest first.
    activation : str or None
        The last before it.
    """

    name: str
    kind: str
    shape: Shape
    layouts: Layouts = ()
    activation: str | None = None


@dataclass(frozen=True)
class Roles:
    """What a model is for.

    Attributes
    ----------
    role : "decoder", "encoder" or "autoencoder"
    reason : str
        Why, in a sentence.
    inputs : tuple of InputRole
        In the model's order.
    outputs : tuple of OutputRole
        In the model's order.
    """

    role: Role
    reason: str
    inputs: tuple[InputRole, ...]
    outputs: tuple[OutputRole, ...]

    @property
    def latents(self) -> tuple[LatentPort, ...]:
        """A decoder's latent inputs, in order."""
        return tuple(each.port for each in self.inputs if isinstance(each.port, LatentPort))

    @property
    def classes(self) -> tuple[ClassPort, ...]:
        """Inputs that take a class, in order."""
        return tuple(each.port for each in self.inputs if isinstance(each.port, ClassPort))

    @property
    def picture(self) -> int | None:
        """Which input takes the picture or curve; None of a decoder."""
        kinds = (PicturePort, CurvePort)
        return next((i for i, each in enumerate(self.inputs) if isinstance(each.port, kinds)), None)

    @property
    def code(self) -> int | None:
        """Which output is the code to show: ``z_mean``, else ``z``; None where that is unknown."""
        kinds = [each.kind for each in self.outputs]
        return next((kinds.index(kind) for kind in ("z_mean", "z") if kind in kinds), None)

    @property
    def shown(self) -> int | None:
        """Which output is shown first: a picture, else a curve; None of an encoder."""
        kinds = [each.kind for each in self.outputs]
        return next((kinds.index(kind) for kind in ("picture", "curve") if kind in kinds), None)


def tell_roles(
    blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec], role: Role | None = None
) -> Roles:
    """Tell what a model is for.

    Parameters
    ----------
    blueprint : Blueprint
    specs : mapping of TensorRef to TensorSpec
        Of every tensor.
    role : "decoder", "encoder" or "autoencoder", optional
        Where the user has said so.

    Raises
    ------
    ModelFileError
        If nothing is there to decode or encode, if there are too many latents, or if
        an input's size is not fixed.
    """
    classes = find_class_inputs(blueprint, specs)
    sources = [ref for ref in blueprint.input_refs if ref not in classes]
    outputs = blueprint.output_refs
    if not sources or not outputs:
        raise refuse(
            "a model",
            "must take a latent or a picture and give something",
            "one that takes only a class" if classes else "one without inputs or outputs",
            "open a decoder",
            reason="mismatch",
        )
    if role is None:
        role, reason = tell_role(blueprint, specs, sources)
    else:
        reason = f"Opened as {role}, as chosen."
    if role == "decoder":
        entries = {ref: InputRole(ref.layer, _latent(ref, specs[ref])) for ref in sources}
        _check_total(entries.values())
    else:
        beside = find_classes_beside_picture(blueprint, specs, sources)
        classes |= beside
        entries = {ref: _picture(ref, specs[ref]) for ref in sources if ref not in beside}
        reason += _told_beside([ref.layer for ref in beside])
    entries |= {ref: InputRole(ref.layer, port) for ref, port in classes.items()}
    inputs = tuple(entries[ref] for ref in blueprint.input_refs)
    return Roles(role, reason, inputs, _outputs(blueprint, specs, role))


def _latent(ref: TensorRef, spec: TensorSpec) -> LatentPort:
    shape = spec.shape[1:]
    if "float" not in spec.dtype:
        raise _refuse_latent(ref, "must take fractional numbers", spec.dtype)
    sizes = tuple(size for size in shape if size is not None)
    if len(sizes) != len(shape) or not all(sizes):
        raise _refuse_latent(ref, "must have a fixed size", told_shape(shape))
    if len(sizes) == 1 and sizes[0] > MAX_VECTOR_LATENT:
        raise _refuse_latent(ref, f"must have at most {MAX_VECTOR_LATENT} values", str(sizes[0]))
    if math.prod(sizes) > MAX_LATENTS:
        raise _refuse_latent(ref, f"must have at most {MAX_LATENTS:,} values", told_shape(shape))
    return LatentPort(ref.layer, sizes)


def _refuse_latent(ref: TensorRef, rule: str, received: str) -> ModelFileError:
    name = repr(shorten(ref.layer, 40))
    advice = "open a decoder of such latents"
    return refuse(f"the latent input {name}", rule, received, advice, reason="mismatch")


def _check_total(entries: Any) -> None:
    total = sum(entry.port.size for entry in entries)
    if total > MAX_LATENTS:
        raise refuse(
            "the latent inputs",
            f"must have at most {MAX_LATENTS:,} values together",
            f"{total:,}",
            "open a decoder with fewer",
            reason="mismatch",
        )


def _told_beside(names: Sequence[str]) -> str:
    if not names:
        return ""
    told = shorten(" and ".join(names), MAX_TOLD_CHARS)
    return f" Beside the picture {told} can only be {'a class' if len(names) == 1 else 'classes'}."


def _picture(ref: TensorRef, spec: TensorSpec) -> InputRole:
    best, *others = propose_layouts(spec.shape[1:])
    return InputRole(ref.layer, best, tuple(others))


def _outputs(
    blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec], role: Role
) -> tuple[OutputRole, ...]:
    refs = blueprint.output_refs
    names = _names(blueprint.outputs)
    shapes = [specs[ref].shape[1:] for ref in refs]
    if role == "encoder":
        kinds = tell_statistics(blueprint, specs, names)
        return tuple(map(OutputRole, names, kinds, shapes))
    shown = tuple(
        _shown(name, shape, last_activation(blueprint, ref))
        for name, shape, ref in zip(names, shapes, refs, strict=True)
    )
    if all(each.kind == "other" for each in shown):
        propose_layouts(shapes[0])  # says why
    return shown


def _shown(name: str, shape: Shape, activation: str | None) -> OutputRole:
    try:
        layouts = propose_layouts(shape)
    except ModelFileError:  # others may be shown
        return OutputRole(name, "other", shape)
    return OutputRole(name, layouts[0].kind, shape, layouts, activation)


def _names(tree: Any) -> tuple[str, ...]:
    """Keys of a dict of outputs, else the layers'; each once."""
    names: list[str] = []
    for name in _raw_names(tree):
        same = sum(other == name or other.startswith(f"{name}_") for other in names)
        names.append(f"{name}_{same}" if name in names else name)
    return tuple(names)


def _raw_names(tree: Any) -> Sequence[str]:
    if isinstance(tree, TensorRef):
        return [tree.layer]
    if isinstance(tree, Mapping):
        return [
            key if isinstance(item, TensorRef) else name
            for key, item in tree.items()
            for name in _raw_names(item)
        ]
    return [name for item in tree for name in _raw_names(item)]
