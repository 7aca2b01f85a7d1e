"""The command line.

Nothing heavy is imported here: this module is on the way to the first window,
and on that of every engine where engines are spawned.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace as Options
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli_options import COMMANDS, PROG, make_parser

if TYPE_CHECKING:
    from models.errors import LatentExplorerError
    from models.source import ModelSource

INTERRUPTED = 130
WRONG_USE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; what a user did wrong is one sentence on stderr."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in (*COMMANDS, "-h", "--help", "--version"):
        arguments = ["open", *arguments]
    options = make_parser().parse_args(arguments)
    if options.version:
        print(f"{PROG} {_version()}")
        return 0
    return _run(options)


def _run(options: Options) -> int:
    from models.errors import LatentExplorerError

    try:
        return _command(options.command)(options)
    except LatentExplorerError as error:
        return _fail(str(error), error)
    except BrokenPipeError:  # whoever reads the output, like `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        thing = f"{error.filename}: " if error.filename else ""
        return _fail(f"{thing}{error.strerror or error}.", error)
    except KeyboardInterrupt:
        print(f"{PROG}: interrupted.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # a bug: its traceback belongs in the log
        from explorer.log import own_log_path

        found = f"{type(error).__name__}: {error}".splitlines()[0]
        return _fail(f"something went wrong ({found}); the log tells more: {own_log_path()}", error)


def _command(name: str) -> Callable[[Options], int]:
    match name:
        case "train":
            from explorer.cli_train import train

            return train
        case "evaluate":
            from explorer.cli_evaluate import evaluate

            return evaluate
        case "denoise":
            from explorer.cli_denoise import denoise

            return denoise
        case "traverse":
            from explorer.cli_traverse import traverse

            return traverse
        case "interpolate":
            from explorer.cli_interpolate import interpolate

            return interpolate
        case "encode":
            from explorer.cli_encode import encode

            return encode
        case "info":
            from explorer.cli_info import info

            return info
        case "render":
            from explorer.cli_render import render

            return render
        case "tour":
            return _tour
        case _:
            return _open


def _fail(sentence: str, error: Exception) -> int:
    """Tell the user in one sentence, and the log all of it."""
    import logging

    from explorer.log import configure_log

    configure_log()
    logging.getLogger(__name__).error("%s", sentence, exc_info=error)
    print(f"{PROG}: {sentence}", file=sys.stderr)
    return 1


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version(PROG)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _open(options: Options) -> int:
    source = source_of(options)
    if _without_display():
        print(
            f"{PROG}: there is no display to open a window on; "
            f"`{PROG} tour --out DIR` plays it without one and saves its pictures.",
            file=sys.stderr,
        )
        return WRONG_USE
    from explorer.app import run

    return run(source, options.data, options.session)


def source_of(options: Options) -> ModelSource | None:
    """The model that was named; None where none was.

    Raises
    ------
    ModelFileError
        If there is no such file, or an encoder without a decoder.
    """
    from models.source import ModelSource

    if options.model is None:
        if options.encoder is not None:
            raise _misused(options.encoder, "no model")
        return None
    for path in (options.model, options.encoder):
        if path is not None and not path.exists():
            raise _missing(path)
    source = ModelSource.of(options.model, options.encoder)
    if source.bundle is not None and options.encoder is not None:
        raise _misused(options.encoder, f"the bundle {source.name}")
    return source


def _missing(path: Path) -> LatentExplorerError:
    from difflib import get_close_matches

    from models.inspection.refusing import refuse

    meant = get_close_matches(str(path), COMMANDS, 1)
    advice = f"perhaps `{PROG} {meant[0]}` was meant" if meant else "check the path"
    rule = "must be a model's file or a bundle's folder"
    return refuse(str(path), rule, "no such file or folder", advice, reason="corrupt")


def _misused(encoder: Path, found: str) -> LatentExplorerError:
    from models.inspection.refusing import refuse

    thing = f"--encoder {encoder}"
    rule, advice = "must go with a decoder's file", "name that first"
    return refuse(thing, rule, found, advice, reason="mismatch")


def _without_display() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(os.environ.get(name) for name in names)


def _tour(options: Options) -> int:
    from explorer.tour import run

    return run(options.out, size=options.size, theme=options.theme)
