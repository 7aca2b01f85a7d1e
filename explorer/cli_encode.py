"""``latent-explorer encode``: pictures in, their codes out."""

from __future__ import annotations

import itertools
from argparse import Namespace as Options
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from explorer.cli import source_of
from explorer.cli_engine import (
    Classes,
    CommandEngine,
    Report,
    choose_classes,
    open_engine,
    progress_bar,
)
from explorer.cli_output import check_file, check_size, save_arrays
from explorer.cli_pictures import ArrayFile, PictureFile, list_given, stage
from models.bundle import DEFAULT
from models.code_cache import unpack_codes
from models.encoding import EncodedData
from models.errors import DataError, EngineError
from models.inspection.refusing import short_name
from models.labels import classes_of
from models.source import ModelSource

NAMED = 3  # files left out that are named
NONE = -1  # the label of what has none

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Encoded:
    """Codes of some pictures.

    Attributes
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
    names : list of str
        Of each picture: its file, with its row where that holds many.
    labels : ndarray of int32, shape (n,)
        -1 where there are none.
    label_names : tuple of str
        By label; empty where labels are plain numbers.
    """

    codes: Floats
    names: list[str]
    labels: Labels
    label_names: tuple[str, ...] = ()


def encode(options: Options) -> int:
    """Pictures -> encoder -> an ``.npz`` of codes, labels and names."""
    check_file(options.out, ".npz")
    source = source_of(options) or ModelSource(bundle=DEFAULT)
    parts = []
    for given in list_given(options.images):
        if isinstance(given, ArrayFile):
            parts.append(_encode_arrays(source, given, options))
        else:
            parts.append(_encode_files(source, given, options))
    joined = join(parts)
    if not len(joined.codes):
        raise DataError("IMAGES", "must hold a picture that can be encoded", "none")
    _save(options.out, joined)
    count, latent_dim = joined.codes.shape
    print(f"{count:,} codes of {latent_dim:,} values are in {options.out}")
    return 0


def join(parts: Sequence[Encoded]) -> Encoded:
    """All parts one after the other; labels that are called otherwise are numbered anew."""
    codes = np.concatenate([part.codes for part in parts])
    names = [name for part in parts for name in part.names]
    called = {part.label_names for part in parts if (part.labels != NONE).any()}
    if len(called) <= 1:
        labels = np.concatenate([part.labels for part in parts])
        return Encoded(codes, names, labels, called.pop() if called else ())
    words = [word for part in parts for word in _words(part)]
    known = {word: label for label, word in enumerate(sorted(set(words) - {""}))}
    labels = np.array([known.get(word, NONE) for word in words], np.int32)
    return Encoded(codes, names, labels, tuple(known))


def _words(part: Encoded) -> list[str]:
    """What each label is called; empty where there is none."""
    names = part.label_names
    return [
        "" if label == NONE else names[label] if names else str(label)
        for label in part.labels.tolist()
    ]


def _encode_arrays(source: ModelSource, file: ArrayFile, options: Options) -> Encoded:
    name = Path(file.data).name
    with _open(source, file.data) as engine, progress_bar(name) as report:
        encoded = _ask(engine, file.data, choose_classes(options, engine.subject), report)
    for note in encoded.notes:
        print(f"{name}: {note}")
    labels = encoded.codes.labels.astype(np.int32)
    return Encoded(
        encoded.codes.codes,
        [f"{name}[{row}]" for row in encoded.indices.tolist()],
        labels if encoded.labelled else np.full_like(labels, NONE),
        encoded.label_names,
    )


def _encode_files(source: ModelSource, files: Sequence[PictureFile], options: Options) -> Encoded:
    """Pictures are copied to a folder, which is all that the engine can read of them."""
    with TemporaryDirectory(prefix="latent-explorer-") as folder:
        staging = Path(folder, "pictures")
        staging.mkdir()
        with _open(source, str(staging)) as engine, progress_bar(engine.subject.name) as report:
            latent_dim = engine.subject.latent_dim
            check_size("The codes", 4 * len(files) * latent_dim, "encode fewer pictures at once")
            rows: list[Floats] = []
            read: list[PictureFile] = []
            for chosen, alike in _by_class(engine, files, choose_classes(options, engine.subject)):
                for staged in stage(alike, staging):
                    told = _shifted(report, len(read), len(files))
                    encoded = _ask(engine, str(staging), chosen, told)
                    rows.append(encoded.codes.codes[1:])  # the first is that of the blank one
                    read += [staged[row - 1] for row in encoded.indices[1:].tolist()]
    _tell_left_out(files, read)
    codes = np.concatenate([np.zeros((0, latent_dim), np.float32), *rows])
    return Encoded(codes, [str(file.path) for file in read], *_labels(read))


def _open(source: ModelSource, data: str) -> AbstractContextManager[CommandEngine]:
    return open_engine(source.with_data(data))


def _ask(engine: CommandEngine, data: str, classes: Classes, report: Report) -> EncodedData:
    if not engine.subject.has_encoder:
        advice = "name it with --encoder"
        raise EngineError(engine.subject.name, "must have an encoder", "a decoder alone", advice)
    # No cache: a name that nothing is kept under.
    fields = {"data": data, "cache": str(Path(data, "none")), "classes": dict(classes)}
    arrays = engine.ask("encode_data", fields, {}, report).arrays
    return unpack_codes({name.removeprefix("outputs."): array for name, array in arrays.items()})


def _by_class(
    engine: CommandEngine, files: Sequence[PictureFile], chosen: Classes
) -> Iterator[tuple[Classes, list[PictureFile]]]:
    """Pictures that follow one another and go with the same class of a conditional encoder.

    That is each picture's own label, where labels are the classes.
    """
    ports = engine.subject.classes
    labels, names = _labels(files)
    has_own = labels != NONE
    own = classes_of(labels[has_own], names, ports[0].classes) if len(ports) == 1 else None
    if own is None:
        yield chosen, list(files)
        return
    classes = np.full(len(files), chosen.get(ports[0].name, 0), np.int64)
    classes[has_own] = own
    for number, alike in itertools.groupby(range(len(files)), lambda row: int(classes[row])):
        yield {ports[0].name: number}, [files[row] for row in alike]


def _labels(files: Sequence[PictureFile]) -> tuple[Labels, tuple[str, ...]]:
    """Numbers of the sub-folders in the order of their names, and these names."""
    names = sorted({file.label for file in files} - {""})
    numbers = {"": NONE} | {name: number for number, name in enumerate(names)}
    labels = np.array([numbers[file.label] for file in files], np.int32)
    return labels, tuple(map(short_name, names))


def _shifted(report: Report, done_before: int, total: int) -> Report:
    return lambda done, _: report(done_before + done, total)


def _tell_left_out(files: Sequence[PictureFile], read: Sequence[PictureFile]) -> None:
    missing = sorted({file.path for file in files} - {file.path for file in read})
    if missing:
        named = ", ".join(short_name(path.name) for path in missing[:NAMED])
        more = ", …" if len(missing) > NAMED else ""
        print(f"Not readable as pictures, and left out: {len(missing):,} ({named}{more})")


def _save(out: Path, encoded: Encoded) -> None:
    longest = max(map(len, encoded.names))
    check_size("The names", 4 * longest * len(encoded.names), "encode fewer pictures at once")
    arrays = {"codes": encoded.codes, "labels": encoded.labels, "names": np.array(encoded.names)}
    if encoded.label_names:
        arrays["label_names"] = np.array(encoded.label_names)
    save_arrays(out, arrays)
