"""A Keras Model in plain words: what the window shows of its layers."""

from __future__ import annotations

from typing import Any


def describe_model(model: Any) -> dict[str, Any]:
    """Describe a Model in JSON values.

    Returns
    -------
    dict
        ``name``, ``input`` and ``output`` (names of the entry and of the layer whose
        output counts), ``outputs`` (names of all that give one), ``parameters`` (their
        number) and ``layers``: of each its ``name``, ``type``, ``output_shape`` (None
        for the batch) and ``parameters``.
    """
    return {
        "name": model.name,
        "input": model.inputs[0].name,
        "output": model.output_names[0],
        "outputs": list(model.output_names),
        "parameters": model.count_params(),
        "layers": [_describe_layer(layer) for layer in model.layers],
    }


def _describe_layer(layer: Any) -> dict[str, Any]:
    return {
        "name": layer.name,
        "type": type(layer).__name__,
        "output_shape": list(first_tensor(layer.output).shape),
        "parameters": layer.count_params(),
    }


def first_tensor(output: Any) -> Any:
    """What a layer gives, or the first of several tensors."""
    while isinstance(output, (dict, list, tuple)):
        output = next(iter(output.values())) if isinstance(output, dict) else output[0]
    return output
