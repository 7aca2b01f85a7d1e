"""Noise as lines of plain NumPy that give the very pixels of :mod:`models.noise`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from models.noise import Noise, controls, kind_of

_BLUR_MATRIX: Final = """\
def blur_matrix(size, sigma_px):
    offsets = np.subtract.outer(np.arange(size), np.arange(size))
    weights = np.exp(-0.5 * (offsets / sigma_px) ** 2)
    reach = np.arange(-size, size + 1)
    return (weights / np.exp(-0.5 * (reach / sigma_px) ** 2).sum()).astype(np.float32)
"""
_NORMAL: Final = "noise = generator.standard_normal(clean.shape, dtype=np.float32)"
_DICE: Final = "dice = generator.random(clean.shape, dtype=np.float32)"


def noise_lines(noise: Noise, seed: int, shape: tuple[int, ...]) -> list[str] | None:
    """Lines that make ``noisy`` of ``clean``.

    Parameters
    ----------
    noise : Noise
    seed : int
    shape : tuple of int
        Of ``clean``: (1, height, width, channels).

    Returns
    -------
    list of str, or None
        None for a kind that has no such lines.
    """
    kind = kind_of(noise)
    if kind.name not in _LINES:
        return None
    words = [f"{name} {getattr(noise, name):g}" for name in controls(type(noise))]
    told = ", ".join([f"{kind.label} noise", *words])
    lines = _LINES[kind.name](noise, shape)
    is_random = any("generator" in line for line in lines)
    return [
        f"# {told}, seed {seed}." if is_random else f"# {told}.",
        *([f"generator = np.random.default_rng({seed})"] if is_random else []),
        *lines,
        "noisy = np.clip(noisy, 0, 1).astype(np.float32)",
    ]


def _none(_: Any, __: tuple[int, ...]) -> list[str]:
    return ["noisy = clean"]


def _gaussian(noise: Any, _: tuple[int, ...]) -> list[str]:
    total = f"clean + np.float32({noise.mean!r}) + np.float32({noise.stddev!r}) * noise"
    return [_NORMAL, f"noisy = {total}"]


def _salt_and_pepper(noise: Any, _: tuple[int, ...]) -> list[str]:
    return [
        _DICE,
        f"white = dice < {noise.amount * noise.salt!r}",
        f"noisy = np.where(dice < {noise.amount!r}, white.astype(np.float32), clean)",
    ]


def _masking(noise: Any, _: tuple[int, ...]) -> list[str]:
    return [_DICE, f"noisy = clean * (dice >= {noise.amount!r})"]


def _occlusion(noise: Any, shape: tuple[int, ...]) -> list[str]:
    height, width = (round(noise.size * side) for side in shape[1:3])
    return [
        f"top = generator.integers(0, {shape[1] - height + 1}, 1)[0]",
        f"left = generator.integers(0, {shape[2] - width + 1}, 1)[0]",
        "noisy = clean.copy()",
        f"noisy[:, top : top + {height}, left : left + {width}] = np.float32({noise.shade!r})",
    ]


def _speckle(noise: Any, _: tuple[int, ...]) -> list[str]:
    return [_NORMAL, f"noisy = clean * (np.float32(1) + np.float32({noise.stddev!r}) * noise)"]


def _blur(noise: Any, shape: tuple[int, ...]) -> list[str]:
    if noise.sigma_px == 0:
        return ["noisy = clean"]
    return [
        *_BLUR_MATRIX.splitlines(),
        "",
        f"rows = blur_matrix({shape[1]}, {noise.sigma_px!r})",
        f"columns = blur_matrix({shape[2]}, {noise.sigma_px!r})",
        'noisy = np.einsum("ih,nhwc,jw->nijc", rows, clean, columns, optimize=True)',
    ]


_LINES: Final[dict[str, Callable[[Any, tuple[int, ...]], list[str]]]] = {
    "none": _none,
    "gaussian": _gaussian,
    "salt_and_pepper": _salt_and_pepper,
    "masking": _masking,
    "occlusion": _occlusion,
    "speckle": _speckle,
    "blur": _blur,
}
