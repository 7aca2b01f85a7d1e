"""The tools above the sliders: what they are along and taken from, which row stands where."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QLineEdit,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from explorer.theme import GRID_PX
from explorer.widgets.parts import button, row
from models.arrangement import Gathering, Sorting, Wish

PROGRESS_PX = 2
MIN_SEARCH_PX, MAX_SEARCH_PX = 52, 280
MIN_WIDTH_PX = 250
ORDER_TIP = "How the rows are sorted and grouped, and the scale of the sliders"
BASIS_TIP = "What ranges, histograms, Randomise and Reset are taken from"
BASIS_TEXTS = {False: "From the codes of the data", True: "From the prior N(0, 1)"}
SCALE_TEXTS = {False: "Even steps of the value", True: "Even shares (quantiles)"}
FIND_TIP = "Find rows by number (3), numbers (3-7, 12) or a part of their name (Ctrl+F)"
DIRECTIONS_TIP = "Sliders along the principal directions of the codes, in standard deviations"
SORT_TEXTS = {
    Sorting.NUMBER: "Sort by number",
    Sorting.EFFECT: "Sort by effect on the picture",
    Sorting.EFFECT_HERE: "Sort by effect around this z",
    Sorting.DISTANCE: "Sort by distance from the mean",
    Sorting.VALUE: "Sort by value",
}
GATHER_TEXTS = {Gathering.NONE: "No groups", Gathering.ALIVE: "Group the dead at the end"}


class LatentTools(QWidget):
    """Says what is wished of the table; shows no rows itself.

    Attributes
    ----------
    directions_wanted : signal of bool
        Whether sliders are to be along directions, or one for each value.
    prior_wanted : signal of bool
        Whether ranges are to be those of the prior, or of the codes.
    quantiles_wanted : signal of bool
        Whether equal ways of a slider are to hold equal shares of codes or prior.
    wished : signal of Wish
    left : signal
        The keyboard goes back to the table.
    """

    directions_wanted = pyqtSignal(bool)
    prior_wanted = pyqtSignal(bool)
    quantiles_wanted = pyqtSignal(bool)
    wished = pyqtSignal(object)
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values = button(
            "Values", "One slider for each value of z", lambda: self.directions_wanted.emit(False)
        )
        self.directions = button(
            "Directions", DIRECTIONS_TIP, lambda: self.directions_wanted.emit(True)
        )
        self.order = button("", ORDER_TIP, lambda: None, name="Order of the sliders")
        self.basis = button("", BASIS_TIP, lambda: None)
        self._menu, self._bases_menu = QMenu(self.order), QMenu(self.basis)
        self._sortings = QActionGroup(self)
        self._scales = QActionGroup(self)
        self._bases = QActionGroup(self)
        self._gatherings = QActionGroup(self)
        self.search = FindField()
        self._progress = QProgressBar()
        self._build()
        for choices in (self._sortings, self._gatherings):
            choices.triggered.connect(self._tell)
        self._scales.triggered.connect(self._tell_scale)
        self._bases.triggered.connect(lambda action: self.prior_wanted.emit(action.data()))
        self.search.textChanged.connect(self._tell)
        self.search.left.connect(self.left)

    @property
    def wish(self) -> Wish:
        """What is wished now."""
        chosen = (group.checkedAction() for group in (self._sortings, self._gatherings))
        sorting, gathering = (action.data() for action in chosen if action is not None)
        return Wish(sorting, gathering, self.search.text())

    def show_directions(self, on: bool) -> None:
        """Show whether sliders are along directions."""
        (self.directions if on else self.values).setChecked(True)

    def offer_directions(self, is_possible: bool) -> None:
        """Let directions be chosen, or say why there are none."""
        self.directions.setEnabled(is_possible)
        tip = DIRECTIONS_TIP if is_possible else "Directions need codes: open a data set"
        self.directions.setToolTip(tip)

    def offer_prior(self, is_possible: bool) -> None:
        """Let ranges be those of the prior or of the codes, where a model has both."""
        self.basis.setVisible(is_possible)
        self._show_order()

    def show_prior(self, on: bool) -> None:
        """Show whether ranges are those of the prior."""
        self._check(self._bases, on)
        self.basis.setText("prior ▾" if on else "codes ▾")
        self.basis.setAccessibleName(f"{BASIS_TIP}: the {'prior' if on else 'codes'}")
        self._show_order()

    def offer_quantiles(self, is_possible: bool) -> None:
        """Let sliders have a scale of shares, where it is known what of."""
        self._scales.actions()[1].setEnabled(is_possible)

    def show_quantiles(self, on: bool) -> None:
        """Show whether equal ways of a slider hold equal shares."""
        self._check(self._scales, on)
        self._show_order()

    def offer_parts(self, name: str) -> None:
        """Let rows be grouped by "channel" or "input"; by neither where it is empty."""
        chosen = self.wish.gathering
        for action in self._gatherings.actions():
            self._gatherings.removeAction(action)
            self._menu.removeAction(action)
            action.deleteLater()
        texts = {**GATHER_TEXTS, **({Gathering.PART: f"Group by {name}"} if name else {})}
        for gathering, text in texts.items():
            self._offer(self._gatherings, text, gathering).setChecked(gathering is chosen)
        if self._gatherings.checkedAction() is None:
            self._gatherings.actions()[0].setChecked(True)
        self._show_order()

    def show_progress(self, done: int, total: int) -> None:
        """Show how much is measured of what the order needs; 0 of 0 is nothing."""
        self._progress.setVisible(total > 0)
        self._progress.setRange(0, max(1, total))
        self._progress.setValue(done)

    def minimumSizeHint(self) -> QSize:
        """Qt: with the words of the order left out."""
        basis_px = 0 if self.basis.isHidden() else self.basis.sizeHint().width() + GRID_PX // 2
        return QSize(MIN_WIDTH_PX + basis_px, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Qt: the order is told in words where there is room."""
        super().resizeEvent(event)
        self._show_order()

    def _tell_scale(self, action: QAction) -> None:
        self._show_order()
        self.quantiles_wanted.emit(action.data())

    def _tell(self) -> None:
        self._show_order()
        self.wished.emit(self.wish)

    def _show_order(self) -> None:
        wish = self.wish
        is_grouped = wish.gathering is not Gathering.NONE
        has_quantiles = self._scales.actions()[1].isChecked()
        signs = f"{' ≡' if is_grouped else ''}{' %' if has_quantiles else ''} ▾"
        self.order.setText(wish.sorting.value + signs)
        scale = ", on a scale of quantiles" if has_quantiles else ""
        spoken = f"{wish.sorting.value}{', grouped' if is_grouped else ''}{scale}"
        self.order.setAccessibleName(f"Order of the sliders: {spoken}")
        tools = (self.values, self.directions, self.basis, self.order)
        widths = [tool.sizeHint().width() for tool in tools if not tool.isHidden()]
        gaps_px = (len(widths) + 1) * GRID_PX // 2
        if sum(widths) + gaps_px + MIN_SEARCH_PX > self.width():
            self.order.setText("▾")

    def _offer(self, group: QActionGroup, text: str, data: Sorting | Gathering | bool) -> QAction:
        action = QAction(text, group)
        action.setCheckable(True)
        action.setData(data)
        group.addAction(action)
        (self._bases_menu if group is self._bases else self._menu).addAction(action)
        return action

    def _check(self, group: QActionGroup, data: bool) -> None:
        for action in group.actions():
            action.setChecked(action.data() is data)

    def _build(self) -> None:
        switch = QButtonGroup(self)
        for tool in (self.values, self.directions):
            tool.setCheckable(True)
            switch.addButton(tool)
        self.values.setChecked(True)
        for sorting, text in SORT_TEXTS.items():
            self._offer(self._sortings, text, sorting).setChecked(sorting is Sorting.NUMBER)
        self._menu.addSeparator()
        for of_shares, text in SCALE_TEXTS.items():
            self._offer(self._scales, text, of_shares).setChecked(not of_shares)
        self._menu.addSeparator()
        for gathering, text in GATHER_TEXTS.items():
            self._offer(self._gatherings, text, gathering).setChecked(gathering is Gathering.NONE)
        self.order.setMenu(self._menu)
        for is_prior, text in BASIS_TEXTS.items():
            self._offer(self._bases, text, is_prior)
        self.basis.setMenu(self._bases_menu)
        self.basis.hide()
        self.show_prior(False)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(PROGRESS_PX)
        self._progress.setAccessibleName("Progress of measuring effects")
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # rows do not jump when it comes and goes
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        tools = row(self.values, self.directions, spacing_px=GRID_PX // 2)
        tools.addSpacing(GRID_PX // 2)
        tools.addWidget(self.basis)
        tools.addWidget(self.order)
        tools.addWidget(self.search, 100)
        tools.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX // 4)
        layout.addLayout(tools)
        layout.addWidget(self._progress)


class FindField(QLineEdit):
    """Takes what rows are to be found by.

    Attributes
    ----------
    left : signal
        Esc, Enter or Down: the keyboard goes on to what was found.
    """

    left = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Find")
        self.setAccessibleName("Find sliders")
        self.setToolTip(FIND_TIP)
        self.setMaxLength(80)
        self.setMinimumWidth(MIN_SEARCH_PX)
        self.setMaximumWidth(MAX_SEARCH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def open(self) -> None:
        """Take the keyboard."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Qt: Esc shows all rows again; Enter and Down go to those that were found."""
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            event.accept()
            self.left.emit()
        else:
            super().keyPressEvent(event)
