"""How far pictures are from the one they are compared with, in figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QWidget

from explorer.theme import GRID_PX
from explorer.widgets.parts import quiet

MEASURES = {"mse": ("MSE", "{:.4f}"), "psnr_db": ("PSNR dB", "{:.1f}"), "ssim": ("SSIM", "{:.2f}")}
COLUMN_PX = 96
NOTHING = "–"


class FigureTable(QWidget):
    """A column for each picture, a line for each measure.

    Parameters
    ----------
    columns : mapping of str to str
        Headings, and of each the picture it is about.
    against : str
        What they are compared with.
    measures : sequence of str
        Keys of :data:`MEASURES`.
    live : str
        Heading of the column whose figures change as one plays.
    """

    def __init__(
        self, columns: Mapping[str, str], against: str, measures: Sequence[str], live: str
    ) -> None:
        super().__init__()
        self._figures: dict[tuple[str, str], QLabel] = {}
        table = QGridLayout(self)
        table.setContentsMargins(0, 0, 0, 0)
        table.setVerticalSpacing(2)
        table.setHorizontalSpacing(GRID_PX)
        table.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight
        for column, side in enumerate(columns, 1):
            table.addWidget(quiet(side, "small"), 0, column, right)
            table.setColumnMinimumWidth(column, COLUMN_PX)
        for line, key in enumerate(measures, 1):
            label, _ = MEASURES[key]
            table.addWidget(quiet(label), line, 0)
            for column, (side, picture) in enumerate(columns.items(), 1):
                figure = QLabel(NOTHING)
                figure.setObjectName("live" if side == live else "")
                figure.setAccessibleName(f"{label} of the {picture} picture")
                figure.setToolTip(f"{label} of the {picture} picture against the {against}")
                table.addWidget(figure, line, column, right)
                self._figures[side, key] = figure

    def show_figures(self, metrics: Mapping[str, Mapping[str, float]]) -> None:
        """Show what is known: of each column its measures."""
        for (side, key), label in self._figures.items():
            value = metrics.get(side, {}).get(key)
            known = value is not None and math.isfinite(value)
            label.setText(MEASURES[key][1].format(value) if known else NOTHING)
