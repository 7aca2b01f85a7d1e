"""``latent-explorer evaluate``: how well a bundle denoises the test digits."""

from __future__ import annotations

import json
import math
from argparse import Namespace as Options
from typing import Any

from rich.console import Console
from rich.progress import Progress

from models.architecture import compose
from models.bundle import DEFAULT, open_bundle
from models.data import load_dataset
from models.errors import DataError
from models.evaluate import Measures, evaluate_models
from models.loading import load_models
from models.noise import KINDS
from models.quiet import import_keras

Results = dict[str, dict[str, Measures]]

HEADER = """\
                            MSE              PSNR in dB               SSIM
noise                noisy  denoised      noisy  denoised      noisy  denoised"""


def evaluate(options: Options) -> int:
    """Denoise all test digits with every kind of noise, and print the measures."""
    bundle = open_bundle(options.bundle or DEFAULT)
    dataset = load_dataset(options.data)
    if dataset.x_test.shape[1:] != bundle.picture_shape:
        raise DataError(
            dataset.name,
            f"must have pictures of {bundle.picture_shape}, as {bundle.name} takes",
            str(dataset.x_test.shape[1:]),
        )
    import_keras()
    loaded = load_models(bundle.folder)
    models = compose(loaded.encoder, loaded.decoder)
    count = len(dataset.x_test)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=len(KINDS) * count)
        results = evaluate_models(
            models, dataset, lambda kind, n: bar.update(task, description=kind, advance=n)
        )
    if options.json:
        record = {"bundle": bundle.name, "data": dataset.name, "pictures": count}
        print(json.dumps({**record, "noise": without_nan(results)}, indent=2))
    else:
        print(f"{bundle.name} on the {count} test pictures of {dataset.name}\n")
        print(format_table(results))
    return 0


def format_table(results: Results) -> str:
    """A line for each kind of noise."""
    return "\n".join([HEADER, *(_line(name, sides) for name, sides in results.items())])


def without_nan(value: Any) -> Any:
    """JSON has no NaN (the SSIM of pictures below 11 pixels) nor infinity: null takes its place."""
    if isinstance(value, dict):
        return {key: without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _line(name: str, sides: dict[str, Measures]) -> str:
    label = KINDS[name].label if name in KINDS else name
    cells = [f"{label:<16}"]
    for measure, digits in (("mse", 5), ("psnr_db", 2), ("ssim", 3)):
        noisy, denoised = sides["noisy"][measure], sides["denoised"][measure]
        cells.append(f"{noisy:10.{digits}f}{denoised:10.{digits}f}")
    return " ".join(cells)
