"""Files that grow frame by frame: whole in the end, or not there."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
from PIL import Image

from explorer.export.film import GIF_TICK_S, Film, FilmKind, check_library
from explorer.export.frames import on_black
from explorer.export.gif import GifWriter

CODEC, PRESET, CRF = "libx264", "medium", "18"
# Every player knows this; colours at half the size.
PIXELS = "yuv420p"
# In it black is 16 and white 235, and grey has 128 in both planes of colour.
LUMA = np.rint(16 + np.arange(256) * (219 / 255)).astype(np.uint8)
NO_COLOUR = 128
PNG_DIGITS = 5


class Writer(Protocol):
    """Takes frames of one size."""

    def add(self, frame: Image.Image) -> None:
        """Write the next frame."""

    def close(self) -> None:
        """Write what is left; everything is on the disk then."""


def open_writer(film: Film, path: Path) -> Writer:
    """A writer of a file, or of a folder, that is not there yet.

    Raises
    ------
    SessionError
        If what it needs is not installed.
    OSError
        If the file cannot be made.
    """
    if film.kind is FilmKind.PNGS:
        return PngsWriter(path)
    check_library(film.kind)
    stream = WholeFile(path)
    if film.kind is FilmKind.MP4:
        return Mp4Writer(stream, film.fps)
    return GifFile(stream, round(1 / (film.fps * GIF_TICK_S)))


class WholeFile(io.RawIOBase):
    """A new file that knows how much it must hold in the end.

    A library that writes may not look at what a write returns; what has not reached the
    disk is told here, or when the file is finished.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._stream = open_new(path)
        self._end = 0
        self._error: OSError | None = None

    def write(self, data: Any) -> int:
        """Write all of ``data``."""
        end = self._stream.tell() + len(data)
        try:
            count = self._stream.write(data)
            if count != len(data):
                raise OSError(errno.ENOSPC, f"only {count:,} of {len(data):,} bytes were written")
        except OSError as error:
            self._error = self._error or error
            raise
        self._end = max(self._end, end)
        return count

    def writable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of any file."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """As of any file."""
        return self._stream.tell()

    def close(self) -> None:
        """Let go of it, finished or not."""
        self._stream.close()
        super().close()

    def finish(self) -> None:
        """Put everything on the disk.

        Raises
        ------
        OSError
            If anything of it is not there, or an earlier write failed.
        """
        with self._stream as stream:
            if self._error is not None:
                raise self._error
            stream.flush()
            os.fsync(stream.fileno())
            held = os.fstat(stream.fileno()).st_size
        if held != self._end:
            raise OSError(errno.ENOSPC, f"only {held:,} of {self._end:,} bytes were written")


def open_new(path: Path) -> IO[bytes]:
    """A file that is not there yet."""
    return path.open("xb")


class GifFile:
    """A GIF film in a file of its own."""

    def __init__(self, stream: WholeFile, frame_ticks: int) -> None:
        self._stream = stream
        self._gif = GifWriter(stream, frame_ticks)

    def add(self, frame: Image.Image) -> None:
        """Write the next frame."""
        self._gif.add(frame)

    def close(self) -> None:
        """Write the end."""
        self._gif.close()
        self._stream.finish()


class Mp4Writer:
    """H.264 in an MP4 file."""

    def __init__(self, stream: WholeFile, fps: int) -> None:
        import av

        self._av = av
        self._stream = stream
        self._fps = fps
        self._container = self._av.open(stream, "w", format="mp4")
        self._video: Any = None

    def add(self, frame: Image.Image) -> None:
        """Write the next frame."""
        if self._video is None:
            options = {"preset": PRESET, "crf": CRF}
            self._video = self._container.add_stream(CODEC, rate=self._fps, options=options)
            self._video.width, self._video.height = frame.size
            self._video.pix_fmt = PIXELS
        self._container.mux(self._video.encode(self._shown(frame)))

    def _shown(self, frame: Image.Image) -> Any:
        if frame.mode != "L":
            pixels = np.asarray(on_black(frame))
            return self._av.VideoFrame.from_ndarray(pixels, format="rgb24")
        # Most pictures are grey, and a sixth of all work is the way by RGB.
        width, height = frame.size
        planes = np.full((height * 3 // 2, width), NO_COLOUR, np.uint8)
        planes[:height] = LUMA[np.asarray(frame)]
        return self._av.VideoFrame.from_ndarray(planes, format=PIXELS)

    def close(self) -> None:
        """Write what the encoder still has, and the index."""
        self._container.mux(self._video.encode(None))
        self._container.close()
        self._stream.finish()


class PngsWriter:
    """A folder with a PNG for each frame."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        folder.mkdir()

    def add(self, frame: Image.Image) -> None:
        """Write the next frame."""
        stream = WholeFile(self._folder / f"frame-{self._count:0{PNG_DIGITS}}.png")
        picture = io.BytesIO()
        frame.save(picture, "PNG")
        stream.write(picture.getbuffer())
        stream.finish()
        self._count += 1

    def close(self) -> None:
        """All is there."""
