"""Models of the user's, as a window is told of them by an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.ports import ClassPort, CurvePort, LatentPort, PicturePort
from models.source import ModelSource
from models.subject import First, Output, Port, Subject, Whereabouts

SENTENCE = "Values lie in [0, 1], as sigmoid gives them."
FLAT = Output(
    "pixels", PicturePort("flat", 28, 28), (CurvePort(784), PicturePort("flat", 14, 56)), SENTENCE
)
CURVE = Output("signal", CurvePort(200))
COLOUR = Output("picture", PicturePort("HWC", 64, 64, 3), (), SENTENCE)


def subject_of(
    *outputs: Output,
    latents: Sequence[LatentPort] = (LatentPort("z", (16,)),),
    classes: Sequence[ClassPort] = (),
    picture: PicturePort | None = None,
    card: Mapping[str, Any] | None = None,
) -> Subject:
    """A model with these ends; its first picture or curve is a ramp."""
    latent_dim = sum(port.size for port in latents)
    z = np.zeros(latent_dim, np.float32)
    clean = None if picture is None else ramp(picture)
    return Subject(
        source=ModelSource(model=Path("mine.keras")),
        latents=tuple(latents),
        classes=tuple(classes),
        outputs=outputs,
        whereabouts=Whereabouts(z, z - 3, z + 3, "from the prior"),
        first=First(z, ramp(outputs[0].port), clean, clean),
        picture=picture,
        card=card or {},
    )


def ramp(port: Port) -> np.ndarray[Any, np.dtype[np.float32]]:
    """What a port shows of an output that rises from 0 to 1."""
    shape = port.picture_shape if isinstance(port, PicturePort) else (port.length, port.channels)
    return np.linspace(0, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def described(*layers: tuple[str, str, Any], **more: Any) -> dict[str, Any]:
    """What an engine tells of a Model: of each layer its name, its class and its shape."""
    return {
        "name": "functional_3",
        "input": layers[0][0],
        "output": layers[-1][0],
        "layers": [
            {"name": name, "type": kind, "output_shape": shape, "parameters": 9}
            for name, kind, shape in layers
        ],
        **more,
    }
