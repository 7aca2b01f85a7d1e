"""Tools to paint on the decoded picture with: z follows the brush."""

from __future__ import annotations

from functools import partial

from PyQt6.QtGui import QColor, QIcon, QPixmap
from PyQt6.QtWidgets import QButtonGroup, QColorDialog, QMenu, QPushButton, QSizePolicy, QWidget

from explorer.settings import SETTINGS, Settings
from explorer.state.frame import Frame
from explorer.state.painting import PICTURE_AXES, Brush, Painting
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.brush_view import BrushView
from explorer.widgets.parts import FloatSlider, quiet, row

POINTER, LIGHT, DARK, COLOUR = "Pointer", "Light", "Dark", "Colour"
TIPS = {
    POINTER: "Lay the brush down (Esc)",
    LIGHT: "Paint light on the picture: z moves along the gradient until the picture follows.\n"
    "The right button paints dark; X swaps the two",
    DARK: "Paint dark on the picture: z moves along the gradient until the picture follows.\n"
    "The right button paints light; X swaps the two",
    COLOUR: "Choose a colour and paint with it; the right button paints the opposite",
}
SWAPPED = {LIGHT: DARK, DARK: LIGHT}
WIDER = 1.25  # times, for each key
COLOURS = 3  # of a colour picture; a fourth channel is alpha
SWATCH_PX = 12
LEAST_SLIDER_PX = 32
SEGMENT_PX = 4
TIGHT = "padding: 0 4px;"
NO_CURVE = "A curve cannot be painted on."


class PaintTool(QWidget):
    """Takes up a brush for the picture of a view, and hands its strokes to the engine.

    Its width and strength are those of the settings, which remember them.
    """

    def __init__(self, session: Session, settings: Settings, view: BrushView) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._view = view
        self.painting = Painting(session, self)
        self._tool = POINTER
        self._colour = QColor("#d04040")
        self._channels = -1  # of nothing yet
        self._build()
        view.stroke_began.connect(self._begin)
        view.stroke_moved.connect(lambda x, y: self.painting.move((x, y)))
        view.stroke_ended.connect(self.painting.end)
        view.commanded.connect(self._obey)
        session.frame_shown.connect(self._on_frame)
        settings.changed.connect(self._on_setting)
        self._on_frame(session.frame)
        self.choose(POINTER)

    def choose(self, tool: str) -> None:
        """Take up a brush, or lay it down with the pointer."""
        self._tool = tool
        self._tools[tool].setChecked(True)
        self._show_brush()
        if tool != POINTER:
            self._view.setFocus()
            self.painting.prepare()

    def _build(self) -> None:
        self._group = QButtonGroup(self)
        self._tools = {name: self._make_tool(name) for name in TIPS}
        self._tools[COLOUR].clicked.disconnect()
        self._tools[COLOUR].clicked.connect(self._ask_for_colour)
        self._size = FloatSlider(*_widths(), "Size of the brush", "Size of the brush ([ and ])")
        self._size.setMinimumWidth(LEAST_SLIDER_PX)
        self._size.setStyleSheet("min-height: 24px;")
        self._size.value_requested.connect(self._set_width)
        self._much = QPushButton()
        self._much.setAccessibleName("Strength of the brush")
        self._much.setToolTip("How far towards the colour a stroke goes")
        self._much.setStyleSheet(TIGHT)
        menu = QMenu(self)
        for percent in SETTINGS["brush_strength"].choices:
            menu.addAction(f"{percent} %", partial(self._settings.set, "brush_strength", percent))
        self._much.setMenu(menu)
        self._none = quiet(NO_CURVE, "small")
        segments = row(*self._tools.values(), spacing_px=SEGMENT_PX)
        layout = row(spacing_px=GRID_PX)
        layout.addLayout(segments)
        layout.addWidget(self._size, 1)
        layout.addWidget(self._much)
        layout.addWidget(self._none, 1)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _make_tool(self, name: str) -> QPushButton:
        tool = QPushButton()
        tool.setText("" if name == COLOUR else name)  # its swatch says it
        tool.setCheckable(True)
        tool.setToolTip(TIPS[name])
        tool.setAccessibleName("Pointer" if name == POINTER else f"Paint {name.lower()}")
        tool.setStyleSheet(TIGHT)
        tool.clicked.connect(lambda: self.choose(name))
        self._group.addButton(tool)
        return tool

    def _begin(self, x: float, y: float, opposite: bool) -> None:
        name = SWAPPED.get(self._tool, "the opposite") if opposite else self._tool
        colour = tuple(1 - part if opposite else part for part in self._parts())
        strength = int(self._settings.text("brush_strength")) / 100
        brush = Brush(name.lower(), colour, self._width, strength)
        self.painting.begin((x, y), brush)

    def _parts(self) -> tuple[float, ...]:
        """Of the brush's colour: one for grey, else red, green and blue."""
        red, green, blue, _ = self._ink().getRgbF()
        return (red or 0.0, green or 0.0, blue or 0.0) if self._is_coloured() else (red or 0.0,)

    def _ink(self) -> QColor:
        return {LIGHT: QColor("#ffffff"), DARK: QColor("#000000")}.get(self._tool, self._colour)

    def _is_coloured(self) -> bool:
        return self._channels >= COLOURS

    def _obey(self, command: str) -> None:
        if command == "swap":
            self.choose(SWAPPED.get(self._tool, self._tool))
        elif command == "leave":
            self.choose(POINTER)
        else:
            factor = WIDER if command == "larger" else 1 / WIDER
            self._set_width(self._width * factor)

    def _ask_for_colour(self) -> None:
        chosen = QColorDialog.getColor(self._colour, self, "Colour of the brush")
        if chosen.isValid():
            self._colour = chosen
            self.choose(COLOUR)
        else:
            self.choose(self._tool)

    @property
    def _width(self) -> float:
        """Of the brush, as a share of the picture's shorter side."""
        return self._settings.number("brush_width")

    def _set_width(self, width: float) -> None:
        thin, wide = _widths()
        self._settings.set("brush_width", min(max(width, thin), wide))

    def _on_setting(self, key: str) -> None:
        if key in ("brush_width", "brush_strength"):
            self._show_brush()

    def _show_brush(self) -> None:
        width = 0.0 if self._tool == POINTER else self._width
        self._view.set_brush(width, self._ink())
        for part in (self._size, self._much):
            part.setEnabled(width > 0)
        self._size.show_value(self._width)
        self._much.setText(f"{self._settings.text('brush_strength')} % ▾")
        swatch = QPixmap(SWATCH_PX, SWATCH_PX)
        swatch.fill(self._colour)
        self._tools[COLOUR].setIcon(QIcon(swatch))

    def _on_frame(self, frame: Frame) -> None:
        output = frame.outputs["decoder_output"]
        is_picture = output.ndim == PICTURE_AXES
        channels = output.shape[-1] if is_picture else 0
        if channels == self._channels:
            return
        self._channels = channels
        for name, tool in self._tools.items():
            tool.setVisible(is_picture and (name != COLOUR or self._is_coloured()))
        for part in (self._size, self._much):
            part.setVisible(is_picture)
        self._none.setVisible(not is_picture)
        if not is_picture or (self._tool == COLOUR and not self._is_coloured()):
            self.choose(POINTER)


def _widths() -> tuple[float, float]:
    bounds = SETTINGS["brush_width"].bounds
    assert bounds is not None
    return bounds
