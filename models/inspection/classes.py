"""Which classes a file may name, and the way out for each that it may not."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from models.errors import ModelFileError
from models.inspection.refusing import layer_named, refuse
from models.inspection.sampling import SAMPLING, SAMPLING_RULE
from models.layers.registry import find_rule
from models.layers.rule import Rule
from models.layers.settings import told

SEQUENTIAL: Final = "Sequential"
FUNCTIONAL: Final = ("Functional", "Model")
MODELS: Final = (*FUNCTIONAL, SEQUENTIAL)

# Roots of modules that Keras itself has had.
BUILT_IN: Final = ("", "builtins", "keras", "keras_core", "tensorflow", "tf_keras")
STANDARD_LIBRARY: Final = sys.stdlib_module_names - {"builtins", "__main__"}

_NO_LAMBDA = "save the model with keras.ops in the place of Lambda layers"
_NO_CODE = "save the model with layers that Keras has built in"
# Layers that hold code or load it.
CODE_LAYERS: Final[Mapping[str, str]] = {
    "FlaxLayer": _NO_CODE,
    "JaxLayer": _NO_CODE,
    "Lambda": _NO_LAMBDA,
    "TFSMLayer": "save the Keras model itself, not a SavedModel",
    "TorchModuleWrapper": _NO_CODE,
}
# Operations that take functions.
CODE_OPERATIONS: Final = frozenset(
    [
        "AssociativeScan",
        "Cond",
        "CustomGradient",
        "ForiLoop",
        "Map",
        "PyFunc",
        "Rematerialize",
        "Scan",
        "Switch",
        "Vectorize",
        "VectorizedMap",
        "Vmap",
        "WhileLoop",
    ]
)
# Their tables come from other files.
_LOOKUPS = ("FeatureSpace", "Hashing", "HashedCrossing", "IntegerLookup", "StringLookup")
TEXT_LAYERS: Final = frozenset(
    (*_LOOKUPS, "TextVectorization", "MelSpectrogram", "STFTSpectrogram")
)


def rule_of(kind: str) -> Rule:
    """The rule of a blueprint's layer.

    Raises
    ------
    KeyError
        If there is none.
    """
    rule = SAMPLING_RULE if kind == SAMPLING else find_rule(kind)
    if rule is None:
        raise KeyError(kind)
    return rule


def is_custom(entry: Mapping[str, Any]) -> bool:
    """Whether a layer's or model's class is of another module than Keras' own."""
    registered, module = entry.get("registered_name"), entry.get("module") or ""
    package = registered.partition(">") if isinstance(registered, str) else ("", "", "")
    named = str(entry.get("class_name")).partition(">")
    of_package = any(
        arrow and name.lower() not in ("keras", "tensorflow") for name, arrow, _ in (package, named)
    )
    return of_package or str(module).partition(".")[0] not in BUILT_IN


def names_code(value: Any) -> bool:
    """Whether any part of a configuration is code, or of a class that is not Keras' own."""
    if isinstance(value, Mapping):
        is_code = value.get("class_name") == "__lambda__"
        is_registered = value.get("module") is None and value.get("registered_name") is not None
        return is_code or is_registered or is_custom(value) or any(map(names_code, value.values()))
    return isinstance(value, list) and any(map(names_code, value))


def is_operation(entry: Mapping[str, Any]) -> bool:
    """Whether it is one of ``keras.ops`` and no layer."""
    return "ops" in str(entry.get("module")).split(".")


def refuse_foreign_code(name: str, config: Any) -> None:
    """Raise if any part of a layer's settings names a module of Python itself, such as os.

    Raises
    ------
    ModelFileError
    """
    if isinstance(config, Mapping):
        module = config.get("module")
        if isinstance(module, str) and module.partition(".")[0] in STANDARD_LIBRARY:
            raise refuse(
                layer_named(name),
                "must not call Python's own modules",
                f"a function of {told(module)}",
                _NO_CODE,
                reason="code",
            )
    if isinstance(config, Mapping | list):
        for item in config.values() if isinstance(config, Mapping) else config:
            refuse_foreign_code(name, item)


def refuse_code(name: str, entry: Mapping[str, Any]) -> None:
    """Raise for a layer or operation that is code, whatever it is called with.

    A Lambda may be a sampling, which is seen later.

    Raises
    ------
    ModelFileError
    """
    class_name = str(entry.get("class_name"))
    codes = CODE_OPERATIONS if is_operation(entry) else set(CODE_LAYERS) - {"Lambda"}
    if class_name in codes:
        raise refuse_class(name, class_name)


def refuse_class(name: str, class_name: str, *, custom: bool = False) -> ModelFileError:
    """The refusal of a layer, by its class."""
    if class_name in CODE_LAYERS or class_name in CODE_OPERATIONS:
        return refuse(
            layer_named(name),
            "must not hold or call code of its own",
            f"a {class_name}",
            CODE_LAYERS.get(class_name, "save the model without operations that take functions"),
            reason="code",
        )
    if class_name in TEXT_LAYERS and not custom:
        return refuse(
            layer_named(name),
            "must be a layer of pictures or numbers",
            f"a {class_name}",
            "save the model without it, and its inputs prepared",
            reason="unknown-class",
        )
    return refuse(
        layer_named(name),
        "must be a layer that Keras has built in",
        f"the class {told(class_name)}",
        "save the part without it, such as vae.decoder",
        reason="unknown-class",
    )


def refuse_model(class_name: str) -> ModelFileError:
    """The refusal of a model that is neither Functional nor Sequential."""
    return refuse(
        "the model",
        "must be Functional or Sequential",
        f"a model of the class {told(class_name)}",
        "save its decoder alone: model.decoder.save('decoder.keras')",
        reason="unknown-class",
    )
