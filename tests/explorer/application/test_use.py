"""The main job, from the first start on: the real window, engine and bundle."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, Qt, QTimer, QUrl
from PyQt6.QtGui import QClipboard, QColor, QImage
from PyQt6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from explorer.state.frame import Frame
from explorer.state.latent import Route
from explorer.widgets.latent_editors import NumberEditor
from models.bundle import Bundle
from models.noise import KINDS, corrupt
from tests.explorer.application.play import Drag, Play, drawn_four, levels
from tests.patience import TIMEOUT_MS

# The first start --------------------------------------------------------------------


def test_the_stored_picture_is_there_before_the_engine_and_the_live_one_is_the_same(
    open_window: Callable[[], Play], bundle: Bundle
) -> None:
    opened = open_window()
    first = bundle.first
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
    asked: list[str] = []
    play.session.requested.connect(lambda request: asked.append(request.kind))
    play.shown(lambda: play.click(text))
    assert [kind for kind in asked if kind in ("decode", "denoise")] == ["decode"]
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


def test_a_pasted_z_is_decoded(play: Play, clipboard: QClipboard, bundle: Bundle) -> None:
    code = bundle.codes.codes[11]
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
    with play.qtbot.waitSignal(play.session.failed, timeout=TIMEOUT_MS):
        play.space.input.open_file(path)
    assert path.name in play.window.status.sentence()
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


def shape_of(frame: Frame) -> tuple[int, ...] | None:
    """Of a layer's activations; None of an answer to something else."""
    activations = frame.outputs.get("activations")
    return None if activations is None else activations.shape


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
        check_params_cb=lambda frame: shape_of(frame) == shape,
    ) as answer:
        play.space.wiring.layers_wanted.emit(model, layer)
    assert answer.args is not None
    activations = answer.args[0].outputs["activations"]
    if layer == "decoder_input":
        np.testing.assert_allclose(activations[0], play.session.state.latent.z, atol=1e-4)
    with qtbot.waitSignal(
        play.session.answered,
        timeout=TIMEOUT_MS,
        check_params_cb=lambda frame: shape_of(frame) == shape,
    ):
        play.session.set_value(0, 2.5)
    assert play.space.layers.grid.isVisible()
