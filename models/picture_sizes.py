"""A user's files, inspected, with pictures of one size where the files leave that open."""

from __future__ import annotations

import contextlib
from typing import Final

from models.errors import ModelFileError
from models.inspection.inspect_file import Inspected, inspect_model
from models.inspection.open_sizes import Size, refuse_size
from models.layouts import propose_layouts
from models.ports import PicturePort
from models.source import ModelSource

SIZE: Final = "size"  # among the choices: such as 96x128


def inspect_files(source: ModelSource) -> list[Inspected]:
    """A model's file and, where there is one, that of its encoder.

    A file that leaves the size of its pictures open takes that of the other.

    Parameters
    ----------
    source : ModelSource
        Of its choices counts ``size``.

    Raises
    ------
    ModelFileError
        If a file must not be opened; if the size that is chosen cannot be, or if
        there is none to choose.
    """
    size = source.choices.get(SIZE)
    files: list[Inspected] = []
    try:
        for path in source.files():
            files.append(inspect_model(path, size))  # noqa: PERF401 - closed where one fails
        if size is None:
            return _of_one_size(files)
        if all(file.taken_size is None for file in files):
            raise refuse_size("must be left open by the file to be chosen", size)
    except BaseException:
        for file in files:
            file.close()
        raise
    return files


def size_choice(size: Size) -> str:
    """As a user's choice is written."""
    return f"{size[0]}x{size[1]}"


def _of_one_size(files: list[Inspected]) -> list[Inspected]:
    if len(files) < 2 or len({_picture_size(file) for file in files}) < 2:
        return files
    for number, other in ((1, 0), (0, 1)):
        size = _picture_size(files[other])
        if files[number].taken_size is not None and size is not None:
            with contextlib.suppress(ModelFileError):  # as it was, they may fit all the same
                files[number] = files[number].of_size(size_choice(size))
                break
    return files


def _picture_size(file: Inspected) -> Size | None:
    """Of the largest picture that goes in or comes out."""
    if file.taken_size is not None:
        return file.taken_size
    refs = (*file.blueprint.input_refs, *file.blueprint.output_refs)
    sizes = []
    for ref in refs:
        with contextlib.suppress(ModelFileError):  # no picture
            port = propose_layouts(file.specs[ref].shape[1:])[0]
            if isinstance(port, PicturePort):
                sizes.append((port.height, port.width))
    return max(sizes, key=lambda size: size[0] * size[1], default=None)
