"""What the form of a training says, offers and refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.training_form import OWN_FILE, PRESETS, TrainingForm
from explorer.settings import Settings
from models.training_job import TrainingJob, write_job
from tests.explorer.finding import button

LEFT = Qt.MouseButton.LeftButton
PutUp = Callable[[QWidget, int, int], None]


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "trainings"
    settings.set("trainings", str(folder))
    return folder


@pytest.fixture
def form(put_up: PutUp, settings: Settings, place: Path) -> TrainingForm:
    made = TrainingForm(settings)
    put_up(made, 541, 540)
    return made


def pressed(form: TrainingForm) -> list[str]:
    return [
        chooser.text()
        for chooser in form.findChildren(QPushButton)
        if chooser.isCheckable() and chooser.isChecked()
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_fills_the_form(qtbot: QtBot, form: TrainingForm, name: str) -> None:
    qtbot.mouseClick(button(form, name), LEFT)
    assert form.job() == PRESETS[name]
    assert pressed(form) == [name]


def test_other_fields_are_no_preset(form: TrainingForm) -> None:
    assert pressed(form) == ["dae-16"]
    form.epochs.setValue(3)
    assert pressed(form) == ["dae-16"]  # of any length
    form.latent_dim.setValue(3)
    assert pressed(form) == []


def test_start_tells_the_job_and_a_free_folder(
    qtbot: QtBot, form: TrainingForm, place: Path
) -> None:
    (place / "mnist-vae-7").mkdir(parents=True)
    form.kind.setCurrentText("variational")
    form.latent_dim.setValue(7)
    form.filters.setText("8 16")
    with qtbot.waitSignal(form.start_wanted) as wanted:
        qtbot.mouseClick(form.start, LEFT)
    assert wanted.args == [TrainingJob("vae", 7, (8, 16)), place / "mnist-vae-7-2"]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ("", "The filters must be 1 to 5 numbers from 1 to 512"),
        ("0", "The filters must be 1 to 5 numbers from 1 to 512"),
        ("1,2,3,4,5,6", "The filters must be 1 to 5 numbers from 1 to 512"),
        ("32, -4", "The filters must be numbers such as 32, 64"),
        ("3.5", "The filters must be numbers such as 32, 64"),
        ("9" * 5000, "The filters must be numbers such as 32, 64"),
        ("²", "The filters must be numbers such as 32, 64"),
    ],
)
def test_filters_that_are_none_are_refused_in_one_sentence(
    qtbot: QtBot, form: TrainingForm, filters: str, said: str
) -> None:
    form.filters.setText(filters)
    with qtbot.assertNotEmitted(form.start_wanted):
        qtbot.mouseClick(form.start, LEFT)
    assert form.words.isVisible()
    assert form.words.text().startswith(said)
    assert len(form.words.text()) <= 200


def test_a_file_of_ones_own_is_chosen(
    form: TrainingForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "own.npz")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    form.data.setCurrentText(OWN_FILE)
    form.data.activated.emit(form.data.currentIndex())
    assert form.job().data == path
    assert [form.data.itemText(index) for index in range(form.data.count())] == [
        "MNIST",
        "own.npz",
        OWN_FILE,
    ]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    form.data.setCurrentText(OWN_FILE)
    form.data.activated.emit(form.data.currentIndex())
    assert form.job().data == ""  # nothing was chosen


def test_another_folder_is_chosen_and_its_trainings_are_listed(
    qtbot: QtBot,
    form: TrainingForm,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not form.earlier.isVisible()
    other = tmp_path / "other"
    (other / "mine").mkdir(parents=True)
    write_job(other / "mine", TrainingJob())
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(other))
    qtbot.mouseClick(button(form, "Change…"), LEFT)
    assert settings.text("trainings") == str(other)
    assert form.earlier.isVisible()
    with qtbot.waitSignal(form.look_wanted) as wanted:
        qtbot.mouseClick(button(form, "Look at it"), LEFT)
    assert wanted.args == [other / "mine"]
