"""A user's files become a model that can be asked; what Keras gives is the measure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from models.architecture import build_autoencoder
from models.errors import EngineError, ModelFileError
from models.opening import Opened, name_classes, open_source
from models.ports import ClassPort, CurvePort, PicturePort
from models.source import ModelSource
from models.subject_wire import from_message, to_arrays, to_fields
from models.wire import Message, pack, unpack

# Keras saves with numpy calls that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Save = Callable[[Any, str], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(model: Any, name: str) -> Path:
        path = tmp_path / name
        model.save(path)
        return path

    return write


def decode(opened: Opened, z: np.ndarray[Any, Any], **fields: Any) -> np.ndarray[Any, Any]:
    """What the opened model answers."""
    return opened.answerer.answer(Message("decode", fields, {"z": z})).arrays[
        "outputs.decoder_output"
    ]


def codes(count: int, latent_dim: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(3).standard_normal((count, latent_dim)).astype(np.float32)


def small_decoder(units: int = 784, activation: str = "sigmoid") -> Any:
    inputs = keras.Input((8,), name="z")
    outputs = keras.layers.Dense(units, activation=activation, name="pixels")(inputs)
    return keras.Model(inputs, outputs, name="decoder")


def conditional_decoder() -> Any:
    z, label = keras.Input((4,), name="z"), keras.Input((3,), name="label")
    both = keras.layers.Concatenate()([z, label])
    pixels = keras.layers.Dense(64, activation="sigmoid")(both)
    return keras.Model([z, label], keras.layers.Reshape((8, 8, 1))(pixels), name="decoder")


def two_headed_decoder() -> Any:
    z = keras.Input((4,), name="z")
    picture = keras.layers.Reshape((8, 8, 1), name="picture")(keras.layers.Dense(64)(z))
    return keras.Model(z, {"picture": picture, "curve": keras.layers.Dense(40, name="curve")(z)})


def single_graph() -> Any:
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Flatten()(inputs)
    x = keras.layers.Dense(32, activation="relu")(x)
    x = keras.layers.Dense(5, name="bottleneck")(x)
    x = keras.layers.Dense(32, activation="relu", name="wider")(x)
    x = keras.layers.Dense(64, activation="sigmoid")(x)
    return keras.Model(inputs, keras.layers.Reshape((8, 8, 1))(x), name="autoencoder")


@pytest.mark.parametrize("name", ["decoder.keras", "decoder.h5"])
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5")
def test_a_decoder_alone_gives_what_keras_gives(save: Save, name: str) -> None:
    model = small_decoder()
    opened = open_source(ModelSource(model=save(model, name)))
    z = codes(3, 8)
    wanted = np.asarray(model(z)).reshape(3, 28, 28, 1)
    np.testing.assert_allclose(decode(opened, z), wanted, atol=1e-6)
    assert not opened.subject.has_encoder
    assert opened.subject.latent_dim == 8


@pytest.mark.parametrize("name", ["__main__", "größer", "a layer", "-"])
def test_layers_may_be_called_anything(save: Save, name: str) -> None:
    z = keras.Input((3,), name="ζ")
    x = keras.layers.Dense(16, name=name)(z)
    model = keras.Model(z, keras.layers.Reshape((4, 4), name=f"{name}?")(x), name=f"_{name}")
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    port = opened.subject.outputs[0].port
    assert isinstance(port, PicturePort)
    given = codes(2, 3)
    wanted = port.to_picture(np.asarray(model(given)))
    np.testing.assert_allclose(decode(opened, given), wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "layout", "channels"),
    [
        ((12, 16), "HW", 1),
        ((12, 16, 3), "HWC", 3),
        ((12, 16, 4), "HWC", 4),
        ((1, 12, 16), "CHW", 1),
        ((3, 12, 16), "CHW", 3),
        ((4, 12, 16), "CHW", 4),
    ],
)
def test_pictures_come_in_any_layout(
    save: Save, shape: tuple[int, ...], layout: str, channels: int
) -> None:
    first, second = keras.Input((2,), name="z_all"), keras.Input((2, 2, 1), name="z_places")
    both = keras.layers.Concatenate()([first, keras.layers.Flatten()(second)])
    pixels = keras.layers.Dense(int(np.prod(shape)), activation="sigmoid")(both)
    model = keras.Model([first, second], keras.layers.Reshape(shape)(pixels))
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    port = opened.subject.outputs[0].port
    assert isinstance(port, PicturePort)
    assert (port.layout, port.picture_shape) == (layout, (12, 16, channels))
    assert [latent.name for latent in opened.subject.latents] == ["z_all", "z_places"]
    z = codes(3, 6)
    expected = np.asarray(model([z[:, :2], z[:, 2:].reshape(3, 2, 2, 1)]))
    expected = np.moveaxis(expected, 1, 3) if layout == "CHW" else expected
    shown = decode(opened, z)
    np.testing.assert_allclose(shown, expected.reshape(3, 12, 16, channels), atol=1e-5)


def test_an_output_can_be_read_as_something_else(save: Save) -> None:
    model = small_decoder(activation="tanh")
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    (output,) = opened.subject.outputs
    assert isinstance(output.port, PicturePort)
    assert (output.port.low, output.port.high) == (-1, 1)
    z = codes(2, 8)
    raw = np.asarray(model(z))
    np.testing.assert_allclose(decode(opened, z).reshape(2, 784), (raw + 1) / 2, atol=1e-6)
    curve = next(port for port in output.alternatives if isinstance(port, CurvePort))
    shown = decode(opened, z, port=curve.to_json())
    np.testing.assert_allclose(shown[:, :, 0], raw, atol=1e-6)


def test_a_class_is_chosen_by_its_number(save: Save) -> None:
    model = conditional_decoder()
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    assert [(port.name, port.classes) for port in opened.subject.classes] == [("label", 3)]
    z = codes(2, 4)
    for number in range(3):
        label = np.eye(3, dtype=np.float32)[[number, number]]
        shown = decode(opened, z, classes={"label": number})
        np.testing.assert_allclose(shown, np.asarray(model([z, label])), atol=1e-6)


def test_each_of_several_outputs_can_be_shown(save: Save) -> None:
    model = two_headed_decoder()
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    assert [output.name for output in opened.subject.outputs] == ["picture", "curve"]
    z = codes(2, 4)
    wanted = {name: np.asarray(array) for name, array in model(z).items()}
    np.testing.assert_allclose(decode(opened, z, shown="curve")[..., 0], wanted["curve"], atol=1e-6)
    port = {**opened.subject.outputs[0].port.to_json(), "low": -9.0, "high": 9.0}
    shown = decode(opened, z, port=port)
    np.testing.assert_allclose(shown, (wanted["picture"] + 9) / 18, atol=1e-6)


def test_only_pictures_have_a_range_of_grey(save: Save) -> None:
    opened = open_source(ModelSource(model=save(two_headed_decoder(), "decoder.keras")))
    sentences = {output.name: output.sentence for output in opened.subject.outputs}
    assert sentences["curve"] == ""
    assert sentences["picture"].startswith("Values")
    assert opened.subject.card["values"] == sentences["picture"]


def test_an_autoencoder_is_cut_into_its_nested_halves(save: Save) -> None:
    made = build_autoencoder()
    opened = open_source(ModelSource(model=save(made.autoencoder, "autoencoder.keras")))
    assert opened.subject.has_encoder
    assert opened.subject.latent_dim == 16
    clean = np.random.default_rng(1).random((2, 28, 28, 1), np.float32)
    frame = opened.answerer.answer(Message("denoise", {}, {"clean": clean}))
    np.testing.assert_allclose(frame.arrays["z"], np.asarray(made.encoder(clean)), atol=1e-5)
    np.testing.assert_allclose(
        frame.arrays["outputs.decoder_output"], np.asarray(made.autoencoder(clean)), atol=1e-6
    )


def test_a_single_graph_is_cut_where_it_is_narrowest_or_where_the_user_says(save: Save) -> None:
    model = single_graph()
    path = save(model, "autoencoder.keras")
    clean = np.random.default_rng(1).random((2, 8, 8, 1), np.float32)
    for choices, latent_dim in (({}, 5), ({"cut": "wider"}, 32)):
        opened = open_source(ModelSource(model=path, choices=choices))
        assert opened.subject.latent_dim == latent_dim
        frame = opened.answerer.answer(Message("denoise", {}, {"clean": clean}))
        shown = frame.arrays["outputs.decoder_output"]
        np.testing.assert_allclose(shown, np.asarray(model(clean)), atol=1e-6)
        np.testing.assert_allclose(decode(opened, frame.arrays["z"]), shown, atol=1e-6)
    assert opened.subject.card["cut"]["layer"] == "wider"
    assert "bottleneck" in [cut["layer"] for cut in opened.subject.card["cuts"]]


def test_a_skip_connection_across_the_cut_is_named(save: Save) -> None:
    inputs = keras.Input((8, 8, 1))
    early = keras.layers.Conv2D(4, 3, padding="same", name="early")(inputs)
    x = keras.layers.Dense(5, name="bottleneck")(keras.layers.Flatten()(early))
    x = keras.layers.Reshape((8, 8, 4), name="grown")(keras.layers.Dense(256)(x))
    x = keras.layers.Add(name="joined")([x, early])
    model = keras.Model(inputs, keras.layers.Conv2D(1, 3, padding="same")(x))
    path = save(model, "unet.keras")
    with pytest.raises(ModelFileError, match="jumps across") as refused:
        open_source(ModelSource(model=path, choices={"cut": "bottleneck"}))
    assert "early" in str(refused.value)


def test_decoder_and_encoder_are_opened_together_in_either_order(save: Save) -> None:
    made = build_autoencoder()
    decoder, encoder = save(made.decoder, "decoder.keras"), save(made.encoder, "encoder.keras")
    clean = np.random.default_rng(1).random((1, 28, 28, 1), np.float32)
    for first, second in ((decoder, encoder), (encoder, decoder)):
        opened = open_source(ModelSource(model=first, encoder=second))
        frame = opened.answerer.answer(Message("encode", {}, {"clean": clean}))
        np.testing.assert_allclose(frame.arrays["z"], np.asarray(made.encoder(clean)), atol=1e-5)


def test_halves_that_do_not_fit_are_refused(save: Save) -> None:
    decoder = save(small_decoder(), "decoder.keras")
    encoder = save(build_autoencoder().encoder, "encoder.keras")
    with pytest.raises(ModelFileError, match="same latent_dim") as refused:
        open_source(ModelSource(model=decoder, encoder=encoder))
    assert refused.value.reason == "mismatch"
    with pytest.raises(ModelFileError, match="must be the encoder of the two"):
        open_source(ModelSource(model=decoder, encoder=decoder))


def test_an_encoder_alone_shows_its_code_as_a_curve(save: Save) -> None:
    made = build_autoencoder()
    opened = open_source(ModelSource(model=save(made.encoder, "encoder.keras")))
    clean = np.random.default_rng(1).random((1, 28, 28, 1), np.float32)
    frame = opened.answerer.answer(Message("denoise", {}, {"clean": clean}))
    shown = frame.arrays["outputs.decoder_output"]
    np.testing.assert_allclose(shown[:, :, 0], np.asarray(made.encoder(clean)), atol=1e-5)
    assert frame.fields["metrics"] == {}


def test_an_encoder_alone_has_a_choice_of_its_class(save: Save) -> None:
    picture, label = keras.Input((8, 8, 1), name="picture"), keras.Input((3,), name="label")
    both = keras.layers.Concatenate()([keras.layers.Flatten()(picture), label])
    encoder = keras.Model([picture, label], keras.layers.Dense(4)(both))
    opened = open_source(ModelSource(model=save(encoder, "encoder.keras")))
    assert [(port.name, port.classes) for port in opened.subject.classes] == [("label", 3)]
    clean = np.random.default_rng(1).random((1, 8, 8, 1), np.float32)
    for chosen in (0, 2):
        asked = Message("denoise", {"classes": {"label": chosen}}, {"clean": clean})
        shown = opened.answerer.answer(asked).arrays["outputs.decoder_output"]
        expected = encoder([clean, np.eye(3, dtype=np.float32)[[chosen]]])
        np.testing.assert_allclose(shown[:, :, 0], np.asarray(expected), atol=1e-5)


def port(name: str, classes: int) -> ClassPort:
    return ClassPort(name, classes, "one_hot", (classes,))


@pytest.mark.parametrize(
    ("encoding", "decoding", "names"),
    [
        ([("label", 10)], [("label", 10)], ["label"]),
        ([("input_3", 10)], [("label", 10)], ["label"]),
        ([("b", 10), ("a", 10)], [("a", 10), ("b", 10)], ["b", "a"]),
        ([("x", 10), ("a", 10)], [("a", 10), ("b", 10)], ["b", "a"]),
        ([("label", 5)], [("label", 10)], ["label (encoder)"]),
        ([("label", 5)], [("digit", 10)], ["label"]),
        ([("label", 5)], [], ["label"]),
    ],
)
def test_the_same_class_goes_into_encoder_and_decoder(
    encoding: list[tuple[str, int]], decoding: list[tuple[str, int]], names: list[str]
) -> None:
    made = name_classes([port(*each) for each in encoding], [port(*each) for each in decoding])
    assert [each.name for each in made] == names


def test_a_subject_comes_whole_over_the_wire(save: Save) -> None:
    opened = open_source(ModelSource(model=save(conditional_decoder(), "decoder.keras")))
    subject = opened.subject
    message = unpack(pack(Message("ready", {"subject": to_fields(subject)}, to_arrays(subject))))
    told = from_message(message.fields["subject"], message.arrays)
    assert (told.source, told.latents, told.classes) == (
        subject.source,
        subject.latents,
        subject.classes,
    )
    assert told.outputs == subject.outputs
    assert told.card == subject.card
    np.testing.assert_array_equal(told.whereabouts.lo, subject.whereabouts.lo)
    np.testing.assert_array_equal(told.first.output, subject.first.output)


def test_a_search_finds_the_z_of_a_picture(save: Save) -> None:
    model = small_decoder()
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    wanted = codes(1, 8)
    target = np.asarray(model(wanted)).reshape(1, 28, 28, 1)
    z, errors = np.zeros((1, 8), np.float32), []
    for _ in range(12):
        frame = opened.answerer.answer(Message("fit", {"steps": 24}, {"clean": target, "z": z}))
        z = frame.arrays["z"]
        errors.append(frame.fields["metrics"]["fit"]["mse"])
        if frame.fields["metrics"]["fit"]["done"]:
            break
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0] / 20
    np.testing.assert_allclose(z, wanted, atol=0.15)


def test_a_search_leaves_locked_dimensions_exactly_as_they_are(save: Save) -> None:
    model = small_decoder()
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    target = np.asarray(model(codes(1, 8))).reshape(1, 28, 28, 1)
    z = np.full((1, 8), 0.3, np.float32)
    free = np.array([[1, 1, 0, 1, 0, 1, 1, 1]], np.uint8)
    arrays = {"clean": target, "z": z, "free": free}
    found = opened.answerer.answer(Message("fit", {"steps": 24}, arrays)).arrays["z"]
    assert np.array_equal(found == z, free == 0)
    with pytest.raises(EngineError, match="must have the shape"):
        opened.answerer.answer(Message("fit", {"steps": 24}, {**arrays, "free": free[0]}))


def test_layers_with_several_outputs_are_described_and_shown(save: Save) -> None:
    z = keras.Input((6, 4), name="z")
    sequence, *_ = keras.layers.LSTM(8, return_sequences=True, return_state=True, name="lstm")(z)
    model = keras.Model(z, keras.layers.Dense(6, name="rows")(sequence), name="decoder")
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    layers = opened.answerer.describe()["decoder"]["layers"]
    assert [each["output_shape"] for each in layers if each["name"] == "lstm"] == [[None, 6, 8]]
    request = Message("activations", {"model": "decoder", "layer": "lstm"}, {"z": codes(1, 24)})
    assert opened.answerer.answer(request).arrays["outputs.activations"].shape == (1, 6, 8)


def test_a_search_among_pictures_that_are_not_finite_is_refused(save: Save) -> None:
    model = small_decoder()
    model.set_weights([np.full_like(array, np.nan) for array in model.get_weights()])
    opened = open_source(ModelSource(model=save(model, "decoder.keras")))
    target = np.zeros((1, 28, 28, 1), np.float32)
    arrays = {"clean": target, "z": np.zeros((1, 8), np.float32)}
    with pytest.raises(EngineError, match="finite"):
        opened.answerer.answer(Message("fit", {"steps": 2}, arrays))
