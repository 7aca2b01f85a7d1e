"""Input: draw a digit, pick a sample, open or paste a picture.

Without an encoder it is the target that a search brings the output close to.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QMimeData
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.picture_reader import PictureReader, decoded_image, find_type
from explorer.settings import Settings
from explorer.state.drawing import Drawing
from explorer.state.fit import Fit
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.drawing_canvas import DrawingCanvas
from explorer.widgets.parts import Check, FloatSlider, button, heading, row
from explorer.widgets.pixels import luminance_of
from explorer.widgets.sample_menu import ANY, SampleMenu
from models.digits import Stroke
from models.ports import PicturePort
from models.stroke_digits import draw_digit
from models.subject import Subject

FIND = "Find z for this drawing"
FIND_TIP = "Move z until the output comes no closer to the drawing"
SHARE = 5  # of the room, for each tool
COPY_ONE = "copy one as PNG, JPEG, BMP, GIF, WebP or TIFF"
PICTURE_FILTER = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff);;All files (*)"


def wants_drawing(subject: Subject) -> bool:
    """Whether there is an encoder to draw for, or else an output that can be a picture."""
    ports = [port for output in subject.outputs for port in (output.port, *output.alternatives)]
    return subject.has_encoder or any(isinstance(port, PicturePort) for port in ports)


class InputPane(QWidget):
    """The drawing canvas with its tools."""

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._gesture: int | None = None
        self._samples = np.random.default_rng()
        self._fit = None if session.subject.has_encoder else Fit(session, self)
        self._reader = PictureReader(session, self)
        self._reader.read.connect(self._use)
        self.canvas = DrawingCanvas()
        self._build()
        self.canvas.stroke_began.connect(self._begin)
        self.canvas.stroke_moved.connect(self._draw_on)
        self.canvas.stroke_ended.connect(self._end)
        self.canvas.dropped.connect(self.take)
        session.changed.connect(self._on_change)
        self._show_pen()
        self._show()

    def take(self, data: QMimeData | None) -> None:
        """Use a picture that was dropped or pasted: a file, bytes, or else pixels."""
        urls = data.urls() if data is not None else []
        local = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if local:
            self.open_file(local[0])
        elif data is not None and (kind := find_type(data.formats())) is not None:
            self._reader.take(data.data(kind).data())
        elif data is not None and (image := decoded_image(data)) is not None:
            self._use(luminance_of(image), "paste a picture")
        else:
            self._session.told.emit(f"There is no picture to paste; {COPY_ONE}.")

    def paste(self) -> None:
        """Use the picture on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        self.take(clipboard.mimeData() if clipboard is not None else None)

    def ask_for_file(self) -> None:
        """Let the user choose a picture."""
        folder = self._settings.text("folder")
        name, _ = QFileDialog.getOpenFileName(self, "Open a picture", folder, PICTURE_FILTER)
        if name:
            self._settings.set("folder", str(Path(name).parent))
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Use the picture in a file, once an engine has read it."""
        self._reader.open(path)

    def pick_sample(self, digit: int | None = None) -> None:
        """Draw one of the built-in digits; without a choice a picture of the data, if any."""
        if digit is None and self._session.subject.samples is not None:
            self.pick_data(ANY)
            return
        chosen = int(self._samples.integers(10)) if digit is None else digit
        strokes = draw_digit(chosen, self._samples)
        drawing = Drawing(strokes, normalised=self._session.state.drawing.normalised)
        self._session.set_drawing(drawing, f"sample {chosen}", self)

    def pick_data(self, label: int) -> None:
        """Take a picture of the data with this label, or any."""
        samples = self._session.subject.samples
        if samples is not None:
            fitting = np.flatnonzero((samples.labels == label) | (label == ANY))
            self._session.set_sample(int(self._samples.choice(fitting)))

    def clear(self) -> None:
        """Empty the canvas."""
        if not self._session.state.drawing.is_empty:
            self._session.set_drawing(self._session.state.drawing.cleared(), "clear the drawing")

    def undo_stroke(self) -> None:
        """Take the last stroke away."""
        drawing = self._session.state.drawing
        if drawing.strokes:
            self._session.set_drawing(drawing.without_last_stroke(), "take back a stroke")

    def _build(self) -> None:
        self._pen = button("Pen", "Draw with the pen", lambda: self._choose(False), "P")
        self._eraser = button("Eraser", "Take ink away", lambda: self._choose(True), "E")
        for tool in (self._pen, self._eraser):
            tool.setCheckable(True)
        undo = button("Undo", "Take back the last stroke", self.undo_stroke, "Backspace")
        clear = button("Clear", "Empty the canvas", self.clear, "Shift+Delete")
        sample = QPushButton("Digit ▾")
        sample.setToolTip("Draw one of the built-in digits (0 to 9 with Alt)")
        sample.setAccessibleName("Pick a sample digit")
        self._menu = SampleMenu(self)
        self._menu.digit_wanted.connect(self.pick_sample)
        self._menu.label_wanted.connect(self.pick_data)
        sample.setMenu(self._menu)
        self._sample = sample
        open_ = button("Open…", "Open a picture of a digit", self.ask_for_file)
        paste = button("Paste", "Paste a picture", self.paste, "Ctrl+Shift+V")
        self._width = FloatSlider(0.02, 0.25, "Pen width", "Width of the pen")
        self._width.value_requested.connect(self._set_width)
        self._width.setMinimumWidth(42)
        self._normalised = Check(
            "Centre",
            "Centre and scale as MNIST does",
            "Scale the digit to 20 pixels and centre it by its centre of mass, as MNIST does",
        )
        self._normalised.clicked.connect(self._set_normalised)
        self._inverted = Check(
            "Invert",
            "Invert the opened picture",
            "The opened picture is dark on light: turn it into light on dark",
        )
        self._inverted.clicked.connect(self._set_inverted)
        tools = self._tools = QGridLayout()
        tools.setSpacing(GRID_PX)
        for column, widget in enumerate((self._pen, self._eraser, undo, clear)):
            tools.addWidget(widget, 0, column)
            tools.setColumnStretch(column, SHARE)
        for column, widget in enumerate((sample, open_, paste)):
            tools.addWidget(widget, 1, column)
        tools.addWidget(self._width, 1, 3)
        for widget in (self._pen, self._eraser, undo, clear, sample, open_, paste):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setStyleSheet("padding: 0 2px;")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinAndMaxSize)
        title = row()
        title.addWidget(heading("Target" if self._fit is not None else "Input"), 1)
        title.addWidget(self._inverted)
        title.addWidget(self._normalised)
        layout.addLayout(title)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(tools)
        if self._fit is not None:
            layout.addWidget(self._search_button(self._fit))

    def _search_button(self, fit: Fit) -> QPushButton:
        self._search = button(FIND, FIND_TIP, lambda: fit.stop() if fit.is_running else fit.start())
        fit.running_changed.connect(self._show_search)
        return self._search

    def _show_samples(self) -> None:
        samples = self._session.subject.samples
        if samples is not None:
            labels = sorted({int(n) for n in samples.labels if n >= 0})
            self._menu.set_data(samples.data, labels, samples.label_names)
            self._sample.setText("Sample ▾")
            self._tools.setColumnStretch(0, SHARE + 1)  # a longer word, and a shorter slider
            self._tools.setColumnStretch(self._tools.columnCount() - 1, SHARE - 1)
            self._sample.setToolTip("Take a picture of the data, or a built-in digit")
            self._sample.setAccessibleName("Pick a sample")

    def _choose(self, eraser: bool) -> None:
        self._eraser.setChecked(eraser)
        self._show_pen()

    def _set_width(self, width: float) -> None:
        self._settings.set("pen_width", width)
        self._show_pen()

    def _show_pen(self) -> None:
        width = self._settings.number("pen_width")
        self._pen.setChecked(not self._eraser.isChecked())
        self._width.show_value(width)
        self.canvas.set_pen(width, self._eraser.isChecked())

    def _begin(self, x: float, y: float) -> None:
        self._gesture = self._session.new_gesture()
        erase = self._eraser.isChecked()
        stroke = Stroke(((x, y),), self._settings.number("pen_width"), erase)
        drawing = self._session.state.drawing.begin_stroke(stroke)
        self._session.set_drawing(drawing, self._stroke_text(), self, self._gesture)

    def _draw_on(self, x: float, y: float) -> None:
        drawing = self._session.state.drawing
        if self._gesture is not None and drawing.strokes:
            drawing = drawing.extend_stroke((x, y))
            self._session.set_drawing(drawing, self._stroke_text(), self, self._gesture)

    def _end(self) -> None:
        self._gesture = None

    def _stroke_text(self) -> str:
        return "erase" if self._eraser.isChecked() else "draw a stroke"

    def _use(self, luminance: npt.NDArray[np.float32], text: str) -> None:
        drawing = Drawing.of_picture(luminance, self._session.state.drawing.normalised)
        self._session.set_drawing(drawing, text, self)
        height, width = luminance.shape
        shape = self._session.subject.picture_shape
        note = ", dark on light, so it was inverted" if drawing.inverted else ""
        who = "the encoder gets it" if self._fit is None else "as a target it is taken"
        self._session.told.emit(
            f"The picture has {width}×{height} pixels{note}; {who} at {shape[1]}×{shape[0]}."
        )

    def _set_normalised(self, on: bool) -> None:
        drawing = dataclasses.replace(self._session.state.drawing, normalised=on)
        self._session.set_drawing(drawing, "centre" if on else "do not centre", self)

    def _set_inverted(self, on: bool) -> None:
        drawing = dataclasses.replace(self._session.state.drawing, inverted=on)
        self._session.set_drawing(drawing, "invert", self)

    def _on_change(self, change: Change) -> None:
        if change.fields & {"shown", "port"}:
            self._show_search()
        if "codes" in change.fields:
            self._show_samples()
        if "drawing" in change.fields:
            self._show()
            if change.initiator is not self:
                self._gesture = None

    def _show(self) -> None:
        drawing = self._session.state.drawing
        self.canvas.set_pixels(self._session.canvas, drawing.is_empty)
        self._normalised.setChecked(drawing.normalised)
        self._inverted.setVisible(drawing.opened is not None)
        self._inverted.setChecked(drawing.inverted)
        self._show_search()

    def _show_search(self) -> None:
        if self._fit is None:
            return
        missing = self._missing()
        self._search.setText("Stop" if self._fit.is_running else FIND)
        self._search.setEnabled(self._fit.is_running or not missing)
        self._search.setToolTip(missing or FIND_TIP)

    def _missing(self) -> str:
        """Why no search can be started; empty where one can."""
        state, subject = self._session.state, self._session.subject
        port = state.port or subject.output(state.shown).port
        if not isinstance(port, PicturePort):
            return "Only the z of a picture can be found, not that of a curve"
        if port.picture_shape != self._session.clean.shape[1:]:
            return "Read the output as it was recognised to find the z of a drawing"
        return (
            "Draw, open or paste what the output is to look like" if state.drawing.is_empty else ""
        )
