"""Arithmetic with codes: ``A − B + C`` of bookmarks, means of labels and ``z``, decoded live."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QHideEvent, QImage, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from explorer.panes.code_pictures import CodePictures
from explorer.panes.label_means import LabelMeansQuestion
from explorer.panes.telling import edit_or_tell
from explorer.panes.tile_questions import thumbnails
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.direction_edits import add_direction
from explorer.state.formula import CURRENT_Z, MAX_TERMS, Term
from explorer.state.formula_edits import (
    clear_formula,
    formula_code,
    formula_text,
    is_difference,
    put_term,
    take_out_term,
    weigh_term,
)
from explorer.state.frame import Floats, Frame
from explorer.state.latent import Source
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.state.stored import MAX_NAME_CHARACTERS
from explorer.theme import GRID_PX
from explorer.widgets.code_picture import CodePicture
from explorer.widgets.code_shelf import CodeShelf
from explorer.widgets.formula_view import FormulaView, TermLook
from explorer.widgets.line import Line
from explorer.widgets.parts import button, heading, row
from explorer.widgets.pixels import to_image
from explorer.widgets.seen import SeenWidget
from explorer.widgets.shelf_area import ShelfArea
from explorer.widgets.shelf_painter import ShelfItem
from models.errors import LatentError

TILE_PX, RESULT_PX, FORMULA_PX = 32, 112, 152
Z_KEY, MEAN_KEY = "z", "mean "
HOW = "Drag bookmarks, z or means of labels into the formula, or click a mean to add it."
TO_SAVE = "Save the difference as a direction; its weights must add up to 0"


class ArithmeticPart(SeenWidget):
    """The formula, wired to the session.

    Parameters
    ----------
    session : Session
    means : LabelMeansQuestion
    """

    def __init__(
        self, session: Session, means: LabelMeansQuestion, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._pictures = CodePictures(session, self)
        self._means = means
        self._result: Floats | None = None
        self._gesture: int | None = None  # while a weight is stepped through
        self._z_image: QImage | None = None
        self.shelf = CodeShelf("z and means of labels", TILE_PX)
        self._area = ShelfArea(self.shelf, 2)
        self.formula = FormulaView(MAX_TERMS)
        self.result = CodePicture(RESULT_PX, "the result")
        self._formula_area = QScrollArea()
        self._words = Line("muted")
        self.go = button("Go there", "Set z to the result", self._go_there)
        self.keep = button("Bookmark it", "Keep the result as a bookmark", self._keep)
        self.save = button("Save direction", TO_SAVE, self._save)
        self.clear = button("Clear", "Take all terms out", self._clear)
        self.result.setAccessibleName("Result")
        self._build()
        self._connect()
        self._show()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        self._means.ask()
        self._on_frame(self._session.frame)
        self._show()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._pictures.want([])

    # What a hand does --------------------------------------------------------------------

    def _put(self, key: str, place: int = -1) -> None:
        found = self._find(key)
        if found is not None:
            name, z = found
            edit_or_tell(self._session, put_term(name, z, None if place < 0 else place))

    def _find(self, key: str) -> tuple[str, Floats | None] | None:
        """What a key stands for: its name and its code, which is None for that of the moment."""
        if key == Z_KEY:
            return CURRENT_Z, None
        for label, mean in self._means.found.items():
            if key == f"{MEAN_KEY}{label}":
                return f"mean of {label}", mean
        for bookmark in self._session.state.bookmarks:
            if bookmark.key == key:
                return bookmark.name, bookmark.z
        return None

    def _weigh(self, place: int, weight: float) -> None:
        if self._gesture is None:
            self._gesture = self._session.new_gesture()
        edit_or_tell(self._session, weigh_term(place, weight), None, self._gesture)

    def _settle(self) -> None:
        self._gesture = None

    def _take_out(self, place: int) -> None:
        edit_or_tell(self._session, take_out_term(place))

    def _clear(self) -> None:
        edit_or_tell(self._session, clear_formula)

    def _go_there(self) -> None:
        assert self._result is not None
        text = "go to a result"
        self._session.set_latent(self._result, Source.ARITHMETIC, text=text)

    def _keep(self) -> None:
        edit_or_tell(self._session, add_bookmark(self._result, _short(self._formula_text())))

    def _save(self) -> None:
        assert self._result is not None
        text = self._formula_text()
        if edit_or_tell(self._session, add_direction(self._result, _short(text), text)):
            self._session.told.emit(f"{_short(text)} is among the directions now.")

    def _formula_text(self) -> str:
        return formula_text(self._session.state.formula)

    # What is shown -----------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if change.fields & {"formula", "latent", "classes", "shown", "port"} and self.is_seen:
            self._show()

    def _on_frame(self, frame: Frame) -> None:
        if self.is_seen:
            self._z_image = to_image(thumbnails(frame.outputs["decoder_output"][:1])[0])
            self._show_shelf()
            self._show_formula()

    def _show(self) -> None:
        self._find_result()
        self._want()
        self._show_shelf()
        self._show_formula()

    def _find_result(self) -> None:
        terms = self._session.state.formula
        try:
            self._result, sentence = formula_code(self._session.state), formula_text(terms)
        except LatentError as error:
            self._result, sentence = None, str(error) if terms else HOW
        self._words.show_text(sentence)
        for part in (self.go, self.keep):
            part.setEnabled(self._result is not None)
        leads = self._result is not None and is_difference(terms) and bool(self._result.any())
        self.save.setEnabled(leads)
        self.clear.setEnabled(bool(terms))

    def _want(self) -> None:
        if self.is_seen:
            terms = [term.z for term in self._session.state.formula if term.z is not None]
            result = [] if self._result is None else [self._result]
            self._pictures.want([*result, *terms, *self._means.found.values()])

    def _show_shelf(self) -> None:
        items = [ShelfItem(Z_KEY, "z", self._z_image, is_live=True, tip="the z that is set now")]
        for label, mean in self._means.found.items():
            tip = f"mean of all codes with the label {label}"
            image = self._pictures.image(mean)
            items.append(ShelfItem(f"{MEAN_KEY}{label}", str(label), image, tip=tip))
        self.shelf.set_items(items)
        self._area.fit()

    def _show_formula(self) -> None:
        self.formula.set_terms([self._look(term) for term in self._session.state.formula])
        self._formula_area.setMaximumWidth(self.formula.needed_px)
        if self._result is None:
            self.result.show_image(None)
        elif (image := self._pictures.image(self._result)) is not None:
            self.result.show_image(image)  # until then the last one stays

    def _look(self, term: Term) -> TermLook:
        image = self._z_image if term.z is None else self._pictures.image(term.z)
        return TermLook(term.weight, term.name, image)

    def _connect(self) -> None:
        session = self._session
        self.shelf.chosen.connect(self._put)
        self.formula.dropped.connect(self._put)
        self.formula.weight_wanted.connect(self._weigh)
        self.formula.weight_settled.connect(self._settle)
        self.formula.removed.connect(self._take_out)
        self._means.changed.connect(self._show)
        self._means.failed.connect(self._words.show_text)
        self._pictures.arrived.connect(self._show_shelf)
        self._pictures.arrived.connect(self._show_formula)
        self._pictures.failed.connect(self._words.show_text)
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)

    def _build(self) -> None:
        area = self._formula_area
        area.setWidgetResizable(True)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.formula)
        area.setFixedHeight(FORMULA_PX)
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sides = QHBoxLayout()
        sides.setSpacing(GRID_PX)
        sides.addWidget(area, 1)
        sides.addWidget(QLabel("="))
        sides.addWidget(self.result, 0, Qt.AlignmentFlag.AlignTop)
        sides.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX // 2)
        layout.addWidget(heading("z and means of labels"))
        layout.addWidget(self._area)
        head = row()
        head.addWidget(heading("Formula"), 1)
        head.addWidget(self.save)
        head.addWidget(self.clear)
        layout.addLayout(head)
        layout.addLayout(sides)
        layout.addWidget(self._words)
        layout.addLayout(row(self.go, self.keep, None))
        layout.addStretch(1)


def _short(text: str) -> str:
    return text if len(text) <= MAX_NAME_CHARACTERS else f"{text[: MAX_NAME_CHARACTERS - 1]}…"
