"""A user's files with pictures of one size, where the files leave that open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest

from models.errors import ModelFileError
from models.planning import Plan, make_plan
from models.ports import PicturePort
from models.source import ModelSource

# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

layers = keras.layers


def convolutional() -> Any:
    picture = keras.Input((None, None, 1))
    x = layers.Conv2D(4, 3, strides=4, padding="same", activation="relu")(picture)
    return keras.Model(picture, layers.Conv2DTranspose(1, 3, strides=4, padding="same")(x))


def nested() -> Any:
    picture = keras.Input((None, None, 1))
    return keras.Model(picture, upwards(4)(downwards(4)(picture)))


def downwards(factor: int, side: int | None = None) -> Any:
    return keras.Sequential([keras.Input((side, side, 1)), layers.MaxPooling2D(factor)])


def upwards(factor: int, side: int | None = None) -> Any:
    return keras.Sequential([keras.Input((side, side, 1)), layers.UpSampling2D(factor)])


def pair(folder: Path, decoder: Any, encoder: Any, **choices: str) -> Plan:
    decoder.save(folder / "decoder.keras")
    encoder.save(folder / "encoder.keras")
    source = ModelSource(
        model=folder / "decoder.keras", encoder=folder / "encoder.keras", choices=choices
    )
    return closed(make_plan(source))


def alone(folder: Path, model: Any, **choices: str) -> Plan:
    model.save(folder / "model.keras")
    return closed(make_plan(ModelSource(model=folder / "model.keras", choices=choices)))


def closed(plan: Plan) -> Plan:
    plan.close()
    return plan


def taken(plan: Plan) -> tuple[int, int]:
    """Of the encoder's picture."""
    assert plan.encoder is not None
    port = plan.encoder.roles.inputs[0].port
    assert isinstance(port, PicturePort)
    return port.height, port.width


@pytest.mark.parametrize(
    ("up", "down", "size"),
    [
        (upwards(4), downwards(4), (64, 64)),
        (upwards(3), downwards(3), (63, 63)),
        (upwards(4, side=7), downwards(4), (28, 28)),
        (upwards(4), downwards(4, side=28), (28, 28)),
        (upwards(4, side=7), downwards(4, side=28), (28, 28)),
    ],
)
def test_decoder_and_encoder_agree(up: Any, down: Any, size: Any, tmp_path: Path) -> None:
    plan = pair(tmp_path, up, down)
    assert taken(plan) == size
    latent = plan.decoder.roles.latents[0].shape
    assert latent == (size[0] // up.layers[0].size[0], size[1] // up.layers[0].size[0], 1)


def test_both_take_the_size_that_is_chosen(tmp_path: Path) -> None:
    plan = pair(tmp_path, upwards(4), downwards(4), size="32x48")
    assert taken(plan) == (32, 48)
    assert plan.decoder.roles.latents[0].shape == (8, 12, 1)


@pytest.mark.parametrize("make", [convolutional, nested])
@pytest.mark.parametrize(("choices", "size"), [({}, (64, 64)), ({"size": "32x48"}, (32, 48))])
def test_an_autoencoder_is_cut(
    make: Callable[[], Any], choices: dict[str, str], size: tuple[int, int], tmp_path: Path
) -> None:
    plan = alone(tmp_path, make(), **choices)
    assert plan.role == "autoencoder"
    assert taken(plan) == size
    assert plan.decoder.roles.latents[0].shape[:2] == (size[0] // 4, size[1] // 4)


def test_only_sizes_that_can_be_are_offered(tmp_path: Path) -> None:
    picture = keras.Input((None, None, 3))
    halved = layers.MaxPooling2D(32)(picture)
    both = layers.Concatenate()([picture, layers.UpSampling2D(32)(halved)])
    encoder = layers.GlobalAveragePooling2D()(both)
    offers = alone(tmp_path, keras.Model(picture, encoder)).size_offers
    assert [offer.text for offer in offers] == ["32×32", "64×64", "96×96", "128×128", "256×256"]
    assert [offer.text for offer in offers if offer.chosen] == ["64×64"]
    assert offers[0].choices == {"size": "32x32"}


def test_a_size_that_was_typed_is_among_those_on_offer(tmp_path: Path) -> None:
    offers = alone(tmp_path, nested(), size="32x48").size_offers
    assert [offer.text for offer in offers][:3] == ["28×28", "32×32", "32×48"]
    assert [offer.choices["size"] for offer in offers if offer.chosen] == ["32x48"]


def test_of_files_that_fit_at_one_size_no_other_is_offered(tmp_path: Path) -> None:
    plan = pair(tmp_path, upwards(4, side=7), downwards(4))
    assert [offer.text for offer in plan.size_offers] == ["28×28"]


def test_a_file_that_knows_its_size_offers_none(tmp_path: Path) -> None:
    assert alone(tmp_path, downwards(4, side=28)).size_offers == ()


@pytest.mark.parametrize(
    ("side", "size", "told"),
    [(28, "28x28", "left open by the file"), (None, "0x9", "such as 64x64")],
)
def test_what_is_no_choice_is_refused(
    side: int | None, size: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelFileError, match=told) as error:
        alone(tmp_path, downwards(4, side=side), size=size)
    assert error.value.reason == "mismatch"
    assert len(str(error.value)) <= 200
