"""Networks from small to huge, and what is plugged in."""

from __future__ import annotations

from PyQt6.QtWidgets import QAbstractButton

from explorer.state.latent import Route
from explorer.state.wiring import DECODER_SIDE, ENCODER_SIDE, Wiring
from explorer.widgets.network import Layer, Model, Network, network_of_card
from explorer.widgets.wiring_strip import WiringStrip

EXAMPLE = network_of_card(
    {"picture_shape": [28, 28, 1], "latent_dim": 16, "filters": [32, 64], "kernel_size": 3}
)
DEEP = network_of_card(
    {"picture_shape": [256, 256, 3], "latent_dim": 512, "filters": [16] * 7, "kernel_size": 3}
)
ALONE = Network(None, EXAMPLE.decoder)
LONG_NAME = "a_name_that_is_longer_than_most_names_are"
HUGE = Network(
    *(
        Model(
            name,
            (
                Layer(f"{name}_{LONG_NAME}", "InputLayer", (16,), 0, is_end=True),
                *(Layer(f"conv2d_{n}", "Conv2D", (8, 8, 64), n % 2) for n in range(400)),
                Layer("label", "InputLayer", (10,), 0, is_end=True),
                *(Layer(f"dense_{n}", "Dense", (8, 8, 64), n % 2) for n in range(397)),
                Layer(f"{name}_output_{LONG_NAME}", "Conv2D", (256, 256, 3), 9, is_end=True),
            ),
        )
        for name in ("encoder", "decoder")
    )
)
BY_ENCODER = Wiring(
    Route.ENCODER, ENCODER_SIDE | DECODER_SIDE, "", "plugged in: encoder", "", "drawing → decoder"
)
BY_SLIDERS = Wiring(
    Route.HELD, DECODER_SIDE | {"sliders"}, "", "plugged in: sliders", "", "sliders → decoder"
)


def spot(strip: WiringStrip, name: str) -> QAbstractButton:
    spots = strip.findChildren(QAbstractButton)
    return next(button for button in spots if button.accessibleName().startswith(name))


def text_width(text: str, bold: bool) -> float:
    return len(text) * (7.0 if bold else 6.4)
