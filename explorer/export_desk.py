"""Taking it away: films of the journey, codes, and the traversal grid."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QObject, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QFileDialog, QWidget

from explorer.export.codes import (
    FILTERS,
    Codes,
    code_of_z,
    codes_of_bookmarks,
    codes_of_journey,
    write_codes,
)
from explorer.log import log_path
from explorer.panes.output_pane import png_bytes
from explorer.sessions.working import Worker
from explorer.settings import Settings
from explorer.state.journey_edits import journey_path
from explorer.state.record import State
from explorer.widgets.pixels import colour_table
from models.errors import LatentExplorerError
from models.files import write_atomically

if TYPE_CHECKING:
    from explorer.export.film import Film
    from explorer.export.film_job import FilmJob
    from explorer.panes.export_sheet import FilmSheet
    from explorer.workspace import Workspace

Make = Callable[[State, str], Codes]
FILM_FILTERS = {".mp4": "MP4 (*.mp4)", ".gif": "GIF (*.gif)", "": "Folder (*)"}
TRAVERSAL = "Traversal"


class ExportDesk(QObject):
    """What one window takes away; nothing waits for it.

    Parameters
    ----------
    space : Workspace
    settings : Settings
    window : QWidget
        Whose dialogs these are.

    Attributes
    ----------
    film_ended : signal of str
        A sentence: that the film is there, or why it is not.
    """

    film_ended = pyqtSignal(str)

    def __init__(self, space: Workspace, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._space = space
        self._session = session = space.session
        self._settings = settings
        self._window = window
        self._job: FilmJob | None = None
        self._grid_path: Path | None = None
        self._worker = Worker(self)
        session.answered.connect(self._save_grid)
        space.film_wanted.connect(self.show_sheet)
        window.installEventFilter(self)

    @cached_property
    def sheet(self) -> FilmSheet:
        """Where a film is chosen, made when it is first wanted."""
        from explorer.panes.export_sheet import FilmSheet

        made = FilmSheet(self._window)
        made.film_wanted.connect(self._ask_where)
        made.cancel_wanted.connect(self.cancel)
        self._session.changed.connect(self._show_journey)
        self._settings.changed.connect(self._show_journey)
        return made

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Take the sheet out of sight with its window, such as when another model is shown."""
        hidden = event is not None and event.type() is QEvent.Type.Hide and not event.spontaneous()
        if hidden and "sheet" in self.__dict__:
            self.sheet.hide()
        return False

    def show_sheet(self) -> None:
        """Let the user choose a film of the journey, or see how far it has come."""
        if self._job is None:
            self._show_journey()
        self.sheet.show()
        self.sheet.raise_()
        self.sheet.activateWindow()

    def ask_for_z(self) -> None:
        """Let the user choose where to save ``z``."""
        self._ask_for_codes(code_of_z, "z")

    def ask_for_bookmarks(self) -> None:
        """Let the user choose where to save the bookmarks."""
        self._ask_for_codes(codes_of_bookmarks, "bookmarks")

    def ask_for_journey(self) -> None:
        """Let the user choose where to save the codes of the journey."""
        self._ask_for_codes(codes_of_journey, "journey")

    def ask_for_grid(self) -> None:
        """Let the user choose where to save the traversal grid."""
        path = self._ask_for_path("Save the traversal grid", "traversal", {"PNG (*.png)": ".png"})
        if path is not None:
            self._grid_path = path
            if TRAVERSAL not in self._space.tabs.torn_off():
                self._space.tabs.open_page(TRAVERSAL)
            if not self._save_grid():
                self._tell("The traversal grid is saved as soon as all of its pictures are there.")

    def write_film(self, film: Film, target: Path) -> None:
        """Begin to write a film of the journey; it replaces what is at ``target``.

        There is one at a time.
        """
        from explorer.export.film_job import FilmJob

        if self._job is not None:
            self._tell("A film is being written already; wait for it, or cancel it.")
            return
        try:
            job = FilmJob(self._session, film, self._colours(), target, log_path(), self)
        except LatentExplorerError as error:
            self._tell(str(error))
            return
        self._job = job
        job.progressed.connect(self.sheet.show_progress)
        job.ended.connect(self._on_end)
        self.sheet.show_writing(True)
        job.start()

    def cancel(self) -> None:
        """Give up the film that is being written."""
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Give up everything, and leave nothing unfinished behind."""
        if self._job is not None:
            self._job.close()
        self._worker.close()

    def _on_end(self, sentence: str) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()
        self.sheet.show_writing(False)
        self.sheet.words.setText(sentence)
        self._tell(sentence)
        self.film_ended.emit(sentence)

    def _show_journey(self, _: object = None) -> None:
        state, seconds, refusal = self._session.state, 0.0, ""
        if self._job is not None:
            return
        try:
            seconds = journey_path(state).legs * state.journey.leg_s
        except LatentExplorerError as error:
            refusal = str(error)
        crisp = self._settings.flag("crisp")
        self.sheet.set_journey(seconds, state.journey.closed, crisp, refusal)

    def _ask_where(self, film: Film) -> None:
        filters = {FILM_FILTERS[film.kind.suffix]: film.kind.suffix}
        path = self._ask_for_path("Export the journey", "journey", filters)
        if path is not None:
            self.write_film(film, path)

    def _ask_for_codes(self, make: Make, name: str) -> None:
        try:
            codes = make(self._session.state, self._session.subject.name)
        except LatentExplorerError as error:
            self._tell(str(error))
            return
        path = self._ask_for_path("Save codes", name, FILTERS)
        if path is not None:
            self._worker.run(lambda: write_codes(codes, path), self._tell, self._tell)

    def _ask_for_path(self, title: str, name: str, filters: dict[str, str]) -> Path | None:
        folder, suffix = Path(self._settings.text("folder")), next(iter(filters.values()))
        chosen, chosen_filter = QFileDialog.getSaveFileName(
            self._window, title, str(folder / f"{name}{suffix}"), ";;".join(filters)
        )
        if not chosen:
            return None
        path = Path(chosen).absolute()
        suffix = filters.get(chosen_filter, suffix)
        if suffix and path.suffix.lower() not in filters.values():
            path = path.with_name(f"{path.name}{suffix}")
            if path.exists():  # the dialog has asked about the name that was typed, not this one
                self._tell(f"{path} is there already; name it in full to replace it.")
                return None
        self._settings.set("folder", str(path.parent))
        return path

    def _save_grid(self, _: object = None) -> bool:
        path = self._grid_path
        image = None if path is None else self._space.traversal.picture()
        if path is None or image is None:
            return False
        self._grid_path = None
        saved = f"Saved {path} at {image.width()}×{image.height()} pixels."

        def save() -> str:
            data = png_bytes(image)
            write_atomically(path, lambda stream: stream.write(data))
            return saved

        self._worker.run(save, self._tell, self._tell)
        return True

    def _colours(self) -> npt.NDArray[np.uint8] | None:
        name = self._settings.text("colour_map")
        if name == "grey":
            return None
        table = [QColor(rgb) for rgb in colour_table(name)]
        return np.array([(c.red(), c.green(), c.blue()) for c in table], np.uint8)

    def _tell(self, sentence: str) -> None:
        self._session.told.emit(sentence)
