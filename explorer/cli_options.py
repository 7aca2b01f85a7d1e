"""The options of the command line, described for its help."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

PROG = "latent-explorer"
DESCRIPTION = """\
A window on an autoencoder's latent space: draw a digit, add noise and see it
denoised, or unplug the encoder and move the latent sliders by hand.

Without a command the window opens, on MODEL (a Keras decoder or autoencoder,
or a bundle: a folder that `train` wrote) or on the bundle that comes with the
app."""
EPILOG = f"""\
`{PROG} COMMAND --help` tells more of a command. What is named
like a command is opened by its path: `{PROG} ./train`."""
USAGE = f"{PROG} [MODEL] [--encoder FILE] [--data DATA] [--session FILE]\n       {PROG} COMMAND ..."
SIDE_BOUNDS_PX = (640, 7680)
KINDS = ("dae", "vae")  # of autoencoders, as models.architecture builds them
MIX_KEYS = ("strokes", "warped", "clean", "example", "gaussian")

Parser = argparse.ArgumentParser


def make_parser() -> Parser:
    """The parser of all commands; ``command`` in what it gives is a key of :data:`COMMANDS`."""
    parser = Parser(
        PROG, USAGE, DESCRIPTION, EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    commands = parser.add_subparsers(title="commands", prog=PROG, metavar="COMMAND", dest="command")
    for name, (summary, add_arguments) in COMMANDS.items():
        described = summary[0].upper() + summary[1:] + "."
        add_arguments(commands.add_parser(name, help=summary, description=described))
    return parser


def _add_bundle(parser: Parser) -> None:
    parser.add_argument(
        "bundle",
        nargs="?",
        type=Path,
        metavar="BUNDLE",
        help="a folder that `train` wrote (default: the bundle that comes with the app)",
    )


def _add_model(parser: Parser) -> None:
    parser.add_argument(
        "model",
        nargs="?",
        type=Path,
        metavar="MODEL",
        help="a .keras or HDF5 file of a decoder, generator or whole autoencoder, or a "
        "bundle's folder (default: the bundle that comes with the app)",
    )
    parser.add_argument(
        "--encoder",
        type=Path,
        metavar="FILE",
        help="the encoder that belongs to the decoder in MODEL",
    )


def _add_open(parser: Parser) -> None:
    _add_model(parser)
    parser.add_argument(
        "--data",
        default="",
        metavar="DATA",
        help="pictures that the model knows: an .npz or .npy, a folder of pictures, or the "
        "name of a set that Keras has cached, such as mnist",
    )
    parser.add_argument(
        "--session", type=Path, metavar="FILE", help="a session that the window has saved"
    )


def _add_data(parser: Parser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        help="an .npz with x_train, y_train, x_test and y_test "
        "(default: $LATENT_EXPLORER_DATA, else MNIST as Keras caches it)",
    )


def _add_train(parser: Parser) -> None:
    _add_data(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="the bundle's folder; an interrupted training that it holds goes on "
        "(default: a new one in latent-bundles/)",
    )
    for name, parse, default, metavar, what in TRAIN_OPTIONS:
        parser.add_argument(
            name, type=parse, default=default, metavar=metavar, help=f"{what} (default: {default})"
        )


def _add_evaluate(parser: Parser) -> None:
    _add_bundle(parser)
    _add_data(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _add_info(parser: Parser) -> None:
    _add_model(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")


def _add_denoise(parser: Parser) -> None:
    add = parser.add_argument
    add("picture", type=Path, metavar="IN.png", help="PNG, JPEG, BMP, GIF, WebP or TIFF")
    add("out", type=Path, metavar="OUT.png", help="where the denoised picture is saved")
    add("--bundle", type=Path, metavar="BUNDLE", help="default: the one that comes with the app")
    add("--noise", metavar="KIND", help="add noise first, such as gaussian (default: none)")
    add(
        "--strength",
        type=_not_negative,
        metavar="S",
        help="of the noise; 1 is its usual amount (default: 1)",
    )
    add("--seed", type=_whole(0), default=0, metavar="N", help="of the noise (default: 0)")
    add(
        "--normalise",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="scale and centre the ink as MNIST does (default: unless the picture has the "
        "model's own size)",
    )
    add(
        "--invert",
        choices=("auto", "yes", "no"),
        default="auto",
        help="take dark ink on light ground for light on dark (default: find out)",
    )
    add("--scale", type=_whole(1, 64), default=1, metavar="N",
        help="pixels of OUT.png for each of the model's (default: 1)")  # fmt: skip


def _add_render(parser: Parser) -> None:
    add = parser.add_argument
    add("session", type=Path, metavar="SESSION", help="a file that Save session has made")
    add("--out", type=Path, required=True, metavar="DIR", help="where the pictures are saved")
    add(
        "--model",
        type=Path,
        metavar="MODEL",
        help="the session's model, unless it comes with the app: no path that a session "
        "names is opened unasked",
    )
    add("--encoder", type=Path, metavar="FILE", help="the encoder that belongs to MODEL")


def _add_tour(parser: Parser) -> None:
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="DIR", help="where its pictures are saved")
    add(
        "--size",
        type=_size,
        default=(1280, 800),
        metavar="WxH",
        help="of the window in pixels (default: 1280x800)",
    )
    add("--theme", choices=("dark", "light"), default="dark", help="default: dark")  # fmt: skip


def _whole(least: int, most: int = 2**31 - 1) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text) if text.isdecimal() else -1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {least} to {most}, not {text!r}"
            )
        return number

    return parse


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _above_zero(text: str) -> float:
    number = _number(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number above 0, not {text!r}")
    return number


def _not_negative(text: str) -> float:
    number = _number(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be 0 or a number above, not {text!r}")
    return number


def _filters(text: str) -> tuple[int, ...]:
    return tuple(map(_whole(1, 4096), text.split(",")))


def _kind(text: str) -> str:
    if text not in KINDS:
        raise argparse.ArgumentTypeError(f"must be {' or '.join(KINDS)}, not {text!r}")
    return text


def _mix(text: str) -> dict[str, float]:
    shares = {}
    for part in filter(None, text.split(",")):
        key, _, share = part.partition("=")
        if key not in MIX_KEYS:
            raise argparse.ArgumentTypeError(f"must name {', '.join(MIX_KEYS)}, not {key!r}")
        shares[key] = _not_negative(share)
    return shares


def _size(text: str) -> tuple[int, int]:
    sides = text.lower().split("x")
    if len(sides) != 2:
        raise argparse.ArgumentTypeError(f"must be like 1280x800, not {text!r}")
    width, height = map(_whole(*SIDE_BOUNDS_PX), sides)
    return width, height


TRAIN_OPTIONS: tuple[tuple[str, Callable[[str], object], object, str, str], ...] = (
    ("--epochs", _whole(1), 60, "N", "epochs at the most"),
    ("--batch-size", _whole(1), 128, "N", "pictures in a step"),
    ("--learning-rate", _above_zero, 2e-3, "X", "the highest; it falls along a cosine"),
    ("--latent-dim", _whole(1), 16, "N", "length of the latent vector"),
    ("--kind", _kind, "dae", "KIND", "dae, a denoising autoencoder, or vae, a variational one"),
    ("--beta", _above_zero, 1.0, "X", "weight of a variational autoencoder's kl_loss"),
    ("--hidden", _whole(0), 0, "N", "units of a Dense layer on either side of the latent vector"),
    ("--filters", _filters, "32,64", "N,N", "of the encoder; the decoder mirrors them"),
    ("--kernel-size", _whole(1), 3, "N", "side of every kernel in pixels"),
    ("--patience", _whole(1), 15, "N", "epochs without a better validation loss before the end"),
    ("--validation", _whole(1), 5000, "N", "training pictures held out to choose the best epoch"),
    ("--seed", _whole(0), 1337, "N", "the same seed trains the same weights"),
    ("--start", Path, None, "BUNDLE", "begin with this bundle's weights instead of by chance"),
    ("--mix", _mix, "", "KEY=SHARE,…", f"shares of a batch: {', '.join(MIX_KEYS)}"),
)

COMMANDS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "open": ("open the window; what happens without a command, too", _add_open),
    "train": ("train a bundle, or go on with an interrupted training", _add_train),
    "evaluate": ("print how well a bundle denoises the test digits", _add_evaluate),
    "denoise": ("denoise a picture file", _add_denoise),
    "info": ("check a model or a bundle and print its card", _add_info),
    "render": ("replay a session without a window, and save its pictures", _add_render),
    "tour": ("play the window, also without a display, and save pictures", _add_tour),
}
