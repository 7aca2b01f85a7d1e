"""Classes of a data set's pictures, for an encoder that takes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.conditioning import find_conditions
from models.data_set import DataSet, open_data
from models.ports import ClassPort

LABEL = ClassPort("label", 3, "one_hot", (3,))
OTHER = ClassPort("other", 5, "index", (1,))
ROWS = np.array([2, 0])


def data_of(folder: Path, labels: Sequence[object] | None) -> DataSet:
    np.save(folder / "x.npy", np.zeros((3, 4, 4, 1), np.float32))
    if labels is not None:
        np.save(folder / "y.npy", np.array(labels))
    return open_data(folder / "x.npy", (4, 4, 1))


def told(folder: Path, labels: Sequence[object] | None, *ports: ClassPort) -> tuple[object, str]:
    """What goes beside the last and the first picture, and the sentence."""
    conditions = find_conditions(ports, data_of(folder, labels), {"label": 1})
    beside = conditions.of_rows(ROWS)
    return {name: np.asarray(value).tolist() for name, value in beside.items()}, conditions.note


@pytest.mark.parametrize("labels", [[0, 1, 2], [0.0, 1.0, 2.0], ["a", "b", "c"], ["0", "1", "2"]])
def test_each_picture_goes_with_its_own_label(labels: list[object], tmp_path: Path) -> None:
    beside, note = told(tmp_path, labels, LABEL)
    assert beside == {"label": [2, 0]}
    assert note == "Each picture is encoded with its own label."


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        (None, "There are no labels"),
        ([0, 1, 3], "The labels are not the 3 classes of label"),
        ([-1, 1, 2], "The labels are not the 3 classes of label"),
        ([0.5, 1, 2], "There are no labels"),
        (["a", "a", "b"], "The labels are not the 3 classes of label"),
    ],
)
def test_without_fitting_labels_all_go_with_the_class_chosen(
    labels: list[object] | None, why: str, tmp_path: Path
) -> None:
    beside, note = told(tmp_path, labels, LABEL)
    assert beside == {"label": 1}
    assert note == f"{why}: all pictures are encoded with class 1."


def test_labels_cannot_tell_several_classes(tmp_path: Path) -> None:
    beside, note = told(tmp_path, [0, 1, 2], LABEL, OTHER)
    assert beside == {"label": 1, "other": 0}
    assert note.startswith("The encoder takes 2 classes")
    assert note.endswith("encoded with the classes chosen.")


def test_pictures_alone_need_no_words(tmp_path: Path) -> None:
    assert told(tmp_path, [0, 1, 2]) == ({}, "")
