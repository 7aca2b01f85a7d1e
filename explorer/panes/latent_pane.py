"""Latent sliders: one row a value or a direction, and the class of a conditional decoder."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.panes.direction_search import DirectionSearch
from explorer.panes.effect_survey import EffectSurvey
from explorer.panes.encoder_band import band_of
from explorer.panes.latent_head import LatentHead
from explorer.panes.latent_rows import LatentRows
from explorer.panes.telling import edit_or_tell
from explorer.settings import Settings
from explorer.state.frame import Frame
from explorer.state.latent import Source
from explorer.state.prior_edits import take_prior
from explorer.state.record import CHANGES_PICTURE, WEIGHTS, Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.class_chooser import ClassChooser
from explorer.widgets.latent_table import LatentTable
from explorer.widgets.latent_tools import LatentTools
from explorer.widgets.line import Line
from explorer.widgets.rows_chooser import RowsChooser
from explorer.widgets.seen import SeenWidget
from models.arrangement import Gathering, Sorting, Wish
from models.latent_directions import Directions
from models.latent_view import is_spatial, shown_name
from models.traversal import Rows

FOLLOW_INTERVAL_MS = 33
REST_MS = 300  # after which z is taken to have come to rest
SEARCHING = "Finding the principal directions of the codes…"
STILL = "The codes do not vary: there are no directions"


class LatentPane(SeenWidget):
    """The table of sliders and its tools, wired to the session.

    Rows keep their places while a hand is on one of them. Effects are measured
    when ``z`` has come to rest.
    """

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._note = Line("small")
        self.classes = {
            port.name: ClassChooser(shown_name(port.name), port.classes)
            for port in session.subject.classes
        }
        self.chooser = RowsChooser(session.subject.latents)
        self.tools = LatentTools()
        self.table = LatentTable(new_gesture=session.new_gesture)
        self._all: Rows = self.chooser.section()
        self._head = LatentHead(session, self._all)
        self._directions: Directions | None = None
        self._search = DirectionSearch(self)
        self._survey = EffectSurvey(session, self._all, self)
        self._rows = LatentRows(session, self.table, self)
        self._follow = _timer(self, FOLLOW_INTERVAL_MS)
        self._rest = _timer(self, REST_MS)
        self._behind = False
        self._wants_directions = self._bands_shown = False
        self._awaits_effects = False  # rows go where they were wished once that is known
        self._failed = False
        self._build()
        self._show_rows(self._all)
        self._connect()
        self._on_setting("quantiles")
        self._offer_codes()
        self._show_classes()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Qt: catch up with what was not measured."""
        super().showEvent(event)
        self._rest.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Qt: measure nothing while nobody looks."""
        super().hideEvent(event)
        self._rest.stop()
        self._survey.pause()

    def copy_z(self) -> None:
        """Put ``z`` on the clipboard as text."""
        self._head.copy_z()

    def paste_z(self) -> None:
        """Set ``z`` from the text on the clipboard."""
        self._head.paste_z()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX // 2)
        layout.addWidget(self._head)
        for chooser in self.classes.values():
            layout.addWidget(chooser)
        layout.addWidget(self.chooser)
        layout.addWidget(self.tools)
        layout.addWidget(self._note)
        layout.addWidget(self.table, 1)

    def _connect(self) -> None:
        session, table, tools = self._session, self.table, self.tools
        table.copy_requested.connect(self.copy_z)
        table.paste_requested.connect(self.paste_z)
        table.find_requested.connect(tools.search.open)
        table.let_go.connect(self._let_go)
        for name, chooser in self.classes.items():
            chooser.class_requested.connect(
                lambda chosen, name=name: session.set_class(name, chosen, self)
            )
        self.chooser.section_chosen.connect(self._show_rows)
        tools.directions_wanted.connect(self._choose_directions)
        tools.prior_wanted.connect(self._take_prior)
        tools.quantiles_wanted.connect(lambda on: self._settings.set("quantiles", on))
        self._settings.changed.connect(self._on_setting)
        tools.wished.connect(self._take_wish)
        tools.left.connect(self._go_to_table)
        self._search.found.connect(self._take_directions)
        self._search.failed.connect(self._give_directions_up)
        self._survey.changed.connect(self._show_effects)
        self._survey.progressed.connect(self._show_progress)
        self._survey.failed.connect(self._give_effects_up)
        self._follow.timeout.connect(self._catch_up)
        self._rest.timeout.connect(self._on_rest)
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)

    # What the session says -------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        fields = change.fields
        if "locks" in fields:
            self._rows.show_locks()
        if "codes" in fields:
            self._take_codes()
        elif "prior" in fields:
            self._offer_codes()
            self._rows.take_codes()
            self._survey.set_rows(self._all)
            self._show_effects()
        if "ranges" in fields:
            self._rows.take_ranges()
        if change.source is Source.ENCODER and "latent" in fields:
            # Numbers that change faster than this nobody reads; the picture goes first.
            self._behind = True
            if not self._follow.isActive():
                self._catch_up()
        elif fields & {"latent", "ranges"}:
            self._rows.show_z()
        if fields & {"classes", "codes"}:
            self._show_classes()
        if "pins" in fields:
            self._rows.show_pins()
            self._rearrange()
        if WEIGHTS in fields:
            self._renew_effects()
        elif fields & CHANGES_PICTURE or ("locks" in fields and self._shows_directions):
            self._survey.set_rows(self._all)
            self._show_effects()
        if fields & {"latent", "locks", "codes", "prior", *CHANGES_PICTURE} - {WEIGHTS}:
            self._survey.pause()
            self._awaits_effects = False
            self._rest.start()

    def _on_setting(self, key: str) -> None:
        if key == "quantiles":
            self.tools.show_quantiles(self._settings.flag(key))
            self._rows.set_quantiles(self._settings.flag(key))

    def _on_frame(self, frame: Frame) -> None:
        if self._failed:  # another engine answers, maybe
            self._failed = False
            self._rest.start()
        if self._bands_shown or "z_log_var" in frame.outputs:
            bands = band_of(frame, self._session.subject.latent_dim)
            self._bands_shown = bands is not None
            self._rows.show_bands(bands)

    def _catch_up(self) -> None:
        if self._behind:
            self._behind = False
            self._rows.show_z()
            self._follow.start()

    def _take_codes(self) -> None:
        self._directions = None
        self._offer_codes()
        self._rows.take_codes()
        if self._shows_directions or self._wants_directions:
            self._choose_directions(True)
        elif self._survey.is_trained:
            self._renew_effects()
        else:
            self._survey.set_rows(self._all)
            self._show_effects()

    # Values or directions --------------------------------------------------------------

    def _offer_codes(self) -> None:
        where = self._session.whereabouts
        self.tools.offer_directions(where.codes is not None)
        self.tools.offer_quantiles(where.codes is not None or where.prior)
        self.tools.offer_prior(self._session.subject.offers_prior)
        self.tools.show_prior(where.prior)

    def _take_prior(self, on: bool) -> None:
        step = partial(take_prior, subject=self._session.subject, prior=on)
        if not edit_or_tell(self._session, step):
            self._offer_codes()

    def _choose_directions(self, on: bool) -> None:
        self._wants_directions = on
        self._note.hide()
        codes = self._session.subject.whereabouts.codes
        if not on:
            self._show_rows(self.chooser.section())
        elif self._directions is not None:
            self._take_directions(self._directions)
        elif codes is not None:
            self._say(SEARCHING)
            self._search.start(codes)

    def _take_directions(self, directions: Directions) -> None:
        self._directions = directions
        if self._wants_directions:
            self._show_rows(directions)

    def _give_directions_up(self, sentence: str) -> None:
        self._session.told.emit(sentence)
        self.tools.show_directions(False)
        self._choose_directions(False)

    @property
    def _shows_directions(self) -> bool:
        return isinstance(self._all, Directions)

    # Which rows stand where ------------------------------------------------------------

    def _show_rows(self, rows: Rows) -> None:
        self._all = rows
        self._survey.set_rows(rows)
        self._rows.show_all(rows, self.tools.wish, self._survey.effects())
        self.chooser.setVisible(self.chooser.is_needed and not self._shows_directions)
        self.tools.offer_parts(self._part_name())
        self._say_what_is_missing()
        self._head.set_rows(rows)
        self._rest.start()

    def _take_wish(self, wish: Wish) -> None:
        self._awaits_effects = _needs_effects(wish)
        if self._awaits_effects:
            self._survey.measure(is_wanted=True)
        self._rearrange()

    def _go_to_table(self) -> None:
        if not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.table.latent.index(0, 0))
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_rest(self) -> None:
        if self.is_seen:
            self._survey.measure(_needs_effects(self.tools.wish))
            self._settle()

    def _renew_effects(self) -> None:
        """Of other weights, once nobody drags; the training goes first where it takes long."""
        self._survey.renew()
        self._show_effects()
        if self._survey.is_cheap and not self.table.is_held:
            self._rest.start()

    def _give_effects_up(self) -> None:
        self._failed, self._awaits_effects = True, False

    def _show_effects(self) -> None:
        self._rows.show_effects(self._survey.effects())
        if self._awaits_effects and not self.table.is_moved:
            self._awaits_effects = self._survey.is_under_way
            self._rearrange()
        else:
            self._settle()

    def _let_go(self) -> None:
        self._settle()
        if self._survey.is_stale:
            self._rest.start()

    def _settle(self) -> None:
        """Rows go where they belong by now, unless they would jump under a hand."""
        if not self.table.is_held:
            self._rearrange()

    def _rearrange(self) -> None:
        effects = self._survey.effects()
        arrangement = self._rows.arranged(self.tools.wish, effects)
        if not self._rows.is_arranged(arrangement):
            self._rows.rearrange(arrangement, effects)
            self._say_what_is_missing()

    def _part_name(self) -> str:
        if not self._all.starts:
            return ""
        return "channel" if any(map(is_spatial, self._session.subject.latents)) else "input"

    # What is shown -----------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self._note.show_text(text)
        self._note.setVisible(bool(text))

    def _say_what_is_missing(self) -> None:
        if self._shows_directions and not self._all.names:
            self._say(STILL)
        elif not self.table.latent.names:
            self._say(f"No slider is found by “{self.tools.wish.text}”; press Esc to see all")
        else:
            self._say("")

    def _show_progress(self, done: int, total: int) -> None:
        if not total or _needs_effects(self.tools.wish):
            self.tools.show_progress(done, total)

    def _show_classes(self) -> None:
        for port in self._session.subject.classes:
            chooser = self.classes[port.name]
            chooser.set_names(self._session.subject.class_names(port))
            chooser.show_class(self._session.state.classes[port.name])


def _needs_effects(wish: Wish) -> bool:
    by_effect = wish.sorting in (Sorting.EFFECT, Sorting.EFFECT_HERE)
    return by_effect or wish.gathering is Gathering.ALIVE


def _timer(parent: QWidget, interval_ms: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    return timer
