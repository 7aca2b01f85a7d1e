from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from explorer.widgets.latent_model import MAX_HISTOGRAM_CODES, Floats, LatentModel

Role = Qt.ItemDataRole


@pytest.fixture
def changes() -> list[tuple[int, int]]:
    return []


@pytest.fixture
def codes() -> Floats:
    return np.random.default_rng(1).standard_normal((500, 16)).astype(np.float32)


@pytest.fixture
def model(qtmodeltester: Any, changes: list[tuple[int, int]], codes: Floats) -> LatentModel:
    model = LatentModel()
    lo, hi = np.full(16, -2.1, np.float32), np.full(16, 3, np.float32)
    model.set_statistics(codes.mean(axis=0), lo, hi, codes)
    model.dataChanged.connect(lambda first, last: changes.append((first.row(), last.row())))
    qtmodeltester.check(model)
    return model


def z_of(**values: float) -> Floats:
    z = np.zeros(16, np.float32)
    for name, value in values.items():
        z[int(name[1:])] = value
    return z


@pytest.mark.parametrize(
    ("z", "announced"),
    [
        (z_of(), []),
        (z_of(z5=1), [(5, 5)]),
        (z_of(z2=1, z9=-1), [(2, 9)]),
        (np.ones(16, np.float32), [(0, 15)]),
    ],
)
def test_one_change_is_announced_once(
    model: LatentModel, changes: list[tuple[int, int]], z: Any, announced: list[tuple[int, int]]
) -> None:
    model.set_z(z)
    assert changes == announced


def test_4096_dimensions_are_announced_once(
    model: LatentModel, changes: list[tuple[int, int]]
) -> None:
    model.set_z(np.zeros(4096, np.float32))
    model.set_z(np.ones(4096, np.float32))
    assert model.rowCount() == 4096
    assert changes == [(0, 4095)]


def test_the_model_keeps_its_own_copy(model: LatentModel) -> None:
    z = z_of(z1=1)
    model.set_z(z)
    z[1] = 7
    assert model.z[1] == 1


def test_only_rows_whose_range_or_lock_changed_are_announced(
    model: LatentModel, changes: list[tuple[int, int]], codes: Floats
) -> None:
    lo = model.lo.copy()
    lo[4] = -9
    model.set_statistics(model.mean, lo, model.hi, codes)
    locks = np.zeros(16, np.bool_)
    locks[7] = True
    model.set_locks(locks)
    assert changes == [(4, 4), (7, 7)]


def test_other_codes_change_every_row(model: LatentModel, changes: list[tuple[int, int]]) -> None:
    version = model.codes_version
    model.set_statistics(model.mean, model.lo, model.hi, None)
    assert changes == [(0, 15)]
    assert model.codes_version != version


def test_without_codes_there_is_no_histogram_and_the_mean_is_zero(model: LatentModel) -> None:
    model.set_statistics(None, model.lo, model.hi, None)
    assert model.histogram(3) is None
    assert not model.mean.any()


def test_a_histogram_is_that_of_its_row(model: LatentModel) -> None:
    codes = np.zeros((30, 2), np.float32)
    codes[:, 1] = 1
    model.set_statistics(None, np.full(2, -2, np.float32), np.full(2, 2, np.float32), codes)
    first, second = model.histogram(0), model.histogram(1)
    assert first is not None
    assert second is not None
    assert first.argmax() == 20
    assert second.argmax() == 30


def test_a_million_codes_cost_no_more_than_a_histogram_needs(
    model: LatentModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    def count(codes: Floats, lo: Floats, hi: Floats) -> Floats:
        sizes.append(len(codes))
        return np.zeros((1, 40), np.float32)

    monkeypatch.setattr("explorer.widgets.latent_model.histograms", count)
    codes = np.zeros((1_000_000, 1), np.float32)
    model.set_statistics(None, np.array([-1], np.float32), np.array([1], np.float32), codes)
    model.histogram(0)
    assert 0 < sizes[0] <= MAX_HISTOGRAM_CODES


def test_a_row_can_be_heard_and_read(model: LatentModel) -> None:
    model.set_z(z_of(z3=-0.97712))
    index = model.index(3, 0)
    spoken = index.data(Role.AccessibleTextRole)
    assert spoken == "z 3, value -0.977, range -2.1 to 3.0, unlocked"
    assert index.data(Role.DisplayRole) == "−0.977"
    assert index.data(Role.EditRole) == float(np.float32(-0.97712))
    assert "z 3 = -0.97712\n" in index.data(Role.ToolTipRole)
    assert model.headerData(3, Qt.Orientation.Vertical) == "z 3"
    locks = np.zeros(16, np.bool_)
    locks[3] = True
    model.set_locks(locks)
    assert index.data(Role.AccessibleTextRole).endswith(", locked")
