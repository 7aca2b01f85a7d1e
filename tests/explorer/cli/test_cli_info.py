"""`latent-explorer info` as a user meets it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from models.bundle import DECODER, read_card, write_card
from tests.explorer.cli.terminal import Run, assert_one_sentence, python


def test_the_card_is_printed_without_keras() -> None:
    code = "import sys; from explorer.cli import main; main(['info']); "
    code += "sys.exit('keras' in sys.modules)"
    with python("-c", code) as process:
        out, error = process.communicate()
    assert (process.returncode, error) == (0, "")
    for part in ("mnist-dae-16", "latent_dim 16", "filters 32, 64", DECODER, "Gaussian"):
        assert part in out


def test_a_tampered_bundle_is_told(run: Run, copy: Path) -> None:
    content = bytearray((copy / DECODER).read_bytes())
    content[1000] ^= 1
    (copy / DECODER).write_bytes(content)
    code, out, error = run("info", copy)
    assert (code, out) == (1, "")
    assert re.search(rf"{DECODER} must have the SHA-256.*changed", error)
    assert_one_sentence(error)


def test_a_card_cannot_steer_the_terminal(run: Run, copy: Path) -> None:
    card = read_card(copy)
    card["data"] = {"name": "\x1b[2Jmnist\x07\n", "nested": [1, {"a": None}]}
    write_card(copy, card)
    code, out, _ = run("info", copy)
    assert code == 0
    assert "name [2Jmnist; nested 1, a None" in out


@pytest.mark.parametrize("metrics", [3, {"gaussian": 1}, {"gaussian": {"noisy": {}}}])
def test_odd_metrics_are_told(run: Run, copy: Path, metrics: Any) -> None:
    write_card(copy, {**read_card(copy), "metrics": metrics})
    code, out, error = run("info", copy)
    assert (code, out) == (1, "")
    assert "metrics must be as `train` writes them" in error
    assert_one_sentence(error)
