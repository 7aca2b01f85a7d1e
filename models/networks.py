"""An encoder and a decoder as compiled functions of numpy arrays.

Whatever inputs and outputs the Keras Models have, here ``z`` is one flat vector
and a picture is (height, width, channels) in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.describe import first_tensor
from models.errors import EngineError
from models.ports import ClassPort, LatentPort, PicturePort

Arrays = tuple[npt.NDArray[Any], ...]
Floats = npt.NDArray[np.float32]
Chosen = Mapping[str, int | npt.NDArray[np.int32]]  # of all, or of each in the batch


@dataclass(frozen=True)
class EncoderEnds:
    """How the encoder is plugged in.

    Attributes
    ----------
    picture : PicturePort
    input : int
        Which of the Model's inputs takes the picture.
    code : int
        Which of its outputs is ``z``; of a variational encoder ``z_mean``.
    classes : tuple of ClassPort
        What its other inputs take, in order.
    log_var : int, optional
        Which of a variational encoder's outputs is ``z_log_var``; of ``z``'s size.
    """

    picture: PicturePort
    input: int = 0
    code: int = 0
    classes: tuple[ClassPort, ...] = ()
    log_var: int | None = None


@dataclass(frozen=True)
class Reconstruction:
    """What encoder and decoder make of n pictures.

    Attributes
    ----------
    z : ndarray of float32, shape (n, latent_dim)
        Of a variational encoder ``z_mean``.
    outputs : tuple of ndarray
        All of the decoder's that are of use, as the Model gives them.
    log_var : ndarray of float32, shape (n, latent_dim), or None
        A variational encoder's ``z_log_var``.
    """

    z: Floats
    outputs: Arrays
    log_var: Floats | None = None


@dataclass(frozen=True)
class DecoderEnds:
    """How the decoder is plugged in.

    Attributes
    ----------
    latents : tuple of LatentPort
        One after the other they make up ``z``.
    classes : tuple of ClassPort
    order : tuple of str
        The port of each of the Model's inputs, by its name.
    kept : tuple of int
        Which of the Model's outputs are of use, that shown first at the start.
    """

    latents: tuple[LatentPort, ...]
    classes: tuple[ClassPort, ...]
    order: tuple[str, ...]
    kept: tuple[int, ...] = (0,)

    @property
    def latent_dim(self) -> int:
        """Length of ``z``."""
        return sum(port.size for port in self.latents)


class Networks:
    """Encoder and decoder, compiled once for batches of any size.

    Parameters
    ----------
    decoder : keras.Model
    ends : DecoderEnds
    encoder : keras.Model, optional
    encoder_ends : EncoderEnds, optional
    """

    def __init__(
        self,
        decoder: Any,
        ends: DecoderEnds,
        encoder: Any = None,
        encoder_ends: EncoderEnds | None = None,
    ) -> None:
        self.decoder, self.ends = decoder, ends
        self.encoder, self.encoder_ends = encoder, encoder_ends
        class_specs = [_class_spec(port) for port in ends.classes]
        z_spec = _spec((ends.latent_dim,))
        self._decode_raw = _compile(self._graph_decode, [z_spec, *class_specs])
        self._steps: dict[int, Callable[..., Arrays]] = {}
        if encoder is not None and encoder_ends is not None:
            picture_spec = _spec(tuple(encoder.inputs[encoder_ends.input].shape[1:]))
            encoder_specs = [_class_spec(port) for port in encoder_ends.classes]
            self._encode_raw = _compile(self._graph_encode, [picture_spec, *encoder_specs])
            self._reconstruct_raw = _compile(
                self._graph_reconstruct, [picture_spec, *encoder_specs, *class_specs]
            )

    def decode(self, z: Floats, chosen: Chosen) -> Arrays:
        """All outputs for ``z`` of shape (n, latent_dim), as the Model gives them."""
        return self._decode_raw(z, *_make_classes(self.ends.classes, len(z), chosen))

    def encode(self, pictures: Floats, chosen: Chosen) -> Floats:
        """``z`` of shape (n, latent_dim) for pictures of shape (n, height, width, channels)."""
        ends = self._require_encoder()
        classes = _make_classes(ends.classes, len(pictures), chosen)
        z: Floats = self._encode_raw(ends.picture.from_picture(pictures), *classes)[0]
        return z

    def reconstruct(self, pictures: Floats, chosen: Chosen) -> Reconstruction:
        """Codes and all outputs for pictures of shape (n, height, width, channels)."""
        ends = self._require_encoder()
        count = len(pictures)
        classes = _make_classes((*ends.classes, *self.ends.classes), count, chosen)
        z, *rest = self._reconstruct_raw(ends.picture.from_picture(pictures), *classes)
        log_var = None if ends.log_var is None else rest.pop(0)
        return Reconstruction(z, tuple(rest), log_var)

    def decoder_inputs(self, z: Floats, chosen: Chosen) -> list[npt.NDArray[Any]]:
        """What the decoder's own inputs get for ``z``, in their order."""
        classes = _make_classes(self.ends.classes, len(z), chosen)
        return self._inputs_of(z, classes, np.reshape)

    def encoder_inputs(self, pictures: Floats, chosen: Chosen) -> list[npt.NDArray[Any]]:
        """What the encoder's own inputs get for pictures, in their order."""
        ends = self._require_encoder()
        inputs = list(_make_classes(ends.classes, len(pictures), chosen))
        inputs.insert(ends.input, ends.picture.from_picture(pictures))
        return inputs

    def tap(self, model: Any, layer_name: str) -> Callable[..., Floats]:
        """A function from a Model's own inputs to what a layer gives."""
        import keras

        first = first_tensor(model.get_layer(layer_name).output)
        try:
            function = keras.Function(model.inputs, first)
        except ValueError as error:  # a layer that another model has called before this one
            raise EngineError(
                f"The layer {layer_name[:40]}", "must be called by this model alone", "a shared one"
            ) from error
        specs = [_spec(tuple(tensor.shape[1:]), tensor.dtype) for tensor in model.inputs]
        compiled = _compile(lambda *inputs: [function(list(inputs))], specs)
        return lambda *inputs: compiled(*inputs)[0].astype(np.float32, copy=False)

    def gradient(
        self, z: Floats, output: int, target: Floats, weights: Floats, chosen: Chosen
    ) -> tuple[float, Floats]:
        """Sum of weighted squared errors of an output, and its gradient in ``z``.

        Raises
        ------
        EngineError
            If a layer between ``z`` and the output has no gradient.
        """
        if output not in self._steps:
            self._steps[output] = self._compile_step(output)
        classes = _make_classes(self.ends.classes, len(z), chosen)
        error, slope = self._steps[output](z, target, weights, *classes)
        return float(error), slope

    def _compile_step(self, output: int) -> Callable[..., Arrays]:
        import tensorflow as tf

        def step(z: Any, target: Any, weights: Any, *classes: Any) -> list[Any]:
            with tf.GradientTape() as tape:
                tape.watch(z)
                off = self._graph_decode(z, *classes)[output] - target
                error = tf.reduce_sum(weights * tf.square(off))
            slope = tape.gradient(error, z)
            if slope is None:
                raise _no_gradient()
            return [error, slope]

        shape = tuple(self.decoder.outputs[self.ends.kept[output]].shape[1:])
        picture, classes = _spec(shape), [_class_spec(port) for port in self.ends.classes]
        try:
            return _compile(step, [_spec((self.ends.latent_dim,)), picture, picture, *classes])
        except LookupError as error:  # of TensorFlow's registry of gradients
            raise _no_gradient() from error

    def _require_encoder(self) -> EncoderEnds:
        assert self.encoder_ends is not None, "whoever calls has looked for an encoder"
        return self.encoder_ends

    def _graph_decode(self, z: Any, *classes: Any) -> list[Any]:
        import tensorflow as tf

        return _call(self.decoder, self._inputs_of(z, classes, tf.reshape), self.ends.kept)

    def _inputs_of(self, z: Any, classes: Sequence[Any], reshape: Callable[..., Any]) -> list[Any]:
        parts = dict(zip((port.name for port in self.ends.classes), classes, strict=True))
        start = 0
        for port in self.ends.latents:
            flat = z if port.size == self.ends.latent_dim else z[:, start : start + port.size]
            parts[port.name] = flat if len(port.shape) == 1 else reshape(flat, (-1, *port.shape))
            start += port.size
        return [parts[name] for name in self.ends.order]

    def _graph_encode(self, picture: Any, *classes: Any) -> list[Any]:
        return self._graph_statistics(picture, *classes)[:1]

    def _graph_statistics(self, picture: Any, *classes: Any) -> list[Any]:
        """``z``, and of a variational encoder ``z_log_var``."""
        import tensorflow as tf

        ends = self._require_encoder()
        inputs = list(classes)
        inputs.insert(ends.input, picture)
        kept = (ends.code,) if ends.log_var is None else (ends.code, ends.log_var)
        return [
            each if each.shape.rank == 2 else tf.reshape(each, (-1, self.ends.latent_dim))
            for each in _call(self.encoder, inputs, kept)
        ]

    def _graph_reconstruct(self, picture: Any, *classes: Any) -> list[Any]:
        count = len(self._require_encoder().classes)
        z, *log_var = self._graph_statistics(picture, *classes[:count])
        return [z, *log_var, *self._graph_decode(z, *classes[count:])]


def _call(model: Any, inputs: Sequence[Any], kept: Sequence[int]) -> list[Any]:
    """Those outputs, flat, whatever nest of inputs the Model was made with.

    What only the others need, such as a variational encoder's sampling, is not computed.
    """
    import keras
    import tensorflow as tf

    function = keras.Function(model.inputs, [model.outputs[number] for number in kept])
    outputs = function([tf.cast(tensor, node.dtype)
                        for tensor, node in zip(inputs, model.inputs, strict=True)])  # fmt: skip
    return [tf.cast(output, tf.float32) for output in outputs]


def _no_gradient() -> EngineError:
    return EngineError(
        "A decoder whose z is to follow a picture",
        "must be differentiable",
        "a layer without a gradient",
        "move the sliders instead",
    )


def _make_classes(ports: Sequence[ClassPort], count: int, chosen: Chosen) -> list[Any]:
    return [port.make(count, chosen.get(port.name, 0)) for port in ports]


def _spec(shape: tuple[int, ...], dtype: str = "float32") -> Any:
    import tensorflow as tf

    return tf.TensorSpec((None, *shape), dtype)


def _class_spec(port: ClassPort) -> Any:
    return _spec(port.shape, port.dtype)


def _compile(function: Callable[..., list[Any]], specs: list[Any]) -> Callable[..., Arrays]:
    """One graph for batches of any size; numpy in, numpy out."""
    import tensorflow as tf

    graph = tf.function(function, input_signature=specs, autograph=False)
    compiled = graph.get_concrete_function()

    def call(*arrays: npt.NDArray[Any]) -> Arrays:
        return tuple(tensor.numpy() for tensor in compiled(*map(tf.constant, arrays)))

    return call
