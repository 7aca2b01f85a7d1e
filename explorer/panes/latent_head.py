"""What the sliders are of, where ``z`` comes from, and ``z`` as text."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.state.latent import Source
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.line import Line
from explorer.widgets.parts import button, heading, row
from models.errors import LatentError
from models.latent import format_z, parse_z
from models.latent_directions import Directions
from models.latent_view import shown_name
from models.ports import LatentPort
from models.traversal import Rows


class LatentHead(QWidget):
    """The heading of the sliders, wired to the session.

    Parameters
    ----------
    session : Session
    rows : Section or Directions
        What there are sliders for.
    """

    def __init__(self, session: Session, rows: Rows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows = rows
        self._heading = heading("")
        self._origin = Line("small")
        self._build()
        self._show_origin()
        self._show_heading()
        session.changed.connect(self._on_change)

    def set_rows(self, rows: Rows) -> None:
        """Say that there are sliders for other rows."""
        self._rows = rows
        self._show_heading()

    def copy_z(self) -> None:
        """Put ``z`` on the clipboard as text."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(format_z(self._session.state.latent.z))
            self._session.told.emit("z is on the clipboard as text.")

    def paste_z(self) -> None:
        """Set ``z`` from the text on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        text = clipboard.text() if clipboard is not None else ""
        try:
            z = parse_z(text, self._session.subject.latent_dim)
            self._session.set_latent(z, Source.TEXT, text="paste z")
        except LatentError as error:
            self._session.told.emit(str(error))

    def _build(self) -> None:
        copy = button("Copy z", "Copy z as text", self.copy_z)
        paste = button("Paste z", "Paste z from text", self.paste_z)
        for tool in (copy, paste):
            tool.setObjectName("quiet")
        title = row(spacing_px=0)
        title.addWidget(self._heading, 1)
        title.addWidget(copy)
        title.addWidget(paste)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX // 2)
        layout.addLayout(title)
        layout.addWidget(self._origin)

    def _on_change(self, change: Change) -> None:
        if change.fields & {"codes", "prior"}:
            self._show_origin()
        if change.fields & {"latent", "route"}:
            self._show_heading()

    def _show_origin(self) -> None:
        where = self._session.whereabouts
        self._origin.show_text(f"Ranges {where.sentence}")
        self._origin.setVisible(where.codes is None)
        inputs = (f"{shown_name(p.name)}: {_shape(p)}" for p in self._session.subject.latents)
        self._heading.setToolTip("\n".join([*inputs, f"Ranges {where.sentence}"]))

    def _show_heading(self) -> None:
        what = _told(self._session.subject.latents)
        if isinstance(self._rows, Directions):
            what = f"{len(self._rows.names)} directions in deviations"
        text = f"{what}  ·  {self._session.wiring.heading}"
        if text != self._heading.text():
            self._heading.setText(text)


def _told(ports: Sequence[LatentPort]) -> str:
    if len(ports) > 1:
        return f"{len(ports)} latent inputs  ·  {sum(port.size for port in ports)} dimensions"
    (port,) = ports
    if len(port.shape) < 2:
        return f"Latent vector  ·  {port.size} dimensions"
    return f"Latent tensor  ·  {_shape(port)}"


def _shape(port: LatentPort) -> str:
    return " × ".join(map(str, port.shape)) or "1"
