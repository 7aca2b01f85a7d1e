"""Traversal: what each dimension or direction does to the picture, from quantile to quantile."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QHideEvent, QImage, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.panes.grid_questions import GridQuestions
from explorer.panes.row_player import RowPlayer
from explorer.panes.tile_questions import thumbnails
from explorer.panes.traversal_rows import TraversalRows
from explorer.panes.traversal_words import introduce
from explorer.state.frame import Floats, Frame
from explorer.state.latent import Source
from explorer.state.record import CHANGES_PICTURE, Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.image_view import ImageView
from explorer.widgets.parts import Choice, quiet, row
from explorer.widgets.stepper import Stepper
from explorer.widgets.traversal_area import TraversalArea
from explorer.widgets.traversal_grid import Cell, TraversalGrid
from explorer.widgets.traversal_painter import Effect
from models.effects import effect_text, mean_change, thin
from models.latent_directions import Directions
from models.latent_view import Section
from models.ranking import Order, Ranking
from models.traversal import COLUMNS, LEVELS, Traversal

PAGE_ROWS = 16
PLAYER_PX = 84
PICTURE_SCALE = 2  # of a saved grid, for screens and print of today
REST_MS = 300  # after which z is taken to have come to rest
TITLES = tuple(f"{100 * level:.0f} %" for level in LEVELS)


class TraversalPane(QWidget):
    """The grid, wired to the session.

    While it can be seen it asks for its pictures, and measures effects between them.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._questions = GridQuestions(session, self)
        self._choice = TraversalRows(session, self)
        self.order = Choice("Order of the rows")
        self.pages = Stepper("Rows")
        self.grid = TraversalGrid()
        self.player = ImageView("Row at play", PLAYER_PX, PLAYER_PX, "point\nat a row")
        self._rows: Section | Directions = self._choice.chooser.section()
        self._playing = RowPlayer(
            self.grid, self.player, COLUMNS, lambda cell: self._pictures.get(cell), self
        )
        self._rest = QTimer(self)
        self._rest.setInterval(REST_MS)
        self._rest.setSingleShot(True)
        self._failed = False
        self._pointed = -1
        self._build()
        self._connect()
        self._show_rows(self._rows)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        self._mark_places()
        self._questions.switch(True)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._questions.switch(False)
        self._playing.pause()

    def picture(self) -> QImage | None:
        """The whole page of the grid, also what is scrolled out of sight.

        None while pictures are missing.
        """
        if len(self._pictures) < self._traversal.values.size:
            return None
        image = QImage(self.grid.size() * PICTURE_SCALE, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(PICTURE_SCALE)
        image.fill(self.palette().window().color())
        self.grid.render(image)
        return image

    # Rows, their order and pages -----------------------------------------------------

    def _show_rows(self, rows: Section | Directions) -> None:
        self._rows = rows
        self._forget_effects()
        self._show_order()

    def _forget_effects(self) -> None:
        session = self._session
        self._ranking = Ranking(self._rows, session.subject.whereabouts, session.lock_mask())

    def _chosen_order(self) -> Order:
        return Order(self.order.currentText())

    def _show_order(self) -> None:
        """The first page of the chosen order, and a survey of what it still needs."""
        self._ordered = self._ranking.ordered(self._chosen_order())
        pages = max(1, -(-len(self._ordered) // PAGE_ROWS))
        self.pages.set_choices(pages, self._page_title, self._find_page)
        self.pages.setVisible(pages > 1)
        self._turn_page()

    def _turn_page(self) -> None:
        self._show_page()
        self._questions.survey(self._chosen_order())

    def _reorder(self) -> None:
        ordered = self._ranking.ordered(self._chosen_order())
        if not np.array_equal(ordered, self._ordered):
            self._ordered = ordered
            self._show_page()

    def _page_title(self, page: int) -> str:
        last = min((page + 1) * PAGE_ROWS, len(self._ordered))
        return f"{page * PAGE_ROWS + 1} to {last} of {len(self._ordered):,}"

    def _find_page(self, text: str, _: int) -> int | None:
        digits = text.split(" ")[0]
        return (int(digits) - 1) // PAGE_ROWS if digits.isdecimal() and int(digits) else None

    def _show_page(self) -> None:
        first = self.pages.field.value() * PAGE_ROWS
        session = self._session
        self._traversal = Traversal.through(
            self._rows,
            self._ordered[first : first + PAGE_ROWS],
            session.subject.whereabouts,
            session.lock_mask(),
        )
        self._pictures: dict[Cell, Floats] = {}
        self._ends: dict[Cell, Floats] = {}
        self.grid.set_rows(self._traversal.names, TITLES, self._traversal.values)
        self._mark_places()
        self._questions.set_grid(self._traversal, self._ranking)
        self._show_effects()

    # What the others say -------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        fields = change.fields
        if "codes" in fields:
            self._choice.take_codes()
        elif fields & CHANGES_PICTURE or ("locks" in fields and isinstance(self._rows, Directions)):
            self._forget_effects()
            self._turn_page()
        elif "latent" in fields:
            self._follow_z()

    def _follow_z(self) -> None:
        if not self.isVisible():
            return
        self._mark_places()
        self._rest.start()
        self._questions.follow()

    def _on_rest(self) -> None:
        if self._chosen_order() is Order.AROUND_Z:
            self._questions.survey(Order.AROUND_Z)

    def _take_survey(self, is_done: bool) -> None:
        if is_done:
            self._reorder()
            self._show_effects()
            self._questions.survey(Order.PLAIN)  # of rows that came into sight
        else:
            self._show_words()

    def _take_cells(self, cells: list[int], pictures: Floats) -> None:
        rows = set()
        for cell, whole, small in zip(cells, pictures, thumbnails(pictures), strict=True):
            at, column = divmod(cell, COLUMNS)
            self._pictures[at, column] = small
            self.grid.set_picture(at, column, small)
            if column in (0, COLUMNS - 1):
                self._ends[at, column] = thin(whole[np.newaxis]).copy()  # and not all of them
                rows.add(at)
        compared = [self._compare_ends(at) for at in rows]
        if any(compared):
            self._show_effects()

    def _compare_ends(self, at: int) -> bool:
        first, last = (self._ends.get((at, column)) for column in (0, COLUMNS - 1))
        if first is None or last is None or first.shape != last.shape:
            return False
        self._ranking.around_z[self._traversal.chosen[at]] = mean_change(first, last)[0]
        return True

    def _on_failure(self, sentence: str) -> None:
        self._failed = True
        self._caption.setText(sentence)

    def _on_frame(self, frame: Frame) -> None:
        if self._failed:  # another engine answers, maybe
            self._failed = False
            self._questions.renew()

    # What a hand does ----------------------------------------------------------------

    def _go_to(self, at: int, column: int) -> None:
        code = self._traversal.code(self._session.state.latent.z, at, column)
        text = f"go along {self._traversal.names[at]}"
        self._session.set_latent(code, Source.GRID, self, text=text)

    def _point_at(self, at: int) -> None:
        self._pointed = at
        if at < 0:
            self._playing.stop()
        else:
            self._playing.play(at)
        self._show_words()

    # What is shown -------------------------------------------------------------------

    def _show_effects(self) -> None:
        ranking, strongest = self._ranking, self._ranking.strongest()
        dead = ranking.dead()
        effects = []
        for at in self._traversal.chosen:
            around, over = float(ranking.around_z[at]), float(ranking.over_codes[at])
            words = effect_text(over, around, bool(dead[at]))
            effects.append(Effect(around / strongest, over / strongest, bool(dead[at]), words))
        self._effects = effects
        self.grid.set_effects(effects)
        self._show_words()

    def _show_words(self) -> None:
        if self._pointed >= 0:
            name = self._traversal.names[self._pointed]
            self._caption.setText(f"{name}: {self._effects[self._pointed].tip}")
            return
        dead = int(self._ranking.dead().sum())
        self._caption.setText(introduce(self._ranking.progress, dead, len(self._rows.names)))

    def _mark_places(self) -> None:
        self.grid.set_places(self._traversal.places(self._session.state.latent.z))

    def _connect(self) -> None:
        session = self._session
        self._choice.changed.connect(self._show_rows)
        self.order.activated.connect(lambda _: self._show_order())
        self.pages.stepped.connect(lambda _: self._turn_page())
        self.grid.cell_chosen.connect(self._go_to)
        self.grid.pointed.connect(self._point_at)
        self._rest.timeout.connect(self._on_rest)
        self._questions.arrived.connect(self._take_cells)
        self._questions.surveyed.connect(self._take_survey)
        self._questions.failed.connect(self._on_failure)
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)

    def _build(self) -> None:
        self.order.addItems([order.value for order in Order])
        self.order.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.order.setMinimumContentsLength(7)
        self._caption = quiet("", "small")
        self._caption.setWordWrap(True)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        below = QHBoxLayout()
        below.setSpacing(2 * GRID_PX)
        below.addWidget(self.player)
        below.addWidget(self._caption, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID_PX, 0, 0)
        layout.setSpacing(GRID_PX)
        choices = row(self._choice.chooser)
        choices.addWidget(self.order, 1)
        choices.addStretch(1)
        layout.addLayout(choices)
        layout.addWidget(self.pages)
        layout.addWidget(TraversalArea(self.grid), 1)
        layout.addLayout(below)
