"""Maps of codes that are linear: where codes lie, and the way back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.bundle import Bundle
from models.errors import DataError, LatentError, LatentExplorerError
from models.projection import Floats, LinearMap, by_dims, by_lda, by_pca, from_a_to_b

DIMS = 6
DEVIATIONS = (0.2, 3.0, 0.5, 2.0, 0.1, 0.4)


@pytest.fixture(scope="module")
def codes() -> Floats:
    """Codes that vary most along dimension 1 and then 3."""
    generator = np.random.default_rng(3)
    return (generator.normal(size=(4000, DIMS)) * DEVIATIONS + 5).astype(np.float32)


def labels_of(codes: Floats, dim: int = 2) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Three labels, parted along a dimension of little variance."""
    return np.digitize(codes[:, dim], [4.6, 5.4]).astype(np.uint8)


MAKERS: dict[str, Callable[[Floats], LinearMap]] = {
    "pca": by_pca,
    "dims": lambda codes: by_dims(4, 1, DIMS),
    "a_to_b": lambda codes: from_a_to_b(codes[0], codes[1], codes),
    "lda": lambda codes: by_lda(codes, labels_of(codes)),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_lifted_code_lies_at_the_point_and_keeps_what_the_map_does_not_show(
    kind: str, codes: Floats
) -> None:
    found = MAKERS[kind](codes)
    assert found.kind == kind
    point, z = np.array([1.25, -0.5]), codes[7]
    lifted = found.lift(point, z)
    assert lifted.dtype == np.float32
    np.testing.assert_allclose(found.project(lifted[None])[0], point, atol=1e-4)
    hidden = np.eye(DIMS) - np.linalg.pinv(found.matrix) @ found.matrix
    np.testing.assert_allclose(hidden @ lifted, hidden @ z, atol=1e-5)
    np.testing.assert_allclose(found.lift(found.project(z[None])[0], z), z, atol=1e-4)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_map_is_the_same_after_it_was_told(kind: str, codes: Floats) -> None:
    found = MAKERS[kind](codes)
    again = LinearMap.from_parts(found.to_json(), found.arrays())
    assert (again.kind, again.names) == (found.kind, found.names)
    np.testing.assert_array_equal(again.project(codes), found.project(codes))


def test_principal_directions_come_largest_first(codes: Floats) -> None:
    found = by_pca(codes)
    np.testing.assert_allclose(found.matrix @ found.matrix.T, np.eye(2), atol=1e-9)
    assert np.abs(found.matrix).argmax(axis=1).tolist() == [1, 3]
    points = found.project(codes)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(points.std(axis=0), [3, 2], rtol=0.05)


def test_a_lies_at_the_middle_and_b_to_the_right_of_it(codes: Floats) -> None:
    a, b = codes[10], codes[20]
    found = from_a_to_b(a, b, codes)
    length = float(np.linalg.norm(b.astype(np.float64) - a))
    ends = found.project(np.stack([a, b]))
    np.testing.assert_allclose(ends, np.array([(0, 0), (length, 0)]), atol=1e-4)
    step = b.astype(np.float64) - a
    others = np.eye(DIMS) - np.outer(step, step) / length**2
    largest = np.linalg.eigvalsh(others @ np.cov(codes.T) @ others)[-1]
    np.testing.assert_allclose(found.project(codes)[:, 1].var(), largest, rtol=1e-2)


def test_labels_are_parted_where_they_differ(codes: Floats) -> None:
    found = by_lda(codes, labels_of(codes))
    assert np.abs(found.matrix[0]).argmax() == 2
    points = found.project(codes)
    means = [points[labels_of(codes) == label, 0].mean() for label in range(3)]
    gaps = np.diff(means)
    assert (gaps > 2).all() or (gaps < -2).all()


def test_two_labels_leave_the_other_axis_to_what_varies_besides(codes: Floats) -> None:
    found = by_lda(codes, (codes[:, 2] > 5).astype(np.uint8))
    assert np.abs(found.matrix[0]).argmax() == 2
    assert np.abs(found.matrix[1]).argmax() == 1
    assert abs(found.matrix[0] @ found.matrix[1]) < 1e-6


@pytest.mark.parametrize("kind", ["pca", "a_to_b", "lda"])
def test_codes_of_very_many_dimensions_have_maps_too(kind: str) -> None:
    generator = np.random.default_rng(0)
    wide = generator.normal(size=(300, 1500)).astype(np.float32)
    wide[:, 70] *= 40
    wide[:, 900] *= 20
    labels = (wide[:, 70] > 0).astype(np.uint8)
    makers: dict[str, Callable[[], LinearMap]] = {
        "pca": lambda: by_pca(wide),
        "a_to_b": lambda: from_a_to_b(wide[0], wide[1], wide),
        "lda": lambda: by_lda(wide, labels),
    }
    found = makers[kind]()
    assert found.matrix.shape == (2, 1500)
    lifted = found.lift((0.5, 0.5), wide[3])
    np.testing.assert_allclose(found.project(lifted[None])[0], 0.5, atol=1e-3)
    if kind == "pca":
        assert np.abs(found.matrix).argmax(axis=1).tolist() == [70, 900]


def test_a_place_that_float32_cannot_hold_is_its_largest_number(codes: Floats) -> None:
    linear, largest = by_pca(codes), np.finfo(np.float32).max
    z = np.where(linear.matrix[:1] > 0, largest, -largest)
    assert linear.project(z)[0, 0] == largest


def test_codes_along_one_line_have_a_map_with_one_axis() -> None:
    line = np.outer(np.linspace(-1, 1, 50), [1, 2, 2]).astype(np.float32)
    found = by_pca(line)
    np.testing.assert_allclose(found.matrix[0], np.array([1, 2, 2]) / 3, atol=1e-6)
    assert not found.matrix[1].any()
    np.testing.assert_allclose(found.lift((1.5, 9), line[0]), [0.5, 1, 1], atol=1e-6)


def test_codes_of_one_dimension_have_a_map() -> None:
    found = by_pca(np.linspace(0, 1, 10, dtype=np.float32)[:, None])
    assert found.project(np.ones((1, 1), np.float32)).shape == (1, 2)


SAME = np.full((10, DIMS), 123.4, np.float32)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: by_pca(SAME), DataError),
        (lambda: by_pca(SAME[:1]), DataError),
        (lambda: by_lda(SAME, np.arange(10)), DataError),
        (lambda: by_lda(SAME, np.zeros(10, np.uint8)), DataError),
        (lambda: from_a_to_b(SAME[0], SAME[0], SAME), LatentError),
        (lambda: by_dims(2, 2, DIMS), LatentError),
        (lambda: by_dims(0, 6, DIMS), LatentError),
        (lambda: by_dims(-1, 0, DIMS), LatentError),
    ],
)
def test_what_has_no_map_is_one_sentence(
    make: Callable[[], LinearMap], error: type[LatentExplorerError]
) -> None:
    with pytest.raises(error) as caught:
        make()
    assert len(str(caught.value)) <= 200


def test_a_to_b_among_equal_codes_has_one_axis() -> None:
    found = from_a_to_b(np.zeros(DIMS), np.ones(DIMS), SAME)
    assert found.matrix[0].any()
    assert not found.matrix[1].any()


def test_the_digits_of_the_bundle_are_parted_by_label(bundle: Bundle) -> None:
    found = by_lda(bundle.codes.codes, bundle.codes.labels)
    points = found.project(bundle.codes.codes)
    middles = np.stack([points[bundle.codes.labels == label].mean(axis=0) for label in range(10)])
    steps = points[:, None] - middles
    nearest = np.einsum("nkd,nkd->nk", steps, steps).argmin(axis=1)
    assert (nearest == bundle.codes.labels).mean() > 0.3
