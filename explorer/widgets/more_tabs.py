"""The tabs that a row has no room for, behind one word at its end."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.theme import SMALL_PX, text_font


class MoreTabs(QToolButton):
    """The word "More", and a list of the titles behind it.

    Attributes
    ----------
    chosen : signal of str
        A title.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: list[str] = []
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setText("More ▾")
        self.setObjectName("quiet")
        self.setFont(text_font(SMALL_PX, bold=True))  # as a tab's
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("More tabs")
        self.set_titles([])

    def set_titles(self, titles: Sequence[str]) -> None:
        """List these; without any there is nothing to be seen."""
        self._titles = list(titles)
        self.setToolTip("More tabs: " + ", ".join(titles))
        self.setVisible(bool(titles))

    def _fill(self) -> None:
        self._menu.clear()
        for title in self._titles:
            action = self._menu.addAction(title.replace("&", "&&"))
            assert action is not None
            action.triggered.connect(lambda _, title=title: self.chosen.emit(title))


def fitting(widths_px: Sequence[int], room_px: int, more_px: int, guest: int) -> set[int]:
    """Which tabs to show in a row.

    Parameters
    ----------
    widths_px : sequence of int
        Of each tab.
    room_px, more_px : int
        Width of the row, and of what stands at its end where a tab is left out.
    guest : int
        The tab that is shown whatever comes before it.

    Returns
    -------
    set of int
        The guest and the first ones that fit beside it.
    """
    if sum(widths_px) <= room_px:
        return set(range(len(widths_px)))
    left_px = room_px - more_px - widths_px[guest]
    shown = {guest}
    for index, width_px in enumerate(widths_px):
        if index == guest:
            continue
        left_px -= width_px
        if left_px < 0:
            break
        shown.add(index)
    return shown
