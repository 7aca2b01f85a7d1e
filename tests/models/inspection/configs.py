"""Configurations of models as Keras writes them, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Entry = dict[str, Any]


def tensor(layer: str, call: int = 0, output: int = 0) -> Entry:
    """A tensor among a call's arguments, as Keras 3 writes it."""
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [layer, call, output]}}


def call(*args: Any, **kwargs: Any) -> Entry:
    """A call as Keras 3 writes it."""
    return {"args": list(args), "kwargs": kwargs}


def layer(
    class_name: str, name: str, *calls: Any, module: str = "keras.layers", **settings: Any
) -> Entry:
    """A layer; each call is a layer's name or what :func:`call` gives."""
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": name, **settings},
        "registered_name": None,
        "name": name,
        "inbound_nodes": [call(tensor(each)) if isinstance(each, str) else each for each in calls],
    }


def entry(name: str = "z", *sizes: int | None) -> Entry:
    """An input of that shape, without the batch."""
    return layer("InputLayer", name, batch_shape=[None, *(sizes or (4,))], dtype="float32")


def functional(
    layers: Sequence[Entry], inputs: Any = None, outputs: Any = None, name: str = "decoder"
) -> Entry:
    """A functional model, from its first layer to its last unless told otherwise."""
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": name,
            "layers": list(layers),
            "input_layers": inputs or [[layers[0]["name"], 0, 0]],
            "output_layers": outputs or [[layers[-1]["name"], 0, 0]],
        },
        "registered_name": "Functional",
        "name": name,
    }


def nested(model: Entry, name: str, *calls: Any) -> Entry:
    """A model as a layer."""
    return {**model, **layer("Functional", name, *calls), "config": model["config"]}


def sequential(*layers: Entry, **settings: Any) -> Entry:
    """A Sequential model."""
    config = {"name": "chain", "layers": list(layers), **settings}
    return {"module": "keras", "class_name": "Sequential", "config": config}


def old_layer(class_name: str, name: str, *calls: Any, **settings: Any) -> Entry:
    """A layer as Keras 1 and 2 write it; each call is a list of entries."""
    config = {"name": name, **settings}
    return {"class_name": class_name, "config": config, "name": name, "inbound_nodes": list(calls)}
