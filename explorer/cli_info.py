"""``latent-explorer info``: the card of a bundle or a model, after its files were checked."""

from __future__ import annotations

import json
from argparse import Namespace as Options
from typing import Any

from explorer.cli import source_of
from explorer.cli_evaluate import format_table, without_nan
from models.bundle import CARD, CODES, DECODER, DEFAULT, ENCODER, Bundle, open_bundle
from models.errors import BundleError
from models.source import ModelSource

SECTIONS = ("created", "architecture", "data", "noise", "training", "seed", "keras")
START_SECTIONS = ("noise", "training", "seed")  # of the bundle a training went on from


def info(options: Options) -> int:
    """Check every file of a bundle, or of a model, then print its card."""
    source = source_of(options) or ModelSource(bundle=DEFAULT)
    if source.bundle is None:
        from explorer.cli_card import print_card

        print_card(source, options.json)
        return 0
    bundle = open_bundle(source.bundle)
    print(_as_json(bundle) if options.json else _as_text(bundle))
    return 0


def _as_json(bundle: Bundle) -> str:
    record = {
        "bundle": bundle.name,
        "folder": str(bundle.folder),
        "codes": len(bundle.codes.codes),
        "card": without_nan(bundle.card),
    }
    return json.dumps(record, indent=2, allow_nan=False)


def _as_text(bundle: Bundle) -> str:
    lines = [f"{bundle.name} in {bundle.folder.parent}", ""]
    lines += [_line(name, bundle.card[name]) for name in SECTIONS if name in bundle.card]
    lines += _loss_lines(bundle.card.get("losses"))
    lines += _start_lines(bundle.card.get("start"))
    lines += [_line("codes", f"{len(bundle.codes.codes)} of {bundle.latent_dim} dimensions"), ""]
    files = bundle.card["files"]
    lines += [_file_line(name, files[name]) for name in (ENCODER, DECODER, CODES)]
    if "metrics" in bundle.card:
        lines += ["", _metrics(bundle)]
    return "\n".join(lines)


def _loss_lines(losses: Any) -> list[str]:
    """What the last epoch ended with; an older card does not tell."""
    if not isinstance(losses, dict):
        return [] if losses is None else [_line("losses", losses)]
    ends = {name: each[-1] if isinstance(each, list) and each else each
            for name, each in losses.items()}  # fmt: skip
    return [_line("losses", ends)]


def _start_lines(start: Any) -> list[str]:
    """The bundle whose weights the training began with, and how that one was trained."""
    if not isinstance(start, dict):
        return [] if start is None else [_line("start", start)]
    lines = [_line("start", start.get("name", "a bundle without a name"))]
    lines += [_line(f"  {name}", start[name]) for name in START_SECTIONS if name in start]
    files = start.get("files")
    if isinstance(files, dict):
        digests = {
            name: f"{_text(entry['sha256'])[:12]}…"
            for name, entry in files.items()
            if isinstance(entry, dict) and "sha256" in entry
        }
        lines.append(_line("  SHA-256", digests))
    return lines


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
