from __future__ import annotations

import numpy as np
import pytest

from models.latent_view import Grouping, Section, Sections
from models.ports import LatentPort
from models.ranking import Order, Ranking
from models.subject import Whereabouts

WEIGHTS = np.array([1, 0, 3, 2], np.float32)
Z = np.zeros(4, np.float32)


def section(latent_dim: int) -> Section:
    return Sections([LatentPort("z", (latent_dim,))], Grouping.ALL)[0]


def ranking(latent_dim: int = 4) -> Ranking:
    zeros = np.zeros(latent_dim, np.float32)
    where = Whereabouts(zeros, zeros - 1, zeros + 1, "from a guess")
    return Ranking(section(latent_dim), where, zeros > 0)


def measure(ranks: Ranking, weights: np.ndarray = WEIGHTS) -> int:
    """Decodes what is asked with a decoder that is one linear layer; how many codes it was."""
    count = 0
    while (codes := ranks.next_codes(10)) is not None:
        count += len(codes)
        ranks.take(codes * weights)
    return count


def test_before_anything_is_measured_rows_stay_in_order() -> None:
    ranks = ranking()
    for order in Order:
        assert ranks.ordered(order).tolist() == [0, 1, 2, 3]
    assert ranks.next_codes(10) is None
    assert not ranks.dead().any()
    assert ranks.strongest() == 1


@pytest.mark.parametrize("order", [Order.OVER_CODES, Order.AROUND_Z])
def test_the_strongest_comes_first(order: Order) -> None:
    ranks = ranking()
    ranks.start(order, [0], Z)
    assert ranks.progress[1] > 0
    measure(ranks)
    assert ranks.progress == (0, 0)
    assert ranks.ordered(order).tolist() == [2, 3, 0, 1]
    assert ranks.ordered(Order.PLAIN).tolist() == [0, 1, 2, 3]


def test_what_is_known_is_measured_once_but_z_anew_each_time() -> None:
    ranks = ranking()
    ranks.start(Order.PLAIN, [1, 2], Z)
    assert measure(ranks) > 0
    assert np.isfinite(ranks.over_codes).tolist() == [False, True, True, False]
    ranks.start(Order.PLAIN, [1, 2], Z)
    assert measure(ranks) == 0
    for _ in range(2):
        ranks.start(Order.AROUND_Z, [1], Z)
        assert measure(ranks) == 8


def test_the_dead_move_neither_the_codes_nor_z() -> None:
    ranks = ranking()
    ranks.start(Order.OVER_CODES, [], Z)
    measure(ranks)
    assert ranks.dead().tolist() == [False, True, False, False]
    ranks.around_z[1] = 2  # as a decoder does that is no linear layer
    assert not ranks.dead().any()


def test_another_survey_takes_the_place_of_one_under_way() -> None:
    ranks = ranking()
    ranks.start(Order.OVER_CODES, [], Z)
    codes = ranks.next_codes(2)
    assert codes is not None
    assert not ranks.take(codes)
    ranks.start(Order.AROUND_Z, [], Z)
    assert measure(ranks) == 8
    assert np.isnan(ranks.over_codes).all()


def test_of_very_many_rows_some_are_ranked() -> None:
    ranks = ranking(1000)
    assert len(ranks.ordered(Order.OVER_CODES)) == 256
    assert len(ranks.ordered(Order.PLAIN)) == 1000


def test_what_is_known_is_told_row_by_row() -> None:
    ranks = ranking()
    assert ranks.effects().text(2) == "its effect is not measured yet"
    for order in (Order.OVER_CODES, Order.AROUND_Z):
        ranks.start(order, (), Z)
        measure(ranks)
    effects = ranks.effects()
    assert effects.dead.tolist() == [False, True, False, False]
    assert effects.strongest == effects.over_codes.max()
    assert effects.text(2).startswith("changes each value of the picture by ")
    assert "over the codes" in effects.text(2)
    assert effects.text(2).endswith(" around this z, on average")
    assert effects.text(1).endswith("which is hardly anything")
    some = effects.picked(np.array([3, 1]))
    assert some.over_codes.tolist() == effects.over_codes[[3, 1]].tolist()
    assert some.dead.tolist() == [False, True]
    assert some.strongest == effects.strongest
