"""What of a latent is shown in rows: all of it, a channel, a place, directions."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.widgets.parts import Choice, quiet, row
from explorer.widgets.stepper import Stepper
from models.latent_view import Grouping, Section, Sections, groupings
from models.ports import LatentPort

DIRECTIONS = "principal directions"
SEARCHING = "finding directions…"
UNITS = "in standard deviations of the codes"
STILL = "the codes do not vary"


class RowsChooser(QWidget):
    """A list of ways to look at ``z`` and, where one shows a section at a time, which.

    Parameters
    ----------
    ports : sequence of LatentPort

    Attributes
    ----------
    section_chosen : signal of Section
    directions_wanted : signal
    """

    section_chosen = pyqtSignal(object)
    directions_wanted = pyqtSignal()

    def __init__(self, ports: Sequence[LatentPort], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ports = ports
        self._ways = groupings(ports)
        self._sections = Sections(ports, self._ways[0])
        self._choice = Choice("What the rows show")
        for way in self._ways:
            self._choice.addItem(self._text(way))
        self._stepper = Stepper("Section")
        self._note = quiet("")
        self.setLayout(row(self._choice, self._stepper, self._note, None))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self._choice.activated.connect(self._choose)
        self._stepper.stepped.connect(self._step)
        self._show_sections()

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to choose."""
        return self._choice.count() > 1 or len(self._sections) > 1

    @property
    def shows_directions(self) -> bool:
        """Whether directions are what the user chose."""
        return self._choice.currentIndex() == len(self._ways)

    def section(self) -> Section:
        """What is shown where directions are not."""
        return self._sections[self._stepper.field.value()]

    def offer_directions(self) -> None:
        """Offer directions too, unless ``z`` is a vector whose values are all in sight."""
        if self.is_needed and self._choice.count() == len(self._ways):
            self._choice.addItem(DIRECTIONS)

    def note_found(self, count: int) -> None:
        """So many directions are shown."""
        self.note(UNITS if count else STILL)

    def note(self, text: str) -> None:
        """Say something of the directions."""
        self._note.setText(text)

    def _choose(self, index: int) -> None:
        if index < len(self._ways):
            self._sections = Sections(self._ports, self._ways[index])
            self._show_sections()
            self.section_chosen.emit(self.section())
        else:
            self._stepper.hide()
            self.note(SEARCHING)
            self._note.show()
            self.directions_wanted.emit()

    def _step(self, index: int) -> None:
        self._stepper.show_index(index)
        self.section_chosen.emit(self.section())

    def _show_sections(self) -> None:
        sections = self._sections
        self._stepper.set_choices(len(sections), sections.title, sections.find)
        self._stepper.setVisible(len(sections) > 1)
        self._note.hide()

    def _text(self, way: Grouping) -> str:
        if way is not Grouping.ALL:
            return str(way.value)
        return f"all {sum(port.size for port in self._ports):,} values"
