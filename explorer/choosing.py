"""Which model to open next: chosen in a dialog or a menu, or dropped on the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QMimeData, QObject, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QFileDialog, QMenu, QWidget

from explorer.dropping import ADVICE, DroppedData, DroppedSession, sort_dropped
from explorer.menus import bind
from explorer.recent import read_recent, title_of
from explorer.settings import Settings
from models.bundle import PRETRAINED
from models.source import ModelSource

MODEL_FILTER = "Keras models (*.keras *.h5 *.hdf5);;All files (*)"
SESSION_FILTER = "Sessions (*.json)"
DATA_FILTER = "Arrays of pictures (*.npz *.npy);;All files (*)"


class ModelChooser(QObject):
    """Asks the user, and tells what was chosen.

    Attributes
    ----------
    model_wanted : signal of ModelSource
    data_wanted : signal of str
        A data set, see :func:`models.data_set.open_data`.
    session_wanted : signal of Path
        A session's file.
    picture_wanted : signal of QMimeData
        A picture was dropped.
    told : signal of str
        What was dropped is none of these.
    """

    model_wanted = pyqtSignal(object)
    data_wanted = pyqtSignal(str)
    session_wanted = pyqtSignal(object)
    picture_wanted = pyqtSignal(object)
    told = pyqtSignal(str)

    def __init__(self, shown: ModelSource, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._shown = shown
        self._settings = settings
        self._window = window

    def ask_for_model(self) -> None:
        """Let the user choose a model's file."""
        path = self._ask_for_file("Open a model", MODEL_FILTER)
        if path is not None:
            self.model_wanted.emit(ModelSource(model=path.absolute()))

    def ask_for_encoder(self) -> None:
        """Let the user choose the encoder that belongs to the decoder shown."""
        title = "Add the encoder that was trained with this decoder"
        path = self._ask_for_file(title, MODEL_FILTER)
        if path is not None:
            self.model_wanted.emit(replace(self._shown, encoder=path.absolute()))

    def ask_for_bundle(self) -> None:
        """Let the user choose a bundle's folder."""
        folder = self._settings.text("folder")
        chosen = QFileDialog.getExistingDirectory(self._window, "Open a bundle", folder)
        if chosen:
            self.model_wanted.emit(ModelSource.of(chosen))

    def ask_for_data(self) -> None:
        """Let the user choose a data set's file."""
        path = self._ask_for_file("Open the model's data", DATA_FILTER)
        if path is not None:
            self.data_wanted.emit(str(path.absolute()))

    def ask_for_data_folder(self) -> None:
        """Let the user choose a folder of pictures."""
        folder = self._settings.text("folder")
        title = "Open a folder of the model's pictures"
        chosen = QFileDialog.getExistingDirectory(self._window, title, folder)
        if chosen:
            self.data_wanted.emit(chosen)

    def ask_for_session(self) -> None:
        """Let the user choose a session's file."""
        path = self._ask_for_file("Open a session", SESSION_FILTER)
        if path is not None:
            self.session_wanted.emit(path.absolute())

    def list_open(self, menu: QMenu, sources: Sequence[ModelSource], shown: ModelSource) -> None:
        """List models that are open, with a mark at the one in sight."""
        for source in sources:
            action = self._add(menu, source)
            action.setCheckable(True)
            action.setChecked(source == shown)

    def fill_recent(self, menu: QMenu, without: Sequence[ModelSource] = ()) -> None:
        """List the bundles that come with the app, then the models opened lately."""
        known = [
            ModelSource(bundle=path.resolve())
            for path in sorted(PRETRAINED.iterdir())
            if path.is_dir()
        ]
        recent = read_recent(self._settings.text("recent"))
        for source in [*known, *(source for source in recent if source not in known)]:
            if source not in without:
                self._add(menu, source)

    def fill_cached_data(self, menu: QMenu) -> None:
        """List the data sets of ``keras.datasets``; of one that is not here an engine says so."""
        from models.keras_data import CACHED_SETS

        for name in CACHED_SETS:
            menu.addAction(name, bind(self.data_wanted.emit, name))

    def _add(self, menu: QMenu, source: ModelSource) -> QAction:
        action = menu.addAction(title_of(source), bind(self.model_wanted.emit, source))
        assert action is not None
        action.setToolTip("\n".join(map(str, source.files())))
        menu.setToolTipsVisible(True)
        return action

    def take(self, data: QMimeData) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if not paths:
            if data.hasImage():
                self.picture_wanted.emit(data)
            else:
                self.told.emit(f"This cannot be opened; {ADVICE}.")
            return
        found = sort_dropped(paths)
        if isinstance(found, ModelSource):
            self.model_wanted.emit(found)
        elif isinstance(found, DroppedData):
            self.data_wanted.emit(str(found.path))
        elif isinstance(found, DroppedSession):
            self.session_wanted.emit(found.path)
        elif isinstance(found, Path):
            self.picture_wanted.emit(data)
        else:
            self.told.emit(found)

    def _ask_for_file(self, title: str, kinds: str) -> Path | None:
        folder = self._settings.text("folder")
        name, _ = QFileDialog.getOpenFileName(self._window, title, folder, kinds)
        if not name:
            return None
        self._settings.set("folder", str(Path(name).parent))
        return Path(name)
