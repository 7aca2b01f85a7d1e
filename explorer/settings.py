"""What is remembered between two starts: one table of settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from PyQt6.QtCore import QByteArray, QObject, QSettings, pyqtSignal

from explorer.widgets.pixels import COLOUR_MAPS
from explorer.widgets.projection_chooser import PROJECTIONS

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes
    ----------
    default : bool, float, str or bytes
        Its type is the setting's type.
    prose : str
        What it does, in one line.
    choices : tuple of str
        The only values allowed; empty where any value of the type is.
    bounds : tuple of float, or None
        Least and greatest value of a number.
    """

    default: bool | float | str | bytes
    prose: str
    choices: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None

    def accepts(self, value: object) -> bool:
        """Whether a stored value can be used."""
        if type(value) is not type(self.default):
            return False
        if self.choices and value not in self.choices:
            return False
        if self.bounds is None or not isinstance(value, float):
            return True
        return self.bounds[0] <= value <= self.bounds[1]


# The ends of the way from A to B are not remembered, so neither is the projection along it.
PROJECTION_CHOICES = ("", *(kind for kind in PROJECTIONS if kind != "a_to_b"))

SETTINGS: dict[str, Setting] = {
    "theme": Setting("system", "Dark, light, or as the system has it", ("system", "dark", "light")),
    "colour_map": Setting("grey", "Colours of the output picture", COLOUR_MAPS),
    "crisp": Setting(True, "Show single pixels instead of smoothing between them"),
    "quantiles": Setting(False, "Sliders on which equal ways hold equal shares of the codes"),
    "pen_width": Setting(0.08, "Width of the pen as a share of the canvas", bounds=(0.02, 0.25)),
    "brush_width": Setting(
        0.12, "Width of the brush as a share of the picture's shorter side", bounds=(0.04, 0.5)
    ),
    "brush_strength": Setting(
        "100", "How far towards the colour a stroke goes, in per cent", ("25", "50", "75", "100")
    ),
    "projection": Setting(
        "", "Projection of the map; empty for the best to begin with", PROJECTION_CHOICES
    ),
    "projection_vae": Setting(
        "", "The same of the codes of variational models", PROJECTION_CHOICES
    ),
    "projection_2d": Setting("", "The same of codes of two dimensions", PROJECTION_CHOICES),
    "geometry": Setting(b"", "Place and size of the window"),
    "columns": Setting(b"", "Widths of the three columns"),
    "tab": Setting("Sliders", "The tab of the middle column that is open"),
    "torn_off": Setting("", "Tabs that have a window of their own, separated by commas"),
    "recent": Setting("", "Bundles opened lately, separated by newlines"),
    "folder": Setting("", "Where the last file was opened or saved"),
    "trainings": Setting("", "Where models are trained; empty for latent-bundles at home"),
}


class Settings(QObject):
    """Typed access to the table; what is stored badly counts as not stored.

    Parameters
    ----------
    path : str, optional
        An INI file; without it the platform's own place.
    """

    changed = pyqtSignal(str)

    def __init__(self, path: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if path is None:
            self._store = QSettings("latent-explorer", "latent-explorer")
        else:
            self._store = QSettings(path, QSettings.Format.IniFormat)

    def text(self, key: str) -> str:
        """A setting that is a text."""
        return self._get(key, str)

    def number(self, key: str) -> float:
        """A setting that is a number."""
        return self._get(key, float)

    def flag(self, key: str) -> bool:
        """A setting that is on or off."""
        return self._get(key, bool)

    def blob(self, key: str) -> bytes:
        """A setting that only Qt reads."""
        return self._get(key, bytes)

    def set(self, key: str, value: bool | float | str | bytes) -> None:
        """Store a value; one that the table does not allow is a programming error."""
        if not SETTINGS[key].accepts(value):
            raise ValueError(f"{key} = {value!r}")
        if value != self._get(key, type(value)):
            self._store.setValue(key, QByteArray(value) if isinstance(value, bytes) else value)
            self.changed.emit(key)

    def save(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def _get(self, key: str, kind: type[T]) -> T:
        setting = SETTINGS[key]
        stored = _typed(self._store.value(key), kind)
        value = stored if setting.accepts(stored) else setting.default
        assert isinstance(value, kind)
        return value


def _typed(stored: Any, kind: type[Any]) -> Any:
    """An INI file knows only text."""
    if isinstance(stored, QByteArray):
        return bytes(stored.data())
    if kind is bool and isinstance(stored, str):
        return {"true": True, "false": False}.get(stored)
    if kind is float and isinstance(stored, (str, int)):
        try:
            return float(stored)
        except ValueError:
            return None
    return stored
