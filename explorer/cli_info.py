"""``latent-explorer info``: a bundle's card, after its files were checked against it."""

from __future__ import annotations

from argparse import Namespace as Options
from typing import Any

from explorer.cli_evaluate import format_table
from models.bundle import CARD, DEFAULT, Bundle, open_bundle
from models.errors import BundleError

SECTIONS = ("created", "architecture", "data", "noise", "training", "seed", "keras")


def info(options: Options) -> int:
    """Check every file of a bundle, then print what its card says."""
    bundle = open_bundle(options.bundle or DEFAULT)
    lines = [f"{bundle.name} in {bundle.folder.parent}", ""]
    lines += [_line(name, bundle.card[name]) for name in SECTIONS if name in bundle.card]
    lines += [_line("codes", f"{len(bundle.codes.codes)} of {bundle.latent_dim} dimensions"), ""]
    lines += [_file_line(name, entry) for name, entry in bundle.card["files"].items()]
    if "metrics" in bundle.card:
        lines += ["", _metrics(bundle)]
    print("\n".join(lines))
    return 0


def _line(heading: str, value: Any) -> str:
    return f"{heading:<14}{_text(value)}"


def _file_line(name: str, entry: Any) -> str:
    size_kb, digest = entry["bytes"] / 1000, entry["sha256"]
    return f"{_text(name):<14}{size_kb:8.0f} kB  SHA-256 {digest[:12]}… as the card says"


def _text(value: Any) -> str:
    """A card may hold anything: what is not printable is left out."""
    if isinstance(value, dict):
        return "; ".join(f"{_text(key)} {_text(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, float):
        return f"{value:.5g}"
    return "".join(letter for letter in str(value) if letter.isprintable())


def _metrics(bundle: Bundle) -> str:
    try:
        return format_table(bundle.card["metrics"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(
            f"{bundle.folder / CARD}: metrics", "must be as `train` writes them", repr(error)
        ) from error
