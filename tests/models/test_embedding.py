"""Maps that keep neighbours together, with stand-ins for the libraries where they are missing."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from models.embedding import Floats, chosen_rows, embed
from models.errors import DataError, EngineError, LatentExplorerError

CODES = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)


class FakeMethod:
    """Prints what the library prints."""

    lines: tuple[str, ...] = ()
    stream = "stdout"

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    def fit_transform(self, codes: Floats) -> Floats:
        for line in self.lines:
            print(line, file=getattr(sys, self.stream))
        return codes[:, :2] * 2


class FakeTSNE(FakeMethod):
    lines = (
        "[t-SNE] Computing 91 nearest neighbors...",
        "[t-SNE] Iteration 50: error = 1.5, gradient norm = 0.1 (50 iterations in 0.1s)",
        "[t-SNE] Iteration 1000: error = 1.0, gradient norm = 0.1 (50 iterations in 0.1s)",
    )


class FakeUMAP(FakeMethod):
    lines = ("UMAP(n_neighbors=15)", "\t 3  /  14", "\rEpochs completed:  10%| # 50/500 [00:01]")
    stream = "stderr"


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    sklearn, manifold, umap = (
        ModuleType("sklearn"),
        ModuleType("sklearn.manifold"),
        ModuleType("umap"),
    )
    for module, name, fake in ((manifold, "TSNE", FakeTSNE), (umap, "UMAP", FakeUMAP)):
        setattr(module, name, fake)
    for module in (sklearn, manifold, umap):
        monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.usefixtures("libraries")
@pytest.mark.parametrize(
    ("kind", "progress"), [("tsne", [(50, 1000), (1000, 1000)]), ("umap", [(50, 500)])]
)
def test_progress_is_told_while_codes_are_placed(
    kind: str, progress: list[tuple[int, int]], capfd: pytest.CaptureFixture[str]
) -> None:
    heard: list[tuple[int, int]] = []
    points = embed(CODES, kind, lambda *news: heard.append(news))
    assert heard == progress
    assert points.dtype == np.float32
    np.testing.assert_array_equal(points, CODES[:, :2] * 2)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("kind", "module", "package"),
    [("tsne", "sklearn.manifold", "scikit-learn"), ("umap", "umap", "umap-learn")],
)
def test_a_missing_library_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch, kind: str, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EngineError, match=f"needs {package}.*pip install") as caught:
        embed(CODES, kind, lambda *_: None)
    assert len(str(caught.value)) <= 200


@pytest.mark.parametrize(
    ("codes", "kind", "error"),
    [
        (CODES[:1], "tsne", DataError),
        (CODES[:9], "umap", DataError),
        (np.ones((10, 4), np.float32), "tsne", DataError),
        (CODES, "isomap", EngineError),
    ],
)
def test_what_has_no_map_of_neighbours_is_one_sentence(
    codes: Floats, kind: str, error: type[LatentExplorerError]
) -> None:
    with pytest.raises(error) as caught:
        embed(codes, kind, lambda *_: None)
    assert len(str(caught.value)) <= 200


@pytest.mark.usefixtures("libraries")
def test_places_that_are_no_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeTSNE, "fit_transform", lambda self, codes: codes[:, :2] * np.nan)
    with pytest.raises(EngineError, match="must place every code"):
        embed(CODES, "tsne", lambda *_: None)


@pytest.mark.parametrize(
    ("count", "latent_dim", "expected"),
    [(10_000, 16, 10_000), (1_000_000, 16, 20_000), (1_000_000, 4096, 4096), (3, 250_000, 3)],
)
def test_of_very_many_codes_some_from_everywhere_are_placed(
    count: int, latent_dim: int, expected: int
) -> None:
    rows = chosen_rows("tsne", count, latent_dim)
    assert len(rows) == expected
    assert (rows[0], rows[-1]) == (0, count - 1)
    assert (np.diff(rows) > 0).all()


@pytest.mark.parametrize(("kind", "module"), [("tsne", "sklearn.manifold"), ("umap", "umap")])
@pytest.mark.filterwarnings("default")  # the libraries' own
def test_the_libraries_keep_two_heaps_apart(kind: str, module: str) -> None:
    pytest.importorskip(module)
    generator = np.random.default_rng(1)
    heaps = generator.normal(size=(120, 8)) + np.repeat([[0.0], [30.0]], 60, axis=0)
    heard: list[tuple[int, int]] = []
    points = embed(heaps.astype(np.float32), kind, lambda *news: heard.append(news))
    assert heard
    middles = points[:60].mean(axis=0), points[60:].mean(axis=0)
    near, far = (np.linalg.norm(points - middle, axis=1) for middle in middles)
    assert ((near < far) == (np.arange(120) < 60)).all()
