"""Keras code copied from the windows of other models, run, and compared with their pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PyQt6.QtGui import QAction, QClipboard

from explorer.application import Application
from explorer.panes.export_code import TOLD
from explorer.state.frame import Frame
from explorer.state.latent import Route
from models.bundle import PRETRAINED
from models.source import ModelSource
from tests.explorer.application.play import Play
from tests.models.scripts import run_scripts
from tests.patience import TIMEOUT_MS

# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

layers = keras.layers
AT_MOST = 1e-5
SIDE, CLASSES = 8, 3

Open = Callable[[ModelSource], Play]


@dataclass
class Copies:
    """Scripts, and what the window showed when each was copied."""

    clipboard: QClipboard
    scripts: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def take(self, play: Play, frame: Frame) -> None:
        entries = play.window.findChildren(QAction)
        (entry,) = (each for each in entries if each.text() == "Copy Keras code")
        assert play.told(entry.trigger) == TOLD
        self.scripts.append(self.clipboard.text())
        self.frames.append(frame)

    def compare(self, folder: Path) -> None:
        for left, frame in zip(run_scripts(self.scripts, folder), self.frames, strict=True):
            wanted = frame.outputs["decoder_output"]
            assert left["picture"].shape == wanted.shape
            assert np.abs(left["picture"] - wanted).max() <= AT_MOST
            if frame.z is not None:
                assert np.abs(left["z"] - frame.z).max() <= AT_MOST


@pytest.fixture
def copies(clipboard: QClipboard) -> Copies:
    return Copies(clipboard)


@pytest.fixture
def open_source(new: Play, application: Application) -> Open:
    """Opens a model in a window of its own, with its first live picture."""

    def opened(source: ModelSource) -> Play:
        before = application.window
        application.swap(source)
        new.qtbot.waitUntil(lambda: application.window is not before, timeout=TIMEOUT_MS)
        play = Play(new.qtbot, application)
        play.shown(play.session.ask)
        return play

    return opened


def copy_both_routes(play: Play, copies: Copies) -> None:
    copies.take(play, play.shown(lambda: play.space.input.pick_sample(4)))
    play.shown(lambda: play.session.plug(Route.HELD))
    copies.take(play, play.shown(play.session.randomise))


def test_of_the_variational_models(open_source: Open, copies: Copies, tmp_path: Path) -> None:
    for name in ("mnist-vae-2", "mnist-vae-16"):
        copy_both_routes(open_source(ModelSource(bundle=PRETRAINED / name)), copies)
    copies.compare(tmp_path)


def encoder() -> Any:
    picture = keras.Input((SIDE, SIDE, 1), name="picture")
    label = keras.Input((CLASSES,), name="label")
    both = layers.Concatenate()([layers.Flatten()(picture), label])
    return keras.Model([picture, label], layers.Dense(2)(both), name="encoder")


def decoder() -> Any:
    z, label = keras.Input((2,), name="z"), keras.Input((CLASSES,), name="label")
    pixels = layers.Dense(SIDE * SIDE, activation="sigmoid")(layers.Concatenate()([z, label]))
    return keras.Model([z, label], layers.Reshape((SIDE, SIDE, 1))(pixels), name="decoder")


def whole() -> Any:
    """A denoising autoencoder in one file, from which both halves are cut."""
    noisy = keras.Input((SIDE, SIDE, 1), name="noisy")
    code = layers.Dense(3, name="code")(layers.Dense(9, "relu")(layers.Flatten()(noisy)))
    pixels = layers.Dense(SIDE * SIDE, "sigmoid")(layers.Dense(9, "relu")(code))
    return keras.Model(noisy, layers.Reshape((SIDE, SIDE, 1))(pixels))


def test_of_a_users_conditional_pair_and_whole_model(
    open_source: Open, copies: Copies, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{make.__name__}.keras" for make in (encoder, decoder, whole)]
    for path, make in zip(paths, (encoder, decoder, whole), strict=True):
        make().save(path)
    pair = open_source(ModelSource(model=paths[1], encoder=paths[0]))
    pair.shown(lambda: pair.session.set_class("label", 2))
    copy_both_routes(pair, copies)
    copies.take(pair, pair.shown(lambda: pair.session.set_class("label", 0)))
    copy_both_routes(open_source(ModelSource(model=paths[2])), copies)
    copies.compare(tmp_path)
