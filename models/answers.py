"""The work of an engine: requests about one bundle's Models, answered with arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.describe import describe_model
from models.errors import EngineError, LatentError, PictureError
from models.loading import load_models
from models.metrics import measure_pictures, name_measures
from models.noise import Pictures, corrupt, noise_from_json
from models.wire import Message

MAX_CHANNELS = 64
MAX_UNITS = 4096

Fields = Mapping[str, Any]
Arrays = Mapping[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float32]


class Answerer:
    """A bundle's Models, compiled and called once, so that the first request is fast.

    Parameters
    ----------
    folder : Path
        The bundle.

    Raises
    ------
    BundleError
        If the bundle cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        loaded = load_models(folder)
        encoder, decoder = loaded.encoder, loaded.decoder
        self._models = {"encoder": encoder, "decoder": decoder}
        self._picture_shape = loaded.bundle.picture_shape
        self._latent_dim = loaded.bundle.latent_dim

        self._encode = _compile(lambda pictures: encoder(pictures, training=False),
                                self._picture_shape)  # fmt: skip

        def reconstruct(pictures: Any) -> tuple[Any, Any]:
            z = encoder(pictures, training=False)
            return z, decoder(z, training=False)

        self._reconstruct = _compile(reconstruct, self._picture_shape)
        self._decode = _compile(lambda z: decoder(z, training=False), (self._latent_dim,))
        self._activations: dict[tuple[str, str], Callable[[Floats], Floats]] = {}
        z, _ = self._reconstruct(np.zeros((1, *self._picture_shape), np.float32))
        self._decode(z)

    def describe(self) -> dict[str, Any]:
        """Both Models in JSON values, see :func:`models.describe.describe_model`."""
        return {name: describe_model(model) for name, model in self._models.items()}

    def answer(self, message: Message) -> Message:
        """Answer a request with a ``frame``.

        Its arrays are ``z`` and, with their side before a dot, ``inputs.…`` and
        ``outputs.…``; its field ``metrics`` is as in a frame of the window.

        Raises
        ------
        LatentExplorerError
            If the request asks for something that does not exist, or brings
            arrays of a wrong shape or with values that are not finite.
        """
        answers: dict[str, Callable[[Fields, Arrays], Message]] = {
            "decode": self._answer_decode,
            "encode": self._answer_encode,
            "denoise": self._answer_denoise,
            "activations": self._answer_activations,
            "evaluate": self._answer_evaluate,
        }
        if message.kind not in answers:
            raise EngineError("A request", "must be one of " + ", ".join(answers), message.kind)
        return answers[message.kind](message.fields, message.arrays)

    def _answer_decode(self, fields: Fields, arrays: Arrays) -> Message:
        output = self._decode(self._latent(arrays))
        return Message("frame", {}, {"outputs.decoder_output": output})

    def _answer_encode(self, fields: Fields, arrays: Arrays) -> Message:
        return Message("frame", {}, {"z": self._encode(self._pictures(arrays))})

    def _answer_denoise(self, fields: Fields, arrays: Arrays) -> Message:
        clean = self._pictures(arrays)
        noisy = _add_noise(clean, fields)
        z, output = self._reconstruct(noisy)
        measures = _measure_both(noisy, output, clean)
        return Message(
            "frame",
            {"metrics": {side: name_measures(rows) for side, rows in measures.items()}},
            {"inputs.noisy": noisy, "z": z, "outputs.decoder_output": output},
        )

    def _answer_evaluate(self, fields: Fields, arrays: Arrays) -> Message:
        clean = self._pictures(arrays)
        noisy = _add_noise(clean, fields)
        z, output = self._reconstruct(noisy)
        measures = _measure_both(noisy, output, clean)
        return Message(
            "frame",
            {"metrics": {side: name_measures(rows) for side, rows in measures.items()}},
            {"z": z} | {f"outputs.{side}": rows for side, rows in measures.items()},
        )

    def _answer_activations(self, fields: Fields, arrays: Arrays) -> Message:
        model, layer = fields.get("model"), fields.get("layer")
        function = self._activation_function(model, layer)
        if model == "encoder":
            tensor = _add_noise(self._pictures(arrays), fields)
        elif "z" in arrays:
            tensor = self._latent(arrays)
        else:
            tensor = self._encode(_add_noise(self._pictures(arrays), fields))
        output = function(tensor)
        # Channels are pictures of their own; a flat layer has units, shown as one strip.
        kept = output[..., : MAX_UNITS if output.ndim == 2 else MAX_CHANNELS]
        return Message("frame", {}, {"outputs.activations": kept})

    def _activation_function(self, model_name: Any, layer_name: Any) -> Callable[[Floats], Floats]:
        import keras

        model = self._models.get(model_name)
        if model is None:
            raise EngineError("The model", "must be encoder or decoder", repr(model_name))
        names = [layer.name for layer in model.layers]
        if layer_name not in names:
            raise EngineError(
                f"A layer of the {model_name}",
                "must be one of " + ", ".join(names),
                repr(layer_name),
            )
        key = (model_name, layer_name)
        if key not in self._activations:
            function = keras.Function(model.inputs[0], model.get_layer(layer_name).output)
            self._activations[key] = _compile(function, tuple(model.inputs[0].shape[1:]))
        return self._activations[key]

    def _latent(self, arrays: Arrays) -> Floats:
        z = arrays.get("z")
        if z is None or z.ndim != 2 or len(z) == 0 or z.shape[1] != self._latent_dim:
            raise LatentError("z", f"must have the shape (n, {self._latent_dim})", _received(z))
        if not np.isfinite(z).all():
            raise LatentError("z", "must be finite", _received_value(z))
        return z.astype(np.float32, copy=False)

    def _pictures(self, arrays: Arrays) -> Pictures:
        clean = arrays.get("clean")
        if clean is None or clean.shape[1:] != self._picture_shape or len(clean) == 0:
            raise PictureError(
                "A batch of pictures",
                f"must have the shape (n, {', '.join(map(str, self._picture_shape))})",
                _received(clean),
            )
        if not np.isfinite(clean).all():
            raise PictureError("A picture", "must be finite", _received_value(clean))
        return clean.astype(np.float32, copy=False)


def _compile(function: Callable[[Any], Any], shape: tuple[int, ...]) -> Callable[[Floats], Any]:
    """One graph for batches of any size; numpy in, one array or several out."""
    import tensorflow as tf

    compiled = tf.function(
        function, input_signature=[tf.TensorSpec((None, *shape), tf.float32)], autograph=False
    ).get_concrete_function()

    def call(batch: Floats) -> Any:
        result = compiled(tf.constant(batch))
        if isinstance(result, (tuple, list)):
            return tuple(tensor.numpy() for tensor in result)
        return result.numpy()

    return call


def _measure_both(noisy: Pictures, output: Floats, clean: Pictures) -> dict[str, Any]:
    """Measures of each picture on either side; in one go, which takes half the time."""
    both = measure_pictures(np.concatenate([noisy, output]), np.concatenate([clean, clean]))
    return {"noisy": both[: len(clean)], "denoised": both[len(clean) :]}


def _add_noise(clean: Pictures, fields: Fields) -> Pictures:
    noise, seed = fields.get("noise", {"kind": "none"}), fields.get("seed", 0)
    if not isinstance(noise, dict):
        raise EngineError("The noise of a request", "must be a record", repr(noise))
    if type(seed) is not int or seed < 0:
        raise EngineError("The seed of a request", "must be a whole number from 0", repr(seed))
    return corrupt(clean, noise_from_json(noise), seed)


def _received(array: npt.NDArray[Any] | None) -> str:
    return "none" if array is None else str(array.shape)


def _received_value(array: npt.NDArray[Any]) -> str:
    return str(array[~np.isfinite(array)].flat[0])
