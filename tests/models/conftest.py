"""A data set and a training small enough for seconds, without MNIST."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.architecture import Architecture
from models.bundle import Bundle
from models.data import Dataset, load_npz
from models.stroke_digits import draw_digits
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
def strokes_npz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """240 training and 30 test digits drawn from strokes, as a file."""
    pictures, labels = draw_digits(270, seed=11)
    pixels = np.rint(pictures[..., 0] * 255).astype(np.uint8)
    path = tmp_path_factory.mktemp("data") / "strokes.npz"
    np.savez_compressed(
        path,
        x_train=pixels[:240],
        y_train=labels[:240],
        x_test=pixels[240:],
        y_test=labels[240:],
    )
    return path


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
