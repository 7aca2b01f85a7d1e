"""Training from the window: with real processes, from the first click to the open model."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest
from PyQt6.QtCore import Qt

from explorer.application import Application
from explorer.panes.training_pane import TrainingPane
from explorer.panes.training_watch import PLAY_MS
from explorer.training_desk import Phase
from models.bundle import CARD, open_bundle
from models.lock import have_to_oneself
from models.training_job import JOB
from tests.explorer.application.play import Play
from tests.patience import TIMEOUT_MS, TRAINED_WITHIN_MS

LEFT = Qt.MouseButton.LeftButton
EPOCHS = 2


@pytest.fixture
def folder(application: Application, tmp_path: Path) -> Path:
    place = tmp_path / "trainings"
    application.settings.set("trainings", str(place))
    return place


@pytest.fixture(scope="module")
def many_npz(strokes_npz: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many strokes that no epoch is over before a hand can stop it."""
    with np.load(strokes_npz) as stored:
        arrays = dict(stored)
    path = tmp_path_factory.mktemp("many") / strokes_npz.name
    many = {name: np.concatenate(8 * [arrays[name]]) for name in ("x_train", "y_train")}
    np.savez(path, **{**arrays, **many})
    return path


@pytest.fixture
def pane(play: Play, folder: Path, strokes_npz: Path) -> Iterator[TrainingPane]:
    """The open tab, filled in for a training of seconds."""
    play.space.tabs.open_page("Training")
    pane = play.space.training
    pane.desk.leave()
    pane.watch.pictures.set_pictures((), (), "")
    form = pane.form
    form.renew()
    form.set_data(str(strokes_npz))
    form.latent_dim.setValue(16)  # as long as z of the open model
    form.filters.setText("4, 6")
    form.hidden.setValue(0)
    form.epochs.setValue(EPOCHS)
    yield pane
    pane.desk.close()


def until(play: Play, pane: TrainingPane, phase: Phase) -> None:
    play.qtbot.waitUntil(lambda: pane.desk.phase is phase, timeout=TRAINED_WITHIN_MS)


def trainings() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if "models.training_child" in " ".join(child.cmdline()):
                found.append(child)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def made(pane: TrainingPane) -> list[bytes]:
    """The pictures of the samples that are shown."""
    pictures = []
    for image in pane.watch.pictures.made:
        bits = image.constBits()
        assert bits is not None
        pictures.append(bits.asstring(image.sizeInBytes()))
    return pictures


def wait_for_pictures(play: Play, pane: TrainingPane, epoch: int) -> None:
    pictures, words = pane.watch.pictures, f"made of them by epoch {epoch}"
    play.qtbot.waitUntil(lambda: pictures.accessibleDescription() == words, timeout=TIMEOUT_MS)


def stop_after_an_epoch(pane: TrainingPane) -> None:
    if pane.desk.phase is Phase.RUNNING and pane.desk.epochs:
        pane.watch.stop.click()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves what it has trained, for the others."""
    return tmp_path_factory.mktemp("finished") / "strokes-dae-16"


@pytest.mark.timeout(600)
def test_a_training_is_started_watched_stopped_and_goes_on(
    play: Play, pane: TrainingPane, folder: Path, finished: Path, many_npz: Path
) -> None:
    pane.form.set_data(str(many_npz))
    pane.form.epochs.setValue(EPOCHS)
    play.qtbot.mouseClick(pane.form.start, LEFT)
    assert pane.desk.phase is Phase.STARTING
    assert pane.watch.isVisible()
    until(play, pane, Phase.RUNNING)
    (child,) = trainings()
    if hasattr(child, "nice") and psutil.POSIX:
        assert child.nice() >= 10
    play.shown(play.session.randomise)  # the live picture goes on
    stop = partial(stop_after_an_epoch, pane)  # at once, not when a test looks again
    pane.desk.changed.connect(stop)
    until(play, pane, Phase.RESTING)
    pane.desk.changed.disconnect(stop)
    out = folder / "strokes-dae-16"
    assert (out / JOB).exists()
    assert not (out / CARD).exists()
    assert pane.watch.words.text() == "Stopped; 1 of 2 epochs are whole, and it can go on."
    play.qtbot.mouseClick(pane.watch.go_on, LEFT)
    until(play, pane, Phase.DONE)
    assert open_bundle(out).latent_dim == 16
    psutil.wait_procs([child], timeout=10)
    assert not trainings()
    assert [number for number, _ in pane.desk.curves.epochs] == [1, 2]
    shutil.copytree(out, finished)


def test_the_time_machine_shows_each_epoch_with_samples_and_z_fixed(
    play: Play, pane: TrainingPane, folder: Path, finished: Path
) -> None:
    shutil.copytree(finished, folder / finished.name)
    pane.form.renew()
    assert pane.form.earlier.itemText(0) == finished.name
    play.qtbot.mouseClick(play.button("Look at it"), LEFT)
    assert pane.desk.phase is Phase.DONE
    watch = pane.watch

    def shown(epoch: int) -> tuple[list[bytes], object]:
        wait_for_pictures(play, pane, epoch)
        assert watch.pictures.aside is not None
        return made(pane), watch.pictures.aside[1]

    last, last_z = shown(2)
    watch.slider.setValue(0)
    first, first_z = shown(1)
    assert len(first) == len(last) == 8
    assert first != last
    assert first_z != last_z
    play.shown(lambda: play.session.set_value(3, 4.0))
    play.qtbot.waitUntil(lambda: watch.pictures.aside[1] != first_z, timeout=TIMEOUT_MS)  # type: ignore[index]  # seen above
    assert made(pane) == first
    watch.curves.epoch_wanted.emit(2)
    assert shown(2)[0] == last
    watch._timer.setInterval(10 * TIMEOUT_MS)  # an epoch stays for as long as it takes to show it
    play.qtbot.mouseClick(watch.play, LEFT)  # from the first on
    assert shown(1)[0] == first
    watch._timer.timeout.emit()
    assert shown(2)[0] == last
    watch._timer.setInterval(PLAY_MS)


def test_one_click_opens_what_was_trained(
    play: Play, pane: TrainingPane, folder: Path, finished: Path, application: Application
) -> None:
    out = shutil.copytree(finished, folder / finished.name)
    pane.desk.look(out)
    before = play.session
    with play.qtbot.waitSignal(application.opener.opened, timeout=TIMEOUT_MS):
        play.qtbot.mouseClick(pane.watch.open, LEFT)
    assert application.session is not before
    assert application.session is not None
    assert application.session.subject.name == finished.name
    assert application.window is not None
    space = application.window.workspace
    space.tabs.open_page("Training")  # the same training, beside the new model's z
    play.qtbot.waitUntil(
        lambda: space.training.watch.pictures.aside is not None, timeout=TIMEOUT_MS
    )
    then = space.training.watch.pictures.aside
    assert then is not None
    codes = application.session.subject.whereabouts.codes
    assert codes is not None
    assert np.isfinite(codes.codes).all()
    application.close_model()


def test_z_of_another_length_is_left_out(
    play: Play, pane: TrainingPane, folder: Path, finished: Path
) -> None:
    out = shutil.copytree(finished, folder / finished.name)
    for path in (out / "epochs").glob("0*.npz"):
        with np.load(path) as archive:
            arrays = dict(archive)
        np.savez(path, **{**arrays, "codes": arrays["codes"][:, :3]})
    pane.desk.look(out)
    wait_for_pictures(play, pane, 2)
    assert pane.watch.pictures.aside is None


def test_what_cannot_be_trained_is_told_and_leaves_nothing(
    play: Play, pane: TrainingPane, folder: Path
) -> None:
    pane.form.filters.setText("32; 64")
    play.qtbot.mouseClick(pane.form.start, LEFT)
    assert pane.form.words.text() == (
        "The filters must be numbers such as 32, 64; received '32; 64'."
    )
    pane.form.filters.setText("4")
    folder.mkdir()
    (folder / "file").touch()
    play.space.training.form._settings.set("trainings", str(folder / "file"))
    play.qtbot.mouseClick(pane.form.start, LEFT)
    until(play, pane, Phase.NONE)
    assert pane.form.isVisible()
    assert pane.form.words.text().endswith("strokes-dae-16: Not a directory.")
    assert not trainings()


def test_a_folder_in_which_another_trains_is_refused(
    play: Play, pane: TrainingPane, folder: Path, finished: Path
) -> None:
    out = shutil.copytree(finished, folder / finished.name)
    (out / CARD).unlink()
    pane.desk.look(out)
    with have_to_oneself(out):
        play.qtbot.mouseClick(pane.watch.go_on, LEFT)
        until(play, pane, Phase.RESTING)
    assert "must be trained in by one process at a time" in pane.watch.words.text()
    assert pane.desk.epochs == [1, 2]


@pytest.mark.timeout(600)
def test_a_killed_training_is_told_and_a_closed_window_leaves_no_process(
    play: Play, pane: TrainingPane, folder: Path, application: Application
) -> None:
    pane.form.epochs.setValue(1000)
    play.qtbot.mouseClick(pane.form.start, LEFT)
    until(play, pane, Phase.RUNNING)
    (child,) = trainings()
    play.qtbot.waitUntil(lambda: len(pane.desk.epochs) > 0, timeout=TRAINED_WITHIN_MS)
    child.kill()
    until(play, pane, Phase.RESTING)
    assert pane.watch.words.text().startswith("The training has ended by itself")
    play.qtbot.mouseClick(pane.watch.go_on, LEFT)
    until(play, pane, Phase.RUNNING)
    (child,) = trainings()
    play.window.close()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive
    assert not trainings()
    out = folder / "strokes-dae-16"
    assert not (out / CARD).exists()
    with have_to_oneself(out) as alone:
        assert alone
