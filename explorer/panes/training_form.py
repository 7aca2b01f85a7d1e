"""What to train: architecture, data, noise, and where the bundle goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from explorer.settings import Settings
from explorer.theme import GRID_PX
from explorer.widgets.form_fields import Fields, whole_number
from explorer.widgets.line import Line
from explorer.widgets.parts import Choice, button, heading, quiet, row
from models.architecture import AUTOENCODERS
from models.errors import LatentExplorerError, TrainingError
from models.training_job import (
    MNIST,
    MOST_EPOCHS,
    MOST_HIDDEN,
    MOST_LATENT_DIM,
    NOISES,
    TrainingJob,
    free_folder,
    list_trainings,
)

# By the names of the bundles that come with the app.
PRESETS = {
    "dae-16": TrainingJob(),
    "vae-2": TrainingJob("vae", 2, (16, 32), 192, "little", 30),
    "vae-16": TrainingJob("vae", 16, (16, 32), 192, "little", 30),
}
OWN_FILE = "Choose a file…"
DATA_FILTER = "Data sets (*.npz)"
LEFT_LABEL_PX, RIGHT_LABEL_PX, COLUMN_GAP_PX = 80, 48, 16
EARLIER_PX = 280
HOME_FOLDER = "latent-bundles"
INTRODUCTION = "It trains beside the window, can be stopped and go on, and every epoch is kept."


class TrainingForm(QWidget):
    """A form, and earlier trainings below it.

    Parameters
    ----------
    settings : Settings

    Attributes
    ----------
    start_wanted : signal of (TrainingJob, Path)
        A training, and the folder of its bundle.
    look_wanted : signal of Path
        The folder of an earlier training.
    """

    start_wanted = pyqtSignal(object, object)
    look_wanted = pyqtSignal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._presets = QButtonGroup(self)
        self._presets.setExclusive(False)  # none is pressed where the fields are another's
        self.kind = Choice("Kind of autoencoder")
        self.latent_dim = whole_number(1, MOST_LATENT_DIM)
        self.filters = QLineEdit()
        self.hidden = whole_number(0, MOST_HIDDEN)
        self.data = Choice("Data")
        self.noise = Choice("Noise")
        self.epochs = whole_number(1, MOST_EPOCHS)
        self.start = button("Start", "Start the training", self._start)
        self.earlier = Choice("Earlier trainings")
        self.words = quiet("")
        self._folder = Line("muted")
        self._earlier_row = QWidget()
        self._build()
        self._show_job(PRESETS["dae-16"])
        self.renew()

    def say(self, sentence: str) -> None:
        """Tell why nothing was started; nothing where it is empty."""
        self.words.setText(sentence)
        self.words.setVisible(bool(sentence))

    def renew(self) -> None:
        """Look for earlier trainings, and for a folder that is still free."""
        self._show_folder()
        self.earlier.clear()
        for out in list_trainings(self._place()):
            self.earlier.addItem(out.name, out)
        self._earlier_row.setVisible(self.earlier.count() > 0)

    def job(self) -> TrainingJob:
        """What the fields say.

        Raises
        ------
        TrainingError
            If they say something that cannot be trained.
        """
        return TrainingJob(
            kind=str(self.kind.currentData()),
            latent_dim=self.latent_dim.value(),
            filters=_numbers(self.filters.text()),
            hidden=self.hidden.value(),
            noise=self.noise.currentText(),
            epochs=self.epochs.value(),
            data=str(self.data.currentData()),
        )

    def set_data(self, path: str) -> None:
        """Offer a data set's file, and choose it."""
        found = self.data.findData(path)
        if found < 0:
            found = self.data.count() - 1
            self.data.insertItem(found, Path(path).name, path)
        self.data.setCurrentIndex(found)
        self._show_folder()

    # What a hand does --------------------------------------------------------------------

    def _start(self) -> None:
        try:
            job = self.job()
        except LatentExplorerError as error:
            self.say(str(error))
            return
        self.say("")
        self.start_wanted.emit(job, free_folder(self._place(), job.name))

    def _choose_data(self, index: int) -> None:
        if index < self.data.count() - 1:
            self._show_folder()
            return
        self.data.setCurrentIndex(0)
        folder = self._settings.text("folder")
        name, _ = QFileDialog.getOpenFileName(self, "Data to train on", folder, DATA_FILTER)
        if name:
            self._settings.set("folder", str(Path(name).parent))
            self.set_data(str(Path(name).absolute()))

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, "Where models are trained", str(self._place())
        )
        if chosen:
            self._settings.set("trainings", chosen)
            self.renew()

    def _look(self) -> None:
        if self.earlier.currentIndex() >= 0:
            self.look_wanted.emit(self.earlier.currentData())

    # What is shown -----------------------------------------------------------------------

    def _place(self) -> Path:
        chosen = self._settings.text("trainings")
        return Path(chosen) if chosen else Path.home() / HOME_FOLDER

    def _show_job(self, job: TrainingJob) -> None:
        fields = (self.kind, self.latent_dim, self.filters, self.hidden, self.noise, self.epochs)
        blockers = [QSignalBlocker(field) for field in fields]
        self.kind.setCurrentIndex(self.kind.findData(job.kind))
        self.latent_dim.setValue(job.latent_dim)
        self.filters.setText(", ".join(map(str, job.filters)))
        self.hidden.setValue(job.hidden)
        self.noise.setCurrentText(job.noise)
        self.epochs.setValue(job.epochs)
        del blockers
        self._on_field()

    def _on_field(self) -> None:
        """Press the preset that the fields are of; epochs and data belong to none."""
        try:
            job = replace(self.job(), data=MNIST)
        except LatentExplorerError:
            job = None
        for chooser in self._presets.buttons():
            preset = PRESETS[chooser.text()]
            chooser.setChecked(job is not None and replace(job, epochs=preset.epochs) == preset)
        self._show_folder()

    def _show_folder(self) -> None:
        try:
            out = free_folder(self._place(), self.job().name)
        except LatentExplorerError:
            return
        self._folder.show_text(str(out))

    # Building ----------------------------------------------------------------------------

    def _build(self) -> None:
        for kind, words in AUTOENCODERS.items():
            self.kind.addItem(words.split()[0], kind)
        self.noise.addItems(list(NOISES))
        self.data.addItem("MNIST", MNIST)
        self.data.addItem(OWN_FILE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID_PX, 0, 0)
        layout.setSpacing(GRID_PX)
        layout.addWidget(heading("Train a model"))
        introduction = Line("muted")
        introduction.show_text(INTRODUCTION)
        layout.addWidget(introduction)
        layout.addLayout(self._make_presets())
        columns = QHBoxLayout()
        columns.setSpacing(COLUMN_GAP_PX)
        columns.addLayout(self._make_architecture(), 1)
        columns.addLayout(self._make_course(), 1)
        layout.addLayout(columns)
        layout.addWidget(heading("Where the model goes"))
        change = button("Change…", "Choose the folder in which models are trained",
                        self._choose_folder)  # fmt: skip
        place = row()
        place.addWidget(self._folder, 1)
        place.addWidget(change)
        layout.addLayout(place)
        layout.addSpacing(GRID_PX)
        layout.addLayout(row(self.start, None))
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.hide()
        layout.addWidget(self.words)
        self._build_earlier(layout)
        layout.addStretch(1)
        for field in (self.latent_dim, self.hidden, self.epochs):
            field.valueChanged.connect(lambda _: self._on_field())
        self.filters.textChanged.connect(lambda _: self._on_field())
        for choice in (self.kind, self.noise):
            choice.currentIndexChanged.connect(lambda _: self._on_field())
        self.data.activated.connect(self._choose_data)

    def _make_presets(self) -> QHBoxLayout:
        bar = row(spacing_px=GRID_PX // 2)
        for name, job in PRESETS.items():
            chooser = QPushButton(name)
            chooser.setCheckable(True)
            words = f"{AUTOENCODERS[job.kind]} of {job.latent_dim} dimensions"
            chooser.setToolTip(f"As the model that comes with the app: a {words}")
            chooser.setAccessibleName(f"Preset {name}")
            chooser.clicked.connect(lambda _, job=job: self._show_job(job))
            self._presets.addButton(chooser)
            bar.addWidget(chooser)
        bar.addStretch(1)
        return bar

    def _make_architecture(self) -> Fields:
        fields = Fields(LEFT_LABEL_PX)
        fields.add("kind", self.kind, "A variational one has z_mean and z_log_var")
        fields.add("latent_dim", self.latent_dim, "Length of the latent vector z")
        fields.add("filters", self.filters, "Of the encoder's convolutions; the decoder's mirror "
                   "them. Each halves the picture")  # fmt: skip
        fields.add("hidden units", self.hidden, "Of a Dense layer on either side of z; 0 for none")
        return fields

    def _make_course(self) -> Fields:
        fields = Fields(RIGHT_LABEL_PX)
        fields.add("data", self.data, "MNIST, or an .npz with x_train, y_train, x_test, y_test")
        fields.add("noise", self.noise, "What spoils the pictures that the encoder is given")
        fields.add("epochs", self.epochs, "How often all training pictures are seen")
        return fields

    def _build_earlier(self, layout: QVBoxLayout) -> None:
        inner = QVBoxLayout(self._earlier_row)
        inner.setContentsMargins(0, GRID_PX, 0, 0)
        inner.setSpacing(GRID_PX)
        inner.addWidget(heading("Earlier trainings"))
        show = button("Look at it", "Its losses and epochs; it can go on from there", self._look)
        self.earlier.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.earlier.setMaximumWidth(EARLIER_PX)
        line = row()
        line.addWidget(self.earlier, 1)
        line.addWidget(show)
        line.addStretch()
        inner.addLayout(line)
        layout.addWidget(self._earlier_row)


def _numbers(text: str) -> tuple[int, ...]:
    parts = [part for part in text.replace(",", " ").split() if part]
    if not all(part.isdecimal() and len(part) < 6 for part in parts):
        raise TrainingError("The filters", "must be numbers such as 32, 64", repr(text[:40]))
    return tuple(map(int, parts))
