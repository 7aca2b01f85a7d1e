"""A bundle's files -> Keras Models that are known to fit together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from models.bundle import DECODER, ENCODER, Bundle, open_bundle
from models.errors import BundleError
from models.own_layers import sampling_class

if TYPE_CHECKING:
    import keras


# How many outputs an encoder has.
CODES_OF: Final = {"dae": 1, "vae": 3}


@dataclass(frozen=True)
class LoadedModels:
    """The two halves of an autoencoder, ready to be called.

    Attributes
    ----------
    bundle : Bundle
        Where they come from.
    encoder : keras.Model
        (n, height, width, channels) -> (n, latent_dim); a variational one gives
        ``[z_mean, z_log_var, z]``, each (n, latent_dim).
    decoder : keras.Model
        (n, latent_dim) -> (n, height, width, channels)
    """

    bundle: Bundle
    encoder: keras.Model
    decoder: keras.Model


def load_models(folder: Path) -> LoadedModels:
    """Load a bundle's Models, uncompiled and without running code from the file.

    Raises
    ------
    BundleError
        If the bundle is missing, torn or tampered with, if a model cannot be
        read, or if encoder, decoder and card do not fit together.
    """
    bundle = open_bundle(folder)
    encoder = _load_model(bundle.folder / ENCODER, CODES_OF[bundle.kind])
    decoder = _load_model(bundle.folder / DECODER, 1)
    _check_fit(bundle, encoder, decoder)
    return LoadedModels(bundle, encoder, decoder)


def _load_model(path: Path, outputs: int) -> Any:
    import keras

    own = {"Sampling": sampling_class()}
    try:
        model = keras.models.load_model(path, own, compile=False, safe_mode=True)
    # A broken file makes Keras raise almost anything, KeyError and TypeError included.
    except Exception as error:
        reason = (str(error) or type(error).__name__).strip().splitlines()[0][:200]
        raise BundleError(
            str(path), "must be a model that Keras can load", reason, "copy the bundle again"
        ) from error
    if len(model.inputs) != 1 or len(model.outputs) != outputs:
        raise BundleError(
            str(path),
            f"must have one input and {'one output' if outputs == 1 else f'{outputs} outputs'}",
            f"{len(model.inputs)} and {len(model.outputs)}",
        )
    return model


def _check_fit(bundle: Bundle, encoder: Any, decoder: Any) -> None:
    latent = _shape(decoder.inputs[0])
    for code in map(_shape, encoder.outputs):
        if code != latent:
            raise BundleError(
                f"{bundle.folder}: {ENCODER} and {DECODER}",
                "must have the same latent_dim",
                f"{_text(code)} out of the encoder and {_text(latent)} into the decoder",
            )
    _check_card(bundle, DECODER, "latent_dim", latent, (bundle.latent_dim,))
    picture, output = _shape(encoder.inputs[0]), _shape(decoder.outputs[0])
    _check_card(bundle, ENCODER, "picture_shape", picture, bundle.picture_shape)
    _check_card(bundle, DECODER, "picture_shape", output, bundle.picture_shape)


def _check_card(
    bundle: Bundle, file: str, name: str, found: tuple[Any, ...], wanted: tuple[int, ...]
) -> None:
    if found != wanted:
        raise BundleError(
            str(bundle.folder / file),
            f"must have the {name} {_text(wanted)}, as the card says",
            _text(found),
        )


def _shape(tensor: Any) -> tuple[Any, ...]:
    return tuple(tensor.shape[1:])


def _text(shape: tuple[Any, ...]) -> str:
    return str(shape[0]) if len(shape) == 1 else str(shape)
