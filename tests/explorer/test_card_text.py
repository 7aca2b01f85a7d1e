"""A model's card in words."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.card_text import card_lines, cut_text, half_text, shape_text, shown_name

ENCODER = {
    "inputs": [{"name": "picture", "kind": "picture", "shape": [28, 28, 1]}],
    "outputs": [
        {"name": "z_mean", "kind": "z_mean", "shape": [4]},
        {"name": "z_log_var", "kind": "z_log_var", "shape": [4]},
    ],
    "parameters": 1,
    "layers": 1,
}
CARD: dict[str, Any] = {
    "name": "decoder.keras",
    "format": "Keras archive",
    "keras_version": "3.15.1",
    "role": "autoencoder",
    "reason": "An autoencoder: 28×28×1 comes out as it goes in.",
    "inputs": [
        {"name": "z", "kind": "latent", "shape": [4]},
        {"name": "label", "kind": "class", "shape": [10]},
    ],
    "outputs": [{"name": "out", "kind": "picture", "shape": [28, 28, 1]}],
    "parameters": 12345,
    "layers": 3,
    "latent_dim": 4096,
    "encoder": ENCODER,
    "notes": ["the compile settings were left out", "weights are NaN."],
    "cut": {"layer": "code", "shape": [4], "sentence": "it is the bottleneck"},
    "cuts": [],
    "ranges": "from the codes",
}


def test_a_whole_card() -> None:
    assert card_lines(CARD) == [
        ("Format", "Keras archive, written by Keras 3.15.1"),
        ("Opened as", "An autoencoder: 28×28×1 comes out as it goes in."),
        ("Encoder", "picture 28×28×1 → z_mean 4, z_log_var 4\n1 parameter in 1 layer"),
        ("Cut", "after code (4)\nIt is the bottleneck."),
        ("latent_dim", "4,096"),
        ("Decoder", "z 4, label 10 (class) → out 28×28×1\n12,345 parameters in 3 layers"),
        ("Sliders", "From the codes."),
        ("Notes", "• The compile settings were left out.\n• Weights are NaN."),
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"encoder": None}, ("Encoder", "none")),
        ({"role": "encoder"}, ("Decoder", "none; the code itself is shown")),
        ({"keras_version": ""}, ("Format", "Keras archive")),
        ({"notes": ["one thing"]}, ("Notes", "One thing.")),
        ({"values": "a sigmoid ends it"}, ("Values", "A sigmoid ends it.")),
        (
            {"class_offers": [{"text": "y takes a class", "chosen": True}]},
            ("Classes", "y takes a class."),
        ),
        (
            {"size_offers": [{"text": "64×64", "chosen": True}]},
            ("Picture size", "64×64."),
        ),
    ],
)
def test_what_else_a_card_may_say(change: dict[str, Any], line: tuple[str, str]) -> None:
    assert line in card_lines({**CARD, **change})


def test_what_is_not_known_is_not_said() -> None:
    card = {**CARD, "notes": [], "cut": None, "ranges": ""}
    assert [title for title, _ in card_lines(card)] == [
        "Format", "Opened as", "Encoder", "latent_dim", "Decoder",
    ]  # fmt: skip
    assert half_text({"inputs": ENCODER["inputs"]}) == "picture 28×28×1"


def test_a_curve_has_no_black_and_white() -> None:
    card = {**CARD, "outputs": [{"name": "out", "kind": "curve", "shape": [200]}]}
    titles = [title for title, _ in card_lines({**card, "values": "values lie in [-1, 1]"})]
    assert "Values" not in titles


@pytest.mark.parametrize(
    ("shape", "text"), [([28, 28, 1], "28×28×1"), ([None, 3], "?×3"), ([], "one value")]
)
def test_a_shape(shape: list[int | None], text: str) -> None:
    assert shape_text(shape) == text
    assert cut_text({"layer": "code", "shape": shape}) == f"after code ({text})"


def test_a_name_is_short_and_has_no_control_characters() -> None:
    assert shown_name("\x1b[2Jde\u202ecoder\n") == "[2Jdecoder"
    assert len(shown_name("x" * 300)) < 60
