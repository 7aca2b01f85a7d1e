"""Mean, variance and sample of a variational encoder are told apart in any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from models.inspection.blueprint import Blueprint, TensorRef, TensorSpec
from models.inspection.moments import tell_by_behaviour
from models.inspection.roles import tell_roles

Drawn = tuple[Blueprint, dict[TensorRef, TensorSpec]]
Draw = Callable[..., Drawn]

MOMENTS = [
    ("x", "InputLayer", None, (28, 28, 1)),
    ("a", "Dense", "x", (2,)),
    ("b", "Dense", "x", (2,)),
    ("half", "ops.Multiply", "b", (2,)),
    ("exp", "ops.Exp", "half", (2,)),
    ("zeros", "ops.ZerosLike", "a", (2,)),
    ("eps", "GaussianNoise", "zeros", (2,)),
    ("times", "ops.Multiply", ["exp", "eps"], (2,)),
    ("sum", "ops.Add", ["times", "a"], (2,)),
    ("drawn", "Sampling", [["a", "b"]], (2,)),
]
KINDS = {"a": "z_mean", "b": "z_log_var", "sum": "z", "drawn": "z"}


@pytest.mark.parametrize(
    "outputs", [["a", "b", "sum"], ["sum", "b", "a"], ["b", "drawn", "a"], ["drawn", "a"]], ids=str
)
def test_mean_variance_and_z_are_told_by_how_they_are_computed(
    draw: Draw, outputs: list[str]
) -> None:
    told = tell_roles(*draw(MOMENTS, outputs, "encoder"))
    assert [each.kind for each in told.outputs] == [KINDS[name] for name in outputs]


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["z_mean", "z_log_var", "z"], ["z_mean", "z_log_var", "z"]),
        (["sampling_2", "logvar", "mu"], ["z", "z_log_var", "z_mean"]),
        (["z_sigma", "z_mu"], ["z_log_var", "z_mean"]),
        (["latentMean", "latentLogVar", "dense_7"], ["z_mean", "z_log_var", "z"]),
        (["dense_1", "dense_2"], ["unknown", "unknown"]),
        (["mean"], ["z_mean"]),
        (["dense"], ["z"]),
    ],
    ids=str,
)
def test_mean_variance_and_z_are_told_by_name(
    draw: Draw, names: list[str], kinds: list[str]
) -> None:
    rows = [("x", "InputLayer", None, (28, 28, 1)), *((n, "Dense", "x", (2,)) for n in names)]
    told = tell_roles(*draw(rows, names, "encoder"))
    assert [each.kind for each in told.outputs] == kinds


def moments(seed: int) -> dict[str, Any]:
    """What a trained encoder gives: narrow posteriors whose means are spread like N(0, 1)."""
    fixed, noise = np.random.default_rng(0), np.random.default_rng(seed)
    mean = fixed.standard_normal((12, 4)).astype(np.float32)
    log_var = fixed.normal(-3, 0.5, (12, 4)).astype(np.float32)
    z = mean + np.exp(log_var / 2) * noise.standard_normal((12, 4)).astype(np.float32)
    return {"z_mean": mean, "z_log_var": log_var, "z": z}


@pytest.mark.parametrize(
    "kinds",
    [
        ["z_mean", "z_log_var", "z"],
        ["z_log_var", "z_mean", "z"],
        ["z", "z_log_var", "z_mean"],
        ["z", "z_mean", "z_log_var"],
        ["z_log_var", "z_mean"],
        ["z_mean", "z_log_var"],
    ],
    ids=str,
)
def test_mean_variance_and_z_are_told_by_behaviour(kinds: list[str]) -> None:
    first, second = ([moments(seed)[kind] for kind in kinds] for seed in (1, 2))
    assert list(tell_by_behaviour(first, second)) == kinds


def test_without_sampling_z_is_the_mean() -> None:
    given = moments(1)
    arrays = [given["z_log_var"], given["z_mean"], given["z_mean"]]
    assert tell_by_behaviour(arrays, arrays) == ("z_log_var", "z_mean", "z")


def test_before_training_the_usual_order_is_taken() -> None:
    generator = np.random.default_rng(0)
    arrays = [generator.normal(0, 0.01, (12, 4)) for _ in range(2)]
    assert tell_by_behaviour(arrays, arrays) == ("z_mean", "z_log_var")


def test_an_output_of_another_shape_is_none_of_them() -> None:
    first, second = moments(1), moments(2)
    features = np.zeros((12, 99))
    told = tell_by_behaviour([features, *first.values()], [features, *second.values()])
    assert told == ("unknown", "z_mean", "z_log_var", "z")
