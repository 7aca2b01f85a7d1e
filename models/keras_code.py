"""What the window shows as a short script of NumPy and public Keras calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.bundle import DECODER, ENCODER
from models.errors import EngineError
from models.keras_code_noise import noise_lines
from models.keras_code_values import (
    array_lines,
    class_text,
    latent_text,
    reading_lines,
    taking_lines,
)
from models.noise import Noise, corrupt
from models.ports import ClassPort, PicturePort
from models.subject import Port, Subject

MAX_EMBEDDED: Final = 2**20  # values; a script of more is none to paste anywhere
_PLUG: Final[dict[str, Any]] = {
    "within": [],
    "inputs": None,
    "outputs": [0],
    "file": 0,
    "plain": True,
}
_LAST: Final = "print(picture.shape, picture.min(), picture.max())"
_SAMPLING: Final = '''\
class Sampling(keras.layers.Layer):
    """Needed to load the file; the script takes z_mean, which is given before it."""

    def __init__(self, noise=True, **settings):
        super().__init__(**settings)
        self.noise = noise

    def call(self, inputs):
        z_mean, z_log_var = inputs
        if not self.noise:
            return z_mean
        epsilon = keras.random.normal(keras.ops.shape(z_mean), dtype=z_mean.dtype)
        return z_mean + keras.ops.exp(z_log_var / 2) * epsilon
'''

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on the screen.

    Attributes
    ----------
    subject : Subject
        The open model.
    z : ndarray of float32, shape (latent_dim,)
    clean : ndarray of float32, shape (1, height, width, channels), or None
        What goes into the encoder; None where ``z`` goes into the decoder.
    noise : Noise
    seed : int
        Of the noise.
    classes : mapping of str to int
        Chosen for a conditional model.
    output : str
        Name of the output that is shown; empty for the first.
    port : PicturePort, CurvePort or None
        How it is read; None for as the model's opening told.
    """

    subject: Subject
    z: Floats
    clean: Floats | None
    noise: Noise
    seed: int
    classes: Mapping[str, int]
    output: str = ""
    port: Port | None = None


def write_code(shown: Shown) -> str:
    """The script; it leaves ``z`` (1, latent_dim) and ``picture``, float32, behind.

    Raises
    ------
    EngineError
        If public calls cannot get at what is shown; its sentence says why.
    """
    recipe = _recipe(shown.subject)
    values = shown.z.size if shown.clean is None else shown.clean.size
    if values > MAX_EMBEDDED:
        raise _refuse(f"must hold at most {MAX_EMBEDDED:,} values", f"{values:,}")
    parts = [_load(shown, recipe)]
    if shown.clean is None:
        made = array_lines("z", shown.z[np.newaxis])
        parts.append([f"# The latent vector, float32 (1, {shown.z.size}).", *made])
    else:
        parts += [_corrupt(shown, shown.clean), _encode(shown, recipe["encoder"])]
    parts += [_decode(shown, recipe["decoder"]), [_LAST]]
    body = "\n\n".join("\n".join(part) for part in parts)
    embedding = "import base64\nimport zlib\n\n" if "zlib." in body else ""
    sampling = f"\n\n{_SAMPLING}\n" if recipe["samplings"] else ""
    imports = f"{embedding}import keras\nimport numpy as np\n{sampling}"
    return f"{_title(shown, recipe)}\n{imports}\n{body}\n"


def _title(shown: Shown, recipe: Mapping[str, Any]) -> str:
    name = "".join(char for char in shown.subject.name if char.isprintable())[:60]
    way = "z -> decoder" if shown.clean is None else "drawing + noise -> encoder -> z -> decoder"
    lines = [f"# What Latent Explorer shows of {name}: {way}."]
    if recipe["of_keras2"]:
        lines.append(
            "# Keras 2 wrote this: the app reads such files itself, load_model may refuse."
        )
    return "\n".join(lines)


def _recipe(subject: Subject) -> Mapping[str, Any]:
    source = subject.source
    if source.bundle is not None:
        encoder = {**_PLUG, "file": 1, "input": 0, "classes": [], "plain": not subject.variational}
        assert subject.picture is not None  # a bundle has an encoder
        encoder["picture"] = subject.picture.to_json()
        order = [port.name for port in subject.latents]
        samplings = ["Sampling"] if subject.variational else []
        decoder = {**_PLUG, "order": order}
        return {
            "decoder": decoder,
            "encoder": encoder,
            "samplings": samplings,
            "of_keras2": False,
        }
    recipe: Any = subject.card.get("recipe")
    if not isinstance(recipe, Mapping):
        raise _refuse("must be of a model that is a file", "one that is not")
    if recipe["refusal"] is not None:
        raise EngineError(*map(str, recipe["refusal"]))
    return recipe


# Loading ---------------------------------------------------------------------------------


def _load(shown: Shown, recipe: Mapping[str, Any]) -> list[str]:
    halves = {"decoder": recipe["decoder"]}
    if shown.clean is not None:
        halves = {"encoder": recipe["encoder"], **halves}
    files = [half["file"] for half in halves.values()]
    samplings = ", ".join(f"{name!r}: Sampling" for name in recipe["samplings"])
    custom = f", custom_objects={{{samplings}}}" if samplings else ""
    lines: list[str] = []
    models: dict[int, str] = {}
    for name, half in halves.items():
        file = half["file"]
        if file not in models:
            models[file] = name if files.count(file) == 1 and _is_whole(half) else "model"
            path = str(_files(shown.subject)[file])
            lines += [
                f"{models[file]} = keras.models.load_model(",
                f"    {path!r},",
                f"    compile=False{custom},",
                ")",
            ]
        lines += _take(name, half, models[file], _number(shown) if name == "decoder" else 0)
    return lines


def _is_whole(half: Mapping[str, Any]) -> bool:
    return not half["within"] and half["inputs"] is None


def _take(name: str, half: Mapping[str, Any], model: str, number: int) -> list[str]:
    """One half out of a loaded model, taking a list where it has several inputs."""
    inner = "".join(f".get_layer({each!r})" for each in half["within"])
    lines = [] if name == model + inner else [f"{name} = {model}{inner}"]
    output = half["outputs"][number]
    if half["inputs"] is not None:
        whole = model if not half["within"] else name
        ends = [_end(whole, end) for end in half["inputs"]]
        taken = ends if len(ends) == 1 else ["[", *(f"    {end}," for end in ends), "]"]
        made = [*taken[:-1], f"{taken[-1]},", f"{_end(whole, output)},"]
        lines = lines if half["within"] else []
        return [*lines, f"{name} = keras.Model(", *(f"    {line}" for line in made), ")"]
    if not half["plain"] or output != 0:
        is_alone = len(half.get("order", ())) == 1 or half.get("classes") == []
        inputs = f"{name}.inputs[0]" if is_alone else f"{name}.inputs"
        lines.append(f"{name} = keras.Function({inputs}, {name}.outputs[{int(output)}])")
    return lines


def _end(model: str, end: Sequence[Any]) -> str:
    layer, output = end
    found = f"{model}.get_layer({layer!r})"
    if layer is None:
        found = f"next(each for each in {model}.layers if isinstance(each, Sampling))"
    given = f"{found}.output"
    return given if output == 0 else f"{given}[{int(output)}]"


def _files(subject: Subject) -> list[Path]:
    source = subject.source
    if source.bundle is not None:
        return [source.bundle / DECODER, source.bundle / ENCODER]
    return [path for path in (source.model, source.encoder) if path is not None]


def _number(shown: Shown) -> int:
    names = [output.name for output in shown.subject.outputs]
    return names.index(shown.output) if shown.output in names else 0


# What is called with what ----------------------------------------------------------------


def _corrupt(shown: Shown, clean: Floats) -> list[str]:
    shape = ", ".join(map(str, clean.shape))
    noise = noise_lines(shown.noise, shown.seed, clean.shape)
    if noise is None:
        noisy = corrupt(clean, shown.noise, shown.seed)
        return [f"# The noisy picture, float32 ({shape}).", *array_lines("noisy", noisy)]
    lines = [f"# The clean picture, float32 ({shape}) in [0, 1].", *array_lines("clean", clean)]
    return [*lines, "", *noise]


def _encode(shown: Shown, half: Mapping[str, Any]) -> list[str]:
    assert shown.clean is not None  # asked by the caller
    port = PicturePort.from_json(half["picture"])
    ports = [ClassPort.from_json(record) for record in half["classes"]]
    lines = taking_lines(port, "noisy", shown.clean.shape[-1])
    taken = [class_text(each, shown.classes.get(each.name, 0)) for each in ports]
    taken.insert(half["input"], "given" if lines else "noisy")
    call = _call("encoder", taken)
    return [
        *lines,
        f"z = keras.ops.convert_to_numpy({call})",
        f"z = z.astype(np.float32).reshape(1, {shown.subject.latent_dim})",
    ]


def _decode(shown: Shown, half: Mapping[str, Any]) -> list[str]:
    subject = shown.subject
    taken: dict[str, str] = {}
    start = 0
    for port in subject.latents:
        taken[port.name] = latent_text(port, start, subject.latent_dim)
        start += port.size
    for each in subject.classes:
        taken[each.name] = class_text(each, shown.classes.get(each.name, 0))
    call = _call("decoder", [taken[name] for name in half["order"]])
    output = subject.outputs[_number(shown)]
    return [
        f"picture = keras.ops.convert_to_numpy({call})",
        "picture = picture.astype(np.float32)",
        *reading_lines(shown.port or output.port, "picture"),
    ]


def _call(model: str, taken: Sequence[str]) -> str:
    return f"{model}({taken[0]})" if len(taken) == 1 else f"{model}([{', '.join(taken)}])"


def _refuse(rule: str, received: str) -> EngineError:
    return EngineError("Keras code", rule, received)
