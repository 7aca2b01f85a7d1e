"""The options of the command line, described for its help."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from explorer.cli_values import (
    MIX_KEYS,
    above_zero,
    autoencoder,
    filters,
    mix,
    named_class,
    not_negative,
    size_px,
    whole,
    whole_numbers,
)

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
JOURNEYS = ("linear", "spherical", "catmull-rom")  # as models.journey has them

Parser = argparse.ArgumentParser


def make_parser() -> Parser:
    """The parser of all commands; ``command`` in what it gives is a key of :data:`COMMANDS`."""
    parser = Parser(
        PROG, USAGE, DESCRIPTION, EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    commands = parser.add_subparsers(
        title="commands", prog=PROG, metavar="COMMAND [OPTIONS]", dest="command"
    )
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
        type=not_negative,
        metavar="S",
        help="of the noise; 1 is its usual amount (default: 1)",
    )
    add("--seed", type=whole(0), default=0, metavar="N", help="of the noise (default: 0)")
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
    _add_scale(parser, "OUT.png")


def _add_scale(parser: Parser, out: str) -> None:
    parser.add_argument("--scale", type=whole(1, 64), default=1, metavar="N",
                        help=f"pixels of {out} for each of the model's (default: 1)")  # fmt: skip


def _add_class(parser: Parser) -> None:
    parser.add_argument(
        "--class",
        dest="classes",
        action="append",
        default=[],
        type=named_class,
        metavar="[NAME=]N",
        help="class of a conditional model, by its input's name where it has several (default: 0)",
    )


def _add_traverse(parser: Parser) -> None:
    _add_model(parser)
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="OUT",
        help="where the grid is saved: a .png, an .npz of arrays, or a folder of "
        "pictures")  # fmt: skip
    add("--dims", type=whole_numbers, default=(), metavar="0,3,5-7",
        help="values of z to run through, a row for each (default: the first 64)")  # fmt: skip
    add("--columns", type=whole(1, 1001), default=11, metavar="N",
        help="steps from the 5 %% to the 95 %% quantile (default: 11)")  # fmt: skip
    add("--around", default="mean", metavar="Z",
        help="the other values: mean, numbers as in --around=-1,0.5, or a .npy or .npz "
        "file (default: mean)")  # fmt: skip
    add("--known", type=Path, metavar="CODES",
        help="codes that the quantiles are those of, such as `encode` saves (default: the "
        "bundle's; without codes, shares of each slider)")  # fmt: skip
    add("--codes", type=Path, metavar="FILE.npz", help="save the grid's codes here as well")
    _add_class(parser)
    _add_scale(parser, "each picture")


def _add_interpolate(parser: Parser) -> None:
    _add_model(parser)
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="OUT",
        help="where the journey is saved: a folder of pictures, a .gif, or an .npz of "
        "arrays")  # fmt: skip
    for name, end in (("from", "begins"), ("to", "ends")):
        add(f"--{name}", metavar="Z", help=f"where it {end}: numbers as in --{name}=-1,0.5, a "
            ".npy or .npz file, or mean")  # fmt: skip
    add("--codes", type=Path, metavar="FILE",
        help="instead, a .npy or .npz of codes to go through, such as `encode` "
        "saves")  # fmt: skip
    add("--rows", type=whole_numbers, default=(), metavar="0,3,5-7",
        help="which codes of that file, in this order (default: all)")  # fmt: skip
    add("--kind", choices=JOURNEYS, default=JOURNEYS[0], help=f"default: {JOURNEYS[0]}")
    add("--steps", type=whole(1, 10_000), default=8, metavar="N",
        help="pictures from one code to the next (default: 8)")  # fmt: skip
    add("--closed", action="store_true", help="go back to the first code at the end")
    add("--fps", type=whole(1, 50), default=10, metavar="N",
        help="pictures in a second of a .gif (default: 10)")  # fmt: skip
    _add_class(parser)
    _add_scale(parser, "each picture")


def _add_encode(parser: Parser) -> None:
    add = parser.add_argument
    add("images", nargs="+", type=Path, metavar="IMAGES",
        help="pictures as the model knows them (resized, never inverted), folders of them "
        "whose sub-folders are labels, .npz or .npy files")  # fmt: skip
    add("--out", type=Path, required=True, metavar="CODES.npz",
        help="where codes, labels and names are saved")  # fmt: skip
    add("--model", type=Path, metavar="MODEL",
        help="a bundle or a file with an encoder (default: the bundle that comes with the "
        "app)")  # fmt: skip
    add("--encoder", type=Path, metavar="FILE", help="the encoder that belongs to MODEL")
    _add_class(parser)


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
        type=size_px,
        default=(1280, 800),
        metavar="WxH",
        help="of the window in pixels (default: 1280x800)",
    )
    add("--theme", choices=("dark", "light"), default="dark", help="default: dark")  # fmt: skip


TRAIN_OPTIONS: tuple[tuple[str, Callable[[str], object], object, str, str], ...] = (
    ("--epochs", whole(1), 60, "N", "epochs at the most"),
    ("--batch-size", whole(1), 128, "N", "pictures in a step"),
    ("--learning-rate", above_zero, 2e-3, "X", "the highest; it falls along a cosine"),
    ("--latent-dim", whole(1), 16, "N", "length of the latent vector"),
    (
        "--kind",
        autoencoder,
        "dae",
        "KIND",
        "dae, a denoising autoencoder, or vae, a variational one",
    ),
    ("--beta", above_zero, 1.0, "X", "weight of a variational autoencoder's kl_loss"),
    ("--hidden", whole(0), 0, "N", "units of a Dense layer on either side of the latent vector"),
    ("--filters", filters, "32,64", "N,N", "of the encoder; the decoder mirrors them"),
    ("--kernel-size", whole(1), 3, "N", "side of every kernel in pixels"),
    ("--patience", whole(1), 15, "N", "epochs without a better validation loss before the end"),
    ("--validation", whole(1), 5000, "N", "training pictures held out to choose the best epoch"),
    ("--seed", whole(0), 1337, "N", "the same seed trains the same weights"),
    ("--start", Path, None, "BUNDLE", "begin with this bundle's weights instead of by chance"),
    ("--mix", mix, "", "KEY=SHARE,…", f"shares of a batch: {', '.join(MIX_KEYS)}"),
)

COMMANDS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "open": ("open the window; what happens without a command, too", _add_open),
    "train": ("train a bundle, or go on with an interrupted training", _add_train),
    "evaluate": ("print how well a bundle denoises the test digits", _add_evaluate),
    "denoise": ("denoise a picture file", _add_denoise),
    "traverse": ("save what each value of z does, as a grid of pictures", _add_traverse),
    "interpolate": ("save a journey from code to code, as pictures or a film", _add_interpolate),
    "encode": ("save the codes of pictures", _add_encode),
    "info": ("check a model or a bundle and print its card", _add_info),
    "render": ("replay a session without a window, and save its pictures", _add_render),
    "tour": ("play the window, also without a display, and save pictures", _add_tour),
}
