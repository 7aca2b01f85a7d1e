"""What a session starts with, before any engine is ready."""

from __future__ import annotations

import numpy as np

from explorer.state.drawing import Drawing
from explorer.state.frame import Floats, Frame
from explorer.state.latent import Latent, Route, Source
from explorer.state.record import State
from models.first_picture import FIRST_NOISE, FIRST_NOISE_SEED, first_strokes
from models.noise import Noise
from models.subject import Subject

MNIST_PX = (28, 28)


def first_state(subject: Subject) -> State:
    """A drawn sample and, where there is one, the encoder plugged in.

    A bundle's encoder was trained to denoise, so it gets the example's noise; what
    a user's was trained for, nobody knows.
    """
    has_encoder = subject.has_encoder
    return State(
        drawing=Drawing(
            first_strokes() if has_encoder else (),
            normalised=subject.picture_shape[:2] == MNIST_PX,
        ),
        latent=Latent(subject.first.z, Source.START),
        noise=FIRST_NOISE if subject.source.bundle is not None else Noise(),
        noise_seed=FIRST_NOISE_SEED,
        route=Route.ENCODER if has_encoder else Route.HELD,
        classes={port.name: 0 for port in subject.classes},
    )


def first_frame(subject: Subject) -> Frame:
    """The stored first picture as a frame that every other one replaces."""
    first = subject.first
    shown = {"decoder_output": first.output[None]}
    if first.clean is None or first.noisy is None:
        return Frame(0, "", "decode", {}, first.z[None], shown, {}, 0.0)
    return Frame(
        seq=0,
        model_id="",
        request="denoise",
        inputs={"clean": first.clean[None], "noisy": first.noisy[None]},
        z=first.z[None],
        outputs=shown,
        metrics={
            "noisy": _error(first.noisy, first.clean),
            "denoised": _error(first.output, first.clean),
        },
        seconds=0.0,
    )


def _error(picture: Floats, clean: Floats) -> dict[str, float]:
    if picture.shape != clean.shape:
        return {}
    mse = float(np.mean((picture - clean) ** 2))
    return {"mse": mse, "psnr_db": float(-10 * np.log10(max(mse, 1e-10)))}
