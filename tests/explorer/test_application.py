"""The whole app: the real window, the real engine and the real bundle."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import pytest
from PyQt6.QtCore import QCoreApplication, QMimeData, QPointF, Qt, QTimer, QUrl
from PyQt6.QtGui import QClipboard, QColor, QImage, QPalette, QUndoStack
from PyQt6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.engine.client import Engine
from explorer.engine.process import FORKS
from explorer.engine.status import EngineStatus, Phase
from explorer.main_window import MainWindow
from explorer.settings import SETTINGS, Settings
from explorer.state.frame import Frame, Request
from explorer.state.latent import Route
from explorer.state.session import Session
from explorer.theme import DARK, LIGHT, theme_of
from explorer.widgets.hot_spot import HotSpot
from explorer.widgets.latent_editors import NumberEditor
from explorer.workspace import Workspace
from models.bundle import CODES, DECODER, DEFAULT, ENCODER, read_card, write_card
from models.first_picture import FIRST_NOISE_SEED
from models.noise import KINDS, corrupt
from models.stroke_digits import draw_digit

Drag = Callable[[QWidget, Sequence[QPointF]], None]
Floats = npt.NDArray[np.float32]
TIMEOUT_MS = 60_000
ROOT = Path(__file__).parents[2]
LEFT = Qt.MouseButton.LeftButton
NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


class Play:
    """An open window, its session and its engine, and patience."""

    def __init__(self, qtbot: QtBot, application: Application) -> None:
        assert application.window is not None
        assert application.session is not None
        assert application.engine is not None
        self.qtbot = qtbot
        self.window: MainWindow = application.window
        self.session: Session = application.session
        self.engine: Engine = application.engine
        self.space: Workspace = self.window.workspace
        self.asked_seq = 1  # what a session asks for when it is opened
        self.frames: list[Frame] = []
        self.statuses: list[EngineStatus] = []
        self.session.requested.connect(self._note_request)
        self.session.frame_shown.connect(self.frames.append)
        self.engine.status_changed.connect(self.statuses.append)

    def shown(self, act: Callable[[], object]) -> Frame:
        """Do something and wait for the picture of the newest request."""
        with self.qtbot.waitSignal(
            self.session.frame_shown,
            timeout=TIMEOUT_MS,
            check_params_cb=lambda frame: frame.seq >= self.asked_seq,
        ):
            act()
        return self.session.frame

    def until(self, phase: Phase, act: Callable[[], object]) -> None:
        """Do something and wait for the engine to get there."""
        with self.qtbot.waitSignal(
            self.engine.status_changed,
            timeout=TIMEOUT_MS,
            check_params_cb=lambda status: status.phase is phase,
        ):
            act()

    def start_over(self) -> None:
        """Undo everything."""
        self.session.undo_stack.setIndex(0)
        self.session.undo_stack.clear()
        self.session.set_noise_seed(FIRST_NOISE_SEED)  # live noise leaves its own behind
        self.session.undo_stack.clear()
        self.space.tabs.open_page("Sliders")
        self.window.status.set_sentence("")
        self.session.ask()

    def told(self, act: Callable[[], object]) -> str:
        """Do something and wait for a sentence in the status line."""
        with self.qtbot.waitSignal(self.session.told, timeout=TIMEOUT_MS):
            act()
        return self.window.status.sentence()

    def button(self, text: str) -> QAbstractButton:
        (found,) = (b for b in self.window.findChildren(QAbstractButton) if b.text() == text)
        return found

    def click(self, text: str) -> None:
        self.qtbot.mouseClick(self.button(text), LEFT)

    def helps(self) -> list[str]:
        """Buttons that the status line shows."""
        buttons = self.window.status.findChildren(QPushButton)
        return [button.text() for button in buttons if button.isVisible()]

    def switch(self) -> None:
        """Click the switch of the wiring strip."""
        spots = self.window.findChildren(HotSpot)
        (found,) = (spot for spot in spots if spot.accessibleName().startswith("Switch"))
        self.qtbot.mouseClick(found, LEFT)

    def track(self, dim: int, *shares: float) -> tuple[QWidget, list[QPointF]]:
        """The table's viewport, and places on the track of a row."""
        table = self.space.latent.table
        viewport = table.viewport()
        assert viewport is not None
        return viewport, [table.track_at(dim, share) for share in shares]

    def on_canvas(self, points: Sequence[tuple[float, float]]) -> tuple[QWidget, list[QPointF]]:
        """The canvas, and places on it given in the unit square."""
        canvas = self.space.input.canvas
        square = canvas.square()
        return canvas, [
            QPointF(square.left() + x * square.width(), square.top() + y * square.height())
            for x, y in points
        ]

    def output(self) -> list[list[int]]:
        """Grey levels of the picture in the output pane."""
        image = self.space.output.view.image()
        assert image is not None
        return [
            [QColor(image.pixel(x, y)).lightness() for x in range(image.width())]
            for y in range(image.height())
        ]

    def figures(self) -> dict[str, str]:
        labels = self.space.output.findChildren(QLabel)
        return {w.accessibleName(): w.text() for w in labels if w.accessibleName()}

    def process(self) -> psutil.Process:
        """The engine process, youngest of this process's descendants."""
        family = psutil.Process().children(recursive=True)
        return max(family, key=lambda process: (process.create_time(), process.pid))

    def _note_request(self, request: Request) -> None:
        if request.kind in ("decode", "denoise"):
            self.asked_seq = request.seq


@pytest.fixture(scope="module")
def application(
    qapp: QApplication, keep_looks: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("app")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("explorer.application.log_path", lambda: folder / "app.log")
        made = Application(qapp, Settings(str(folder / "settings.ini")), seed=7)
        yield made
        made.close()


@pytest.fixture
def open_window(qtbot: QtBot, application: Application) -> Callable[[], Play]:
    """Opens a window as the first start does; no event is handled yet."""

    def make() -> Play:
        for key, setting in SETTINGS.items():
            application.settings.set(key, setting.default)
        application.open(DEFAULT)
        return Play(qtbot, application)

    return make


@pytest.fixture
def new(open_window: Callable[[], Play]) -> Play:
    """A new window with its first live picture."""
    opened = open_window()
    opened.shown(opened.window.activateWindow)
    return opened


@pytest.fixture(scope="module")
def spare() -> list[Play]:
    """The window that the last test of ``play`` has left, if any."""
    return []


@pytest.fixture
def play(
    qtbot: QtBot, application: Application, open_window: Callable[[], Play], spare: list[Play]
) -> Play:
    """A window as a new one is; opening one takes longer than undoing what was done in one."""
    if spare and spare[0].window is application.window:
        (left,) = spare
        left.qtbot = qtbot
        left.shown(left.start_over)
        return left
    spare[:] = [open_window()]
    spare[0].shown(spare[0].window.activateWindow)
    return spare[0]


def levels(picture: Floats) -> list[list[int]]:
    """Of a picture (height, width, 1), as a screen shows it."""
    rows: list[list[int]] = (np.clip(picture[:, :, 0], 0, 1) * 255 + 0.5).astype(int).tolist()
    return rows


def drawn_four() -> list[Sequence[tuple[float, float]]]:
    return [stroke.points for stroke in draw_digit(4, 3)]


# The first start --------------------------------------------------------------------


def test_the_stored_picture_is_there_before_the_engine_and_the_live_one_is_the_same(
    open_window: Callable[[], Play],
) -> None:
    opened = open_window()
    first = opened.session.bundle.first
    assert opened.window.status.engine_text() == "engine starting"
    assert opened.window.isVisible()
    assert opened.output() == levels(first.output)
    assert not opened.session.state.drawing.is_empty
    assert opened.session.state.route is Route.ENCODER
    live = opened.shown(lambda: None)
    np.testing.assert_allclose(live.outputs["decoder_output"][0], first.output, atol=1e-5)
    np.testing.assert_allclose(live.inputs["noisy"][0], first.noisy, atol=1e-6)
    np.testing.assert_allclose(opened.session.state.latent.z, first.z, atol=1e-3)
    assert opened.window.status.engine_text() == "engine ready"
    assert opened.session.undo_stack.count() == 0


def test_one_can_draw_before_the_engine_is_ready(
    open_window: Callable[[], Play], drag: Drag
) -> None:
    opened = open_window()
    opened.space.input.clear()
    for points in drawn_four():
        drag(*opened.on_canvas(points))
    assert opened.frames == []
    live = opened.shown(lambda: None)
    np.testing.assert_array_equal(live.inputs["clean"], opened.session.clean)


# Sliders ----------------------------------------------------------------------------


def test_a_drag_moves_the_plug_and_the_picture_and_undo_gives_the_encoder_back(
    play: Play, drag: Drag
) -> None:
    z, before = play.session.state.latent.z, play.output()
    frame = play.shown(lambda: drag(*play.track(3, 0.2, 0.6, 0.95)))
    assert frame.request == "decode"
    assert play.session.wiring.plugged_in == "plugged in: sliders"
    held = play.session.state.latent.z
    assert held[3] != z[3]
    np.testing.assert_array_equal(np.delete(held, 3), np.delete(z, 3))
    assert play.output() == levels(frame.outputs["decoder_output"][0]) != before
    assert play.session.undo_stack.count() == 1
    frame = play.shown(lambda: play.click("↶ Undo"))
    assert frame.request == "denoise"
    assert play.session.state.route is Route.ENCODER
    assert play.output() == before
    play.shown(lambda: play.click("↷ Redo"))
    np.testing.assert_array_equal(play.session.state.latent.z, held)


def test_one_click_plugs_the_encoder_back_and_z_is_kept_both_ways(play: Play, drag: Drag) -> None:
    z, before = play.session.state.latent.z, play.output()
    held = play.shown(play.switch)
    assert held.request == "decode"
    np.testing.assert_array_equal(play.session.state.latent.z, z)
    np.testing.assert_allclose(play.output(), before, atol=1)
    play.shown(lambda: drag(*play.track(0, 0.1, 0.9)))
    back = play.shown(play.switch)
    assert back.request == "denoise"
    np.testing.assert_allclose(play.session.state.latent.z, z, atol=1e-4)
    assert play.output() == before


def test_every_finished_frame_of_a_drag_paints_in_order(play: Play, drag: Drag) -> None:
    play.frames.clear()
    shares = np.linspace(0.05, 0.95, 60).tolist()
    play.shown(lambda: drag(*play.track(5, *shares)))
    numbers = [frame.seq for frame in play.frames]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == play.asked_seq
    z = play.frames[-1].z
    assert z is not None
    np.testing.assert_array_equal(z[0], play.session.state.latent.z)


@pytest.mark.parametrize("text", ["Randomise", "Reset"])
def test_all_sliders_at_once_are_one_picture(play: Play, text: str) -> None:
    play.session.set_lock(2, True)
    kept = play.session.state.latent.z[2]
    before = play.asked_seq
    play.shown(lambda: play.click(text))
    assert play.asked_seq == before + 1
    assert play.session.state.latent.z[2] == kept


def test_nan_is_refused_in_one_sentence_and_nothing_changes(play: Play, qtbot: QtBot) -> None:
    table = play.space.latent.table
    table.setCurrentIndex(table.latent.index(4, 0))
    state, before = play.session.state, play.output()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    editor = table.findChild(NumberEditor)
    assert editor is not None
    qtbot.keyClicks(editor, "nan")
    sentence = play.told(lambda: qtbot.keyClick(editor, Qt.Key.Key_Return))
    assert "z 4" in sentence
    assert "nan" in sentence
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert play.session.state is state
    assert play.output() == before


def test_a_pasted_z_is_decoded(play: Play, clipboard: QClipboard) -> None:
    code = play.session.bundle.codes.codes[11]
    clipboard.setText(", ".join(str(float(value)) for value in code))
    frame = play.shown(lambda: play.click("Paste z"))
    assert frame.z is not None
    np.testing.assert_array_equal(frame.z[0], code)


# Drawing ----------------------------------------------------------------------------


def test_what_is_drawn_is_spoiled_denoised_and_measured(
    play: Play, drag: Drag, qtbot: QtBot
) -> None:
    play.shown(lambda: play.click("Clear"))
    play.frames.clear()
    for points in drawn_four():
        frame = play.shown(partial(drag, *play.on_canvas(points)))
    clean, noisy = frame.inputs["clean"], frame.inputs["noisy"]
    np.testing.assert_array_equal(clean, play.session.clean)
    state = play.session.state
    np.testing.assert_allclose(noisy, corrupt(clean, state.noise, state.noise_seed), atol=1e-6)
    output = frame.outputs["decoder_output"]
    assert play.output() == levels(output[0])
    for side, picture in (("noisy", noisy), ("denoised", output)):
        assert frame.metrics[side]["mse"] == pytest.approx(np.mean((picture - clean) ** 2))
    assert frame.metrics["denoised"]["mse"] < frame.metrics["noisy"]["mse"]
    wanted = {
        f"{label} of the {side} picture": form.format(frame.metrics[side][key])
        for side in ("noisy", "denoised")
        for label, key, form in (
            ("MSE", "mse", "{:.4f}"),
            ("PSNR dB", "psnr_db", "{:.1f}"),
            ("SSIM", "ssim", "{:.2f}"),
        )
    }
    qtbot.waitUntil(lambda: play.figures() == wanted)
    assert len(play.frames) > 2  # the picture came while the pen moved


def test_erasing_taking_back_and_clearing_give_new_pictures(play: Play, drag: Drag) -> None:
    seen = [play.session.clean]

    def see(frame: Frame) -> None:
        np.testing.assert_array_equal(frame.inputs["clean"], play.session.clean)
        assert (play.session.clean != seen[-1]).any()
        seen.append(play.session.clean)

    play.click("Eraser")
    see(play.shown(lambda: drag(*play.on_canvas([(0, 0.5), (1, 0.5)]))))
    see(play.shown(lambda: play.click("Undo")))
    see(play.shown(lambda: play.click("Clear")))
    assert not play.session.clean.any()
    play.click("Pen")
    assert play.session.undo_stack.count() == 3
    for _ in range(3):
        play.shown(play.session.undo_stack.undo)
    np.testing.assert_array_equal(play.session.clean, seen[0])


def test_a_digit_drawn_from_the_keyboard_is_denoised(play: Play, qtbot: QtBot) -> None:
    play.shown(play.space.input.clear)
    canvas = play.space.input.canvas
    canvas.setFocus()

    def draw() -> None:
        qtbot.keyClick(canvas, Qt.Key.Key_Space)
        for _ in range(10):
            qtbot.keyClick(canvas, Qt.Key.Key_Down)
        qtbot.keyClick(canvas, Qt.Key.Key_Space)

    frame = play.shown(draw)
    assert frame.inputs["clean"].max() > 0.5
    assert play.session.undo_stack.undoText() == "draw a stroke"


# Noise ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in KINDS if name != "gaussian"])
def test_each_kind_of_noise_is_what_the_encoder_gets(play: Play, qtbot: QtBot, name: str) -> None:
    box = play.space.noise.findChild(QComboBox)
    assert box is not None
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    frame = play.session.frame
    for _ in range(box.findData(name)):
        frame = play.shown(lambda: qtbot.keyClick(box, Qt.Key.Key_Down))
    if name == "none":
        frame = play.shown(play.session.ask)
    state = play.session.state
    assert state.noise == KINDS[name].parameters()
    expected = corrupt(play.session.clean, state.noise, state.noise_seed)
    np.testing.assert_allclose(frame.inputs["noisy"], expected, atol=1e-6)


def test_a_seed_gives_its_picture_again(play: Play) -> None:
    pictures = [play.output()]
    play.shown(lambda: play.click("⟳"))
    pictures.append(play.output())
    play.shown(play.session.undo_stack.undo)
    pictures.append(play.output())
    assert pictures[0] == pictures[2] != pictures[1]


def test_live_noise_changes_the_picture_until_the_sliders_are_plugged_in(
    play: Play, qtbot: QtBot
) -> None:
    play.frames.clear()
    with qtbot.waitSignals([play.session.frame_shown] * 5, timeout=TIMEOUT_MS):
        play.click("Live")
    noisy = [frame.inputs["noisy"].tobytes() for frame in play.frames]
    assert len(set(noisy)) == len(noisy)
    frame = play.shown(play.switch)
    assert frame.request == "decode"
    timers = play.space.noise.findChildren(QTimer)
    assert not any(timer.isActive() for timer in timers)
    assert play.session.undo_stack.count() == 2


# Pictures ---------------------------------------------------------------------------


def test_a_dropped_picture_is_inverted_resized_and_denoised(play: Play, tmp_path: Path) -> None:
    picture = QImage(60, 90, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    for y in range(20, 70):
        for x in range(26, 34):
            picture.setPixelColor(x, y, QColor("black"))
    path = tmp_path / "one.png"
    assert picture.save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    frame = play.shown(lambda: play.told(lambda: play.space.input.canvas.dropped.emit(data)))
    sentence = play.window.status.sentence()
    assert all(part in sentence for part in ("60×90", "28×28", "inverted"))
    assert frame.inputs["clean"][0, 14, 14, 0] > 0.9
    assert frame.inputs["clean"][0, 0, 0, 0] == 0
    inverted = play.shown(lambda: play.click("Invert"))
    assert inverted.inputs["clean"][0, 14, 14, 0] < 0.5


def test_a_bad_picture_leaves_everything_as_it_was(play: Play, tmp_path: Path) -> None:
    path = tmp_path / "words.png"
    path.write_text("These are words.")
    state, frame = play.session.state, play.session.frame
    sentence = play.told(lambda: play.space.input.open_file(path))
    assert str(path) in sentence
    assert play.session.state is state
    assert play.session.frame is frame


def test_a_full_disk_while_saving_is_one_sentence(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("models.files.os.fsync", fail)
    path = tmp_path / "digit.png"
    sentence = play.told(lambda: play.space.output.save(path, as_shown=True))
    assert str(path) in sentence
    assert os.strerror(errno.ENOSPC) in sentence
    assert list(tmp_path.iterdir()) == []


# Layers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "layer", "shape"),
    [("encoder", "conv2d", (1, 14, 14, 32)), ("decoder", "decoder_input", (1, 16))],
)
def test_a_layer_shows_what_it_makes_of_the_current_input(
    play: Play, qtbot: QtBot, model: str, layer: str, shape: tuple[int, ...]
) -> None:
    with qtbot.waitSignal(
        play.session.answered,
        timeout=TIMEOUT_MS,
        check_params_cb=lambda frame: frame.outputs["activations"].shape == shape,
    ) as answer:
        play.space.wiring.layers_wanted.emit(model, layer)
    assert answer.args is not None
    activations = answer.args[0].outputs["activations"]
    if layer == "decoder_input":
        np.testing.assert_allclose(activations[0], play.session.state.latent.z, atol=1e-4)
    with qtbot.waitSignal(play.session.answered, timeout=TIMEOUT_MS):
        play.session.set_value(0, 2.5)
    assert play.space.layers.grid.isVisible()


# An engine that dies or hangs ---------------------------------------------------------


def made_by_hand(play: Play, drag: Drag) -> tuple[Any, ...]:
    """Make something worth keeping, and what there is to compare."""
    play.shown(lambda: drag(*play.on_canvas([(0.1, 0.9), (0.9, 0.9)])))
    play.shown(lambda: drag(*play.track(7, 0.3, 0.8)))
    return what_is_kept(play)


def what_is_kept(play: Play) -> tuple[Any, ...]:
    state, stack = play.session.state, play.session.undo_stack
    return state, steps(stack), stack.index(), play.output()


def steps(stack: QUndoStack) -> list[str]:
    return [stack.text(index) for index in range(stack.count())]


def test_a_killed_engine_comes_back_and_nothing_is_lost(new: Play, drag: Drag) -> None:
    made = made_by_hand(new, drag)
    sentences: list[str] = []
    new.engine.status_changed.connect(lambda _: sentences.append(new.window.status.sentence()))
    new.statuses.clear()
    new.shown(new.process().kill)
    assert what_is_kept(new) == made
    assert [s.phase for s in new.statuses] == [Phase.RESTARTING, Phase.LOADING, Phase.READY]
    assert "ended" in sentences[0]
    assert new.window.status.sentence() == ""
    assert new.window.status.engine_text() == "engine ready"
    new.shown(new.session.undo_stack.undo)
    new.shown(new.session.undo_stack.undo)


@NOT_ON_WINDOWS
def test_a_hung_engine_is_ended_by_a_button_and_nothing_is_lost(new: Play, drag: Drag) -> None:
    made_by_hand(new, drag)
    new.until(Phase.HUNG, lambda: new.process().suspend())
    assert new.helps() == ["End it"]
    assert "does not answer" in new.window.status.sentence()
    drag(*new.track(1, 0.2, 0.4))  # the window goes on while the engine hangs
    state = new.session.state
    frame = new.shown(lambda: new.click("End it"))
    assert new.session.state is state
    assert frame.z is not None
    np.testing.assert_array_equal(frame.z[0], state.latent.z)
    assert new.helps() == []
    assert new.window.status.engine_text() == "engine ready"


def test_after_three_deaths_it_says_what_to_do_and_a_button_tries_again(
    new: Play, drag: Drag, clipboard: QClipboard
) -> None:
    made = made_by_hand(new, drag)
    for _ in range(2):
        new.shown(new.process().kill)
    new.until(Phase.FAILED, new.process().kill)
    line = new.window.status
    assert line.engine_text() == "engine failed"
    assert "3 times within a minute" in line.sentence()
    assert new.helps() == ["Try again", "Copy report"]
    new.click("Copy report")
    assert "FAILED" in clipboard.text()
    new.shown(lambda: new.click("Try again"))
    assert what_is_kept(new) == made
    assert line.engine_text() == "engine ready"


# Other bundles ----------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the bundle, under another name."""
    return Path(shutil.copytree(DEFAULT, tmp_path / "another"))


def test_another_bundle_takes_the_place_of_this_one(
    new: Play, application: Application, copy: Path, qtbot: QtBot
) -> None:
    process = new.process()
    new.space.tabs.open_page("Layers")
    with qtbot.waitSignal(new.window.closing, timeout=TIMEOUT_MS):
        new.window.bundle_wanted.emit(copy)
    later = Play(qtbot, application)
    assert later.space.tabs.current_title() == "Layers"
    assert later.window is not new.window
    assert later.window.windowTitle().startswith("another")
    assert later.session.bundle.folder == copy
    later.shown(later.session.randomise)
    assert application.settings.text("recent").splitlines()[0] == str(copy.resolve())
    gone, _ = psutil.wait_procs([process], timeout=10)
    assert gone


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (shutil.rmtree, "no such folder"),
    "no card": (lambda folder: (folder / "card.json").unlink(), "card.json"),
    "torn": (lambda folder: (folder / CODES).write_bytes(b"PK"), CODES),
    "tampered": (
        lambda folder: (folder / CODES).write_bytes(b"\0" + (folder / CODES).read_bytes()[1:]),
        "SHA-256",
    ),
    # What only an engine can tell.
    "no model": (lambda folder: swap_in(folder, DECODER, CODES), DECODER),
    "mismatched": (lambda folder: swap_in(folder, ENCODER, DECODER), "the same latent_dim"),
}


def swap_in(folder: Path, name: str, other: str) -> None:
    """Put another file in the place of one, and let the card say that this is right."""
    shutil.copy(folder / other, folder / name)
    write_card(folder, read_card(folder))


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_bundle_is_one_sentence_and_the_window_stays(
    play: Play, application: Application, copy: Path, drag: Drag, name: str
) -> None:
    spoil, found = BREAKS[name]
    spoil(copy)
    made = made_by_hand(play, drag)
    sentence = play.told(lambda: play.window.bundle_wanted.emit(copy))
    if sentence.startswith("Opening"):
        sentence = play.told(lambda: None)
    assert str(copy) in sentence
    assert found in sentence
    assert "\n" not in sentence
    assert application.window is play.window
    assert what_is_kept(play) == made
    play.shown(play.session.randomise)


def test_the_window_can_be_closed_while_another_bundle_loads(
    new: Play, application: Application, copy: Path
) -> None:
    new.window.bundle_wanted.emit(copy)
    assert new.window.status.sentence() == "Opening another…"
    new.window.close()
    assert application.window is None
    _, alive = psutil.wait_procs(engines(), timeout=10)
    assert not alive


def test_a_picture_that_was_still_being_read_disturbs_no_other_window(
    new: Play, application: Application, copy: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "one.png"
    assert new.window.grab().save(str(path))
    with qtbot.waitSignal(new.window.destroyed, timeout=TIMEOUT_MS):
        new.window.bundle_wanted.emit(copy)
    pane = new.space.input
    picture = np.zeros((30, 30), np.float32)
    picture[10:20, 12:18] = 1
    pane._use(picture, "open one.png")  # as the reader's thread would have it
    later = Play(qtbot, application)
    later.shown(later.session.randomise)
    assert later.window.status.sentence() == ""


def engines() -> list[psutil.Process]:
    """Engine processes: the children of the template, or this process's own."""
    return [
        process
        for child in psutil.Process().children()
        for process in (child.children() if FORKS else [child])
    ]


# Looks and errors -------------------------------------------------------------------


def test_the_theme_follows_the_setting_at_once(play: Play, application: Application) -> None:
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        application.settings.set("theme", name)
        assert theme_of(QApplication.palette()) is theme
        colour = play.window.grab().toImage().pixelColor(3, 60)
        assert colour == QColor(theme.ground)


def test_light_and_dark_follow_the_system(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    class System:
        scheme = Qt.ColorScheme.Light

        @classmethod
        def styleHints(cls) -> type[System]:  # noqa: N802 - Qt's name
            return cls

        @classmethod
        def colorScheme(cls) -> Qt.ColorScheme:  # noqa: N802 - Qt's name
            return cls.scheme

    application.settings.set("theme", "system")
    hints = QApplication.styleHints()
    assert hints is not None
    monkeypatch.setattr("explorer.application.QGuiApplication", System)
    for scheme, theme in ((Qt.ColorScheme.Light, LIGHT), (Qt.ColorScheme.Dark, DARK)):
        System.scheme = scheme
        hints.colorSchemeChanged.emit(scheme)
        window = QApplication.palette().color(QPalette.ColorRole.Window)
        assert window == QColor(theme.ground)


def test_a_mistake_of_ours_is_told_and_logged_and_the_app_goes_on(
    play: Play,
    application: Application,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def stumble() -> None:
        raise ZeroDivisionError("a mistake of ours")

    def leave() -> None:
        QCoreApplication.exit()  # unlike `quit`, without closing the window

    monkeypatch.setattr("explorer.application.configure_log", lambda: None)
    monkeypatch.setattr(application, "close", lambda: None)
    sentences: list[str] = []
    play.session.told.connect(sentences.append)
    before = signal.getsignal(signal.SIGINT)
    application.broke.connect(leave)
    QTimer.singleShot(0, stumble)
    try:
        application.run()
    finally:
        signal.signal(signal.SIGINT, before)
        application.broke.disconnect(leave)
    (sentence,) = sentences
    assert "ZeroDivisionError: a mistake of ours" in sentence
    assert "Copy report" in sentence
    assert "in stumble" in caplog.text
    play.shown(play.session.randomise)


# The end ----------------------------------------------------------------------------


def test_closing_the_window_leaves_no_engine(new: Play, application: Application) -> None:
    process = new.process()
    new.window.close()
    assert application.window is None
    gone, _ = psutil.wait_procs([process], timeout=10)
    assert gone


PROGRAM = """
import sys
from explorer.application import Application, make_qt_app
from explorer.settings import Settings
from models.bundle import DEFAULT

application = Application(make_qt_app(), Settings(sys.argv[1]))
application.open(DEFAULT)
application.engine.status_changed.connect(lambda status: print(status.phase.name, flush=True))
sys.exit(application.run())
"""


@NOT_ON_WINDOWS
def test_ctrl_c_in_the_terminal_closes_the_window_and_leaves_no_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "settings.ini")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert "READY\n" in iter(program.stdout.readline, "")
        family = psutil.Process(program.pid).children(recursive=True)
        assert family
        program.send_signal(signal.SIGINT)
        assert program.wait() == 0
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive
