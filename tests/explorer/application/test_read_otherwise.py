"""A model that was read wrongly: read in another way from its card, with real engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from explorer.application import Application
from models.source import ModelSource
from tests.explorer.application.play import Play
from tests.patience import TIMEOUT_MS

# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

layers = keras.layers


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    how, who = keras.Input((3,), name="how"), keras.Input((8,), name="who")
    pixels = layers.Dense(64, activation="sigmoid")(layers.Concatenate()([how, who]))
    keras.Model([how, who], layers.Reshape((8, 8, 1))(pixels)).save(made / "two.keras")
    picture = keras.Input((8, 8, 1), name="picture")
    x = layers.Dense(5, name="code")(layers.Flatten()(picture))
    refined = layers.Reshape((8, 8, 1))(layers.Dense(64, activation="sigmoid")(x))
    keras.Model(picture, refined).save(made / "refiner.keras")
    picture = keras.Input((None, None, 1), name="picture")
    small = layers.MaxPooling2D(4, name="code")(picture)
    keras.Model(picture, layers.UpSampling2D(4)(small)).save(made / "any_size.keras")
    return made


@pytest.fixture
def opened(qtbot: QtBot, application: Application, folder: Path) -> Opening:
    return Opening(qtbot, application, folder)


class Opening:
    """Opens models, from files and then from their cards."""

    def __init__(self, qtbot: QtBot, application: Application, folder: Path) -> None:
        self._qtbot = qtbot
        self._application = application
        self._folder = folder

    def file(self, name: str) -> Play:
        source = ModelSource(model=self._folder / name)
        self._application.start(source)
        return self._shows(source)

    def chosen(self, play: Play, name: str, text: str) -> Play:
        """Choose on the card, as a click on the box's list does."""
        (box,) = (b for b in play.window.card.findChildren(QComboBox) if b.accessibleName() == name)
        index = box.findText(text)
        assert index >= 0, [box.itemText(i) for i in range(box.count())]

        def act() -> None:
            box.setCurrentIndex(index)
            box.activated.emit(index)

        return self.wanted(play, act)

    def wanted(self, play: Play, act: Callable[[], object]) -> Play:
        """Do what asks for another model, and wait for that."""
        with self._qtbot.waitSignal(play.window.model_wanted) as wanted:
            act()
        assert wanted.args is not None
        return self._shows(wanted.args[0])

    def typed(self, play: Play, name: str, text: str) -> None:
        """Type into a box of the card."""
        (box,) = (b for b in play.window.card.findChildren(QComboBox) if b.accessibleName() == name)
        line = box.lineEdit()
        assert line is not None
        line.setText(text)
        self._qtbot.keyClick(line, Qt.Key.Key_Return)

    def _shows(self, source: ModelSource) -> Play:
        self._qtbot.waitUntil(
            lambda: (
                self._application.session is not None
                and self._application.session.subject.source == source
            ),
            timeout=TIMEOUT_MS,
        )
        return Play(self._qtbot, self._application)


CLASS_BOX, ROLE_BOX = "Which input takes a class", "Open the file in another role"
SIZE_BOX = "Height and width of the pictures"


def test_class_and_latent_change_places_in_one_step(opened: Opening) -> None:
    first = opened.file("two.keras")
    assert [port.name for port in first.session.subject.classes] == ["how"]
    second = opened.chosen(first, CLASS_BOX, "who takes a class")
    subject = second.session.subject
    assert [port.name for port in subject.classes] == ["who"]
    assert [port.name for port in subject.latents] == ["how"]
    frame = second.shown(lambda: second.session.set_class("who", 7))
    assert frame.outputs["decoder_output"].shape == (1, 8, 8, 1)


def test_a_model_opens_in_another_role_and_back(opened: Opening) -> None:
    first = opened.file("refiner.keras")
    assert first.session.subject.latent_dim == 5
    second = opened.chosen(first, ROLE_BOX, "Decoder")
    assert second.session.subject.latent_dim == 64
    assert not second.session.subject.has_encoder
    third = opened.chosen(second, ROLE_BOX, "Autoencoder")
    assert third.session.subject.latent_dim == 5
    frame = third.shown(third.session.randomise)
    assert frame.outputs["decoder_output"].shape == (1, 8, 8, 1)


def test_pictures_have_another_size_or_a_sentence_says_why_not(opened: Opening) -> None:
    first = opened.file("any_size.keras")
    assert first.session.subject.picture_shape == (64, 64, 1)
    second = opened.chosen(first, SIZE_BOX, "32×32")
    assert second.session.subject.picture_shape == (32, 32, 1)
    assert second.session.subject.latent_dim == 64
    frame = second.shown(second.session.randomise)
    assert frame.outputs["decoder_output"].shape == (1, 32, 32, 1)
    sentence = second.told(lambda: opened.typed(second, SIZE_BOX, "small"))
    assert "must be two numbers up to 65536, such as 64x64; received 'small'" in sentence
    third = opened.wanted(second, lambda: opened.typed(second, SIZE_BOX, "48 x 24"))
    assert third.session.subject.picture_shape == (48, 24, 1)
    assert third.session.subject.latent_dim == 12 * 6
