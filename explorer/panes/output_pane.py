"""Output: the decoded picture or curve, and how far it is from the clean drawing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QTimer
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.export_code import copy_keras_code
from explorer.panes.paint_tool import PaintTool
from explorer.settings import Settings
from explorer.state.frame import Floats, Frame
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.brush_view import BrushView
from explorer.widgets.curve_view import CurveView
from explorer.widgets.curves import CURVE_AXES
from explorer.widgets.figure_table import MEASURES, FigureTable
from explorer.widgets.image_view import ImageView
from explorer.widgets.network import shown_name
from explorer.widgets.parts import Choice, button, heading, quiet, row
from explorer.widgets.pixels import COLOUR_MAPS
from explorer.widgets.read_menu import ReadMenu
from models.files import write_atomically
from models.ports import PicturePort
from models.subject import Output

DIFFERENCE_PX = 84
TARGET = "to the target"
SMALL_PX, LARGE_PX = 168, 336
FIGURE_INTERVAL_MS = 50
MOST_COLOURS = 3  # of a picture's channels; a fourth is its alpha
CHOICE_PX = 150


class OutputPane(QWidget):
    """The biggest picture on the screen, its look, its figures.

    Whoever waits for what is shown waits for ``view.painted``, be it a picture or a curve.
    """

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._shown: Frame = session.frame
        self._has_encoder = session.subject.has_encoder
        self.view = BrushView("Decoded picture", SMALL_PX, LARGE_PX)
        self.curve = CurveView("Decoded curve", SMALL_PX, LARGE_PX)
        self.curve.painted.connect(self.view.painted)
        self.paint = PaintTool(session, settings, self.view)
        self._difference = ImageView("Difference to the drawing", DIFFERENCE_PX, DIFFERENCE_PX, "–")
        # Pictures follow every frame; figures nobody can read faster than this.
        self._figure_timer = QTimer(self)
        self._figure_timer.setSingleShot(True)
        self._figure_timer.setInterval(FIGURE_INTERVAL_MS)
        self._figure_timer.timeout.connect(self._show_figures)
        self._build()
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)
        settings.changed.connect(self._on_setting)
        self._on_setting("crisp")
        self._show_reading()
        self._on_frame(session.frame)
        self._show_figures()

    def copy(self) -> None:
        """Put the picture on the clipboard as it is shown."""
        image, clipboard = self._image(True), QGuiApplication.clipboard()
        if image is not None and clipboard is not None:
            clipboard.setImage(image)
            self._session.told.emit("The picture is on the clipboard.")

    def ask_to_save(self, as_shown: bool) -> None:
        """Let the user choose where to save the picture."""
        folder = self._settings.text("folder")
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the picture", str(Path(folder) / "decoded.png"), "PNG (*.png)"
        )
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() != ".png":
            path = path.with_name(f"{path.name}.png")
            if path.exists():  # the dialog has asked about the name that was typed, not this one
                self._session.told.emit(f"{path} is there already; name it in full to replace it.")
                return
        self._settings.set("folder", str(path.parent))
        self.save(path, as_shown)

    def save(self, path: Path, as_shown: bool) -> bool:
        """Save the picture as a PNG, as shown or at its own pixels; False where it failed.

        A curve has no pixels of its own and is always saved as shown.
        """
        image = self._image(as_shown)
        if image is None:
            return False
        data = png_bytes(image)
        try:
            write_atomically(path, lambda stream: stream.write(data))
        except OSError as error:
            reason = error.strerror or str(error)
            self._session.told.emit(f"{path} could not be saved: {reason}; nothing was changed.")
            return False
        self._session.told.emit(f"Saved {path} at {image.width()}×{image.height()} pixels.")
        return True

    def _image(self, as_shown: bool) -> QImage | None:
        if self._is_curve():
            return self.curve.shown_image()
        return self.view.shown_image() if as_shown else self.view.image()

    def _is_curve(self) -> bool:
        return self._shown.outputs["decoder_output"].ndim == CURVE_AXES

    def _build(self) -> None:
        if self._has_encoder:
            sides = {side: side for side in ("noisy", "denoised")}
            self._table = FigureTable(sides, "clean drawing", list(MEASURES), "denoised")
        else:
            self._table = FigureTable({TARGET: "decoded"}, "target", ["mse"], TARGET)
        self._compared = QWidget()
        compared = QVBoxLayout(self._compared)
        compared.setContentsMargins(0, 0, 0, 0)
        compared.setSpacing(GRID_PX)
        to_what = "drawing" if self._has_encoder else "target"
        compared.addWidget(quiet(f"difference to the {to_what}", "small"))
        compared.addLayout(self._looks())
        side = QVBoxLayout()
        side.setSpacing(GRID_PX)
        side.addWidget(self._compared)
        side.addLayout(self._ways_out())
        side.addStretch(1)
        lower = row(self._difference, spacing_px=2 * GRID_PX)
        lower.addLayout(side, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX)
        layout.addLayout(self._title())
        layout.addWidget(self.view, 1000)
        layout.addWidget(self.curve, 1000)
        self.curve.hide()
        # The tools belong to the picture, and leave it its height in a window of 800 pixels.
        layout.addSpacing(-GRID_PX // 2)
        layout.addWidget(self.paint)
        layout.addSpacing(-GRID_PX // 2)
        layout.addWidget(self._table)
        layout.addLayout(lower)
        layout.addStretch(1)

    def _title(self) -> QHBoxLayout:
        self._outputs = Choice("Which output is shown")
        for output in self._session.subject.outputs:
            self._outputs.addItem(shown_name(output.name), output.name)
        self._outputs.setVisible(self._outputs.count() > 1)
        self._outputs.setMaximumWidth(CHOICE_PX)
        self._outputs.activated.connect(
            lambda index: self._session.show_output(self._outputs.itemData(index))
        )
        self._reading = ReadMenu(self)
        self._reading.port_wanted.connect(
            lambda port: self._session.show_output(self._output().name, port)
        )
        self._read = QPushButton("Read as ▾")
        self._read.setObjectName("quiet")
        self._read.setAccessibleName("How the output is read")
        self._read.setMenu(self._reading)
        title = row()
        title.addWidget(heading("Output"), 1)
        title.addWidget(self._outputs)
        title.addWidget(self._read)
        return title

    def _looks(self) -> QHBoxLayout:
        self._crisp = QPushButton("Crisp")
        self._crisp.setCheckable(True)
        self._crisp.setToolTip("Show single pixels instead of smoothing between them")
        self._crisp.setAccessibleName("Show single pixels")
        self._crisp.clicked.connect(lambda on: self._settings.set("crisp", on))
        self._maps = Choice("Colours of the picture")
        self._maps.addItems(COLOUR_MAPS)
        self._maps.textActivated.connect(lambda name: self._settings.set("colour_map", name))
        return row(self._crisp, self._maps, None)

    def _ways_out(self) -> QHBoxLayout:
        copy = button("Copy", "Copy the picture as shown", self.copy, "Ctrl+Shift+C")
        save = QPushButton("Save ▾")
        save.setToolTip("Save the picture as PNG, or copy the code that makes it")
        save.setAccessibleName("Save the picture")
        menu = QMenu(self)
        menu.addAction("As shown…", lambda: self.ask_to_save(True))
        self._own_pixels = menu.addAction("At its own pixels…", lambda: self.ask_to_save(False))
        menu.addSeparator()
        session = self._session
        menu.addAction("Copy Keras code", lambda: copy_keras_code(session))
        save.setMenu(menu)
        return row(copy, save, None)

    def _output(self) -> Output:
        return self._session.subject.output(self._session.state.shown)

    def _show_reading(self) -> None:
        output = self._output()
        port = self._session.state.port or output.port
        self._outputs.setCurrentIndex(self._outputs.findData(output.name))
        self._read.setVisible(bool(output.alternatives or output.sentence))
        of_grey = output.sentence if isinstance(port, PicturePort) else ""
        self._read.setToolTip(of_grey or "What the values of this output are shown as")
        self._reading.set_output(output, port)

    def _on_change(self, change: Change) -> None:
        if change.fields & {"shown", "port"}:
            self._show_reading()
        if "drawing" in change.fields and not self._has_encoder:
            self._show_difference()

    def _on_frame(self, frame: Frame) -> None:
        self._shown = frame
        output = frame.outputs["decoder_output"][0]
        is_curve = self._is_curve()
        if is_curve:
            self.curve.set_curves(output)
        else:
            self.view.set_picture(output)
            self._maps.setEnabled(output.shape[-1] == 1)
        if is_curve != self.view.isHidden():
            self._make_room(is_curve)
        self._show_difference()

    def _make_room(self, for_curve: bool) -> None:
        for of_pictures in (self.view, self._table, self._difference, self._compared):
            of_pictures.setVisible(not for_curve)
        self.curve.setVisible(for_curve)
        if self._own_pixels is not None:
            self._own_pixels.setVisible(not for_curve)

    def _clean(self) -> Floats | None:
        """What the picture is compared with, where it can be."""
        if self._has_encoder:
            clean = self._shown.inputs.get("clean")
        else:
            clean = None if self._session.state.drawing.is_empty else self._session.clean
        fits = clean is not None and clean.shape == self._shown.outputs["decoder_output"].shape
        return clean if fits else None

    def _show_difference(self) -> None:
        clean, output = self._clean(), self._shown.outputs["decoder_output"]
        if clean is None:
            self._difference.set_picture(None)
        else:  # the difference of two alphas would be no alpha
            self._difference.set_picture(np.abs(output[0] - clean[0])[..., :MOST_COLOURS])
        if not self._figure_timer.isActive():
            self._figure_timer.start()

    def _show_figures(self) -> None:
        metrics = self._shown.metrics
        if not self._has_encoder:
            clean, output = self._clean(), self._shown.outputs["decoder_output"]
            mse = None if clean is None else float(np.mean((output - clean) ** 2))
            metrics = {} if mse is None else {TARGET: {"mse": mse}}
        self._table.show_figures(metrics)

    def _on_setting(self, key: str) -> None:
        if key in ("crisp", "colour_map"):
            crisp, colours = self._settings.flag("crisp"), self._settings.text("colour_map")
            self._crisp.setChecked(crisp)
            self._maps.setCurrentText(colours)
            self.view.set_look(colours, crisp)


def png_bytes(image: QImage) -> bytes:
    """An image as the bytes of a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    buffer.close()
    return bytes(data.data())
