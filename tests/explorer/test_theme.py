from __future__ import annotations

import pytest
from PyQt6.QtGui import QColor, QFontMetrics, QPalette
from PyQt6.QtWidgets import QApplication

from explorer.theme import DARK, LIGHT, Theme, apply_theme, code_font, text_font, theme_of

THEMES = (DARK, LIGHT)


@pytest.fixture
def app(qapp: QApplication, keep_looks: None) -> QApplication:
    return qapp


def contrast(first: str, second: str) -> float:
    """Ratio of relative luminances as WCAG 2 defines it."""

    def luminance(name: str) -> float:
        colour = QColor(name)
        red, green, blue = (
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (colour.redF(), colour.greenF(), colour.blueF())
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
@pytest.mark.parametrize(
    "text", ["text", "muted", "encoder_text", "decoder_text", "live_text", "error"]
)
@pytest.mark.parametrize("ground", ["ground", "panel", "raised"])
def test_text_can_be_read(theme: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("accent", ["encoder", "decoder", "live"])
def test_accents_mean_the_same_in_both_themes(theme: Theme, accent: str) -> None:
    assert getattr(theme, accent) == getattr(DARK, accent)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
def test_a_theme_is_applied_to_everything(app: QApplication, theme: Theme) -> None:
    apply_theme(app, theme)
    palette = QApplication.palette()
    assert palette.color(QPalette.ColorRole.Window) == QColor(theme.ground)
    assert palette.color(QPalette.ColorRole.WindowText) == QColor(theme.text)
    assert theme_of(palette) is theme
    assert theme.panel in app.styleSheet()


def test_one_theme_replaces_the_other(app: QApplication) -> None:
    apply_theme(app, LIGHT)
    apply_theme(app, DARK)
    assert theme_of(QApplication.palette()) is DARK
    assert LIGHT.panel not in app.styleSheet()


def test_figures_have_one_width_so_that_numbers_do_not_jump(app: QApplication) -> None:
    metrics = QFontMetrics(text_font())
    assert len({metrics.horizontalAdvance(figure * 4) for figure in "0123456789"}) == 1


def test_code_has_letters_of_one_width(app: QApplication) -> None:
    metrics = QFontMetrics(code_font())
    assert metrics.horizontalAdvance("iiii") == metrics.horizontalAdvance("MMMM")
