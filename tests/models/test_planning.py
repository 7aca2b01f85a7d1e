"""What is built of files where the user has chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import pytest

from models.errors import ModelFileError
from models.planning import Plan, make_plan
from models.source import ModelSource

# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

layers = keras.layers


def with_two_vectors() -> Any:
    """The smaller of two vectors is taken for a class."""
    z, extra = keras.Input((8,), name="z"), keras.Input((3,), name="extra")
    pixels = layers.Dense(64, activation="sigmoid")(layers.Concatenate()([z, extra]))
    return keras.Model([z, extra], layers.Reshape((8, 8, 1))(pixels), name="decoder")


def with_a_class() -> Any:
    """Its class is an index, which the model itself makes a vector of."""
    z, label = keras.Input((8,), name="z"), keras.Input((1,), dtype="int32", name="which")
    chosen = layers.CategoryEncoding(7, output_mode="one_hot")(label)
    return keras.Model([z, label], layers.Dense(64)(layers.Concatenate()([z, chosen])))


def refiner() -> Any:
    """A picture of one size becomes a picture of that size, by way of few values."""
    picture = keras.Input((8, 8, 1), name="picture")
    x = layers.Dense(5, name="bottleneck")(layers.Flatten()(picture))
    return keras.Model(picture, layers.Reshape((8, 8, 1))(layers.Dense(64)(x)))


def plan(folder: Path, make: Callable[[], Any], **choices: str) -> Plan:
    path = folder / "model.keras"
    make().save(path)
    chosen = {key.replace("_of_", ":"): value for key, value in choices.items()}
    made = make_plan(ModelSource(model=path, choices=chosen))
    made.close()
    return made


@pytest.mark.parametrize(
    ("choices", "latents", "classes"),
    [
        ({}, ["z"], ["extra"]),
        ({"input_of_extra": "latent"}, ["z", "extra"], []),
        ({"input_of_extra": "class"}, ["z"], ["extra"]),
        ({"input_of_z": "class"}, ["extra"], ["z"]),
        ({"input_of_z": "latent"}, ["z", "extra"], []),
    ],
)
def test_what_an_input_takes_can_be_chosen(
    choices: dict[str, str], latents: list[str], classes: list[str], tmp_path: Path
) -> None:
    roles = plan(tmp_path, with_two_vectors, **choices).decoder.roles
    assert [port.name for port in roles.latents] == latents
    assert [port.name for port in roles.classes] == classes


def test_an_encoding_tells_how_many_classes_there_are(tmp_path: Path) -> None:
    (port,) = plan(tmp_path, with_a_class).decoder.roles.classes
    assert (port.name, port.classes, port.form) == ("which", 7, "index")


@pytest.mark.parametrize("role", ["decoder", "encoder", "autoencoder"])
def test_a_models_role_can_be_chosen(role: str, tmp_path: Path) -> None:
    made = plan(tmp_path, refiner, role=role)
    assert made.role == role
    assert (made.encoder is None) == (role == "decoder")
    shapes = {"decoder": (8, 8, 1), "encoder": (8, 8, 1), "autoencoder": (5,)}
    assert [port.shape for port in made.decoder.roles.latents] == [shapes[role]]


def two_conditions() -> tuple[Any, Any]:
    """An encoder and a decoder with two vectors each that nothing says are classes."""
    picture = keras.Input((8, 8, 1), name="picture")
    a, b = keras.Input((3,), name="a"), keras.Input((5,), name="b")
    x = layers.Concatenate()([layers.Flatten()(picture), a, b])
    encoder = keras.Model([picture, a, b], layers.Dense(4, name="code")(x), name="encoder")
    z = keras.Input((4,), name="z")
    pixels = layers.Dense(64)(layers.Concatenate()([z, a, b]))
    decoder = keras.Model([z, a, b], layers.Reshape((8, 8, 1))(pixels), name="decoder")
    return encoder, decoder


def test_vectors_beside_a_picture_are_classes_in_both_files(tmp_path: Path) -> None:
    encoder, decoder = two_conditions()
    encoder.save(tmp_path / "encoder.keras")
    decoder.save(tmp_path / "decoder.keras")
    source = ModelSource(model=tmp_path / "decoder.keras", encoder=tmp_path / "encoder.keras")
    made = make_plan(source)
    made.close()
    assert made.encoder is not None
    assert [port.name for port in made.encoder.roles.classes] == ["a", "b"]
    assert [port.name for port in made.decoder.roles.classes] == ["a", "b"]
    assert [port.name for port in made.decoder.roles.latents] == ["z"]


def test_what_somebody_has_chosen_stays_so(tmp_path: Path) -> None:
    encoder, decoder = two_conditions()
    encoder.save(tmp_path / "encoder.keras")
    decoder.save(tmp_path / "decoder.keras")
    source = ModelSource(model=tmp_path / "decoder.keras", encoder=tmp_path / "encoder.keras")
    with pytest.raises(ModelFileError, match="beside the picture; received a latent"):
        make_plan(replace(source, choices={"input:a": "latent"}))


def test_vectors_beside_a_picture_are_classes_on_both_sides_of_a_cut(tmp_path: Path) -> None:
    def whole() -> Any:
        picture = keras.Input((8, 8, 1), name="picture")
        a, b = keras.Input((3,), name="a"), keras.Input((5,), name="b")
        x = layers.Concatenate()([layers.Flatten()(picture), a, b])
        x = layers.Concatenate()([layers.Dense(4, name="code")(x), a, b])
        return keras.Model([picture, a, b], layers.Reshape((8, 8, 1))(layers.Dense(64)(x)))

    made = plan(tmp_path, whole, cut="code")
    assert made.encoder is not None
    assert [port.name for port in made.encoder.roles.classes] == ["a", "b"]
    assert [port.name for port in made.decoder.roles.classes] == ["a", "b"]
    assert made.decoder.roles.latents[0].size == 4


def alike(folder: Path, *sizes: tuple[int, int]) -> ModelSource:
    """Two files that are both taken for decoders."""
    for name, (given, made) in zip(("first", "second"), sizes, strict=True):
        vector = keras.Input((given,), name=name)
        keras.Model(vector, layers.Dense(made)(vector)).save(folder / f"{name}.keras")
    return ModelSource(model=folder / "first.keras", encoder=folder / "second.keras")


def test_of_two_files_that_look_alike_the_first_decodes(tmp_path: Path) -> None:
    made = make_plan(alike(tmp_path, (64, 64), (64, 64)))
    made.close()
    assert [port.name for port in made.decoder.roles.latents] == ["first"]
    assert "given first" in made.reason


def test_two_files_that_look_alike_and_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="must be the encoder of the two; received a decoder"):
        make_plan(alike(tmp_path, (64, 64), (16, 32)))


def test_the_roles_of_two_files_can_be_chosen(tmp_path: Path) -> None:
    source = alike(tmp_path, (64, 64), (64, 64))
    for role, decoder in (("decoder", "first"), ("encoder", "second")):
        made = make_plan(replace(source, choices={"role": role}))
        made.close()
        assert [port.name for port in made.decoder.roles.latents] == [decoder]


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"role": "generator"}, "the role of a model"),
        ({"input_of_label": "class"}, "an input to choose for"),
        ({"input_of_z": "picture"}, "what an input takes"),
        ({"input_of_" + "n" * 300: "class"}, "an input to choose for"),
    ],
)
def test_choices_that_cannot_be_are_refused(
    choices: dict[str, str], told: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelFileError, match=told) as error:
        plan(tmp_path, with_two_vectors, **choices)
    assert len(str(error.value)) <= 200


def test_a_picture_takes_no_class(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="to take a class"):
        plan(tmp_path, refiner, input_of_picture="class")
