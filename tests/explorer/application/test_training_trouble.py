"""Trainings in the window that meet with trouble, or with everything else a window does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from explorer.application import Application
from explorer.panes.training_pane import TrainingPane
from explorer.sessions.shown import Shown
from explorer.training_desk import Phase
from models.bundle import open_bundle
from models.source import ModelSource
from models.training_job import TrainingJob
from tests.explorer.application.play import Play
from tests.patience import TIMEOUT_MS, TRAINED_WITHIN_MS

LEFT = Qt.MouseButton.LeftButton
FOR_EVER = 1000


@pytest.fixture
def data(strokes_npz: Path, tmp_path: Path) -> Path:
    """A file that may go, or become another."""
    return Path(shutil.copy(strokes_npz, tmp_path / "mine.npz"))


@pytest.fixture
def pane(
    play: Play, application: Application, tmp_path: Path, data: Path
) -> Iterator[TrainingPane]:
    """The open tab, filled in for a training that does not end by itself."""
    application.settings.set("trainings", str(tmp_path / "trainings"))
    play.space.tabs.open_page("Training")
    pane = play.space.training
    pane.desk.leave()
    form = pane.form
    form.renew()
    form.set_data(str(data))
    form.latent_dim.setValue(16)
    form.filters.setText("4, 6")
    form.hidden.setValue(0)
    form.epochs.setValue(FOR_EVER)
    yield pane
    pane.desk.close()


def until(play: Play, pane: TrainingPane, phase: Phase) -> None:
    play.qtbot.waitUntil(lambda: pane.desk.phase is phase, timeout=TRAINED_WITHIN_MS)


def train_an_epoch(play: Play, pane: TrainingPane) -> None:
    play.qtbot.mouseClick(pane.form.start, LEFT)
    play.qtbot.waitUntil(lambda: len(pane.desk.epochs) > 0, timeout=TRAINED_WITHIN_MS)


def rest_after_an_epoch(play: Play, pane: TrainingPane) -> list[int]:
    """Train and stop; the epochs that are kept."""
    train_an_epoch(play, pane)
    play.qtbot.mouseClick(pane.watch.stop, LEFT)
    until(play, pane, Phase.RESTING)
    return pane.desk.epochs


def test_stopping_at_once_and_again_leaves_nothing_and_it_can_be_started_anew(
    play: Play, pane: TrainingPane
) -> None:
    play.qtbot.mouseClick(pane.form.start, LEFT)
    pane.watch.stop.click()
    assert not pane.watch.stop.isEnabled()
    pane.desk.stop()
    until(play, pane, Phase.NONE)
    pane.desk.stop()
    assert pane.form.isVisible()
    assert pane.form.words.text() == ""
    train_an_epoch(play, pane)
    pane.watch.stop.click()
    pane.desk.stop()
    until(play, pane, Phase.RESTING)
    assert "it can go on" in pane.watch.words.text()


def test_a_second_start_changes_nothing(play: Play, pane: TrainingPane, data: Path) -> None:
    play.qtbot.mouseClick(pane.form.start, LEFT)
    job, out = pane.desk.job, pane.desk.out
    pane.desk.start(TrainingJob("vae", data=str(data)), out.with_name("other"))
    pane.desk.look(out.with_name("other"))
    pane.desk.leave()
    assert (pane.desk.job, pane.desk.out, pane.desk.phase) == (job, out, Phase.STARTING)


def test_data_that_have_gone_are_told_and_what_was_trained_stays(
    play: Play, pane: TrainingPane, data: Path
) -> None:
    epochs = rest_after_an_epoch(play, pane)
    data.rename(data.with_suffix(".away"))
    play.qtbot.mouseClick(pane.watch.go_on, LEFT)
    until(play, pane, Phase.RESTING)
    assert pane.watch.words.text().startswith(f"{data} must be an .npz file")
    assert pane.desk.epochs == epochs
    data.with_suffix(".away").rename(data)
    play.qtbot.mouseClick(pane.watch.go_on, LEFT)
    until(play, pane, Phase.RUNNING)


def test_it_goes_on_with_no_other_data(play: Play, pane: TrainingPane, data: Path) -> None:
    epochs = rest_after_an_epoch(play, pane)
    with np.load(data) as archive:
        arrays = dict(archive)
    np.savez(data, **{**arrays, "x_train": 255 - arrays["x_train"]})
    play.qtbot.mouseClick(pane.watch.go_on, LEFT)
    until(play, pane, Phase.RESTING)
    assert "can only go on with its own settings and data" in pane.watch.words.text()
    assert pane.desk.epochs == epochs


def test_a_folder_that_goes_while_it_trains_is_told(
    play: Play, pane: TrainingPane, tmp_path: Path
) -> None:
    train_an_epoch(play, pane)
    pane.desk.out.rename(tmp_path / "elsewhere")  # all at once, whatever is being written in it
    play.qtbot.waitUntil(lambda: not pane.desk.is_busy, timeout=TIMEOUT_MS)
    said = pane.desk.sentence
    assert said.startswith(str(pane.desk.out))
    assert said.endswith(": No such file or directory.")
    play.shown(play.session.randomise)


def test_it_goes_on_while_sessions_and_models_come_and_go(
    play: Play, pane: TrainingPane, application: Application, copy: Path, tmp_path: Path
) -> None:
    state, layout = play.session.state, play.space.layout_now()
    Shown(play.session, play.space.layout_now).write(tmp_path / "mine.json", state, layout)
    train_an_epoch(play, pane)
    play.shown(play.session.randomise)
    play.told(lambda: application.open_session(tmp_path / "mine.json"))
    assert play.session.state.latent.z.tobytes() == state.latent.z.tobytes()
    application.swap(ModelSource(bundle=copy))
    play.qtbot.waitUntil(lambda: application.window is not play.window, timeout=TIMEOUT_MS)
    other = Play(play.qtbot, application)
    other.space.tabs.open_page("Training")
    assert other.space.training.watch.isVisible()
    seen = pane.desk.epochs[-1]
    play.qtbot.waitUntil(lambda: pane.desk.epochs[-1] > seen, timeout=TRAINED_WITHIN_MS)
    assert pane.desk.phase is Phase.RUNNING
    application.close_model()
    assert application.window is play.window
    assert pane.desk.phase is Phase.RUNNING
    assert pane.watch.isVisible()


@pytest.mark.parametrize("preset", ["vae-2", "vae-16"])
def test_a_variational_autoencoder_is_trained_and_opened(
    play: Play, pane: TrainingPane, application: Application, preset: str
) -> None:
    play.qtbot.mouseClick(play.button(preset), LEFT)
    form = pane.form
    form.filters.setText("4, 6")
    form.epochs.setValue(1)
    play.qtbot.mouseClick(form.start, LEFT)
    until(play, pane, Phase.DONE)
    out = pane.desk.out
    assert out.name == f"mine-{preset}"
    architecture = open_bundle(out).card["architecture"]
    assert architecture["kind"] == "vae"
    assert tuple(architecture["filters"]) == (4, 6)
    assert architecture["hidden"] == 192
    with play.qtbot.waitSignal(application.opener.opened, timeout=TIMEOUT_MS):
        play.qtbot.mouseClick(pane.watch.open, LEFT)
    opened = Play(play.qtbot, application)
    opened.shown(opened.session.ask)
    assert opened.session.subject.latent_dim == int(preset.split("-")[1])
    assert opened.session.subject.offers_prior
    application.close_model()
