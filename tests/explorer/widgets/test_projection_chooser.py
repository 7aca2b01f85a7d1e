from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtWidgets import QComboBox, QProgressBar, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from explorer.widgets.projection_chooser import PROJECTIONS, ProjectionChooser


@pytest.fixture
def chooser(qtbot: QtBot) -> ProjectionChooser:
    made = ProjectionChooser(16)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def wanted(chooser: ProjectionChooser) -> list[tuple[str, Any]]:
    asked: list[tuple[str, Any]] = []
    chooser.wanted.connect(lambda kind: asked.append((kind, chooser.settings())))
    return asked


def part(chooser: ProjectionChooser, kind: type[Any], name: str) -> Any:
    return next(w for w in chooser.findChildren(kind) if w.accessibleName() == name)


def choose(chooser: ProjectionChooser, kind: str) -> None:
    box = part(chooser, QComboBox, "Projection of the map")
    box.setCurrentIndex(box.findData(kind))
    box.activated.emit(box.currentIndex())


@pytest.mark.parametrize("kind", PROJECTIONS)
def test_every_projection_can_be_chosen(
    chooser: ProjectionChooser, wanted: list[Any], kind: str
) -> None:
    choose(chooser, kind)
    assert [name for name, _ in wanted] == [kind]


def test_dimensions_are_typed(chooser: ProjectionChooser, wanted: list[Any]) -> None:
    chooser.show_kind("dims")
    part(chooser, QSpinBox, "Dimension across").setValue(5)
    part(chooser, QSpinBox, "Dimension up").setValue(7)
    assert wanted == [("dims", {"i": 5, "j": 1}), ("dims", {"i": 5, "j": 7})]
    assert part(chooser, QSpinBox, "Dimension up").maximum() == 15


def test_settings_belong_to_their_projection(chooser: ProjectionChooser) -> None:
    assert chooser.kind == "pca"
    assert chooser.settings() == {}
    dimensions = part(chooser, QSpinBox, "Dimension across")
    assert not dimensions.isVisible()
    chooser.show_kind("dims")
    assert dimensions.isVisible()


def test_showing_is_not_wanting(chooser: ProjectionChooser, wanted: list[Any]) -> None:
    chooser.show_kind("dims", {"i": 3, "j": 4})
    chooser.offer(["dims", "pca"])
    assert chooser.kind == "dims"
    assert chooser.settings() == {"i": 3, "j": 4}
    assert wanted == []


@pytest.mark.parametrize("end", ["A", "B"])
def test_the_ends_of_an_axis_are_set(qtbot: QtBot, chooser: ProjectionChooser, end: str) -> None:
    chooser.show_kind("a_to_b")
    with qtbot.waitSignal(chooser.end_wanted) as signal:
        part(chooser, QPushButton, f"Take the present z as {end}").click()
    assert signal.args == [end.lower()]


def test_progress_can_be_watched_and_ended(qtbot: QtBot, chooser: ProjectionChooser) -> None:
    chooser.show_kind("tsne")
    chooser.show_progress(250, 1000)
    bar = part(chooser, QProgressBar, "Progress of the projection")
    assert bar.isVisible()
    assert (bar.value(), bar.maximum()) == (250, 1000)
    with qtbot.waitSignal(chooser.cancelled):
        part(chooser, QPushButton, "Do not wait for this projection").click()
    chooser.show_kind("pca")
    assert not bar.isVisible()
