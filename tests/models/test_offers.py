"""How else files can be read: only what can be is offered, and each offer does what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import pytest

from models.errors import LatentError
from models.offers import Offer, offer_classes
from models.planning import Plan, make_plan
from models.source import ModelSource

# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

layers = keras.layers


def vectors(**lengths: int) -> Callable[[], Any]:
    """A decoder of several vectors."""

    def make() -> Any:
        inputs = [keras.Input((length,), name=name) for name, length in lengths.items()]
        joined = layers.Concatenate()(inputs) if len(inputs) > 1 else inputs[0]
        pixels = layers.Dense(64, activation="sigmoid")(joined)
        return keras.Model(inputs, layers.Reshape((8, 8, 1))(pixels), name="decoder")

    return make


def spatial() -> Any:
    """A decoder of a spatial latent and a vector, which alone may take a class."""
    z, extra = keras.Input((4, 4, 2), name="z"), keras.Input((3,), name="extra")
    joined = layers.Concatenate()([layers.Flatten()(z), extra])
    return keras.Model([z, extra], layers.Reshape((8, 8, 1))(layers.Dense(64)(joined)))


def plan(folder: Path, make: Callable[[], Any], choices: Mapping[str, str] | None = None) -> Plan:
    path = folder / "model.keras"
    if not path.exists():
        make().save(path)
    made = make_plan(ModelSource(model=path, choices=choices or {}))
    made.close()
    return made


def texts(offers: tuple[Offer, ...]) -> list[str]:
    return [offer.text for offer in offers]


def chosen(offers: tuple[Offer, ...]) -> list[str]:
    return [offer.text for offer in offers if offer.chosen]


@pytest.mark.parametrize(
    ("make", "now", "others"),
    [
        (vectors(z=8), [], set()),
        (
            vectors(z=8, extra=3),
            ["extra takes a class"],
            {"No input takes a class", "z takes a class"},
        ),
        (
            vectors(a=8, b=8),
            ["No input takes a class"],
            {"a takes a class", "b takes a class"},
        ),
        (
            vectors(z=8, label=3, other=4),
            ["label takes a class"],
            {
                "No input takes a class",
                "z takes a class",
                "other takes a class",
                "z and label take a class",
                "label and other take a class",
            },
        ),
        (spatial, ["extra takes a class"], {"No input takes a class"}),
    ],
)
def test_inputs_that_may_take_a_class(
    make: Callable[[], Any], now: list[str], others: set[str], tmp_path: Path
) -> None:
    offers = plan(tmp_path, make).class_offers
    assert chosen(offers) == now
    assert set(texts(offers)) == {*now, *others}


def test_latent_and_class_are_exchanged_in_one_step(tmp_path: Path) -> None:
    make = vectors(how=3, who=8)
    first = plan(tmp_path, make)
    (offer,) = (each for each in first.class_offers if each.text == "who takes a class")
    second = plan(tmp_path, make, offer.choices)
    assert [port.name for port in second.decoder.roles.classes] == ["who"]
    assert [port.name for port in second.decoder.roles.latents] == ["how"]
    assert chosen(second.class_offers) == ["who takes a class"]


@pytest.mark.parametrize("role", ["decoder", "encoder", "autoencoder"])
def test_a_file_opens_in_the_role_that_is_offered(role: str, tmp_path: Path) -> None:
    first = plan(tmp_path, vectors(z=8))
    assert chosen(first.role_offers) == ["Decoder"]
    (offer,) = (each for each in first.role_offers if each.text == role.capitalize())
    second = plan(tmp_path, vectors(z=8), offer.choices)
    assert second.role == role
    assert chosen(second.role_offers) == [role.capitalize()]


def test_two_files_change_places(tmp_path: Path) -> None:
    for name, sizes in (("first", (64, 4)), ("second", (4, 64))):
        given = keras.Input((sizes[0],), name=f"{name}_input")
        keras.Model(given, layers.Dense(sizes[1])(given)).save(tmp_path / f"{name}.keras")
    source = ModelSource(model=tmp_path / "first.keras", encoder=tmp_path / "second.keras")
    made = make_plan(source)
    made.close()
    assert texts(made.role_offers) == [
        "first.keras decodes, second.keras encodes",
        "second.keras decodes, first.keras encodes",
    ]
    assert chosen(made.role_offers) == ["second.keras decodes, first.keras encodes"]


def test_another_role_is_cut_anew(tmp_path: Path) -> None:
    picture = keras.Input((8, 8, 1), name="picture")
    x = layers.Dense(20, name="wide")(layers.Flatten()(picture))
    x = layers.Dense(64)(layers.Dense(5, name="code")(x))
    model = keras.Model(picture, layers.Reshape((8, 8, 1))(x))
    made = plan(tmp_path, lambda: model, {"cut": "wide"})
    choices = {offer.text: offer.choices for offer in made.role_offers}
    assert choices["Autoencoder"] == {"cut": "wide"}
    assert choices["Decoder"] == {"role": "decoder"}


def test_what_cannot_be_is_not_offered() -> None:
    def refuse(choices: Mapping[str, str]) -> object:
        if choices["input:a"] == "class":
            raise LatentError("a", "must be a latent", "a class")
        return choices

    offers = offer_classes(("a", "b"), frozenset(), {}, refuse)
    assert texts(offers) == ["No input takes a class", "b takes a class"]
