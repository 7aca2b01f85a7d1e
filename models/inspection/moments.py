"""Which of an encoder's outputs is z_mean, which z_log_var, which z."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.inspection.blueprint import Blueprint, TensorRef, TensorSpec
from models.inspection.gaussian import sampled_from
from models.inspection.graph import Graph
from models.inspection.naming import words

Z_MEAN: Final = "z_mean"
Z_LOG_VAR: Final = "z_log_var"
Z: Final = "z"
UNKNOWN: Final = "unknown"
ALL: Final = (Z_MEAN, Z_LOG_VAR, Z)

# In this order: z_log_var has a z in its name too.
_WORDS: Final = {
    Z_LOG_VAR: frozenset(
        (
            *("var", "variance", "logvar", "logvariance", "lv", "sigma", "logsigma"),
            *("std", "stddev", "logstd", "scale", "zlogvar", "zvar", "zsigma"),
        )
    ),
    Z_MEAN: frozenset(("mean", "mu", "loc", "average", "zmean", "zmu")),
    Z: frozenset(
        (
            *("z", "sample", "samples", "sampled", "sampler", "sampling", "latent", "code"),
            *("codes", "encoded", "reparameterize", "reparametrize", "reparameterization"),
        )
    ),
}

# Nats; less tells nothing of an encoder that was never trained.
_CLEARLY_LESS: Final = 0.05

Arrays = Sequence[npt.NDArray[Any]]


def tell_statistics(
    blueprint: Blueprint,
    specs: Mapping[TensorRef, TensorSpec],
    names: Sequence[str],
) -> tuple[str, ...]:
    """What each output of an encoder is, by name and else by how it is computed.

    Parameters
    ----------
    blueprint : Blueprint
    specs : mapping of TensorRef to TensorSpec
        Of the outputs, at least.
    names : sequence of str
        Of the outputs.

    Returns
    -------
    tuple of str
        For each output ``z_mean``, ``z_log_var``, ``z`` or ``unknown``, none of the
        first three twice. An only output is ``z`` unless its name says ``z_mean``.
    """
    refs = blueprint.output_refs
    kinds = [_by_name(name) for name in names]
    if len(refs) == 1:
        return (Z_MEAN if kinds[0] == Z_MEAN else Z,)
    kinds = [kind if kinds.count(kind) == 1 else UNKNOWN for kind in kinds]
    _fill_by_structure(Graph(blueprint), refs, kinds)
    return _with_the_last_one(kinds, [specs[ref].shape for ref in refs])


def tell_by_behaviour(first: Arrays, second: Arrays, known: Sequence[str] = ()) -> tuple[str, ...]:
    """What each output of an encoder is, by what two calls with the same pictures gave.

    A ``z`` that is sampled differs between the calls; one that is not equals
    ``z_mean``. What is left are two, and the assignment is taken under which the
    samples are likelier, or else under which codes are closer to N(0, 1).

    Parameters
    ----------
    first, second : sequence of ndarray, each (n, ...)
        All outputs of either call; a dozen different pictures are plenty.
    known : sequence of str, optional
        What :func:`tell_statistics` told; it is believed.

    Returns
    -------
    tuple of str
        For each output ``z_mean``, ``z_log_var``, ``z`` or ``unknown``.
    """
    kinds = list(known) or [UNKNOWN] * len(first)
    alike = _largest_group(first)
    arrays = [np.asarray(array, np.float64) for array in first]
    if Z not in kinds:
        moving = [i for i in alike if not np.array_equal(first[i], second[i])]
        twins = [(i, j) for i in alike for j in alike if i < j and _equal(first[i], first[j])]
        sampled = [i for i in moving if kinds[i] == UNKNOWN]
        if sampled:
            kinds[sampled[0]] = Z
        elif twins:
            _tell_twins(kinds, twins[0])
    left = [i for i in alike if kinds[i] == UNKNOWN]
    if len(left) == 2 and Z_MEAN not in kinds and Z_LOG_VAR not in kinds:
        a, b = left
        z = next((arrays[i] for i, kind in enumerate(kinds) if kind == Z), None)
        mean, log_var = (b, a) if _fits_better(arrays[b], arrays[a], z) else (a, b)
        kinds[mean], kinds[log_var] = Z_MEAN, Z_LOG_VAR
    return _with_the_last_one(kinds, [array.shape for array in first])


def _by_name(name: str) -> str:
    said = words(name)
    return next((kind for kind, known in _WORDS.items() if known.intersection(said)), UNKNOWN)


def _fill_by_structure(graph: Graph, refs: Sequence[TensorRef], kinds: list[str]) -> None:
    for i, ref in enumerate(refs):
        sampled = sampled_from(graph, ref)
        if sampled is None:
            continue
        for kind, other in zip(ALL, (*sampled, ref), strict=True):
            if kind not in kinds and other in refs and kinds[refs.index(other)] == UNKNOWN:
                kinds[refs.index(other)] = kind
        if kinds[i] == Z:
            return


def _with_the_last_one(kinds: list[str], shapes: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    """Of three alike, the third is told by the two that are known."""
    missing = [kind for kind in ALL if kind not in kinds]
    known_shapes = {shape for kind, shape in zip(kinds, shapes, strict=True) if kind != UNKNOWN}
    left = [i for i, kind in enumerate(kinds) if kind == UNKNOWN and {shapes[i]} == known_shapes]
    if len(missing) == 1 and len(left) == 1:
        kinds[left[0]] = missing[0]
    return tuple(kinds)


def _largest_group(arrays: Arrays) -> list[int]:
    """Outputs of the shape that most of them have."""
    shapes = [array.shape for array in arrays]
    commonest = max(shapes, key=shapes.count)
    return [i for i, shape in enumerate(shapes) if shape == commonest]


def _equal(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    return bool(np.allclose(one, other, rtol=1e-5, atol=1e-6))


def _tell_twins(kinds: list[str], twins: tuple[int, int]) -> None:
    """Mean and an unsampled z are the same; in what order is all the same, too."""
    for i in twins:
        for kind in (Z_MEAN, Z):
            if kinds[i] == UNKNOWN and kind not in kinds:
                kinds[i] = kind


def _fits_better(
    mean: npt.NDArray[np.float64],
    log_var: npt.NDArray[np.float64],
    z: npt.NDArray[np.float64] | None,
) -> bool:
    """Whether these are rather mean and log-variance than the other way round."""
    cost = _surprise if z is not None else _distance_to_prior
    return cost(mean, log_var, z) < cost(log_var, mean, z) - _CLEARLY_LESS


def _surprise(mean: Any, log_var: Any, z: Any) -> float:
    """Negative log-likelihood of z under N(mean, exp(log_var)), by dimension."""
    clipped = np.clip(log_var, -60, 60)
    return float(np.mean(0.5 * (clipped + (z - mean) ** 2 * np.exp(-clipped))))


def _distance_to_prior(mean: Any, log_var: Any, z: Any) -> float:
    """Divergence of N(mean, exp(log_var)) from N(0, 1), which training keeps small."""
    clipped = np.clip(log_var, -60, 60)
    return float(np.mean(0.5 * (np.exp(clipped) + mean**2 - 1 - clipped)))
