"""Files -> an open model: Keras Models built from what was inspected, and what they are for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from models.answers import Answerer
from models.building import build_model
from models.inspection.blueprint import in_keras_order
from models.inspection.moments import Z_LOG_VAR, tell_by_behaviour
from models.inspection.roles import InputRole, Roles
from models.inspection.weights import Arrays
from models.loading import load_models
from models.networks import DecoderEnds, EncoderEnds, Networks
from models.planning import Half, Plan, make_plan
from models.ports import ClassPort, PicturePort
from models.recipe import make_recipe
from models.source import ModelSource
from models.subject import Subject
from models.survey import survey

UNUSED_ENCODER = "The encoder takes no picture, so it is left out."


@dataclass(frozen=True, eq=False)
class Opened:
    """A model that can be asked.

    Attributes
    ----------
    networks : Networks
    answerer : Answerer
    subject : Subject
        What the window is told of it.
    """

    networks: Networks
    answerer: Answerer
    subject: Subject


def open_source(source: ModelSource) -> Opened:
    """Open a bundle or a user's files.

    Raises
    ------
    BundleError
        If a bundle is missing, torn, tampered with or mismatched.
    ModelFileError
        If a file cannot be opened, or must not be.
    """
    if source.bundle is not None:
        return open_bundle_models(source.bundle)
    return open_files(source)


def open_bundle_models(folder: Path) -> Opened:
    """Open a bundle, whose card says all that there is to know."""
    loaded = load_models(folder)
    decoder, subject = loaded.decoder, Subject.of_bundle(loaded.bundle)
    ends = DecoderEnds(subject.latents, (), ("decoder_input",))
    picture = PicturePort("HWC", *loaded.bundle.picture_shape)
    log_var = 1 if loaded.bundle.kind == "vae" else None  # of [z_mean, z_log_var, z]
    networks = Networks(decoder, ends, loaded.encoder, EncoderEnds(picture, log_var=log_var))
    answerer = Answerer(networks, subject.outputs)
    answerer.warm_up()
    return Opened(networks, answerer, subject)


def open_files(source: ModelSource) -> Opened:
    """Open a user's files: inspect them, build what they describe, and measure what it does."""
    plan = make_plan(source)
    weights, notes = _read_weights(plan)
    decoder = _build(plan.decoder, weights)
    ends = decoder_ends(plan.decoder)
    encoder, encoder_ends = None, None
    if plan.encoder is not None:
        encoder = _build(plan.encoder, weights)
        encoder_ends = find_encoder_ends(plan.encoder, encoder, ends)
    if encoder_ends is None:
        encoder = None
        notes = (*notes, *([UNUSED_ENCODER] if plan.encoder is not None else []))
    networks = Networks(decoder, ends, encoder, encoder_ends)
    held_elements = plan.decoder.inspected.checked.elements
    subject = survey(source, plan, networks, notes, held_elements)
    subject = replace(subject, card={**subject.card, "recipe": make_recipe(source, plan, networks)})
    answerer = Answerer(networks, subject.outputs)
    answerer.warm_up()
    return Opened(networks, answerer, subject)


def decoder_ends(decoder: Half) -> DecoderEnds:
    """How a decoder's own inputs and outputs are plugged in."""
    roles, blueprint = decoder.roles, decoder.blueprint
    names = dict(zip(blueprint.input_refs, (each.name for each in roles.inputs), strict=True))
    order = tuple(names[ref] for ref in in_keras_order(blueprint.inputs))
    places = in_keras_order(blueprint.outputs)
    shown = roles.shown or 0
    usable = [shown, *(i for i, output in enumerate(roles.outputs)
                       if output.layouts and i != shown)]  # fmt: skip
    refs = blueprint.output_refs
    return DecoderEnds(
        roles.latents, roles.classes, order, tuple(places.index(refs[i]) for i in usable)
    )


def find_encoder_ends(half: Half, encoder: Any, ends: DecoderEnds) -> EncoderEnds | None:
    """How an encoder is plugged in; None where it takes no picture."""
    roles, blueprint = half.roles, half.blueprint
    if roles.picture is None:
        return None
    port = roles.inputs[roles.picture].port
    if not isinstance(port, PicturePort):
        return None
    entries, places = in_keras_order(blueprint.inputs), in_keras_order(blueprint.outputs)
    code = roles.code
    if code is None:
        code = _code_by_behaviour(half, encoder, port)
    log_var = _find_log_var(roles, code)
    ports = [roles.inputs[blueprint.input_refs.index(ref)].port for ref in entries]
    return EncoderEnds(
        port,
        entries.index(blueprint.input_refs[roles.picture]),
        places.index(blueprint.output_refs[code]),
        name_classes([each for each in ports if isinstance(each, ClassPort)], ends.classes),
        None if log_var is None else places.index(blueprint.output_refs[log_var]),
    )


def _find_log_var(roles: Roles, code: int) -> int | None:
    """Which output is a log-variance of the code, and no deviation or other measure of it."""
    for number, output in enumerate(roles.outputs):
        letters = re.sub(r"[^a-z]", "", output.name.lower())
        if (
            output.kind == Z_LOG_VAR
            and "logvar" in letters
            and output.shape == roles.outputs[code].shape
        ):
            return number
    return None


def name_classes(
    encoding: Sequence[ClassPort], decoding: Sequence[ClassPort]
) -> tuple[ClassPort, ...]:
    """What an encoder takes as classes, called as the decoder calls the same ones.

    The same is what has the same name, or else the next of as many classes, whatever
    either calls it. What the encoder alone takes keeps a name that the decoder has not.
    """
    own = {port.name for port in encoding}
    free = list(decoding)
    named = []
    for port in encoding:
        fitting = [each for each in free if each.classes == port.classes]
        alike = [each for each in fitting if each.name == port.name]
        match = next(iter(alike or [each for each in fitting if each.name not in own]), None)
        if match is not None:
            free.remove(match)
            named.append(replace(port, name=match.name))
        else:
            taken = any(each.name == port.name for each in decoding)
            named.append(replace(port, name=f"{port.name} (encoder)" if taken else port.name))
    return tuple(named)


def _code_by_behaviour(half: Half, encoder: Any, port: PicturePort) -> int:
    import keras

    pictures = np.random.default_rng(0).random((12, *port.picture_shape), np.float32)
    function = keras.Function(encoder.inputs, encoder.outputs)
    inputs = [
        np.zeros((12, *tensor.shape[1:]), tensor.dtype)
        if isinstance(role.port, ClassPort)
        else port.from_picture(pictures)
        for tensor, role in zip(encoder.inputs, _inputs_in_order(half), strict=True)
    ]
    first, second = ([np.asarray(array) for array in function(inputs)] for _ in range(2))
    places = in_keras_order(half.blueprint.outputs)
    refs = half.blueprint.output_refs
    kinds = tell_by_behaviour(
        [first[places.index(ref)] for ref in refs],
        [second[places.index(ref)] for ref in refs],
        [output.kind for output in half.roles.outputs],
    )
    return next((kinds.index(kind) for kind in ("z_mean", "z") if kind in kinds), 0)


def _inputs_in_order(half: Half) -> list[InputRole]:
    refs = half.blueprint.input_refs
    return [half.roles.inputs[refs.index(ref)] for ref in in_keras_order(half.blueprint.inputs)]


def _read_weights(plan: Plan) -> tuple[dict[int, Arrays], tuple[str, ...]]:
    weights: dict[int, Arrays] = {}
    notes: list[str] = []
    for file in plan.files:
        weights[id(file)], said = file.read_weights()
        notes += [*file.notes, *said]
    return weights, tuple(notes)


def _build(half: Half, weights: Mapping[int, Arrays]) -> Any:
    return build_model(half.blueprint, weights[id(half.inspected)], half.prefix)
