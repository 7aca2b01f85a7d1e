"""``latent-explorer train``: a progress bar, and an end that keeps what was learnt."""

from __future__ import annotations

import dataclasses
import signal
import sys
import threading
import time
from argparse import Namespace as Options
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from explorer.cli_options import PROG
from models.architecture import Architecture
from models.augment import Mix
from models.bundle import CARD
from models.checkpoint import kept_epochs
from models.data import Dataset, load_dataset
from models.quiet import import_keras
from models.train import CHECKPOINT, Progress, TrainConfig
from models.train import train as train_bundle

BUNDLES = Path("latent-bundles")
INTERRUPTED = 130
LINES_PER_EPOCH = 4


def train(options: Options) -> int:
    """Train, or go on with an interrupted training; Ctrl-C and SIGTERM keep the whole epochs."""
    dataset = load_dataset(options.data)
    config = _config(options, dataset)
    out = options.out or _new_folder(dataset, config)
    print(f"Training in {out} on {len(dataset.x_train)} pictures.", file=sys.stderr, flush=True)
    try:
        with _ended_by_sigterm():
            import_keras()
            with _progress(sys.stderr.isatty()) as show:
                bundle = train_bundle(config, dataset, out, show)
    except KeyboardInterrupt:
        print(f"{PROG}: {_what_is_kept(out, config)}", file=sys.stderr)
        return INTERRUPTED
    denoised = bundle.card["metrics"]["gaussian"]["denoised"]
    print(f"{out} is ready: MSE {denoised['mse']:.5f} on Gaussian noise. Open it: {PROG} {out}")
    return 0


def _config(options: Options, dataset: Dataset) -> TrainConfig:
    height, width, channels = dataset.x_train.shape[1:]
    architecture = Architecture(
        (height, width, channels),
        options.latent_dim,
        options.filters,
        options.kernel_size,
        options.kind,
        options.hidden,
    )
    return TrainConfig(
        architecture=architecture,
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        validation=options.validation,
        patience=options.patience,
        seed=options.seed,
        mix=dataclasses.replace(Mix(), **options.mix),
        start=str(options.start.resolve()) if options.start else "",
        beta=options.beta,
    )


def _new_folder(dataset: Dataset, config: TrainConfig) -> Path:
    """The first folder without a finished bundle, so that the same command goes on."""
    name = "-".join(
        (Path(dataset.name).stem, config.architecture.kind, str(config.architecture.latent_dim))
    )
    folder, number = BUNDLES / name, 1
    while (folder / CARD).exists():
        number += 1
        folder = BUNDLES / f"{name}-{number}"
    return folder


def _what_is_kept(out: Path, config: TrainConfig) -> str:
    kept = kept_epochs(out / CHECKPOINT)
    if kept == 0:
        return "interrupted before the first epoch was whole; the same command starts anew."
    return f"interrupted; epoch {kept} of {config.epochs} is kept, the same command goes on."


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the training as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Show(Protocol):
    """Shows where a training stands."""

    def __call__(self, progress: Progress) -> None:
        """Show it."""


@contextmanager
def _progress(terminal: bool) -> Iterator[Show]:
    if not terminal:
        yield _Lines()
        return
    columns = (
        TextColumn("epoch {task.fields[epoch]}"),
        BarColumn(),
        TextColumn("step {task.fields[step]}  loss {task.fields[loss]}"),
        TextColumn("validation {task.fields[validation]}"),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(stderr=True)) as bar:
        yield _Bar(bar)


class _Bar:
    """One bar over all epochs."""

    def __init__(self, bar: RichProgress) -> None:
        self._bar = bar
        self._task = bar.add_task("", visible=False, epoch="", step="", loss="", validation="")

    def __call__(self, progress: Progress) -> None:
        total = progress.epochs * progress.steps
        done = (progress.epoch - 1) * progress.steps + progress.step
        if not self._bar.tasks[0].visible:  # a resumed training starts in the middle
            self._bar.reset(self._task, total=total, completed=done, visible=True)
        self._bar.update(
            self._task,
            completed=done,
            epoch=f"{progress.epoch}/{progress.epochs}",
            step=f"{progress.step}/{progress.steps}",
            loss=f"{progress.loss:.5f}",
            validation=_loss(progress.validation_loss),
        )


class _Lines:
    """A few lines for each epoch, where there is no terminal to draw a bar on."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._done_before: int | None = None

    def __call__(self, progress: Progress) -> None:
        done = (progress.epoch - 1) * progress.steps + progress.step
        if self._done_before is None:
            self._done_before = done - 1
        if progress.step % max(1, progress.steps // LINES_PER_EPOCH):
            return
        seconds = (time.monotonic() - self._started) / (done - self._done_before)
        left = seconds * (progress.epochs * progress.steps - done)
        print(
            f"epoch {progress.epoch}/{progress.epochs}, step {progress.step}/{progress.steps}, "
            f"loss {progress.loss:.5f}, validation {_loss(progress.validation_loss)}, "
            f"{left / 60:.0f} min left",
            file=sys.stderr,
            flush=True,
        )


def _loss(value: float | None) -> str:
    return "-" if value is None else f"{value:.5f}"
