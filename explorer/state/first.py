"""What a session starts with, before any engine is ready."""

from __future__ import annotations

import numpy as np

from explorer.state.drawing import Drawing
from explorer.state.frame import Floats, Frame
from explorer.state.latent import Latent, Source
from explorer.state.record import State
from models.bundle import Bundle
from models.first_picture import FIRST_NOISE, FIRST_NOISE_SEED, first_strokes


def first_state(bundle: Bundle) -> State:
    """A drawn sample with the example's noise and the encoder plugged in."""
    return State(
        drawing=Drawing(first_strokes()),
        latent=Latent(bundle.first.z, Source.START),
        noise=FIRST_NOISE,
        noise_seed=FIRST_NOISE_SEED,
    )


def first_frame(bundle: Bundle) -> Frame:
    """The bundle's stored first picture as a frame that every other one replaces."""
    first = bundle.first
    return Frame(
        seq=0,
        model_id="",
        request="denoise",
        inputs={"clean": first.clean[None], "noisy": first.noisy[None]},
        z=first.z[None],
        outputs={"decoder_output": first.output[None]},
        metrics={
            "noisy": _error(first.noisy, first.clean),
            "denoised": _error(first.output, first.clean),
        },
        seconds=0.0,
    )


def _error(picture: Floats, clean: Floats) -> dict[str, float]:
    mse = float(np.mean((picture - clean) ** 2))
    return {"mse": mse, "psnr_db": float(-10 * np.log10(max(mse, 1e-10)))}
