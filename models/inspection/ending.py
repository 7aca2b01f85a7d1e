"""Which activation a model's output went through last."""

from __future__ import annotations

from typing import Final

from models.inspection.blueprint import Blueprint, TensorRef
from models.inspection.conditions import kind_without_module

# Layers that move values about and leave each as it is.
MOVING: Final = frozenset(
    (
        *("Reshape", "Flatten", "Permute", "Transpose", "Identity", "Cast", "Squeeze"),
        *("ExpandDims", "Cropping1D", "Cropping2D", "Dropout", "GaussianNoise"),
    )
)
# Layers and operations that are activations by themselves.
ACTIVATIONS: Final = {
    "Sigmoid": "sigmoid",
    "HardSigmoid": "hard_sigmoid",
    "Tanh": "tanh",
    "HardTanh": "hard_tanh",
    "Softmax": "softmax",
    "Softsign": "softsign",
    "Relu": "relu",
    "ReLU": "relu",
}


def last_activation(blueprint: Blueprint, ref: TensorRef) -> str | None:
    """Name of the activation that a tensor comes out of; None where there is none.

    Parameters
    ----------
    blueprint : Blueprint
    ref : TensorRef
        An output of the blueprint.
    """
    layers = {layer.name: layer for layer in blueprint.layers}
    while True:
        layer = layers[ref.layer]
        if layer.kind == "InputLayer":
            return None
        if layer.model is not None:
            return last_activation(layer.model, layer.model.output_refs[ref.output])
        kind = kind_without_module(layer.kind)
        activation = layer.settings.get("activation")
        if kind in ACTIVATIONS:
            return ACTIVATIONS[kind]
        if isinstance(activation, str) and activation != "linear":
            return activation
        tensors = layer.calls[ref.call].tensors()
        passes = kind in MOVING or kind == "Activation"
        if not passes or len(tensors) != 1:
            return None
        (ref,) = tensors
