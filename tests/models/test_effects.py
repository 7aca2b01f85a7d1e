from __future__ import annotations

import numpy as np
import pytest

from models.bundle import Bundle
from models.effects import (
    MAX_COMPARED_VALUES,
    MAX_RANKED,
    SAMPLE_CODES,
    Survey,
    find_dead,
    mean_change,
    rank,
    sample_codes,
    widest,
)
from models.latent_view import Grouping, Sections
from models.ports import LatentPort
from models.subject import Subject, Whereabouts

FREE = np.zeros(4, np.bool_)
SECTION = Sections([LatentPort("z", (4,))], Grouping.ALL)[0]


def around(latent_dim: int, half: float = 1.0) -> Whereabouts:
    zeros = np.zeros(latent_dim, np.float32)
    return Whereabouts(zeros, zeros - half, zeros + half, "from a guess")


def measured(weights: np.ndarray, bases: np.ndarray, at_most: int) -> Survey:
    """A survey of a decoder that is one linear layer."""
    survey = Survey(SECTION, range(4), bases, around(4), FREE)
    while not survey.is_done:
        survey.take(survey.next_codes(at_most) @ weights)
    return survey


@pytest.mark.parametrize("at_most", [1, 2, 7, 100])
def test_a_survey_finds_what_each_dimension_does(at_most: int) -> None:
    weights = np.array([[0, 1, 0], [0, 0, 0], [2, 2, 2], [0, 0.5, 0.1]], np.float32)
    survey = measured(weights, np.zeros((3, 4), np.float32), at_most)
    assert survey.measured == survey.total == 12
    expected = 1.8 * np.abs(weights).mean(axis=1)  # from 5 % to 95 % of a width of 2
    assert np.allclose(survey.effects(), expected, atol=1e-5)
    assert rank(survey.effects()).tolist() == [2, 0, 3, 1]
    assert find_dead(survey.effects()).tolist() == [False, True, False, False]


def test_effects_are_ranked_and_equal_ones_stay_in_order() -> None:
    assert rank(np.array([0.1, 0.3, 0.1, 0.2], np.float32)).tolist() == [1, 3, 0, 2]


@pytest.mark.parametrize(
    ("effects", "dead"),
    [
        ([0.5, 0.011, 0.009], [False, False, True]),
        ([0.0, 0.0], [True, True]),
        ([np.nan, 0.2, 0.0], [False, False, True]),
        ([np.nan, np.nan], [False, False]),
    ],
)
def test_dead_is_what_hardly_changes_the_picture(effects: list[float], dead: list[bool]) -> None:
    assert find_dead(np.array(effects, np.float32)).tolist() == dead


def test_values_that_are_not_finite_are_no_change() -> None:
    low = np.array([[0, np.nan, np.inf, 1]], np.float32)
    high = np.array([[1, 1, 1, 1]], np.float32)
    assert mean_change(low, high).tolist() == [0.25]


def test_large_pictures_are_compared_at_some_of_their_values() -> None:
    generator = np.random.default_rng(3)
    high = generator.random((2, 3 * MAX_COMPARED_VALUES), np.float32)
    exact = high.mean(axis=1)
    assert np.allclose(mean_change(np.zeros_like(high), high), exact, atol=0.01)


def test_of_very_many_dimensions_those_are_ranked_that_reach_farthest() -> None:
    section = Sections([LatentPort("z", (1000,))], Grouping.ALL)[0]
    where = around(1000)
    where.hi[500 : 500 + MAX_RANKED] = 9
    assert widest(section, where).tolist() == list(range(500, 500 + MAX_RANKED))
    assert widest(SECTION, around(4)).tolist() == [0, 1, 2, 3]


def test_samples_are_codes_of_the_data(bundle: Bundle) -> None:
    codes = Subject.of_bundle(bundle).whereabouts.codes
    assert codes is not None
    samples = sample_codes(Subject.of_bundle(bundle).whereabouts)
    assert len(samples) == SAMPLE_CODES
    assert all((codes.codes == sample).all(axis=1).any() for sample in samples)


def test_with_the_prior_samples_are_drawn_from_it(bundle: Bundle) -> None:
    drawn = sample_codes(Whereabouts.of_prior(16, bundle.codes), 2000)
    assert abs(float(drawn.mean())) < 0.05
    assert float(drawn.std()) == pytest.approx(1, abs=0.05)


def test_without_data_samples_are_drawn_the_same_each_time() -> None:
    first, second = sample_codes(around(4)), sample_codes(around(4))
    assert first.shape == (SAMPLE_CODES, 4)
    assert np.array_equal(first, second)
    assert (np.abs(first) <= 1).all()
