"""Latent sliders: one row a dimension."""

from __future__ import annotations

import numpy as np
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.state.latent import Source
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.latent_table import LatentTable
from explorer.widgets.parts import button, heading, row
from models.errors import LatentError
from models.latent import base_ranges, format_z, grown_ranges, parse_z


class LatentPane(QWidget):
    """The table of sliders, wired to the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
