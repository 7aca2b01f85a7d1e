"""Spellings of older Keras -> today's: names of layers and settings, and defaults that changed.

Each translation is a small function of a layer's settings, in one of two tables.
What it cannot translate it leaves as it is, for the allow-list to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from models.inspection.notes import Notes
from models.layers.checks import KERAS2_HARD_SIGMOID, as_sequence
from models.layers.registry import find_rule

Config = dict[str, Any]

FORMER_KINDS: Final[Mapping[str, str]] = {
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "GRUV1": "GRU",
    "GRUV2": "GRU",
    "LSTMV1": "LSTM",
    "LSTMV2": "LSTM",
    "SyncBatchNormalization": "BatchNormalization",
    "ThresholdedReLU": "ReLU",
    "TimeDistributedDense": "Dense",
}

# Settings as Keras 1 called them.
FORMER_SETTINGS: Final[Mapping[str, str]] = {
    "atrous_rate": "dilation_rate",
    "bias": "use_bias",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "dropout_U": "recurrent_dropout",
    "dropout_W": "dropout",
    "filter_length": "kernel_size",
    "inner_activation": "recurrent_activation",
    "nb_filter": "filters",
    "p": "rate",
    "pool_length": "pool_size",
    "sigma": "stddev",
    "stride": "strides",
    "subsample": "strides",
    "subsample_length": "strides",
}
FORMER_WORDS: Final[Mapping[str, str]] = {"th": "channels_first", "tf": "channels_last"}
# Layers that vary pictures in training, and give them as they are otherwise.
_VARIED: Final = (
    *("Brightness", "Contrast", "Erasing", "Flip", "GaussianBlur", "Grayscale", "Height", "Hue"),
    *("Invert", "Perspective", "Posterization", "Rotation", "Saturation", "Sharpness", "Shear"),
    *("Translation", "Width", "Zoom"),
)
_VARYING: Final = frozenset(f"Random{what}" for what in _VARIED)
_WORDY: Final = ("padding", "data_format")
_TO_UNITS: Final = ("Dense", "GRU", "LSTM", "SimpleRNN")
_INPUT_SHAPES: Final = ("batch_input_shape", "batch_shape", "input_shape", "input_dtype")
_OF_TRAINING: Final = re.compile(
    r"_init$|^init$|^[WUb]_(regularizer|constraint)$|^lora_|^consume_less$"
)
# Said by a file, and of no consequence where it has this value.
_IDLE: Final[Mapping[str, tuple[Any, ...]]] = {
    "groups": (1,),
    "mode": (0, "default"),
    "noise_shape": (None,),
    "ragged": (False, None),
    "softmax_robust_masking": (False,),
    "sparse": (False, None),
    "time_major": (False,),
    "weights": (None,),
}
_PENALTIES: Final = ("_regularizer", "_constraint")


def translate_layer(
    class_name: str, config: Mapping[str, Any], *, keras2: bool, name: str, notes: Notes
) -> tuple[str, Config]:
    """A layer's kind and settings as Keras 3 has them.

    Parameters
    ----------
    class_name : str
    config : mapping of str
        As the file has it.
    keras2 : bool
        Whether the file was written by Keras 1 or 2, some of whose defaults and
        functions are others.
    name : str
        Of the layer, for the notes.
    notes : Notes
        Told of what changes.

    Returns
    -------
    str
        Name of the kind; one that was never renamed is as it was.
    dict of str
        Settings that are still to be checked.
    """
    if class_name in _VARYING:
        notes.add("random changes of pictures, made in training only, were left out", name)
        return "Identity", {}
    kind = FORMER_KINDS.get(class_name, class_name)
    if kind == "Merge":
        kind, changed = _merge(config)
    else:
        changed = _rename(kind, config)
    for key, value in config.items():
        if key.endswith(_PENALTIES) and value is not None:
            notes.add(
                "regularisers and constraints, which only training needs, were left out", name
            )
    _drop_idle(kind, changed, name, notes)
    for change in _OF_CLASS.get(class_name, ()):
        change(changed)
    if kind != class_name or set(changed) - set(config):
        notes.add("older names of layers and settings were translated", name)
    if keras2:
        _keras2_defaults(kind, changed, name, notes)
    return kind, changed


def _rename(kind: str, config: Mapping[str, Any]) -> Config:
    changed: Config = {}
    for key, value in config.items():
        if key in _INPUT_SHAPES or _OF_TRAINING.search(key) or (key == "p" and "rate" in config):
            continue
        known = key if FORMER_SETTINGS.get(key, key) in config else FORMER_SETTINGS.get(key, key)
        changed[known] = _plain(value)
    if kind != "Embedding":
        changed.pop("input_dim", None)
    changed.pop("input_length", None)
    if kind in _TO_UNITS and "output_dim" in changed:
        changed["units"] = changed.pop("output_dim")
    for key in _WORDY:
        if isinstance(changed.get(key), str):
            changed[key] = FORMER_WORDS.get(changed[key], changed[key])
    _join(changed, "kernel_size", ("nb_row", "nb_col"))
    _join(changed, "kernel_size", ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
    return changed


def _plain(value: Any) -> Any:
    """A number that numpy wrote: ``{"type": "ndarray", "value": 0.2}``."""
    if isinstance(value, Mapping) and value.get("type") == "ndarray":
        return value.get("value")
    return value


def _join(config: Config, name: str, parts: tuple[str, ...]) -> None:
    if all(part in config for part in parts):
        config[name] = [config.pop(part) for part in parts]


def _drop_idle(kind: str, config: Config, name: str, notes: Notes) -> None:
    rule = find_rule(kind)
    known = rule.settings if rule else {}
    for key, values in _IDLE.items():
        if key in config and key not in known and config[key] in values:
            del config[key]
            if key == "groups":
                notes.add("groups=1, which such convolutions no longer have, was left out", name)


def _merge(config: Mapping[str, Any]) -> tuple[str, Config]:
    """Keras 1's Merge, less its modes that are code."""
    mode = config.get("mode")
    kind = _MERGES.get(mode, "Lambda") if isinstance(mode, str) else "Lambda"
    changed = {key: config[key] for key in ("name", "trainable") if key in config}
    if kind == "Concatenate":
        changed["axis"] = config.get("concat_axis", -1)
    return kind, changed


_MERGES: Final = {
    "ave": "Average",
    "concat": "Concatenate",
    "max": "Maximum",
    "mul": "Multiply",
    "sum": "Add",
}


def _keras2_defaults(kind: str, config: Config, name: str, notes: Notes) -> None:
    if kind == "GRU":
        config.setdefault("reset_after", False)
    for key in ("activation", "recurrent_activation"):
        if _named(config.get(key)) == "hard_sigmoid":
            config[key] = KERAS2_HARD_SIGMOID
            notes.add("hard_sigmoid was kept as Keras 2 computed it, 0.2 x + 0.5", name)


def _named(activation: Any) -> Any:
    if isinstance(activation, Mapping) and activation.get("class_name") == "function":
        return activation.get("config")
    return activation


def _alpha_is_slope(config: Config) -> None:
    if "alpha" in config:
        config.setdefault("negative_slope", config.pop("alpha"))


def _theta_is_threshold(config: Config) -> None:
    config["threshold"] = config.pop("theta", 1.0)


def _cudnn_gru(config: Config) -> None:
    config.update(activation="tanh", recurrent_activation="sigmoid", reset_after=True)


def _cudnn_lstm(config: Config) -> None:
    config.update(activation="tanh", recurrent_activation="sigmoid")


def _length_is_size(config: Config) -> None:
    if "length" in config:
        config["size"] = config.pop("length")


def _one_number(config: Config) -> None:
    """Sizes of one axis were lists of one in between."""
    for key in ("size", "pool_size"):
        members = as_sequence(config.get(key))
        if members is not None and len(members) == 1:
            config[key] = members[0]


def _no_output_shape(config: Config) -> None:
    # Keras 1 wanted it told; it follows from padding and strides.
    config.pop("output_shape", None)


def _no_input_shapes(config: Config) -> None:
    for key in ("query_shape", "key_shape", "value_shape"):
        config.pop(key, None)


_OF_CLASS: Final[Mapping[str, tuple[Callable[[Config], None], ...]]] = {
    "Conv2DTranspose": (_no_output_shape,),
    "CuDNNGRU": (_cudnn_gru,),
    "CuDNNLSTM": (_cudnn_lstm,),
    "Deconvolution2D": (_no_output_shape,),
    "Deconvolution3D": (_no_output_shape,),
    "LeakyReLU": (_alpha_is_slope,),
    "MultiHeadAttention": (_no_input_shapes,),
    "ThresholdedReLU": (_theta_is_threshold,),
    "UpSampling1D": (_length_is_size, _one_number),
}
