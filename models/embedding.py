"""Maps of codes that keep neighbours together: t-SNE and UMAP, from optional libraries."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import DataError, EngineError

# What takes a minute or so; of more codes, evenly spaced ones are placed.
MAX_CODES = {"tsne": 20_000, "umap": 50_000}
MAX_VALUES = 2**24  # of codes of very many dimensions: 64 MiB
MIN_CODES = 10
PERPLEXITY = 30
NEIGHBOURS = 15
TSNE_STEPS = 1000  # scikit-learn's own choice
TITLES = {"tsne": "t-SNE", "umap": "UMAP"}
EXTRA = "latent-explorer[maps]"
TSNE_STEP = re.compile(r"Iteration (\d+):")
UMAP_STEP = re.compile(r"completed.*?(\d+)\s*/\s*(\d+)")

Floats = npt.NDArray[np.float32]
Progress = Callable[[int, int], object]


def chosen_rows(kind: str, count: int, latent_dim: int) -> npt.NDArray[np.int64]:
    """Which of ``count`` codes a map of this kind places, as row numbers.

    Raises
    ------
    EngineError
        If there is no such kind.
    """
    if kind not in MAX_CODES:
        raise _unknown(kind)
    most = max(MIN_CODES, min(MAX_CODES[kind], MAX_VALUES // latent_dim))
    if count <= most:
        return np.arange(count, dtype=np.int64)
    return np.linspace(0, count - 1, most).astype(np.int64)


def embed(codes: Floats, kind: str, on_progress: Progress) -> Floats:
    """Place codes on the plane, those close together near each other.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
    kind : str
        ``tsne`` or ``umap``.
    on_progress : callable of (done, total)
        Called now and then.

    Returns
    -------
    ndarray of float32, shape (n, 2)
        The same every time.

    Raises
    ------
    DataError
        If there are too few codes, or they are all equal.
    EngineError
        If the library is not installed, or fails.
    """
    if kind not in TITLES:
        raise _unknown(kind)
    if len(codes) < MIN_CODES or not np.ptp(codes, axis=0).any():
        raise DataError(
            f"A map by {TITLES[kind]}",
            f"needs at least {MIN_CODES} different codes",
            f"{len(codes):,}" if len(codes) < MIN_CODES else f"{len(codes):,} of the same value",
            "choose two dimensions",
        )
    points = np.asarray((_tsne if kind == "tsne" else _umap)(codes, on_progress), np.float32)
    if points.shape != (len(codes), 2) or not np.isfinite(points).all():
        raise EngineError(TITLES[kind], "must place every code", "places that are no numbers")
    return points


def _tsne(codes: Floats, on_progress: Progress) -> npt.NDArray[Any]:
    manifold = _library("tsne", "sklearn.manifold", "scikit-learn")
    method = manifold.TSNE(
        perplexity=min(PERPLEXITY, (len(codes) - 1) / 3), random_state=0, verbose=2
    )
    with _listening(lambda line: _tell_tsne(line, on_progress)):
        points: npt.NDArray[Any] = method.fit_transform(codes)
    return points


def _umap(codes: Floats, on_progress: Progress) -> npt.NDArray[Any]:
    library = _library("umap", "umap", "umap-learn")
    method = library.UMAP(
        n_neighbors=min(NEIGHBOURS, len(codes) - 1), random_state=0, n_jobs=1, verbose=True
    )
    with _listening(lambda line: _tell_umap(line, on_progress)):
        points: npt.NDArray[Any] = method.fit_transform(codes)
    return points


def _unknown(kind: str) -> EngineError:
    return EngineError("A map of neighbours", "must be " + " or ".join(TITLES), repr(kind)[:60])


def _library(kind: str, module: str, package: str) -> ModuleType:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise EngineError(
            TITLES[kind],
            f"needs {package}",
            "a Python without it",
            f'install it with pip install "{EXTRA}"',
        ) from error


def _tell_tsne(line: str, on_progress: Progress) -> None:
    if found := TSNE_STEP.search(line):
        on_progress(min(int(found[1]), TSNE_STEPS), TSNE_STEPS)


def _tell_umap(line: str, on_progress: Progress) -> None:
    if found := UMAP_STEP.search(line):
        on_progress(int(found[1]), int(found[2]))


# Neither library calls back; both print how far they are.
@contextlib.contextmanager
def _listening(hear: Callable[[str], object]) -> Iterator[None]:
    with (
        contextlib.redirect_stdout(_Listener(hear)),
        contextlib.redirect_stderr(_Listener(hear)),
    ):
        yield


class _Listener(io.TextIOBase):
    def __init__(self, hear: Callable[[str], object]) -> None:
        super().__init__()
        self._hear = hear

    def write(self, text: str) -> int:
        self._hear(text)
        return len(text)
