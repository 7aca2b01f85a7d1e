from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.bundle import Bundle
from models.latent_directions import find_directions
from models.latent_view import Grouping, Section, Sections
from models.subject import Subject, Whereabouts
from models.traversal import COLUMNS, LEVELS, Traversal


@pytest.fixture
def subject(bundle: Bundle) -> Subject:
    return Subject.of_bundle(bundle)


@pytest.fixture
def section(subject: Subject) -> Section:
    return Sections(subject.latents, Grouping.ALL)[0]


@pytest.fixture
def free(subject: Subject) -> np.ndarray:
    return np.zeros(subject.latent_dim, np.bool_)


def test_a_row_runs_through_one_dimension_and_keeps_the_others(
    subject: Subject, section: Section, free: np.ndarray
) -> None:
    grid = Traversal.through(section, [5, 2], subject.whereabouts, free)
    z = np.arange(16, dtype=np.float32)
    codes = grid.codes(z, range(COLUMNS))
    assert grid.names == ("z 5", "z 2")
    assert np.array_equal(np.delete(codes, 5, axis=1), np.tile(np.delete(z, 5), (COLUMNS, 1)))
    assert np.array_equal(codes[:, 5], grid.values[0])
    assert (np.diff(codes[:, 5]) > 0).all()


def test_columns_are_quantiles_of_the_codes(
    subject: Subject, section: Section, free: np.ndarray
) -> None:
    codes = subject.whereabouts.codes
    assert codes is not None
    grid = Traversal.through(section, range(16), subject.whereabouts, free)
    for row in range(16):
        below = [(codes.codes[:, row] < value).mean() for value in grid.values[row]]
        assert np.allclose(below, LEVELS, atol=0.03)


def test_without_codes_columns_are_shares_of_the_slider(section: Section) -> None:
    zeros = np.zeros(16, np.float32)
    where = Whereabouts(zeros, zeros - 1, zeros + 1, "from a guess")
    grid = Traversal.through(section, [0], where, zeros > 0, (0.0, 0.25, 1.0))
    assert np.allclose(grid.values, [[-1.0, -0.5, 1.0]])


def test_with_the_prior_columns_are_its_quantiles(section: Section, bundle: Bundle) -> None:
    where = Whereabouts.of_prior(16, bundle.codes)
    grid = Traversal.through(section, [3, 5], where, np.zeros(16, np.bool_), [0.05, 0.5, 0.95])
    np.testing.assert_allclose(grid.values, [[-1.644854, 0, 1.644854]] * 2, atol=1e-5)


def test_it_says_where_z_lies_in_each_row(
    subject: Subject, section: Section, free: np.ndarray
) -> None:
    grid = Traversal.through(section, [0, 1, 2], subject.whereabouts, free)
    z = np.zeros(16, np.float32)
    z[0], z[1], z[2] = grid.values[0, 3], grid.values[1, 4:6].mean(), 1e9
    assert np.allclose(grid.places(z), [3, 4.5, COLUMNS - 1], atol=1e-3)


def test_a_direction_leaves_locked_dimensions_alone(subject: Subject) -> None:
    where = subject.whereabouts
    assert where.codes is not None
    directions = find_directions(where.codes.codes, where.mean)
    locks = np.arange(16) == 4
    grid = Traversal.through(directions, [0, 1], where, locks)
    codes = grid.codes(where.mean, range(2 * COLUMNS))
    assert (codes[:, 4] == where.mean[4]).all()
    assert (codes.std(axis=0)[~locks] > 0).all()
    for locked in (grid, replace(grid, locks=np.zeros(16, np.bool_))):
        assert np.allclose(locked.places(locked.code(where.mean, 1, 7))[1], 7, atol=1e-3)


def test_a_direction_that_locks_leave_nothing_of_stays_where_it_is(subject: Subject) -> None:
    where = subject.whereabouts
    assert where.codes is not None
    directions = find_directions(where.codes.codes, where.mean)
    grid = Traversal.through(directions, [3], where, np.ones(16, np.bool_))
    assert (grid.codes(where.mean, range(COLUMNS)) == where.mean).all()


def test_a_single_code_gives_rows_that_stay_where_they_are(
    subject: Subject, section: Section, free: np.ndarray
) -> None:
    codes = subject.whereabouts.codes
    assert codes is not None
    one = replace(subject.whereabouts, codes=replace(codes, codes=codes.codes[:1]))
    grid = Traversal.through(section, range(16), one, free)
    assert (grid.values == codes.codes[0][:, np.newaxis]).all()
    assert np.isfinite(grid.places(codes.codes[0])).all()
