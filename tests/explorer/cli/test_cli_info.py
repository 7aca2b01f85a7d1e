"""`latent-explorer info` as a user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from models.bundle import DECODER, DEFAULT, read_card, write_card
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


def test_it_tells_from_which_bundle_the_training_went_on(run: Run) -> None:
    start = read_card(DEFAULT)["start"]
    _, out, _ = run("info", DEFAULT)
    told = out.partition("\nstart ")[2].partition("\ncodes ")[0]
    lines = dict(re.findall(r"^  (\S+) +(.*)$", told, re.MULTILINE))
    assert f"\nstart         {start['name']}\n" in out
    assert lines["seed"] == str(start["seed"])
    assert f"example {start['noise']['example']}" in lines["noise"]
    assert f"epochs_run {start['training']['epochs_run']}" in lines["training"]
    assert f"{DECODER} {start['files'][DECODER]['sha256'][:12]}…" in lines["SHA-256"]


def test_a_training_that_began_by_chance_has_no_start(run: Run, copy: Path) -> None:
    card = read_card(copy)
    del card["start"]
    write_card(copy, card)
    code, out, _ = run("info", copy)
    assert code == 0
    assert "start" not in out


@pytest.mark.parametrize("start", [3, [], {}, {"files": 3}, {"name": {}, "files": {"a": 1}}])
def test_an_odd_start_is_printed_as_it_stands(run: Run, copy: Path, start: Any) -> None:
    write_card(copy, {**read_card(copy), "start": start})
    code, out, error = run("info", copy)
    assert (code, error) == (0, "")
    assert "\nstart  " in out


@pytest.mark.parametrize(
    ("losses", "printed"),
    [
        ({"epoch": [1, 2], "kl_loss": [9.0, 8.5]}, "epoch 2; kl_loss 8.5"),
        ({"loss": [], "kl_loss": 3}, "loss ; kl_loss 3"),
        ({}, ""),
        ([7], "7"),
        ("none", "none"),
    ],
)
def test_the_losses_are_those_of_the_last_epoch(
    run: Run, copy: Path, losses: Any, printed: str
) -> None:
    write_card(copy, {**read_card(copy), "losses": losses})
    code, out, error = run("info", copy)
    assert (code, error) == (0, "")
    assert f"\nlosses        {printed}\n" in out


def test_json_has_the_whole_card(run: Run, copy: Path) -> None:
    card = read_card(copy)
    card["metrics"]["gaussian"]["noisy"]["ssim"] = float("nan")
    write_card(copy, {**card, "odd": [float("inf"), "\x1b[2J"]})
    code, out, error = run("info", copy, "--json")
    assert (code, error) == (0, "")
    record = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert (record["bundle"], record["folder"], record["codes"]) == ("copy", str(copy), 10000)
    assert record["card"]["start"] == card["start"]
    assert record["card"]["metrics"]["gaussian"]["noisy"]["ssim"] is None
    assert record["card"]["odd"] == [None, "\x1b[2J"]
    assert "\x1b" not in out


@pytest.mark.parametrize("metrics", [3, {"gaussian": 1}, {"gaussian": {"noisy": {}}}])
def test_odd_metrics_are_told(run: Run, copy: Path, metrics: Any) -> None:
    write_card(copy, {**read_card(copy), "metrics": metrics})
    code, out, error = run("info", copy)
    assert (code, out) == (1, "")
    assert "metrics must be as `train` writes them" in error
    assert_one_sentence(error)
