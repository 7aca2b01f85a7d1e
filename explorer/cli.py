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

from explorer.cli_options import COMMANDS, PROG, make_parser

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
        case "info":
            from explorer.cli_info import info

            return info
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
    if options.bundle is not None and not options.bundle.exists():
        _refuse_bundle(options.bundle)
    if _without_display():
        print(
            f"{PROG}: there is no display to open a window on; "
            f"`{PROG} tour --out DIR` plays it without one and saves its pictures.",
            file=sys.stderr,
        )
        return WRONG_USE
    from explorer.app import run

    return run(options.bundle)


def _refuse_bundle(path: Path) -> None:
    from difflib import get_close_matches

    from models.errors import BundleError

    meant = get_close_matches(str(path), COMMANDS, 1)
    advice = f"perhaps `{PROG} {meant[0]}` was meant" if meant else "check the path"
    raise BundleError(str(path), "must be a bundle folder", "no such folder", advice)


def _without_display() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(os.environ.get(name) for name in names)


def _tour(options: Options) -> int:
    from explorer.tour import run

    return run(options.out, size=options.size, theme=options.theme)
