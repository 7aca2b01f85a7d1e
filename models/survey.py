"""What a model does, measured once it is built: the values it gives, where its codes lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.answers import read_output
from models.inspection.ending import last_activation
from models.layouts import recognise_range
from models.model_card import make_card
from models.networks import Networks
from models.planning import Half, Plan
from models.ports import PicturePort
from models.sensitivity import is_drawn_from_prior, measure_ranges
from models.source import ModelSource
from models.subject import First, Output, Subject, Whereabouts

SAMPLES = 16
SEED = 0
NOT_FINITE = "The decoder gives values that are not finite, which are shown as black."

Floats = npt.NDArray[np.float32]


def survey(source: ModelSource, plan: Plan, networks: Networks, notes: Sequence[str]) -> Subject:
    """Measure a built model, and tell all that the window has to know.

    Parameters
    ----------
    source : ModelSource
    plan : Plan
        What was built.
    networks : Networks
    notes : sequence of str
        What was translated or left out while it was read.
    """
    ends = networks.ends
    z = np.random.default_rng(SEED).standard_normal((SAMPLES, ends.latent_dim), np.float32)
    samples = networks.decode(z, {})
    outputs = _outputs(plan, samples)
    where = _whereabouts(networks, outputs[0], plan)
    shown = networks.decode(where.mean[None], {})[0]
    finite = all(np.isfinite(array).all() for array in samples)
    subject = Subject(
        source=source,
        latents=ends.latents,
        classes=ends.classes,
        outputs=outputs,
        whereabouts=where,
        first=First(where.mean, read_output(outputs[0].port, shown)[0]),
        picture=None if networks.encoder_ends is None else networks.encoder_ends.picture,
    )
    told = [*dict.fromkeys(notes), *([] if finite else [NOT_FINITE])]
    return replace(subject, card=make_card(plan, told, subject))


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
        outputs.append(Output(role.name, ports[0], ports[1:], sentence))
    return tuple(outputs)


def _whereabouts(networks: Networks, output: Output, plan: Plan) -> Whereabouts:
    def decode(z: Floats) -> Floats:
        return read_output(output.port, networks.decode(z, {})[0])

    names = [half.inspected.name for half in _halves(plan)]
    names += [each.name for half in _halves(plan) for each in half.blueprint.layers]
    activation = ""
    if plan.encoder is not None:
        blueprint = plan.encoder.blueprint
        code = blueprint.output_refs[plan.encoder.roles.code or 0]
        activation = last_activation(blueprint, code) or ""
    lo, hi, sentence = measure_ranges(
        decode,
        networks.ends.latent_dim,
        prior=is_drawn_from_prior(names),
        activation=activation,
    )
    # Most codes lie around 0; where 0 is an end, as after a ReLU, the middle has something to show.
    middle = np.where((lo < 0) & (hi > 0), 0, (lo + hi) / 2)
    return Whereabouts(middle.astype(np.float32), lo, hi, sentence)


def _halves(plan: Plan) -> list[Half]:
    return [plan.decoder, *([plan.encoder] if plan.encoder else [])]
