from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.settings import SETTINGS, Settings
from explorer.widgets.pixels import COLOUR_MAPS

EXAMPLES: dict[str, bool | float | str | bytes] = {
    "theme": "light",
    "colour_map": "magma",
    "crisp": False,
    "quantiles": True,
    "pen_width": 0.125,
    "brush_width": 0.25,
    "brush_strength": "50",
    "projection": "lda",
    "projection_vae": "dims",
    "projection_2d": "pca",
    "geometry": bytes(range(256)),
    "columns": b"\x00\xff\x00",
    "tab": "Why two inputs?",
    "torn_off": "Sliders,Layers",
    "recent": "/home/someone/my bundle\n/tmp/ü, ß; %41\nC:\\bundles\\one",
    "folder": "/home/someone/ÄÖ",
    "trainings": "/home/someone/models",
}


def value_of(settings: Settings, key: str) -> object:
    match SETTINGS[key].default:
        case bool():
            return settings.flag(key)
        case float():
            return settings.number(key)
        case str():
            return settings.text(key)
        case _:
            return settings.blob(key)


def test_every_setting_has_a_default_and_a_line_of_prose(settings: Settings) -> None:
    for key, setting in SETTINGS.items():
        assert value_of(settings, key) == setting.default
        assert setting.accepts(setting.default)
        assert setting.prose[0].isupper()
        assert "\n" not in setting.prose


@pytest.mark.parametrize("key", SETTINGS)
def test_what_is_set_is_there_at_the_next_start(
    qtbot: QtBot, settings: Settings, tmp_path: Path, key: str
) -> None:
    with qtbot.waitSignal(settings.changed, check_params_cb=lambda name: name == key):
        settings.set(key, EXAMPLES[key])
    settings.save()
    later = Settings(str(tmp_path / "settings.ini"))
    assert value_of(later, key) == EXAMPLES[key]


def test_setting_what_is_set_already_tells_nobody(settings: Settings) -> None:
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.set("crisp", True)
    settings.set("crisp", False)
    settings.set("crisp", False)
    assert told == ["crisp"]


@pytest.mark.parametrize(
    ("key", "stored"),
    [
        ("theme", "pink"),
        ("colour_map", "nipy_spectral"),
        ("colour_map", ""),
        ("crisp", "perhaps"),
        ("crisp", "3"),
        ("brush_strength", "30"),
        ("projection", "a_to_b"),
        ("pen_width", "wide"),
        ("pen_width", "nan"),
        ("pen_width", "-1"),
        ("pen_width", "99"),
        ("geometry", "@Variant(\\0)"),
        ("torn_off", "@ByteArray(abc)"),
        ("tab", "@Invalid()"),
    ],
)
def test_what_is_stored_badly_counts_as_not_stored(tmp_path: Path, key: str, stored: str) -> None:
    path = tmp_path / "broken.ini"
    path.write_text(f"[General]\n{key}={stored}\n")
    assert value_of(Settings(str(path)), key) == SETTINGS[key].default


@pytest.mark.parametrize(
    ("key", "value"), [("theme", "pink"), ("crisp", "yes"), ("pen_width", 5.0), ("tab", 1.0)]
)
def test_a_value_that_the_table_does_not_allow_is_refused(
    settings: Settings, key: str, value: bool | float | str
) -> None:
    with pytest.raises(ValueError, match=key):
        settings.set(key, value)


def test_every_colour_map_can_be_chosen(settings: Settings) -> None:
    for name in COLOUR_MAPS:
        settings.set("colour_map", name)
        assert settings.text("colour_map") == name
