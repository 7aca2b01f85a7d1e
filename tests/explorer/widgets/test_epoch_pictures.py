"""Samples beside what an epoch made of them, and codes in the colours of their labels."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from explorer.widgets.code_cloud import CodeCloud
from explorer.widgets.epoch_pictures import EpochPictures


def image(grey: int) -> QImage:
    made = QImage(28, 28, QImage.Format.Format_Grayscale8)
    made.fill(QColor(grey, grey, grey))
    return made


@pytest.fixture
def pictures(qtbot: QtBot) -> EpochPictures:
    made = EpochPictures()
    qtbot.addWidget(made)
    made.resize(541, 160)
    made.set_pictures([image(255)] * 8, [image(100)] * 8, "made of them by epoch 3")
    made.show()
    return made


def greys(pictures: EpochPictures, grey: int) -> int:
    """How many pixels have exactly this grey."""
    shown = pictures.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    bits = shown.constBits()
    assert bits is not None
    data = np.frombuffer(bits.asstring(shown.sizeInBytes()), np.uint8)
    return int((data.reshape(shown.height(), -1)[:, : shown.width()] == grey).sum())


def test_all_samples_are_shown_at_whole_pixels(pictures: EpochPictures) -> None:
    assert greys(pictures, 100) == 8 * 56 * 56
    assert pictures.accessibleDescription() == "made of them by epoch 3"


def test_z_stands_beside_them_where_there_is_one(pictures: EpochPictures) -> None:
    assert greys(pictures, 50) == 0
    pictures.set_aside((image(50), image(50)))
    assert greys(pictures, 50) == 2 * 56 * 56
    pictures.set_aside(None)
    assert greys(pictures, 50) == 0


def test_a_narrow_column_has_fewer_and_a_wide_one_larger(pictures: EpochPictures) -> None:
    pictures.resize(320, 160)
    assert greys(pictures, 100) == 4 * 56 * 56
    pictures.resize(1120, 300)
    assert greys(pictures, 100) == 8 * 112 * 112


def test_codes_are_painted_and_z_among_them(qtbot: QtBot) -> None:
    cloud = CodeCloud()
    qtbot.addWidget(cloud)
    cloud.resize(200, 200)
    empty = cloud.grab().toImage()
    places = np.array([[-0.5, 0.5], [0.5, -0.5], [3.0, 3.0]], np.float32)
    labels = np.array([0, 1, 1], np.uint8)
    cloud.set_codes(places, labels, "z 0 × z 1", None)
    without = cloud.grab().toImage()
    assert without != empty
    cloud.set_codes(places, labels, "z 0 × z 1", np.zeros(2, np.float32))
    assert cloud.grab().toImage() != without
    assert cloud.accessibleDescription() == "3 codes of test pictures, z 0 × z 1"
