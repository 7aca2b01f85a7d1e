"""What a model does, measured once it is built: the values it gives, where its codes lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.answers import read_output
from models.inspection.ending import last_activation
from models.inspection.limits import MAX_ACTIVATIONS_ELEMENTS
from models.layouts import recognise_range
from models.model_card import make_card
from models.networks import Networks
from models.planning import Plan
from models.ports import ClassPort, PicturePort
from models.sensitivity import codes_to_probe, is_drawn_from_prior, measure_ranges
from models.source import ModelSource
from models.subject import First, Output, Subject, Whereabouts

SAMPLES = 16
SEED = 0
NOT_FINITE = "The decoder gives values that are not finite, which are shown as black."

Floats = npt.NDArray[np.float32]


def survey(
    source: ModelSource,
    plan: Plan,
    networks: Networks,
    notes: Sequence[str],
    held_elements: int = 0,
) -> Subject:
    """Measure a built model, and tell all that the window has to know.

    Parameters
    ----------
    source : ModelSource
    plan : Plan
        What was built.
    networks : Networks
    notes : sequence of str
        What was translated or left out while it was read.
    held_elements : int, optional
        Values of all activations of one picture; fewer are decoded at once where it is large.
    """
    ends = networks.ends
    z = np.random.default_rng(SEED).standard_normal((SAMPLES, ends.latent_dim), np.float32)
    prior, activation = _what_names_say(plan)
    probes = codes_to_probe(ends.latent_dim, prior=prior, activation=activation)
    # At once where there is room: the first batch of a size takes ten times as long as the next.
    batch = max(1, MAX_ACTIVATIONS_ELEMENTS // max(1, held_elements))
    decoded = _decode(networks, np.concatenate([z, probes]), batch)
    samples = [values[:SAMPLES] for values in decoded]
    outputs = _outputs(plan, samples)

    def decode(z: Floats) -> Floats:
        return read_output(outputs[0].port, networks.decode(z, {})[0])

    lo, hi, sentence = measure_ranges(
        decode,
        ends.latent_dim,
        prior=prior,
        activation=activation,
        batch=min(batch, len(z) + len(probes)),
        probed=read_output(outputs[0].port, decoded[0][SAMPLES:]),
    )
    # Most codes lie around 0; where 0 is an end, as after a ReLU, the middle has something to show.
    middle = np.where((lo < 0) & (hi > 0), 0, (lo + hi) / 2)
    where = Whereabouts(middle.astype(np.float32), lo, hi, sentence)
    shown = networks.decode(where.mean[None], {})[0]
    finite = all(np.isfinite(array).all() for array in samples)
    subject = Subject(
        source=source,
        latents=ends.latents,
        classes=_classes(networks),
        outputs=outputs,
        whereabouts=where,
        first=First(where.mean, read_output(outputs[0].port, shown)[0]),
        picture=None if networks.encoder_ends is None else networks.encoder_ends.picture,
        variational=prior,
    )
    told = [*dict.fromkeys(notes), *([] if finite else [NOT_FINITE])]
    card = make_card(plan, told, subject)
    card["role_offers"] = [offer.to_json() for offer in plan.role_offers]
    card["class_offers"] = [offer.to_json() for offer in plan.class_offers]
    card["size_offers"] = [offer.to_json() for offer in plan.size_offers]
    return replace(subject, card=card)


def _classes(networks: Networks) -> tuple[ClassPort, ...]:
    """Those of the decoder, and what the encoder alone takes."""
    decoding = networks.ends.classes
    encoding = () if networks.encoder_ends is None else networks.encoder_ends.classes
    names = {port.name for port in decoding}
    return (*decoding, *(port for port in encoding if port.name not in names))


def _outputs(plan: Plan, samples: Sequence[npt.NDArray[np.float32]]) -> tuple[Output, ...]:
    roles = plan.decoder.roles
    shown = roles.shown or 0
    usable = [roles.outputs[shown], *(each for i, each in enumerate(roles.outputs)
                                      if each.layouts and i != shown)]  # fmt: skip
    outputs = []
    for role, values in zip(usable, samples, strict=True):
        low, high, sentence = recognise_range(values, role.activation)
        ports = tuple(
            replace(port, low=low, high=high) if isinstance(port, PicturePort) else port
            for port in role.layouts
        )
        # Of curves the values are drawn as they are: nothing is black or white.
        shown_in_grey = any(isinstance(port, PicturePort) for port in ports)
        outputs.append(Output(role.name, ports[0], ports[1:], sentence if shown_in_grey else ""))
    return tuple(outputs)


def _decode(networks: Networks, z: Floats, batch: int) -> list[Floats]:
    portions = [networks.decode(z[i : i + batch], {}) for i in range(0, len(z), batch)]
    return [np.concatenate(parts) for parts in zip(*portions, strict=True)]


def _what_names_say(plan: Plan) -> tuple[bool, str]:
    """Whether codes are drawn from N(0, 1), and the activation that bounds them, or ""."""
    halves = [plan.decoder, *([plan.encoder] if plan.encoder else [])]
    names = [half.inspected.name for half in halves]
    names += [each.name for half in halves for each in half.blueprint.layers]
    activation = ""
    if plan.encoder is not None:
        blueprint = plan.encoder.blueprint
        code = blueprint.output_refs[plan.encoder.roles.code or 0]
        activation = last_activation(blueprint, code) or ""
    return is_drawn_from_prior(names), activation
