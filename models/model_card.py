"""A model's card: what was read of its files, in JSON values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from models.inspection.proposals import Cut
from models.planning import Half, Plan
from models.subject import Subject

FORMATS = {"keras": "Keras archive", "h5": "HDF5 file"}


def make_card(
    plan: Plan, notes: Sequence[str] = (), subject: Subject | None = None
) -> dict[str, Any]:
    """The card of a user's model.

    Parameters
    ----------
    plan : Plan
    notes : sequence of str
        What was translated, left out or noticed, in plain sentences.
    subject : Subject, optional
        What a run has measured.

    Returns
    -------
    dict
        ``name``, ``format``, ``keras_version``, ``role``, ``reason``, ``inputs``,
        ``outputs`` and ``encoder`` (None, or its ``inputs``, ``outputs``,
        ``parameters`` and ``layers``), ``parameters`` and ``layers`` of the decoder,
        ``latent_dim``, ``notes``, ``cut`` (None, or ``layer``, ``shape`` and
        ``sentence``), ``cuts`` (where else), and, of a model that has run,
        ``ranges`` and ``values``: where sliders and pictures have their ends from.
    """
    file = plan.decoder.inspected
    card: dict[str, Any] = {
        "name": file.name,
        "format": FORMATS[file.format],
        "keras_version": file.keras_version,
        "role": plan.role,
        "reason": plan.reason,
        **_half(plan.decoder),
        "latent_dim": sum(port.size for port in plan.decoder.roles.latents),
        "encoder": None if plan.encoder is None else _half(plan.encoder),
        "notes": list(notes),
        "cut": None if plan.place is None else _cut(plan.place),
        "cuts": [_cut(cut) for cut in plan.cuts],
    }
    if subject is not None:
        card["ranges"] = subject.whereabouts.sentence
        card["values"] = subject.outputs[0].sentence
    return card


def _half(half: Half) -> dict[str, Any]:
    roles = half.roles
    return {
        "inputs": [
            {"name": each.name, "kind": each.port.kind, "shape": list(each.port.shape)}
            for each in roles.inputs
        ],
        "outputs": [
            {"name": each.name, "kind": each.kind, "shape": list(each.shape)}
            for each in roles.outputs
        ],
        "parameters": half.parameters,
        "layers": len(half.blueprint.layers),
    }


def _cut(cut: Cut) -> dict[str, Any]:
    return {
        "layer": cut.layer,
        "shape": list(cut.shape),
        "elements": math.prod(cut.shape),
        "sentence": cut.reason,
    }
