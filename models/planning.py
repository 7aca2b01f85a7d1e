"""Files -> which half of which file becomes the encoder and which the decoder, without Keras."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from models.choices import ROLES, Choices, chosen_role, with_chosen_inputs
from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Call, Layer, TensorRef, TensorSpec
from models.inspection.check import Checked, check_blueprint
from models.inspection.conditions import (
    CLASS,
    TAKEN_AS,
    find_class_inputs,
    with_inputs_taken_as,
)
from models.inspection.inspect_file import Inspected
from models.inspection.nesting import look_inside
from models.inspection.proposals import Cut, Part, choose_cut, cut_at
from models.inspection.purpose import Role
from models.inspection.refusing import refuse, shorten
from models.inspection.roles import Roles, tell_roles
from models.layers.settings import told
from models.offers import Offer, offer_classes, offer_roles, offer_sizes
from models.picture_sizes import SIZE, inspect_files
from models.source import ModelSource

SHOWN_CUTS = 8
MAX_NAME_CHARS: Final = 24  # of a file, in what is offered
# Of two files, what one is where the other is chosen to be this.
OTHERS: Final[Mapping[Role, Role]] = {"decoder": "encoder", "encoder": "decoder"}
GIVEN_FIRST: Final = "A decoder, for it was given first: the other file may be the encoder."
NOWHERE = ("",)  # in a file: no layer has that name


@dataclass(frozen=True)
class Half:
    """An encoder or a decoder that can be built.

    Attributes
    ----------
    inspected : Inspected
        The file it comes from.
    blueprint : Blueprint
    prefix : tuple of str
        Names of the models in the file that its weights lie in.
    roles : Roles
        What its ends take and give.
    parameters : int
    """

    inspected: Inspected
    blueprint: Blueprint
    prefix: tuple[str, ...]
    roles: Roles
    parameters: int


@dataclass(frozen=True)
class Plan:
    """What is to be built.

    Attributes
    ----------
    decoder : Half
    encoder : Half or None
    role : str
        Of the file that was opened: ``decoder``, ``encoder`` or ``autoencoder``.
    reason : str
        Why it was taken for that, in a sentence.
    place : Cut or None
        Where an autoencoder is cut.
    cuts : tuple of Cut
        Where else it might be.
    role_offers, class_offers, size_offers : tuple of Offer
        How else the files can be read; sizes only where the files leave them open.
    """

    decoder: Half
    encoder: Half | None
    role: str
    reason: str
    place: Cut | None = None
    cuts: tuple[Cut, ...] = ()
    role_offers: tuple[Offer, ...] = ()
    class_offers: tuple[Offer, ...] = ()
    size_offers: tuple[Offer, ...] = ()

    @property
    def files(self) -> tuple[Inspected, ...]:
        """Each file once, that of the decoder first."""
        halves = [self.decoder, *([self.encoder] if self.encoder else [])]
        return tuple({id(half.inspected): half.inspected for half in halves}.values())

    def close(self) -> None:
        """Let go of the files."""
        for file in self.files:
            file.close()


def make_plan(source: ModelSource) -> Plan:
    """Decide what to build of a user's files.

    Parameters
    ----------
    source : ModelSource
        Of its choices count ``cut``, the layer at whose output an autoencoder is cut;
        ``role``, which is ``decoder``, ``encoder`` or ``autoencoder``, of the first
        file; ``input:NAME``, which is ``latent`` or ``class``; and ``size``, of
        pictures whose size the files leave open.

    Raises
    ------
    ModelFileError
        If a file must not be opened, is not what it is opened as, or if encoder
        and decoder do not fit together; or if a choice cannot be.
    """
    assert source.model is not None, "a bundle needs no plan"
    opened = inspect_files(source)
    try:
        files = with_chosen_inputs(opened, source.choices)
        plan = _plan_files(files, source.choices)
        return _with_offers(plan, opened, files, source.choices)
    except BaseException:
        for inspected in opened:
            inspected.close()
        raise


def _plan_files(files: list[Inspected], choices: Choices) -> Plan:
    role = chosen_role(choices)
    if len(files) == 2:
        return _plan_pair(files[0], files[1], role)
    return _plan_one(files[0], role, choices.get("cut"))


def _with_offers(
    plan: Plan, opened: list[Inspected], files: list[Inspected], choices: Choices
) -> Plan:
    def try_plan(others: Choices) -> object:
        size = others.get(SIZE)
        is_now = size == choices.get(SIZE)
        tried = opened if is_now or size is None else [file.of_size(size) for file in opened]
        return _plan_files(with_chosen_inputs(tried, others), others)

    if len(files) == 2:
        first, second = (shorten(file.name, MAX_NAME_CHARS) for file in files)
        texts = {
            "decoder": f"{first} decodes, {second} encodes",
            "encoder": f"{second} decodes, {first} encodes",
        }
        now = "decoder" if plan.decoder.inspected is files[0] else "encoder"
    else:
        texts, now = {role: role.capitalize() for role in ROLES}, plan.role
    inputs = dict.fromkeys(ref.layer for file in files for ref in file.blueprint.input_refs)
    halves = (plan.decoder, *([plan.encoder] if plan.encoder else []))
    classes = frozenset(
        ref.layer for file in files for ref in find_class_inputs(file.blueprint, file.specs)
    ).union(port.name for half in halves for port in half.roles.classes if port.name in inputs)
    size = next((file.taken_size for file in files if file.taken_size is not None), None)
    return replace(
        plan,
        role_offers=offer_roles(texts, now, choices, try_plan),
        class_offers=offer_classes(tuple(inputs), classes, choices, try_plan),
        size_offers=() if size is None else offer_sizes(size, choices, try_plan),
    )


def _plan_one(file: Inspected, role: Role | None, wanted: str | None) -> Plan:
    roles = tell_roles(file.blueprint, file.specs, role)
    if roles.role == "encoder":
        alone = _whole(file, roles)
        return Plan(_pass_on(alone), alone, "encoder", roles.reason)
    if roles.role == "decoder":
        return Plan(_whole(file, roles), None, "decoder", roles.reason)
    taken = {port.name: CLASS for port in roles.classes}  # on both sides of the cut
    inside = look_inside(with_inputs_taken_as(file.blueprint, taken), file.specs)
    if wanted is None and not inside.cuts:
        raise refuse(
            file.name,
            "must have a layer through which everything passes",
            "an autoencoder whose connections jump across every layer",
            "save its decoder alone",
            reason="mismatch",
        )
    blueprint, specs = inside.blueprint, inside.specs
    place = inside.cuts[0] if wanted is None else choose_cut(blueprint, specs, wanted)
    encoder, decoder = cut_at(blueprint, specs, place, inside.prefix)
    plan = Plan(
        _half(file, decoder, "decoder"),
        _half(file, encoder, "encoder"),
        "autoencoder",
        roles.reason,
        place,
        inside.cuts[:SHOWN_CUTS],
    )
    return _fitted(plan)


def _plan_pair(first: Inspected, second: Inspected, role: Role | None) -> Plan:
    """Decoder and encoder, in whichever order they were given."""
    other = OTHERS.get(role) if role else None
    halves = [
        _whole(file, tell_roles(file.blueprint, file.specs, chosen))
        for file, chosen in ((first, role), (second, other))
    ]
    kinds = [half.roles.role for half in halves]
    if kinds == ["encoder", "decoder"]:
        halves.reverse()
    elif kinds != ["decoder", "encoder"]:
        if role is None:
            with contextlib.suppress(ModelFileError):  # what was found at first says more
                return replace(_plan_pair(first, second, "decoder"), reason=GIVEN_FIRST)
        raise _refuse_pair(halves)
    decoder, encoder = halves
    decoder = with_classes_of(encoder, decoder, decoder.inspected.specs)
    return _fitted(Plan(decoder, encoder, "decoder", decoder.roles.reason))


def with_classes_of(encoder: Half, decoder: Half, specs: Mapping[TensorRef, TensorSpec]) -> Half:
    """What takes a class in the encoder takes one in the decoder, where it is called the same.

    Parameters
    ----------
    encoder, decoder : Half
    specs : mapping of TensorRef to TensorSpec
        Of the decoder's tensors.
    """
    known = {port.name: port.shape for port in encoder.roles.classes}
    taken = {
        port.name: CLASS
        for port in decoder.roles.latents
        if known.get(port.name) == port.shape
        and TAKEN_AS not in decoder.blueprint.layer(port.name).settings
    }
    if not taken or len(taken) == len(decoder.roles.latents):
        return decoder
    blueprint = with_inputs_taken_as(decoder.blueprint, taken)
    roles = tell_roles(blueprint, specs, "decoder")
    return replace(decoder, blueprint=blueprint, roles=replace(roles, reason=decoder.roles.reason))


def _refuse_pair(halves: Iterable[Half]) -> ModelFileError:
    half, wanted = next(
        (half, wanted)
        for half, wanted in zip(halves, ("decoder", "encoder"), strict=True)
        if half.roles.role != wanted
    )
    found = half.roles.role
    return refuse(
        half.inspected.name,
        f"must be the {wanted} of the two",
        f"{'an' if found[0] in 'ae' else 'a'} {found}",
        "open a whole autoencoder alone",
        reason="mismatch",
    )


def _whole(file: Inspected, roles: Roles) -> Half:
    return Half(file, file.blueprint, (), roles, file.parameters)


def _pass_on(encoder: Half) -> Half:
    """A decoder that shows the code itself, for an encoder that came alone."""
    output = encoder.roles.outputs[encoder.roles.code or 0]
    spec = TensorSpec((None, *output.shape))
    entry = Layer("latent_inputs", "InputLayer", {"shape": spec.shape, "dtype": spec.dtype})
    call = Call((TensorRef(entry.name),))
    layer = Layer("latent_vector", "Activation", {"activation": "linear"}, (call,))
    blueprint = Blueprint("code", (entry, layer), TensorRef(entry.name), TensorRef(layer.name))
    roles = tell_roles(blueprint, check_blueprint(blueprint).specs, "decoder")
    return Half(encoder.inspected, blueprint, NOWHERE, roles, 0)


def _half(file: Inspected, part: Part, role: Any) -> Half:
    checked: Checked = check_blueprint(part.blueprint)
    roles = tell_roles(checked.blueprint, checked.specs, role)
    return Half(file, checked.blueprint, part.prefix, roles, checked.parameters)


def _fitted(plan: Plan) -> Plan:
    """The plan, if every code that the encoder may give is one that the decoder takes."""
    encoder = plan.encoder
    assert encoder is not None
    latent_dim = sum(port.size for port in plan.decoder.roles.latents)
    sizes = {_size(output.shape) for output in encoder.roles.outputs}
    if latent_dim not in sizes:
        raise refuse(
            f"{plan.decoder.inspected.name} and its encoder",
            "must have the same latent_dim",
            f"{' or '.join(map(told, sorted(sizes)))} out of the encoder and "
            f"{latent_dim} into the decoder",
            "open the encoder that was trained with it",
            reason="mismatch",
        )
    return plan


def _size(shape: tuple[int | None, ...]) -> int:
    return math.prod(size or 1 for size in shape)
