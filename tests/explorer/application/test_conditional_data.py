"""Data for a model whose encoder takes a class, with real engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image
from PyQt6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.state.record import Change
from models.source import ModelSource
from tests.explorer.application.play import Play
from tests.patience import TIMEOUT_MS

# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

layers = keras.layers
SIDE, CLASSES, COUNT = 8, 3, 12
PICTURES = np.random.default_rng(4).integers(0, 256, (COUNT, SIDE, SIDE), np.uint8)
LABELS = np.arange(COUNT) % CLASSES


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("models.code_cache.cache_folder", lambda: tmp_path / "cache")


@pytest.fixture(scope="module")
def encoder() -> Any:
    picture = keras.Input((SIDE, SIDE, 1), name="picture")
    label = keras.Input((CLASSES,), name="label")
    both = layers.Concatenate()([layers.Flatten()(picture), label])
    return keras.Model([picture, label], layers.Dense(2)(both), name="encoder")


@pytest.fixture(scope="module")
def source(encoder: Any, tmp_path_factory: pytest.TempPathFactory) -> ModelSource:
    folder = tmp_path_factory.mktemp("conditional")
    z, label = keras.Input((2,), name="z"), keras.Input((CLASSES,), name="label")
    pixels = layers.Dense(SIDE * SIDE, activation="sigmoid")(layers.Concatenate()([z, label]))
    decoder = keras.Model([z, label], layers.Reshape((SIDE, SIDE, 1))(pixels), name="decoder")
    decoder.save(folder / "decoder.keras")
    encoder.save(folder / "encoder.keras")
    return ModelSource(model=folder / "decoder.keras", encoder=folder / "encoder.keras")


def folder_of_pictures(folder: Path) -> Path:
    """Sub-folders of three kinds; in each, pictures in the order of their numbers."""
    for number, (picture, label) in enumerate(zip(PICTURES, LABELS, strict=True)):
        place = folder / "kinds" / ("ant", "bee", "cow")[label]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(place / f"{number:02}.png")
    return folder / "kinds"


def arrays(folder: Path, **labels: Any) -> Path:
    np.savez(folder / "own.npz", x=PICTURES, **labels)
    return folder / "own.npz"


def encoded(encoder: Any, order: Any, classes: Any) -> Any:
    pixels = (PICTURES[order] / 255).astype(np.float32)[..., None]
    return np.asarray(encoder([pixels, np.eye(CLASSES, dtype=np.float32)[classes]]))


@pytest.fixture
def bring(
    qtbot: QtBot, application: Application, source: ModelSource
) -> Callable[[Path], tuple[Play, str]]:
    """Opens the model with class 1 chosen, then data; the last sentence comes with it."""

    def make(data: Path) -> tuple[Play, str]:
        application.start(source)
        qtbot.waitUntil(
            lambda: (
                application.session is not None and application.session.subject.source == source
            ),
            timeout=TIMEOUT_MS,
        )
        play = Play(qtbot, application)
        play.session.set_class("label", 1)

        def brings_codes(change: Change) -> bool:
            return "codes" in change.fields

        with qtbot.waitSignal(
            play.session.changed, timeout=TIMEOUT_MS, check_params_cb=brings_codes
        ):
            play.window.data_wanted.emit(str(data))
        return play, play.window.status.sentence()

    return make


def codes_of(play: Play) -> Any:
    codes = play.session.subject.whereabouts.codes
    assert codes is not None
    return codes.codes


def test_each_picture_is_encoded_with_its_own_label(
    bring: Callable[[Path], tuple[Play, str]], encoder: Any, tmp_path: Path
) -> None:
    play, sentence = bring(arrays(tmp_path, y=LABELS))
    expected = encoded(encoder, np.arange(COUNT), LABELS)
    np.testing.assert_allclose(codes_of(play), expected, atol=1e-5)
    assert "Each picture is encoded with its own label." in sentence


def test_labels_that_are_no_classes_leave_the_class_chosen(
    bring: Callable[[Path], tuple[Play, str]], encoder: Any, tmp_path: Path
) -> None:
    play, sentence = bring(arrays(tmp_path, y=LABELS + 1))
    expected = encoded(encoder, np.arange(COUNT), np.ones(COUNT, int))
    np.testing.assert_allclose(codes_of(play), expected, atol=1e-5)
    assert "not the 3 classes of label: all pictures are encoded with class 1." in sentence


def test_sub_folders_name_the_classes(
    qtbot: QtBot,
    bring: Callable[[Path], tuple[Play, str]],
    encoder: Any,
    tmp_path: Path,
) -> None:
    play, _ = bring(folder_of_pictures(tmp_path))
    order = np.argsort(LABELS, kind="stable")
    expected = encoded(encoder, order, LABELS[order])
    np.testing.assert_allclose(codes_of(play), expected, atol=1e-5)
    chooser = play.space.latent.classes["label"]
    buttons = chooser.findChildren(QAbstractButton)
    qtbot.waitUntil(lambda: [b.text() for b in buttons] == ["ant", "bee", "cow"])


def test_an_encoder_that_came_alone_has_a_class_to_choose(
    qtbot: QtBot, application: Application, source: ModelSource, encoder: Any
) -> None:
    alone = ModelSource(model=source.encoder)
    application.start(alone)
    qtbot.waitUntil(
        lambda: application.session is not None and application.session.subject.source == alone,
        timeout=TIMEOUT_MS,
    )
    play = Play(qtbot, application)
    buttons = play.space.latent.classes["label"].findChildren(QAbstractButton)
    frame = play.shown(buttons[2].click)
    expected = encoder([frame.inputs["noisy"], np.eye(CLASSES, dtype=np.float32)[[2]]])
    assert frame.z is not None
    np.testing.assert_allclose(frame.z, np.asarray(expected), atol=1e-5)
