"""Light or dark: as the settings say, or as the desktop is."""

from __future__ import annotations

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from explorer.settings import Settings
from explorer.theme import DARK, LIGHT, apply_theme


class Appearance(QObject):
    """Gives the app its theme, and another one whenever another is wanted.

    Parameters
    ----------
    qt_app : QApplication
    settings : Settings
    theme : str, optional
        ``dark`` or ``light``, whatever the settings say.
    """

    def __init__(
        self,
        qt_app: QApplication,
        settings: Settings,
        theme: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._qt_app = qt_app
        self._settings = settings
        self._theme = theme
        # No style sheet before there is a window: each time a widget found its parent,
        # all below it would be styled anew.
        self._is_styled = False
        settings.changed.connect(self._on_setting)
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(lambda _: self._apply())
        self._apply()

    def style(self) -> None:
        """Use the style sheet from now on: the first window stands."""
        self._is_styled = True
        self._apply()

    def _on_setting(self, key: str) -> None:
        if key == "theme":
            self._apply()

    def _apply(self) -> None:
        wanted = self._theme or self._settings.text("theme")
        hints = QGuiApplication.styleHints()
        light = hints is not None and hints.colorScheme() == Qt.ColorScheme.Light
        is_light = wanted == "light" or (wanted == "system" and light)
        apply_theme(self._qt_app, LIGHT if is_light else DARK, self._is_styled)
