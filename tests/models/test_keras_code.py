"""A copied script gives the picture on the screen, whatever the model and the route."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest

from models.bundle import DECODER, ENCODER, Bundle
from models.errors import EngineError
from models.keras_code import Shown, write_code
from models.noise import KINDS, Gaussian, Noise, noise_to_json
from models.opening import Opened, open_source
from models.ports import PicturePort
from models.source import ModelSource
from models.train import Progress
from models.wire import Message
from tests.models.scripts import run_scripts

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SEED = 5
AT_MOST = 1e-5
Floats = npt.NDArray[np.float32]
layers = keras.layers


class Sampling(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """As many examples have it; the app never runs it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)

    def call(self, inputs: Any) -> Any:
        z_mean, z_log_var = inputs
        return z_mean + keras.ops.exp(z_log_var / 2) * keras.random.normal(keras.ops.shape(z_mean))


def chain() -> Any:
    """Cut at a layer of its own."""
    picture = keras.Input((8, 8, 1), name="picture")
    x = layers.Dense(12, "relu")(layers.Flatten()(picture))
    code = layers.Dense(3, name="co'de")(x)
    x = layers.Dense(64, "sigmoid")(layers.Dense(12, "relu")(code))
    return keras.Model(picture, layers.Reshape((8, 8, 1))(x))


def nested() -> Any:
    """An encoder and a decoder within."""
    picture, code = keras.Input((8, 8, 1)), keras.Input((3,))
    encoder = keras.Model(picture, layers.Dense(3)(layers.Flatten()(picture)), name="encoder")
    made = layers.Reshape((8, 8, 1))(layers.Dense(64, "sigmoid")(code))
    decoder = keras.Model(code, made, name="decoder")
    entry = keras.Input((8, 8, 1))
    return keras.Model(entry, decoder(encoder(entry)))


def sampled() -> Any:
    """A whole variational autoencoder with a layer of its own."""
    picture = keras.Input((8, 8, 1))
    x = layers.Flatten()(picture)
    z_mean, z_log_var = layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)
    z = Sampling(name="z")([z_mean, z_log_var])
    return keras.Model(picture, layers.Reshape((8, 8, 1))(layers.Dense(64, "sigmoid")(z)))


def conditional() -> Any:
    """A class beside the latent vector, and a picture from -1 to 1 with its channels first."""
    z, label = keras.Input((4,), name="z"), keras.Input((10,), name="label")
    x = layers.Dense(3 * 64, "tanh")(layers.Concatenate()([z, label]))
    return keras.Model({"z": z, "label": label}, layers.Reshape((3, 8, 8))(x))


def spatial() -> Any:
    """A latent picture of many values, and two outputs."""
    z = keras.Input((4, 4, 8))
    x = layers.Conv2DTranspose(4, 3, 2, "same", activation="relu")(z)
    picture = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="picture")(x)
    mask = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="mask")(x)
    return keras.Model(z, [picture, mask])


MODELS: tuple[Callable[[], Any], ...] = (chain, nested, sampled, conditional, spatial)


def shown_of(opened: Opened, noise: Noise, by_encoder: bool, output: str = "") -> Shown:
    subject = opened.subject
    generator = np.random.default_rng(1)
    z = generator.standard_normal(subject.latent_dim, np.float32)
    clean = generator.random((1, *subject.picture_shape), np.float32) if by_encoder else None
    classes = {port.name: 3 for port in subject.classes}
    return Shown(subject, z, clean, noise, SEED, classes, output)


def picture_of(opened: Opened, shown: Shown) -> Floats:
    """What the window shows."""
    fields: dict[str, Any] = {"classes": shown.classes, "shown": shown.output}
    if shown.clean is None:
        message = Message("decode", fields, {"z": shown.z[np.newaxis]})
    else:
        told = {"noise": noise_to_json(shown.noise), "seed": shown.seed}
        message = Message("denoise", fields | told, {"clean": shown.clean})
    picture: Floats = opened.answerer.answer(message).arrays["outputs.decoder_output"]
    return picture


def compare(cases: list[tuple[Opened, Shown]], folder: Path) -> None:
    left = run_scripts([write_code(shown) for _, shown in cases], folder)
    for (opened, shown), made in zip(cases, left, strict=True):
        wanted = picture_of(opened, shown)
        assert made["picture"].dtype == np.float32
        assert made["picture"].shape == wanted.shape
        assert np.abs(made["picture"] - wanted).max() <= AT_MOST


def routes(opened: Opened) -> list[bool]:
    return [False, True] if opened.subject.has_encoder else [False]


def test_bundles_of_both_kinds(
    trained: tuple[Bundle, list[Progress]],
    variational: tuple[Bundle, list[Progress]],
    tmp_path: Path,
) -> None:
    folders = [trained[0].folder, variational[0].folder]
    sources = [ModelSource(bundle=folder) for folder in folders]
    sources += [ModelSource(model=folder / DECODER, encoder=folder / ENCODER) for folder in folders]
    cases = []
    for source in sources:
        opened = open_source(source)
        cases += [
            (opened, shown_of(opened, Gaussian(), by_encoder)) for by_encoder in (False, True)
        ]
    compare(cases, tmp_path)


def test_models_of_a_user(tmp_path: Path) -> None:
    cases = []
    for make in MODELS:
        path = tmp_path / f"{make.__name__} 'of' mine.keras"
        make().save(path)
        opened = open_source(ModelSource(model=path))
        for output in opened.subject.outputs:
            cases += [
                (opened, shown_of(opened, Gaussian(), by_encoder, output.name))
                for by_encoder in routes(opened)
            ]
    assert len(cases) == 3 * 2 + 1 + 2
    compare(cases, tmp_path)


def test_every_kind_of_noise(trained: tuple[Bundle, list[Progress]], tmp_path: Path) -> None:
    opened = open_source(ModelSource(bundle=trained[0].folder))
    noises = [kind.parameters() for kind in KINDS.values()]
    noises += [kind.parameters.at_strength(0) for kind in KINDS.values()]
    noises += [kind.parameters.at_strength(9) for kind in KINDS.values()]
    compare([(opened, shown_of(opened, noise, True)) for noise in noises], tmp_path)


def test_an_output_that_is_read_otherwise(
    trained: tuple[Bundle, list[Progress]], tmp_path: Path
) -> None:
    opened = open_source(ModelSource(bundle=trained[0].folder))
    shown = shown_of(opened, Noise(), False)
    port = PicturePort("HWC", 28, 28, 1, -1.0, 1.0)
    read = Shown(opened.subject, shown.z, None, Noise(), 0, {}, "", port)
    (left,) = run_scripts([write_code(read)], tmp_path)
    wanted = np.clip((picture_of(opened, shown) + 1) / 2, 0, 1)
    np.testing.assert_allclose(left["picture"], wanted, atol=AT_MOST)


def test_what_public_calls_cannot_open_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "model.KERAS"
    chain().save(tmp_path / "model.keras")
    (tmp_path / "model.keras").rename(path)
    opened = open_source(ModelSource(model=path))
    with pytest.raises(EngineError, match=r"must be called \*\.keras") as refused:
        write_code(shown_of(opened, Noise(), False))
    assert len(str(refused.value)) <= 200


def twice() -> Any:
    """Cut where a layer is called for the second time."""
    picture = keras.Input((8, 8, 1))
    shared = layers.Dense(4, "tanh")
    code = shared(shared(layers.Dense(4)(layers.Flatten()(picture))))
    return keras.Model(picture, layers.Reshape((8, 8, 1))(layers.Dense(64, "sigmoid")(code)))


def encoder_alone() -> Any:
    picture = keras.Input((8, 8, 1))
    return keras.Model(picture, layers.Dense(3)(layers.Flatten()(picture)))


@pytest.mark.parametrize(
    ("make", "choices", "words"),
    [
        (twice, {"cut": "dense"}, "must call layer 'dense' once; received 2 calls"),
        (encoder_alone, {"role": "encoder"}, "must have a decoder; received an encoder alone"),
    ],
)
def test_what_public_calls_cannot_cut_is_refused_in_a_sentence(
    make: Callable[[], Any], choices: dict[str, str], words: str, tmp_path: Path
) -> None:
    keras.backend.clear_session()  # so that layers are called dense and not dense_17
    path = tmp_path / "model.keras"
    make().save(path)
    opened = open_source(ModelSource(model=path, choices=choices))
    with pytest.raises(EngineError, match=words) as refused:
        write_code(shown_of(opened, Noise(), False))
    assert len(str(refused.value)) <= 200


def test_two_files_of_one_name_are_refused(
    trained: tuple[Bundle, list[Progress]], tmp_path: Path
) -> None:
    paths = [tmp_path / name / "model.keras" for name in ("one", "two")]
    for path, name in zip(paths, (DECODER, ENCODER), strict=True):
        path.parent.mkdir()
        path.write_bytes((trained[0].folder / name).read_bytes())
    opened = open_source(ModelSource(model=paths[0], encoder=paths[1]))
    with pytest.raises(EngineError, match="must be called otherwise than its encoder"):
        write_code(shown_of(opened, Noise(), False))
