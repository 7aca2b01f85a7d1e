"""The work of an engine: requests about an open model, answered with arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.describe import describe_model
from models.errors import EngineError, LatentError, PictureError
from models.fitting import Search
from models.metrics import measure_pictures, name_measures
from models.networks import Arrays as Outputs
from models.networks import Chosen, Networks, Reconstruction
from models.noise import Pictures, corrupt, noise_from_json
from models.painting import Painter, read_stroke
from models.ports import CurvePort, PicturePort
from models.subject import Output, Port
from models.subject_wire import read_port
from models.wire import Message

MAX_CHANNELS = 64
MAX_UNITS = 4096
MAX_FIT_STEPS = 200
MAX_PAINT_STEPS = 24

Fields = Mapping[str, Any]
Arrays = Mapping[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """What a request wants to see.

    Attributes
    ----------
    chosen : mapping of str to int
        Classes of a conditional model.
    output : int
        Which of the decoder's outputs.
    port : PicturePort or CurvePort
        How it is read.
    """

    chosen: Chosen
    output: int
    port: Port

    def of(self, outputs: Outputs) -> Floats:
        """Pictures (n, height, width, channels) in [0, 1], or curves (n, length, channels)."""
        return read_output(self.port, outputs[self.output])


def read_output(port: Port, array: npt.NDArray[Any]) -> Floats:
    """A decoder's output as a picture in [0, 1] or as curves."""
    if isinstance(port, CurvePort):
        return port.to_curve(array)
    if (port.layout, port.low, port.high, port.channels) == ("HWC", 0.0, 1.0, array.shape[-1]):
        return array  # as most are; the screen clips what rounding left outside
    return port.to_picture(array)


class Answerer:
    """Answers requests about compiled networks.

    Parameters
    ----------
    networks : Networks
    outputs : sequence of Output
        The decoder's, in the order of the networks'.
    """

    def __init__(self, networks: Networks, outputs: Sequence[Output]) -> None:
        self._networks = networks
        self._outputs = tuple(outputs)
        self._search = Search(networks)
        self._painter = Painter(networks)
        self._models = {"decoder": networks.decoder}
        if networks.encoder is not None:
            self._models["encoder"] = networks.encoder
        self._activations: dict[tuple[str, str], Callable[..., Floats]] = {}

    def warm_up(self) -> None:
        """Call everything that a hand may ask for once, so that the first request is fast."""
        networks = self._networks
        networks.decode(np.zeros((1, networks.ends.latent_dim), np.float32), {})
        if networks.encoder_ends is not None:
            shape = networks.encoder_ends.picture.picture_shape
            networks.reconstruct(np.zeros((1, *shape), np.float32), {})

    def describe(self) -> dict[str, Any]:
        """The Models in JSON values, see :func:`models.describe.describe_model`."""
        return {name: describe_model(model) for name, model in self._models.items()}

    def answer(self, message: Message) -> Message:
        """Answer a request with a ``frame``.

        Its arrays are ``z`` and, with their side before a dot, ``inputs.…`` and
        ``outputs.…``, with what a variational encoder gave among them: ``z_mean`` and
        ``z_log_var``; its field ``metrics`` is as in a frame of the window.

        Raises
        ------
        LatentExplorerError
            If the request asks for something that does not exist, or brings
            arrays of a wrong shape or with values that are not finite.
        """
        answers: dict[str, Callable[[Fields, Arrays], Message]] = {
            "decode": self._answer_decode,
            "preview": self._answer_decode,
            "tiles": self._answer_decode,
            "encode": self._answer_encode,
            "denoise": self._answer_denoise,
            "activations": self._answer_activations,
            "evaluate": self._answer_evaluate,
            "fit": self._answer_fit,
            "paint": self._answer_paint,
            "picture": _answer_picture,
        }
        if message.kind not in answers:
            raise EngineError("A request", "must be one of " + ", ".join(answers), message.kind)
        return answers[message.kind](message.fields, message.arrays)

    def _answer_decode(self, fields: Fields, arrays: Arrays) -> Message:
        view = self._view(fields)
        picture = view.of(self._networks.decode(self._latent(arrays), view.chosen))
        return Message("frame", {}, {"outputs.decoder_output": picture})

    def _answer_encode(self, fields: Fields, arrays: Arrays) -> Message:
        z = self._networks.encode(self._pictures(arrays), self._view(fields).chosen)
        return Message("frame", {}, {"z": z})

    def _answer_denoise(self, fields: Fields, arrays: Arrays) -> Message:
        noisy, made, picture, measures = self._denoise(fields, arrays)
        shown = {"inputs.noisy": noisy, "z": made.z, "outputs.decoder_output": picture}
        if made.log_var is not None:
            shown |= {"outputs.z_mean": made.z, "outputs.z_log_var": made.log_var}
        return Message("frame", {"metrics": _mean_measures(measures)}, shown)

    def _answer_evaluate(self, fields: Fields, arrays: Arrays) -> Message:
        _, made, _, measures = self._denoise(fields, arrays)
        sides = {f"outputs.{side}": rows for side, rows in measures.items()}
        return Message("frame", {"metrics": _mean_measures(measures)}, {"z": made.z} | sides)

    def _denoise(
        self, fields: Fields, arrays: Arrays
    ) -> tuple[Pictures, Reconstruction, Floats, dict[str, Any]]:
        view, clean = self._view(fields), self._pictures(arrays)
        noisy = _add_noise(clean, fields)
        made = self._networks.reconstruct(noisy, view.chosen)
        picture = view.of(made.outputs)
        return noisy, made, picture, _measure_both(noisy, picture, clean)

    def _answer_fit(self, fields: Fields, arrays: Arrays) -> Message:
        view, clean = self._view(fields), arrays.get("clean")
        steps = _read_steps(fields, MAX_FIT_STEPS)
        if not isinstance(view.port, PicturePort):
            raise EngineError("A search", "must be for a picture", "an output that is a curve")
        target = _check_pictures(clean, view.port.picture_shape)
        z = self._latent(arrays)
        free = _read_free(arrays, z.shape)
        found = self._search.run(z, view.output, view.port, target, view.chosen, steps, free)
        metrics = {"fit": {"mse": found.mse, "done": float(found.done)}}
        return Message("frame", {"metrics": metrics}, {"z": found.z})

    def _answer_paint(self, fields: Fields, arrays: Arrays) -> Message:
        view, z = self._view(fields), self._latent(arrays)
        steps = _read_steps(fields, MAX_PAINT_STEPS)
        if not isinstance(view.port, PicturePort):
            raise EngineError("Painting", "must be on a picture", "an output that is a curve")
        stroke = read_stroke(fields, arrays, self._networks.ends.latent_dim, view.port)
        followed = self._painter.follow(z, stroke, view.output, view.port, view.chosen, steps)
        metrics = {"paint": {"error": followed.error, "done": float(followed.done)}}
        told = {"z": followed.z}
        if followed.outputs is not None:
            told["outputs.decoder_output"] = view.of(followed.outputs)
        return Message("frame", {"metrics": metrics}, told)

    def _answer_activations(self, fields: Fields, arrays: Arrays) -> Message:
        model, layer = fields.get("model"), fields.get("layer")
        function = self._activation_function(model, layer)
        view = self._view(fields)
        if model == "encoder":
            noisy = _add_noise(self._pictures(arrays), fields)
            output = function(*self._networks.encoder_inputs(noisy, view.chosen))
        else:
            z = arrays.get("z")
            if z is None:
                noisy = _add_noise(self._pictures(arrays), fields)
                z = self._networks.encode(noisy, view.chosen)
            z = self._latent({"z": z})
            output = function(*self._networks.decoder_inputs(z, view.chosen))
        # Channels are pictures of their own; a flat layer has units, shown as one strip.
        kept = output[..., : MAX_UNITS if output.ndim == 2 else MAX_CHANNELS]
        return Message("frame", {}, {"outputs.activations": kept})

    def _activation_function(self, model_name: Any, layer_name: Any) -> Callable[..., Floats]:
        model = self._models.get(model_name)
        if model is None:
            known = " or ".join(sorted(self._models, reverse=True))
            raise EngineError("The model", f"must be {known}", repr(model_name))
        names = [layer.name for layer in model.layers]
        if layer_name not in names:
            raise EngineError(
                f"A layer of the {model_name}",
                "must be one of " + ", ".join(names),
                repr(layer_name),
            )
        key = (model_name, layer_name)
        if key not in self._activations:
            self._activations[key] = self._networks.tap(model, layer_name)
        return self._activations[key]

    def _view(self, fields: Fields) -> View:
        chosen = fields.get("classes", {})
        names = [output.name for output in self._outputs]
        shown = fields.get("shown") or names[0]
        if shown not in names:
            raise EngineError("The output", "must be one of " + ", ".join(names), repr(shown))
        index = names.index(shown)
        told = fields.get("port")
        port = self._outputs[index].port if told is None else _read_port(told)
        return View({str(name): int(number) for name, number in chosen.items()}, index, port)

    def _latent(self, arrays: Arrays) -> Floats:
        z, latent_dim = arrays.get("z"), self._networks.ends.latent_dim
        if z is None or z.ndim != 2 or len(z) == 0 or z.shape[1] != latent_dim:
            raise LatentError("z", f"must have the shape (n, {latent_dim})", _received(z))
        if not np.isfinite(z).all():
            raise LatentError("z", "must be finite", _received_value(z))
        return z.astype(np.float32, copy=False)

    def _pictures(self, arrays: Arrays) -> Pictures:
        ends = self._networks.encoder_ends
        if ends is None:
            raise EngineError("A picture", "must go into an encoder", "a model without one")
        return _check_pictures(arrays.get("clean"), ends.picture.picture_shape)


def _answer_picture(fields: Fields, arrays: Arrays) -> Message:
    from models.pictures import parse_picture  # not before somebody opens one

    data, name = arrays.get("file"), fields.get("name")
    if data is None or data.dtype != np.uint8 or data.ndim != 1 or not isinstance(name, str):
        raise EngineError("A picture's file", "must come as bytes with a name", _received(data))
    picture = parse_picture(data.tobytes(), name)
    return Message("frame", {}, {"outputs.picture": picture})


def _read_steps(fields: Fields, most: int) -> int:
    steps = fields.get("steps")
    if type(steps) is not int or not 0 < steps <= most:
        raise EngineError("The steps", f"must be from 1 to {most}", repr(steps))
    return steps


def _read_free(arrays: Arrays, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Dimensions that may move: all, where nothing is told of them."""
    free = arrays.get("free", np.ones(shape, np.bool_))
    if free.shape != shape:
        raise EngineError("What is free", f"must have the shape {shape}", str(free.shape))
    return free.astype(np.bool_)


def _check_pictures(clean: npt.NDArray[Any] | None, shape: tuple[int, ...]) -> Pictures:
    if clean is None or clean.shape[1:] != shape or len(clean) == 0:
        raise PictureError(
            "A batch of pictures",
            f"must have the shape (n, {', '.join(map(str, shape))})",
            _received(clean),
        )
    if not np.isfinite(clean).all():
        raise PictureError("A picture", "must be finite", _received_value(clean))
    return clean.astype(np.float32, copy=False)


def _read_port(told: Any) -> Port:
    if isinstance(told, dict):
        return read_port(told)
    raise EngineError("A port", "must be a record", repr(told)[:80])


def _measure_both(noisy: Pictures, output: Floats, clean: Pictures) -> dict[str, Any]:
    """Measures of each picture on either side; in one go, which takes half the time."""
    if output.shape != clean.shape:
        return {}
    both = measure_pictures(np.concatenate([noisy, output]), np.concatenate([clean, clean]))
    return {"noisy": both[: len(clean)], "denoised": both[len(clean) :]}


def _mean_measures(measures: Mapping[str, Any]) -> dict[str, Any]:
    return {side: name_measures(rows) for side, rows in measures.items()}


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
