"""Arrays as QImages and back."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QImage, QPainter

COLOUR_MAPS = ("grey", "viridis", "magma", "inferno", "cividis", "CET-L17")
Pixels = npt.NDArray[np.float32]


def to_image(picture: Pixels, colour_map: str = "grey") -> QImage:
    """Make a QImage of a picture.

    Parameters
    ----------
    picture : ndarray of float32
        (height, width), (height, width, 1), (height, width, 3) or (height,
        width, 4); values are cut to [0, 1], NaN is black.
    colour_map : str
        For pictures of one channel: one of :data:`COLOUR_MAPS`.
    """
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[:, :, 0]
    scaled = np.fmin(np.fmax(picture, 0), 1)  # of NaN and a number these take the number
    scaled *= 255
    scaled += 0.5
    levels = np.ascontiguousarray(scaled, np.uint8)
    height, width = levels.shape[:2]
    if levels.ndim == 2 and colour_map == "grey":
        form = QImage.Format.Format_Grayscale8
    elif levels.ndim == 2:
        form = QImage.Format.Format_Indexed8
    else:
        form = {
            3: QImage.Format.Format_RGB888,
            4: QImage.Format.Format_RGBA8888,
        }[levels.shape[2]]
    image = QImage(levels.tobytes(), width, height, levels.strides[0], form)
    if form == QImage.Format.Format_Indexed8:
        image.setColorTable(colour_table(colour_map))
    return image.copy()  # the bytes above do not live on


@lru_cache(maxsize=16)
def colour_table(name: str) -> list[int]:
    """256 colours of a map as Qt wants them."""
    from pyqtgraph import colormap  # only those who leave grey wait for its import

    return [QColor(*map(int, rgb)).rgb() for rgb in colormap.get(name).getLookupTable(nPts=256)]


def luminance_of(image: QImage, longest_px: int = 1024) -> Pixels:
    """A QImage as luminance.

    Returns
    -------
    ndarray of float32, shape (height, width)
        In [0, 1]; transparency lies on white.
    """
    if max(image.width(), image.height()) > longest_px:
        image = image.scaled(
            longest_px,
            longest_px,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    grey = paper.convertToFormat(QImage.Format.Format_Grayscale8)
    pointer = grey.constBits()
    assert pointer is not None
    data = np.frombuffer(pointer.asstring(grey.sizeInBytes()), np.uint8)
    rows = data.reshape(grey.height(), grey.bytesPerLine())[:, : grey.width()]
    luminance: Pixels = rows.astype(np.float32) / np.float32(255)
    return luminance
