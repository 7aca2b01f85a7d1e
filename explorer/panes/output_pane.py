"""Output: the decoded picture, and how far it is from the clean drawing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.settings import Settings
from explorer.state.frame import Frame
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.image_view import ImageView
from explorer.widgets.parts import Choice, button, heading, quiet, row
from explorer.widgets.pixels import COLOUR_MAPS
from models.files import write_atomically

DIFFERENCE_PX = 84
FIGURES = (("MSE", "mse", "{:.4f}"), ("PSNR dB", "psnr_db", "{:.1f}"), ("SSIM", "ssim", "{:.2f}"))
FIGURE_INTERVAL_MS = 50
NOTHING = "–"


class OutputPane(QWidget):
    """The biggest picture on the screen, its look, its figures."""

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._shown: Frame = session.frame
        self.view = ImageView("Decoded picture", 168, 336)
        self._difference = ImageView("Difference to the drawing", DIFFERENCE_PX, DIFFERENCE_PX, "–")
        self._figures: dict[tuple[str, str], QLabel] = {}
        # Pictures follow every frame; figures nobody can read faster than this.
        self._figure_timer = QTimer(self)
        self._figure_timer.setSingleShot(True)
        self._figure_timer.setInterval(FIGURE_INTERVAL_MS)
        self._figure_timer.timeout.connect(self._show_figures)
        self._build()
        session.frame_shown.connect(self._on_frame)
        settings.changed.connect(self._on_setting)
        self._on_setting("crisp")
        self._on_frame(session.frame)
        self._show_figures()

    def copy(self) -> None:
        """Put the picture on the clipboard as it is shown."""
        image, clipboard = self.view.shown_image(), QGuiApplication.clipboard()
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
        """Save the picture as a PNG, as shown or at its own pixels; False where it failed."""
        image = self.view.shown_image() if as_shown else self.view.image()
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

    def _build(self) -> None:
        self._crisp = QPushButton("Crisp")
        self._crisp.setCheckable(True)
        self._crisp.setToolTip("Show single pixels instead of smoothing between them")
        self._crisp.setAccessibleName("Show single pixels")
        self._crisp.clicked.connect(lambda on: self._settings.set("crisp", on))
        self._maps = Choice("Colours of the picture")
        self._maps.addItems(COLOUR_MAPS)
        self._maps.textActivated.connect(lambda name: self._settings.set("colour_map", name))
        copy = button("Copy", "Copy the picture as shown", self.copy, "Ctrl+Shift+C")
        save = QPushButton("Save ▾")
        save.setToolTip("Save the picture as PNG")
        save.setAccessibleName("Save the picture")
        menu = QMenu(self)
        menu.addAction("As shown…", lambda: self.ask_to_save(True))
        menu.addAction("At its own pixels…", lambda: self.ask_to_save(False))
        save.setMenu(menu)
        side = QVBoxLayout()
        side.setSpacing(GRID_PX)
        side.addWidget(quiet("difference to the drawing", "small"))
        side.addLayout(row(self._crisp, self._maps, None))
        side.addLayout(row(copy, save, None))
        side.addStretch(1)
        lower = row(self._difference, spacing_px=2 * GRID_PX)
        lower.addLayout(side, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX)
        layout.addWidget(heading("Output"))
        layout.addWidget(self.view, 1000)
        layout.addLayout(self._figure_table())
        layout.addSpacing(GRID_PX)
        layout.addLayout(lower)
        layout.addStretch(1)

    def _figure_table(self) -> QGridLayout:
        table = QGridLayout()
        table.setVerticalSpacing(2)
        table.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight
        for column, side in enumerate(("noisy", "denoised"), 1):
            table.addWidget(quiet(side, "small"), 0, column, right)
            table.setColumnMinimumWidth(column, 96)
        for line, (label, key, _) in enumerate(FIGURES, 1):
            table.addWidget(quiet(label), line, 0)
            for column, side in enumerate(("noisy", "denoised"), 1):
                figure = QLabel(NOTHING)
                figure.setObjectName("live" if side == "denoised" else "")
                figure.setAccessibleName(f"{label} of the {side} picture")
                figure.setToolTip(f"{label} of the {side} picture against the clean drawing")
                table.addWidget(figure, line, column, right)
                self._figures[side, key] = figure
        return table

    def _on_frame(self, frame: Frame) -> None:
        self._shown = frame
        output = frame.outputs["decoder_output"][0]
        self.view.set_picture(output)
        clean = frame.inputs.get("clean")
        self._difference.set_picture(None if clean is None else np.abs(output - clean[0]))
        if not self._figure_timer.isActive():
            self._figure_timer.start()

    def _show_figures(self) -> None:
        for (side, key), label in self._figures.items():
            value = self._shown.metrics.get(side, {}).get(key)
            form = next(form for _, name, form in FIGURES if name == key)
            label.setText(NOTHING if value is None else form.format(value))

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
