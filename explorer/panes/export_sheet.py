"""The sheet on which a journey's film is chosen, and watched while it is written."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from explorer.export.film import MAX_SIDE_PX, MIN_SIDE_PX, Film, FilmKind, check_library
from explorer.theme import GRID_PX, MARGIN_PX
from explorer.widgets.parts import Choice, button, row
from models.errors import SessionError

SIDE_PX, SIDE_STEP_PX = 280, 28
FPS = {FilmKind.MP4: 30, FilmKind.GIF: 25, FilmKind.PNGS: 30}
FIELD_PX, WORDS_PX = 160, 340
EXPORT, CANCEL = "Export…", "Cancel"


class FilmSheet(QDialog):
    """Format, size and speed; then how far it has come.

    Closing it stops nothing.

    Attributes
    ----------
    film_wanted : signal of Film
    cancel_wanted : signal
    """

    film_wanted = pyqtSignal(object)
    cancel_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export the journey")
        self.setModal(False)
        self.kind = Choice("Format of the film")
        self.side_px = QSpinBox()
        self.fps = Choice("Frames a second")
        self.words = QLabel()
        self.progress = QProgressBar()
        self.export = button(EXPORT, "Choose where to save the film", self._want)
        self.cancel = button(
            CANCEL, "Give up; nothing is left of the film", self.cancel_wanted.emit
        )
        self._seconds, self._closed, self._refusal = 0.0, False, ""
        self._crisp = True
        self._build()
        self._show_speeds()
        self.kind.activated.connect(lambda _: self._show_speeds())
        self.fps.activated.connect(lambda _: self._show_words())
        self.side_px.valueChanged.connect(lambda _: self._show_words())
        self.show_writing(False)

    def set_journey(self, seconds: float, closed: bool, crisp: bool, refusal: str = "") -> None:
        """What there is to film; ``refusal`` says why there is nothing."""
        self._seconds, self._closed, self._crisp = seconds, closed, crisp
        self._refusal = refusal
        self._show_words()

    def show_writing(self, writing: bool) -> None:
        """Whether a film is being written."""
        self.progress.setValue(0)
        self.progress.setVisible(writing)
        self.cancel.setVisible(writing)
        for part in (self.kind, self.side_px, self.fps):
            part.setEnabled(not writing)
        self._show_words()
        if writing:
            self.export.setEnabled(False)

    def show_progress(self, written: int, frames: int) -> None:
        """How far it has come."""
        self.progress.setMaximum(frames)
        self.progress.setValue(written)
        self.words.setText(f"{written:,} of {frames:,} frames")

    def _film(self) -> Film:
        kind = FilmKind(self.kind.currentText())
        fps = kind.fps[self.fps.currentIndex()]
        check_library(kind)
        return Film(kind, self.side_px.value(), fps, self._seconds, self._closed, self._crisp)

    def _want(self) -> None:
        self.film_wanted.emit(self._film())

    def _show_speeds(self) -> None:
        kind = FilmKind(self.kind.currentText())
        with QSignalBlocker(self.fps):
            self.fps.clear()
            self.fps.addItems([f"{fps} frames/s" for fps in kind.fps])
            self.fps.setCurrentIndex(kind.fps.index(FPS[kind]))
        self._show_words()

    def _show_words(self) -> None:
        refusal = self._refusal
        try:
            film = None if refusal else self._film()
        except SessionError as error:
            film, refusal = None, str(error)
        self.export.setEnabled(film is not None)
        said = "" if film is None else f"{film.frames:,} frames, {self._seconds:.1f} s"
        self.words.setText(refusal or said)

    def _build(self) -> None:
        self.kind.addItems([kind.value for kind in FilmKind])
        self.side_px.setRange(MIN_SIDE_PX, MAX_SIDE_PX)
        self.side_px.setSingleStep(SIDE_STEP_PX)
        self.side_px.setValue(SIDE_PX)
        self.side_px.setSuffix(" px")
        self.side_px.setAccessibleName("Longer side of the film")
        self.side_px.setToolTip("Longer side of the film")
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setMinimumWidth(WORDS_PX)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Frames written")
        fields = QGridLayout()
        fields.setHorizontalSpacing(2 * GRID_PX)
        fields.setVerticalSpacing(GRID_PX)
        labelled = (("Format", self.kind), ("Size", self.side_px), ("Speed", self.fps))
        for line, (text, field) in enumerate(labelled):
            label = QLabel(text)
            label.setBuddy(field)
            field.setFixedWidth(FIELD_PX)
            fields.addWidget(label, line, 0)
            fields.addWidget(field, line, 1)
        fields.setColumnStretch(2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        layout.setSpacing(2 * GRID_PX)
        layout.addLayout(fields)
        layout.addWidget(self.words)
        layout.addWidget(self.progress)
        layout.addLayout(row(None, self.cancel, self.export))
