"""Colours, measures and fonts: one table each, and the style sheet made from them.

One accent means one thing: amber is live now, teal is the encoder, violet the
decoder; the rest is grey.
"""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PyQt6.QtWidgets import QApplication, QStyleFactory

GRID_PX = 8
MARGIN_PX = 20
CONTROL_PX = 28
RADIUS_PX = 6
BOX_RADIUS_PX = 10
TEXT_PX = 13
SMALL_PX = 11


@dataclass(frozen=True)
class Theme:
    """Colours as ``#rrggbb``; the ``*_text`` ones keep 4.5:1 on the ground."""

    name: str
    ground: str
    panel: str
    line: str
    text: str
    muted: str
    encoder: str
    decoder: str
    live: str
    encoder_text: str
    decoder_text: str
    live_text: str
    raised: str
    histogram: str
    error: str


DARK = Theme(
    name="dark",
    ground="#14161a",
    panel="#1b1e24",
    line="#2a2f38",
    text="#e6e8ec",
    muted="#8d96a5",
    encoder="#2bb8a6",
    decoder="#8b7cf6",
    live="#f0a020",
    encoder_text="#2bb8a6",
    decoder_text="#9d90f8",
    live_text="#f0a020",
    raised="#242932",
    histogram="#2c323c",
    error="#f2777a",
)
LIGHT = Theme(
    name="light",
    ground="#f4f5f7",
    panel="#ffffff",
    line="#dde1e7",
    text="#1c2129",
    muted="#5f6978",
    encoder="#2bb8a6",
    decoder="#8b7cf6",
    live="#f0a020",
    encoder_text="#0c7a6c",
    decoder_text="#6350d8",
    live_text="#8f5a00",
    raised="#eceef2",
    histogram="#dbe0e8",
    error="#c02b30",
)


def theme_of(palette: QPalette) -> Theme:
    """The theme that a widget's palette belongs to."""
    # Not by its ground: the style sheet makes that of scroll areas transparent.
    return DARK if palette.color(QPalette.ColorRole.WindowText).lightness() > 128 else LIGHT


def apply_theme(app: QApplication, theme: Theme, styled: bool = True) -> None:
    """Give the whole application the colours and, if ``styled``, the style sheet of ``theme``."""
    if app.style() is None or app.property("house_style") is None:
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setProperty("house_style", True)
    app.setFont(text_font())
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme) if styled else "")


def text_font(size_px: int = TEXT_PX, bold: bool = False) -> QFont:
    """The one font, with figures of equal width so that numbers do not jump."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(size_px)
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def code_font(size_px: int = TEXT_PX) -> QFont:
    """For lines of Keras code."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(size_px)
    return font


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in {
        role.Window: theme.ground,
        role.Base: theme.panel,
        role.AlternateBase: theme.raised,
        role.Button: theme.panel,
        role.WindowText: theme.text,
        role.Text: theme.text,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.PlaceholderText: theme.muted,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.Highlight: theme.live,
        role.HighlightedText: "#14161a",
        role.Link: theme.decoder_text,
        role.Mid: theme.line,
        role.Midlight: theme.raised,
    }.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return palette


def _style_sheet(theme: Theme) -> str:
    t = theme
    return f"""
QMainWindow, QDialog {{ background: {t.ground}; }}
QToolTip {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.line};
    padding: 4px 6px; }}
QLabel#heading {{ color: {t.muted}; font-size: {SMALL_PX}px; font-weight: bold;
    letter-spacing: 1px; }}
QLabel#muted {{ color: {t.muted}; }}
QLabel#small {{ color: {t.muted}; font-size: {SMALL_PX}px; }}
QLabel#live {{ color: {t.live_text}; }}
QLabel#title {{ font-weight: bold; }}
QPushButton, QToolButton, QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit {{
    background: {t.panel}; color: {t.text}; border: 1px solid {t.line};
    border-radius: {RADIUS_PX}px; min-height: {CONTROL_PX - 2}px; padding: 0 10px; }}
QPushButton:hover, QToolButton:hover, QComboBox:hover, QSpinBox:hover,
QLineEdit:hover {{ background: {t.raised}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {t.line}; }}
QPushButton:checked, QToolButton:checked {{ background: {t.line}; border-color: {t.muted}; }}
QToolButton {{ min-height: {CONTROL_PX - 6}px; }}
QPushButton:focus, QToolButton:focus, QComboBox:focus, QSpinBox:focus,
QLineEdit:focus {{ border-color: {t.muted}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.muted}; }}
QToolButton#quiet, QPushButton#quiet {{ background: transparent; border-color: transparent;
    color: {t.muted}; padding: 0 6px; }}
QToolButton#quiet:hover, QPushButton#quiet:hover {{ color: {t.text}; background: {t.raised}; }}
QToolButton#quiet:focus, QPushButton#quiet:focus {{ border-color: {t.line}; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}
QComboBox {{ padding: 0 2px 0 8px; }}
QComboBox::drop-down {{ border: none; width: 16px; }}
QComboBox QLineEdit, QComboBox QLineEdit:hover {{ background: transparent; border: none;
    padding: 0; min-height: 0; }}
QComboBox QAbstractItemView {{ background: {t.panel}; color: {t.text};
    border: 1px solid {t.line}; outline: none; padding: 4px;
    selection-background-color: {t.raised}; selection-color: {t.text}; }}
QSpinBox::up-button, QSpinBox::down-button {{ width: 0; border: none; }}
QCheckBox {{ color: {t.text}; spacing: 8px; min-height: {CONTROL_PX}px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border-radius: 4px;
    border: 1px solid {t.muted}; background: {t.panel}; }}
QCheckBox::indicator:checked {{ background: {t.raised}; border-color: {t.text}; }}
QCheckBox:focus {{ text-decoration: underline; }}
QSlider {{ min-height: {CONTROL_PX}px; }}
QSlider::groove:horizontal {{ height: 3px; border-radius: 1px; background: {t.line}; }}
QSlider::sub-page:horizontal {{ height: 3px; border-radius: 1px; background: {t.live}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -6px 0; border-radius: 7px;
    background: {t.live}; border: 1px solid {t.ground}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {t.text}; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{
    background: {t.muted}; }}
QMenuBar {{ background: transparent; color: {t.muted}; }}
QMenuBar::item {{ padding: 5px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.raised}; color: {t.text}; }}
QMenu {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.raised}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
QTabBar {{ background: transparent; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; padding: 6px 2px; margin-right: 14px;
    border: none; border-bottom: 2px solid transparent; font-size: {SMALL_PX}px;
    font-weight: bold; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.text}; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabWidget::pane {{ border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 4px; min-height: 24px;
    min-width: 24px; margin: 1px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTableView, QAbstractScrollArea {{ background: transparent; border: none; }}
QProgressBar {{ background: {t.line}; border: none; max-height: 2px; }}
QProgressBar::chunk {{ background: {t.live}; }}
QFrame#rule {{ background: {t.line}; border: none; }}
"""
