"""Values of options: parsed, or refused in words that argparse prints with the usage."""

from __future__ import annotations

import argparse
from collections.abc import Callable

SIDE_BOUNDS_PX = (640, 7680)
KINDS = ("dae", "vae")  # of autoencoders, as models.architecture builds them
MIX_KEYS = ("strokes", "warped", "clean", "example", "gaussian")
MAX_NUMBERS = 65_536  # in a list of them


def whole(least: int, most: int = 2**31 - 1) -> Callable[[str], int]:
    """A whole number between two bounds, these included."""

    def parse(text: str) -> int:
        number = int(text) if text.isdecimal() else -1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {least} to {most}, not {text!r}"
            )
        return number

    return parse


def above_zero(text: str) -> float:
    """A finite number above 0."""
    number = _number(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number above 0, not {text!r}")
    return number


def not_negative(text: str) -> float:
    """A finite number from 0."""
    number = _number(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be 0 or a number above, not {text!r}")
    return number


def whole_numbers(text: str) -> tuple[int, ...]:
    """Whole numbers and ranges of them, such as 0,3,5-7."""
    numbers: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start = whole(0)(first)
        end = whole(start)(last) if dash else start
        if len(numbers) + end - start >= MAX_NUMBERS:
            raise argparse.ArgumentTypeError(f"must be at most {MAX_NUMBERS:,} numbers")
        numbers += range(start, end + 1)
    return tuple(numbers)


def named_class(text: str) -> tuple[str, int]:
    """A class, with the name of its input or without: NAME=3 or 3."""
    name, _, number = text.rpartition("=")
    return name, whole(0)(number)


def filters(text: str) -> tuple[int, ...]:
    """Numbers of filters, such as 32,64."""
    return tuple(map(whole(1, 4096), text.split(",")))


def autoencoder(text: str) -> str:
    """A kind of autoencoder."""
    if text not in KINDS:
        raise argparse.ArgumentTypeError(f"must be {' or '.join(KINDS)}, not {text!r}")
    return text


def mix(text: str) -> dict[str, float]:
    """Shares of a batch, such as clean=0.5,warped=0.1."""
    shares = {}
    for part in filter(None, text.split(",")):
        key, _, share = part.partition("=")
        if key not in MIX_KEYS:
            raise argparse.ArgumentTypeError(f"must name {', '.join(MIX_KEYS)}, not {key!r}")
        shares[key] = not_negative(share)
    return shares


def size_px(text: str) -> tuple[int, int]:
    """A window's width and height, such as 1280x800."""
    sides = text.lower().split("x")
    if len(sides) != 2:
        raise argparse.ArgumentTypeError(f"must be like 1280x800, not {text!r}")
    width, height = map(whole(*SIDE_BOUNDS_PX), sides)
    return width, height


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
