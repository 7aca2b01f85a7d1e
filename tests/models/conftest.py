"""A data set and a training small enough for seconds, without MNIST."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.architecture import Architecture
from models.bundle import Bundle
from models.data import Dataset, load_npz
from models.train import Progress, TrainConfig, train


@pytest.fixture(scope="session")
def small_config() -> TrainConfig:
    """Three epochs of four steps."""
    return TrainConfig(
        architecture=Architecture(filters=(4, 6), latent_dim=3),
        epochs=3,
        batch_size=50,
        validation=40,
    )


@pytest.fixture(scope="session")
def strokes(strokes_npz: Path) -> Dataset:
    return load_npz(strokes_npz)


@pytest.fixture(scope="session")
def trained(
    small_config: TrainConfig, strokes: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Bundle, list[Progress]]:
    """A bundle trained in one go, and the progress it reported."""
    progress: list[Progress] = []
    folder = tmp_path_factory.mktemp("trained") / "strokes-dae-3"
    return train(small_config, strokes, folder, progress.append), progress


@pytest.fixture(scope="session")
def variational_config(small_config: TrainConfig) -> TrainConfig:
    """The same of a variational autoencoder."""
    architecture = replace(small_config.architecture, kind="vae", hidden=5)
    return replace(small_config, architecture=architecture, beta=0.5)


@pytest.fixture(scope="session")
def variational(
    variational_config: TrainConfig, strokes: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Bundle, list[Progress]]:
    """A variational bundle trained in one go, and the progress it reported."""
    progress: list[Progress] = []
    folder = tmp_path_factory.mktemp("variational") / "strokes-vae-3"
    return train(variational_config, strokes, folder, progress.append), progress
