from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QClipboard, QColor, QImage
from PyQt6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QMenu,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.panes.output_pane import OutputPane
from explorer.settings import Settings
from explorer.state.frame import Frame
from explorer.state.session import Session
from explorer.widgets.figure_table import NOTHING
from explorer.widgets.image_view import ImageView
from explorer.widgets.pixels import COLOUR_MAPS, colour_table
from tests.explorer.finding import button

Floats = npt.NDArray[np.float32]
PutUp = Callable[[QWidget, int, int], None]
SHAPE = (1, 28, 28, 1)
RAMP = np.linspace(0, 1, 28 * 28, dtype=np.float32).reshape(SHAPE)
METRICS = {
    "noisy": {"mse": 0.32871, "psnr_db": 4.832, "ssim": 0.1234},
    "denoised": {"mse": 0.01459, "psnr_db": 18.36, "ssim": 0.8},
}


@pytest.fixture
def pane(put_up: PutUp, session: Session, settings: Settings) -> OutputPane:
    made = OutputPane(session, settings)
    put_up(made, 360, 620)
    return made


def denoised(output: Floats = RAMP, clean: Floats = RAMP) -> Frame:
    inputs = {"clean": clean, "noisy": clean}
    return Frame(1, "", "denoise", inputs, None, {"decoder_output": output}, METRICS, 0.001)


def decoded(output: Floats = RAMP) -> Frame:
    return Frame(2, "", "decode", {}, None, {"decoder_output": output}, {}, 0.001)


def colours(pane: OutputPane) -> QComboBox:
    (found,) = (
        box
        for box in pane.findChildren(QComboBox)
        if box.accessibleName() == "Colours of the picture"
    )
    return found


def figures(pane: OutputPane) -> dict[str, str]:
    """What the figures say, by accessible name."""
    labels = pane.findChildren(QLabel)
    return {w.accessibleName(): w.text() for w in labels if w.accessibleName()}


def picture(image: QImage | None) -> list[list[str]]:
    assert image is not None
    return [
        [image.pixelColor(x, y).name() for x in range(image.width())] for y in range(image.height())
    ]


def difference(pane: OutputPane) -> ImageView:
    (found,) = (v for v in pane.findChildren(ImageView) if v is not pane.view)
    return found


# Looking ----------------------------------------------------------------------------


def test_the_stored_picture_and_its_figures_are_there_at_once(
    pane: OutputPane, session: Session
) -> None:
    image = pane.view.image()
    assert image is not None
    row = [image.pixelColor(x, 14).lightness() / 255 for x in range(28)]
    np.testing.assert_allclose(row, session.subject.first.output[14, :, 0], atol=0.01)
    mse = session.frame.metrics["denoised"]["mse"]
    assert figures(pane)["MSE of the denoised picture"] == f"{mse:.4f}"


def test_the_picture_is_as_large_as_whole_pixels_allow(pane: OutputPane) -> None:
    rect = pane.view.picture_rect()
    assert rect.width() == rect.height()
    assert rect.width() % 28 == 0
    assert rect.width() >= 280


def test_the_gain_shows_in_figures(qtbot: QtBot, pane: OutputPane, session: Session) -> None:
    session.receive(denoised())
    qtbot.waitUntil(lambda: figures(pane)["SSIM of the denoised picture"] == "0.80")
    assert figures(pane) == {
        "MSE of the noisy picture": "0.3287",
        "PSNR dB of the noisy picture": "4.8",
        "SSIM of the noisy picture": "0.12",
        "MSE of the denoised picture": "0.0146",
        "PSNR dB of the denoised picture": "18.4",
        "SSIM of the denoised picture": "0.80",
    }


def test_a_held_z_has_no_figures_and_no_difference(
    qtbot: QtBot, pane: OutputPane, session: Session
) -> None:
    session.receive(decoded())
    qtbot.waitUntil(lambda: set(figures(pane).values()) == {NOTHING})
    assert difference(pane).image() is None


def test_the_difference_is_to_the_clean_drawing(pane: OutputPane, session: Session) -> None:
    clean, output = np.zeros(SHAPE, np.float32), np.zeros(SHAPE, np.float32)
    clean[0, 3, 4, 0] = 1
    output[0, 7, 8, 0] = 0.4
    session.receive(denoised(output, clean))
    shown = picture(difference(pane).image())
    assert (shown[3][4], shown[7][8], shown[0][0]) == ("#ffffff", "#666666", "#000000")


# The look ---------------------------------------------------------------------------


def test_crisp_or_smooth_is_a_toggle_and_is_remembered(
    qtbot: QtBot, pane: OutputPane, session: Session, settings: Settings
) -> None:
    session.receive(decoded(np.indices((28, 28), np.float32).sum(axis=0)[None, ..., None] % 2))
    crisp = {name for row in picture(pane.view.shown_image()) for name in row}
    assert crisp == {"#000000", "#ffffff"}
    button(pane, "Crisp").click()
    smooth = {name for row in picture(pane.view.shown_image()) for name in row}
    assert len(smooth) > 20
    assert not settings.flag("crisp")
    later = OutputPane(session, settings)
    qtbot.addWidget(later)
    assert not button(later, "Crisp").isChecked()


@pytest.mark.parametrize("name", COLOUR_MAPS[1:])
def test_a_colour_map_is_used_and_remembered(
    qtbot: QtBot, pane: OutputPane, session: Session, settings: Settings, name: str
) -> None:
    session.receive(decoded())
    colours(pane).setFocus()
    for _ in range(COLOUR_MAPS.index(name)):  # letters typed slowly are each a search of their own
        qtbot.keyClick(colours(pane), Qt.Key.Key_Down)
    assert colours(pane).currentText() == name
    image = pane.view.image()
    assert image is not None
    table = colour_table(name)
    assert image.pixelColor(0, 0) == QColor(table[0])
    assert image.pixelColor(27, 27) == QColor(table[255])
    assert settings.text("colour_map") == name
    later = OutputPane(session, settings)
    qtbot.addWidget(later)
    assert colours(later).currentText() == name


def test_the_look_follows_settings_that_are_changed_elsewhere(
    pane: OutputPane, settings: Settings
) -> None:
    settings.set("crisp", False)
    settings.set("colour_map", "magma")
    assert not button(pane, "Crisp").isChecked()
    assert colours(pane).currentText() == "magma"


# Taking it away ---------------------------------------------------------------------


def test_copy_puts_what_is_shown_on_the_clipboard(
    pane: OutputPane, session: Session, clipboard: QClipboard, told: list[str]
) -> None:
    session.receive(decoded())
    button(pane, "Copy").click()
    assert picture(clipboard.image()) == picture(pane.view.shown_image())
    assert told == ["The picture is on the clipboard."]


@pytest.mark.parametrize("as_shown", [True, False])
def test_save_writes_the_picture_as_shown_or_at_its_own_pixels(
    pane: OutputPane, session: Session, settings: Settings, tmp_path: Path, as_shown: bool
) -> None:
    settings.set("colour_map", "viridis")
    session.receive(decoded())
    path = tmp_path / "digit.png"
    assert pane.save(path, as_shown)
    side = round(pane.view.picture_rect().width()) if as_shown else 28
    saved = QImage(str(path))
    assert (saved.width(), saved.height()) == (side, side)
    expected = pane.view.shown_image() if as_shown else pane.view.image()
    assert picture(saved) == picture(expected)


@pytest.mark.parametrize(("entry", "side"), [("As shown…", None), ("At its own pixels…", 28)])
def test_the_menu_asks_where_to_save(
    monkeypatch: pytest.MonkeyPatch,
    pane: OutputPane,
    settings: Settings,
    tmp_path: Path,
    told: list[str],
    entry: str,
    side: int | None,
) -> None:
    path = tmp_path / "mine.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    menu = button(pane, "Save ▾")
    assert isinstance(menu, QPushButton)
    entries = {action.text(): action for action in _menu(menu).actions()}
    entries[entry].trigger()
    width = side or round(pane.view.picture_rect().width())
    assert QImage(str(path)).width() == width
    assert told == [f"Saved {path} at {width}×{width} pixels."]
    assert settings.text("folder") == str(tmp_path)


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("mine", "mine.png"),
        ("mine.PNG", "mine.PNG"),
        ("z = 0.5", "z = 0.5.png"),
        ("mine.jpg", "mine.jpg.png"),
    ],
)
def test_a_name_without_its_ending_gets_one_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, pane: OutputPane, tmp_path: Path, typed: str, saved: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), ""))
    pane.ask_to_save(False)
    assert {path.name for path in tmp_path.iterdir()} - {"settings.ini"} == {saved}


def test_a_file_nobody_named_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch, pane: OutputPane, tmp_path: Path, told: list[str]
) -> None:
    (tmp_path / "mine.png").write_bytes(b"what was saved before")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    pane.ask_to_save(False)
    assert (tmp_path / "mine.png").read_bytes() == b"what was saved before"
    (sentence,) = told
    assert "name it in full" in sentence


def test_leaving_the_dialog_saves_nothing(
    monkeypatch: pytest.MonkeyPatch, pane: OutputPane, told: list[str]
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    pane.ask_to_save(True)
    assert told == []


def test_a_full_disk_is_one_sentence_and_leaves_the_old_file(
    monkeypatch: pytest.MonkeyPatch, pane: OutputPane, tmp_path: Path, told: list[str]
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "digit.png"
    path.write_bytes(b"what was saved before")
    monkeypatch.setattr("models.files.os.fsync", fail)
    assert not pane.save(path, as_shown=True)
    (sentence,) = told
    assert str(path) in sentence
    assert os.strerror(errno.ENOSPC) in sentence
    assert "\n" not in sentence
    assert path.read_bytes() == b"what was saved before"
    assert {other.name for other in tmp_path.iterdir()} - {"settings.ini"} == {path.name}


@pytest.mark.parametrize("where", ["no/such/folder/digit.png", "a file/digit.png"])
def test_a_place_that_cannot_be_written_is_one_sentence(
    pane: OutputPane, tmp_path: Path, told: list[str], where: str
) -> None:
    (tmp_path / "a file").write_text("")
    assert not pane.save(tmp_path / where, as_shown=False)
    (sentence,) = told
    assert str(tmp_path / where) in sentence


def _menu(owner: QPushButton) -> QMenu:
    menu = owner.menu()
    assert menu is not None
    return menu
