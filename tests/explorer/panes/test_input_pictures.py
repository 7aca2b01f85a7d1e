"""Pictures opened, pasted and dropped, good and bad."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PyQt6.QtGui import QClipboard, QColor, QImage
from PyQt6.QtWidgets import QCheckBox, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.input_pane import InputPane
from explorer.settings import Settings
from explorer.state.frame import Frame, Request
from explorer.state.session import Session
from models.errors import PictureError
from models.pictures import parse_picture
from tests.explorer.finding import button, on_canvas

Drag = Callable[[QWidget, Sequence[QPointF]], None]
PutUp = Callable[[QWidget, int, int], None]
Key = Qt.Key


NOTHING_TO_PASTE = "There is no picture to paste; copy one as PNG, JPEG, BMP, GIF, WebP or TIFF."


@pytest.fixture
def pane(put_up: PutUp, session: Session, settings: Settings) -> InputPane:
    made = InputPane(session, settings)
    put_up(made, 320, 460)
    session.set_model("a")
    session.requested.connect(
        lambda request: QTimer.singleShot(0, lambda: read_as_an_engine(session, request))
    )
    session.failed.connect(lambda _, sentence: session.told.emit(sentence))  # as the window does
    return made


def read_as_an_engine(session: Session, request: Request) -> None:
    """Answer a request for the picture in a file, in this process."""
    if request.kind != "picture":
        return
    try:
        picture = parse_picture(request.arrays["file"].tobytes(), request.settings["name"])
    except PictureError as error:
        session.failed.emit(request.seq, str(error))
        return
    shown = {"picture": picture}
    session.receive(Frame(request.seq, "a", "picture", {}, None, shown, {}, 0.0))


def dark_on_light(width: int = 80, height: int = 100) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#f8f4ea"))
    for y in range(20, height - 20):
        for x in range(width // 2 - 5, width // 2 + 5):
            image.setPixelColor(x, y, QColor("#202030"))
    return image


def header_of(width: int, height: int) -> bytes:
    """A PNG file that promises a picture and holds none of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    ihdr = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def mime_of(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


@pytest.fixture
def digit_file(tmp_path: Path) -> Path:
    path = tmp_path / "one.png"
    assert dark_on_light().save(str(path))
    return path


def assert_shows_the_bar(session: Session, told: list[str]) -> None:
    """The dark bar has become ink, and the user was told of its shape."""
    assert session.canvas[140, 140] > 0.9
    assert session.canvas[5, 140] < 0.05
    assert session.clean[0, 14, 14, 0] > 0.9
    (sentence,) = told
    assert "80×100" in sentence
    assert "28×28" in sentence
    assert "inverted" in sentence


def test_a_picture_can_be_pasted(
    qtbot: QtBot, pane: InputPane, session: Session, clipboard: QClipboard, told: list[str]
) -> None:
    clipboard.setImage(dark_on_light())
    button(pane, "Paste").click()
    assert_shows_the_bar(session, told)
    assert session.undo_stack.undoText() == "paste a picture"


@pytest.mark.parametrize(
    "kind", ["image/png", 'application/x-qt-windows-mime;value="PNG"', "image/bmp"]
)
def test_bytes_of_another_program_are_taken_apart_by_the_engine(
    qtbot: QtBot,
    pane: InputPane,
    session: Session,
    clipboard: QClipboard,
    digit_file: Path,
    told: list[str],
    kind: str,
) -> None:
    asked: list[Request] = []
    session.requested.connect(asked.append)
    data = QMimeData()
    data.setData(kind, digit_file.read_bytes())
    data.setData("image/jpeg", b"with losses")
    clipboard.setMimeData(data)
    with qtbot.waitSignal(session.told):
        button(pane, "Paste").click()
    assert asked[0].kind == "picture"
    assert asked[0].arrays["file"].tobytes() == digit_file.read_bytes()
    assert_shows_the_bar(session, told)
    assert session.undo_stack.undoText() == "paste a picture"


def test_broken_bytes_are_one_sentence_and_change_nothing(
    qtbot: QtBot, pane: InputPane, session: Session, told: list[str]
) -> None:
    data = QMimeData()
    data.setData("image/png", header_of(28, 28))
    data.setImageData(dark_on_light())  # what Qt would make of it is not looked at
    with qtbot.waitSignal(session.told):
        pane.take(data)
    (sentence,) = told
    assert sentence.startswith("The pasted picture must be a whole picture")
    assert session.undo_stack.count() == 0


def test_qt_decodes_no_other_format(pane: InputPane, session: Session, told: list[str]) -> None:
    data = QMimeData()
    data.setData("image/svg+xml", b"<svg/>")
    data.setImageData(dark_on_light())
    pane.take(data)
    assert told == [NOTHING_TO_PASTE]
    assert session.undo_stack.count() == 0


def test_more_bytes_than_a_picture_may_have_are_refused(
    pane: InputPane, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.panes.picture_reader.MAX_PICTURE_FILE_BYTES", 3)
    data = QMimeData()
    data.setData("image/png", b"more")
    pane.take(data)
    assert told == ["The pasted picture must have at most 0 MiB; received more."]


def test_a_picture_can_be_dropped(
    qtbot: QtBot, pane: InputPane, session: Session, digit_file: Path, told: list[str]
) -> None:
    with qtbot.waitSignal(session.told):
        pane.canvas.dropped.emit(mime_of(digit_file))
    assert_shows_the_bar(session, told)
    session.undo_stack.undo()
    assert session.state.drawing.opened is None


def test_a_picture_can_be_opened_and_its_folder_is_remembered(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    pane: InputPane,
    session: Session,
    settings: Settings,
    digit_file: Path,
    told: list[str],
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(digit_file), ""))
    with qtbot.waitSignal(session.told):
        button(pane, "Open…").click()
    assert_shows_the_bar(session, told)
    assert session.undo_stack.undoText() == "open one.png"
    assert settings.text("folder") == str(digit_file.parent)


def test_a_file_on_the_clipboard_can_be_pasted(
    qtbot: QtBot,
    pane: InputPane,
    session: Session,
    clipboard: QClipboard,
    digit_file: Path,
    told: list[str],
) -> None:
    clipboard.setMimeData(mime_of(digit_file))
    with qtbot.waitSignal(session.told):
        pane.paste()
    assert_shows_the_bar(session, told)


def test_inverting_is_a_toggle_that_is_there_for_pictures_only(
    pane: InputPane, session: Session, clipboard: QClipboard
) -> None:
    (invert,) = (c for c in pane.findChildren(QCheckBox) if c.text() == "Invert")
    assert not invert.isVisible()
    clipboard.setImage(dark_on_light())
    pane.paste()
    assert invert.isVisible()
    assert invert.isChecked()
    invert.click()
    assert session.canvas[140, 140] < 0.2
    assert session.canvas[5, 140] > 0.9
    assert session.undo_stack.undoText() == "invert"
    session.undo_stack.undo()
    assert invert.isChecked()
    pane.clear()
    assert not invert.isVisible()


def test_light_on_dark_stays_as_it_is(
    pane: InputPane, session: Session, clipboard: QClipboard, told: list[str]
) -> None:
    image = dark_on_light()
    image.invertPixels()
    clipboard.setImage(image)
    pane.paste()
    assert not session.state.drawing.inverted
    assert session.canvas[140, 140] > 0.8
    assert "inverted" not in told[-1]


def test_one_can_draw_on_over_an_opened_picture(
    pane: InputPane, session: Session, clipboard: QClipboard, drag: Drag
) -> None:
    clipboard.setImage(dark_on_light())
    pane.paste()
    drag(pane.canvas, on_canvas(pane.canvas, [(0.1, 0.9)]))
    assert session.canvas[252, 28] == 1
    assert session.canvas[140, 140] > 0.9
    pane.undo_stroke()
    assert session.canvas[252, 28] < 0.1
    assert session.state.drawing.opened is not None


BAD_FILES: dict[str, tuple[bytes | None, str]] = {
    "words.png": (b"These are words.", "must be a PNG"),
    "torn.png": (header_of(28, 28), "must be a whole picture"),
    "huge.png": (header_of(30_000, 30_000), "30000 × 30000"),
    "empty.png": (b"", "must be a PNG"),
    "missing.png": (None, "no such file"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_one_sentence_and_changes_nothing(
    qtbot: QtBot,
    pane: InputPane,
    session: Session,
    tmp_path: Path,
    told: list[str],
    name: str,
) -> None:
    content, found = BAD_FILES[name]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    before = session.state
    with qtbot.waitSignal(session.told):
        pane.canvas.dropped.emit(mime_of(path))
    (sentence,) = told
    assert path.name in sentence
    assert found in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert session.state is before
    assert session.undo_stack.count() == 0


def test_pasting_no_picture_says_so(
    pane: InputPane, session: Session, clipboard: QClipboard, told: list[str]
) -> None:
    clipboard.setText("a word")
    before = session.state
    pane.paste()
    assert told == [NOTHING_TO_PASTE]
    assert session.state is before


def test_a_picture_of_any_depth_can_be_opened(
    qtbot: QtBot, pane: InputPane, session: Session, tmp_path: Path
) -> None:
    deep = np.full((50, 50), 60_000, np.uint16)
    deep[10:40, 20:30] = 3_000
    path = tmp_path / "scan.tiff"
    Image.fromarray(deep).save(path)
    with qtbot.waitSignal(session.told):
        pane.open_file(path)
    assert session.state.drawing.inverted
    assert session.canvas[140, 140] > 0.9
