"""A variational model's prior gives ranges, middle and chance beside the codes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from models.bundle import Bundle
from models.subject import Subject, Whereabouts


@pytest.fixture
def subject(bundle: Bundle) -> Subject:
    return dataclasses.replace(Subject.of_bundle(bundle), variational=True)


def test_its_ends_leave_out_as_much_of_the_prior_as_those_of_the_codes_do() -> None:
    where = Whereabouts.of_prior(4)
    drawn = np.random.default_rng(0).standard_normal(1_000_000)
    assert np.mean(drawn < where.lo[0]) == pytest.approx(0.001, abs=1e-4)
    assert np.mean(drawn > where.hi[0]) == pytest.approx(0.001, abs=1e-4)
    assert where.mean.tolist() == [0] * 4
    assert where.sentence == "from the prior N(0, 1): ±3.09"


def test_chance_draws_from_the_prior_and_leaves_what_is_locked(subject: Subject) -> None:
    where, generator = subject.whereabouts_by(prior=True), np.random.default_rng(1)
    z, locks = np.full(16, 7, np.float32), np.arange(16) < 2
    drawn = np.array([where.draw(locks, z, generator) for _ in range(5000)])
    assert drawn.dtype == np.float32
    assert np.all(drawn[:, :2] == 7)
    np.testing.assert_allclose(drawn[:, 2:].mean(axis=0), 0, atol=0.08)
    np.testing.assert_allclose(np.cov(drawn[:, 2:].T), np.eye(14), atol=0.12)


def test_the_codes_stay_known(subject: Subject) -> None:
    assert subject.whereabouts_by(prior=True).codes is subject.whereabouts.codes
    assert subject.whereabouts_by(prior=False) is subject.whereabouts


def test_no_prior_is_offered_of_a_plain_model_or_without_codes(
    bundle: Bundle, subject: Subject
) -> None:
    plain = Subject.of_bundle(bundle)
    bare = dataclasses.replace(subject, whereabouts=Whereabouts.of_prior(16))
    assert [each.offers_prior for each in (subject, plain, bare)] == [True, False, False]
    for each in (plain, bare):
        assert each.whereabouts_by(prior=True) is each.whereabouts
