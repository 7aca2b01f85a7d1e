from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from models.arithmetic import MAX_MEANS, Axis, cohens_d, combine, label_means, separate
from models.errors import DataError, LatentError

Floats = npt.NDArray[np.float32]


def test_a_sum_takes_weights() -> None:
    codes = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    assert combine([1, -1, 0.5], codes).tolist() == [0.5, 1]


def test_a_sum_that_float32_cannot_hold() -> None:
    with pytest.raises(LatentError, match="must be a finite number"):
        combine([1, 1], np.full((2, 3), 3e38, np.float32))


def test_means_of_labels() -> None:
    codes = np.array([[0, 0], [2, 4], [7, 7], [1, 1]], np.float32)
    found = label_means(codes, np.array([5, 5, 300, -1], np.int32))
    assert found.labels.tolist() == [-1, 5, 300]
    assert found.counts.tolist() == [1, 2, 1]
    assert found.means.tolist() == [[1, 1], [1, 2], [7, 7]]


def test_of_many_labels_the_most_frequent_have_means() -> None:
    labels = np.concatenate([np.arange(100), np.arange(90, 100)])
    found = label_means(np.ones((110, 1), np.float32), labels)
    assert len(found.labels) == MAX_MEANS
    assert set(range(90, 100)) <= set(found.labels.tolist())


def test_cohens_d_of_known_samples() -> None:
    first = np.array([[2.0, 1.0], [4.0, 1.0], [6.0, 1.0]])
    second = np.array([[1.0, 1.0], [3.0, 1.0]])
    # Means 4 and 2; pooled variance (2 · 4 + 1 · 2) / 3.
    assert np.allclose(cohens_d(first, second), [2 / np.sqrt(10 / 3), 0])


def test_cohens_d_without_variance_is_bounded() -> None:
    assert cohens_d(np.ones((2, 1)), np.zeros((2, 1))).tolist() == [1e6]


def two_clouds(gap: float) -> tuple[Floats, npt.NDArray[np.int64]]:
    generator = np.random.default_rng(3)
    codes = generator.standard_normal((4000, 8)).astype(np.float32)
    labels = np.arange(4000) % 2
    codes[labels == 1, 0] += np.float32(gap)
    return codes, labels


def test_a_direction_that_parts_labels_does_so_more_than_chance() -> None:
    codes, labels = two_clouds(3)
    along = np.eye(8, dtype=np.float32)[0]
    found = separate(codes, labels, 1, 0, along)
    assert found.d == pytest.approx(3, abs=0.15)
    assert found.share > 0.95
    assert np.median(found.random) < 1.5
    assert separate(codes, labels, 0, 1, along).d == pytest.approx(-found.d)
    assert separate(codes, labels, 1, 0, 1e30 * along).d == pytest.approx(found.d)
    assert np.array_equal(separate(codes, labels, 1, 0, along).random, found.random)


def test_a_direction_across_parts_labels_no_more_than_chance() -> None:
    codes, labels = two_clouds(3)
    found = separate(codes, labels, 1, 0, np.eye(8, dtype=np.float32)[5])
    assert abs(found.d) < 0.2
    assert found.share < 0.5


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 9)])
def test_labels_that_cannot_be_compared(first: int, second: int) -> None:
    codes, labels = two_clouds(1)
    with pytest.raises(DataError):
        separate(codes, labels, first, second, codes[0])


def test_z_on_an_axis() -> None:
    axis = Axis(np.array([1, 0, 0], np.float32), np.array([2, 0, 0], np.float32))
    z = np.array([4, 7, 9], np.float32)
    assert axis.value(z) == 1.5
    assert axis.moved(z, -1).tolist() == [-1, 7, 9]
    assert axis.moved(z, axis.value(z)).tolist() == z.tolist()


@pytest.mark.parametrize("size", [1e-30, 1.0, 1e30])
def test_an_axis_of_any_length(size: float) -> None:
    axis = Axis(np.zeros(4, np.float32), np.full(4, size, np.float32))
    z = np.full(4, 3 * size, np.float32)
    assert axis.value(z) == pytest.approx(3, rel=1e-5)


def test_an_axis_whose_dimensions_are_locked_moves_nothing() -> None:
    axis = Axis(np.zeros(4, np.float32), np.zeros(4, np.float32))
    z = np.ones(4, np.float32)
    assert not axis.leads_anywhere
    assert axis.value(z) == 0
    assert axis.moved(z, 5).tolist() == [1, 1, 1, 1]


def test_the_span_of_an_axis_is_where_codes_lie() -> None:
    codes, _ = two_clouds(0)
    lo, hi = Axis(np.zeros(8, np.float32), np.eye(8, dtype=np.float32)[2]).span(codes)
    assert -4 < lo < -2.5
    assert 2.5 < hi < 4
    assert Axis(np.zeros(8, np.float32), np.full(8, 99, np.float32)).span(codes) == (-1, 1)
