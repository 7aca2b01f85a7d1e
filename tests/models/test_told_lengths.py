"""Pictures that tell of more bytes than they have take no memory for these."""

from __future__ import annotations

import contextlib
import tracemalloc
from pathlib import Path

import numpy as np
from PIL import Image

from models.errors import PictureError
from models.folder_data import read_picture
from models.pictures import open_picture

GIGABYTES = (0xFF7F_0000).to_bytes(4, "big")


def test_a_piece_of_gigabytes_is_not_made_room_for(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.fromarray(np.arange(108, dtype=np.uint8).reshape(12, 9)).save(path)
    data = path.read_bytes()
    at = data.index(b"IDAT")
    path.write_bytes(data[: at - 4] + GIGABYTES + data[at:])
    tracemalloc.start()
    try:
        read_picture(path, (8, 8, 1))
        with contextlib.suppress(PictureError):
            open_picture(path)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most_bytes < 64 * 2**20
