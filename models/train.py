"""Training: a data set becomes a bundle.

An interrupted training goes on from its last whole epoch: every epoch ends
with an atomic checkpoint, and every epoch's batches depend on nothing but the
seed and the epoch's number.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from models import bundle as bundles
from models.architecture import Architecture, Autoencoder, build_autoencoder, code_of
from models.augment import Mix, batches
from models.checkpoint import (
    Checkpoint,
    Statistics,
    load_checkpoint,
    read_epochs,
    save_checkpoint,
)
from models.data import Dataset, to_float
from models.errors import TrainingError
from models.evaluate import evaluate_models
from models.files import naming, remove_partials
from models.first_picture import make_first_picture
from models.loading import load_models
from models.lock import have_to_oneself
from models.losses import Loss, negative_elbo, squared_error
from models.trainer import Losses, Trainer, mean_losses

if TYPE_CHECKING:
    import keras

T = TypeVar("T")
STATISTICS = "stats.jsonl"
CHECKPOINT = "checkpoint.npz"


@dataclass(frozen=True)
class TrainConfig:
    """All that decides how a training goes; equal configs on equal data go alike.

    Attributes
    ----------
    epochs : int
        At the most; ``patience`` may end it earlier.
    learning_rate : float
        Highest rate, reached after one epoch; it then falls along a cosine.
    average : float
        Momentum of the running mean of the weights that is validated and saved
        (Polyak and Juditsky 1992).
    validation : int
        How many training pictures are held out to choose the best epoch.
    patience : int
        Epochs without a better validation loss before training stops.
    start : str
        A bundle whose weights training begins with; empty begins by chance.
    beta : float
        Weight of a variational autoencoder's ``kl_loss``.
    """

    architecture: Architecture = field(default_factory=Architecture)
    mix: Mix = field(default_factory=Mix)
    epochs: int = 60
    batch_size: int = 128
    learning_rate: float = 2e-3
    average: float = 0.999
    validation: int = 5000
    patience: int = 15
    seed: int = 1337
    start: str = ""
    beta: float = 1.0


@dataclass(frozen=True)
class Progress:
    """Where a training stands.

    ``loss`` is the running mean of the epoch, ``parts`` are those of what it is the sum
    of, ``validation_loss`` is the best.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    validation_loss: float | None
    parts: Losses = field(default_factory=dict)


@dataclass(frozen=True)
class WholeEpoch:
    """An epoch that has just ended.

    ``models`` have the averaged weights, which are validated and may be saved, as long as
    whoever is told of it looks; then the training goes on with its own. ``losses`` are the
    means over the epoch.
    """

    epoch: int
    losses: Losses
    validation: Losses
    models: Autoencoder


def train(
    config: TrainConfig,
    dataset: Dataset,
    out: Path,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_epoch: Callable[[WholeEpoch], None] = lambda epoch: None,
) -> bundles.Bundle:
    """Train a denoising or a variational autoencoder and write it as a bundle.

    Either is given spoilt pictures and told clean ones.

    Parameters
    ----------
    out : Path
        The bundle's folder. An unfinished training found there is resumed; no
        second one can go on in it at the same time.
    on_progress : callable
        Called after every step, on this thread.
    on_epoch : callable
        Called after every epoch, before it is kept: an epoch may come again where a
        training was killed in between.

    Raises
    ------
    TrainingError
        If ``out`` holds a finished bundle, a training with another config or
        one that goes on right now, or if the pictures do not fit the
        architecture, the batch or the start.
    BundleError
        If the bundle to start from cannot be opened.
    """
    _check(config, dataset, out)
    out.mkdir(parents=True, exist_ok=True)
    with have_to_oneself(out) as alone:
        if not alone:
            raise TrainingError(
                str(out), "must be trained in by one process at a time", "a training that goes on",
                "wait until it ends, or name another folder",
            )  # fmt: skip
        _refuse_finished(out)  # by whoever had the folder until now
        remove_partials(out)
        return _train_in(out, config, dataset, on_progress, on_epoch)


def _train_in(
    out: Path,
    config: TrainConfig,
    dataset: Dataset,
    on_progress: Callable[[Progress], None],
    on_epoch: Callable[[WholeEpoch], None],
) -> bundles.Bundle:
    import keras

    keras.utils.set_random_seed(config.seed)
    models = build_autoencoder(config.architecture)
    start = _take_weights(models, config) if config.start else {}
    pictures = dataset.x_train[: len(dataset.x_train) - config.validation]
    held_out = to_float(dataset.x_train[len(dataset.x_train) - config.validation :])
    steps = len(pictures) // config.batch_size
    trainer = Trainer(models, _optimizer(config, steps), _loss(config, models))
    point = load_checkpoint(out / CHECKPOINT, _fingerprint(config, dataset))
    trainer.restore(point)
    statistics = Statistics(out / STATISTICS, point.epoch)
    while point.epoch < config.epochs and point.stale < config.patience:
        epoch = point.epoch + 1
        trainer.seed_chance(config.seed, epoch)
        losses: list[Losses] = []
        for noisy, clean in _ahead(
            batches(pictures, config.mix, config.batch_size, (config.seed, epoch))
        ):
            started = time.perf_counter()
            losses.append(trainer.step(noisy, clean))
            statistics.step(
                epoch, len(losses), losses[-1], trainer.rate, time.perf_counter() - started
            )
            on_progress(_progress(config, steps, point, losses))
        validation, averaged = trainer.validate(held_out)
        point = point.after(epoch, validation["loss"], averaged, trainer.variables())
        statistics.epoch(epoch, mean_losses(losses), validation)
        with trainer.having(averaged):
            on_epoch(WholeEpoch(epoch, mean_losses(losses), validation, models))
        save_checkpoint(out / CHECKPOINT, point)
    trainer.set_weights(list(point.best))
    return _write_bundle(config, dataset, models, point, out, start)


def _loss(config: TrainConfig, models: Autoencoder) -> Loss:
    if config.architecture.kind == "vae":
        return negative_elbo(models, config.beta)
    return squared_error(models)


def _progress(config: TrainConfig, steps: int, point: Checkpoint, losses: list[Losses]) -> Progress:
    parts = dict(mean_losses(losses))
    loss = parts.pop("loss")
    epoch = point.epoch + 1
    return Progress(epoch, config.epochs, len(losses), steps, loss, point.validation_loss, parts)


def _optimizer(config: TrainConfig, steps: int) -> keras.optimizers.Optimizer:
    import keras

    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=config.learning_rate / 20,
        warmup_target=config.learning_rate,
        warmup_steps=steps,
        decay_steps=max(1, (config.epochs - 1) * steps),
        alpha=0.005,
    )
    # A short training averages over fewer steps, or it would save its first weights.
    momentum = max(0.0, min(config.average, 1 - 10 / (config.epochs * steps)))
    return keras.optimizers.Adam(schedule, use_ema=True, ema_momentum=momentum)


def _ahead(items: Iterator[T]) -> Iterator[T]:
    """Make the next item on another thread while this one is used."""
    with ThreadPoolExecutor(1, "batches") as pool:
        following = pool.submit(next, items, None)
        while (item := following.result()) is not None:
            following = pool.submit(next, items, None)
            yield item


def _refuse_finished(out: Path) -> None:
    if (out / bundles.CARD).exists():
        raise TrainingError(
            str(out), "must not hold a finished bundle", bundles.CARD, "name another folder"
        )


def _check(config: TrainConfig, dataset: Dataset, out: Path) -> None:
    _refuse_finished(out)
    if dataset.x_train.shape[1:] != config.architecture.picture_shape:
        raise TrainingError(
            "The data", f"must have pictures of {config.architecture.picture_shape}",
            str(dataset.x_train.shape[1:]),
        )  # fmt: skip
    if not 0 < config.validation <= len(dataset.x_train) - config.batch_size:
        raise TrainingError(
            "The training set",
            f"must hold more than {config.validation} held-out pictures and a batch",
            f"{len(dataset.x_train)} pictures",
            "lower --validation or --batch-size",
        )


def _take_weights(models: Autoencoder, config: TrainConfig) -> dict[str, Any]:
    """Begin with the weights of another bundle; what its card says of them."""
    loaded = load_models(Path(config.start))
    card = loaded.bundle.card
    for mine, theirs in ((models.encoder, loaded.encoder), (models.decoder, loaded.decoder)):
        wanted, found = ([w.shape for w in m.weights] for m in (mine, theirs))
        if wanted != found:
            raise TrainingError(
                config.start,
                "must have the architecture that is to be trained",
                f"a {theirs.name} with other weights",
                "name the same --latent-dim, --filters and --kernel-size",
            )
        mine.set_weights(theirs.get_weights())
    told = ("name", "noise", "training", "seed", "files")
    return {"start": {key: card[key] for key in told if key in card}}


def _fingerprint(config: TrainConfig, dataset: Dataset) -> str:
    pictures = {
        "pictures": list(dataset.x_train.shape),
        "data": hashlib.sha256(dataset.x_train.tobytes()).hexdigest()[:12],
    }
    return json.dumps({**dataclasses.asdict(config), **pictures}, sort_keys=True)


def _write_bundle(
    config: TrainConfig,
    dataset: Dataset,
    models: Autoencoder,
    point: Checkpoint,
    out: Path,
    start: dict[str, Any],
) -> bundles.Bundle:
    import keras

    for model, name in ((models.encoder, bundles.ENCODER), (models.decoder, bundles.DECODER)):
        with naming(out / name):
            model.save(out / name)
    codes = np.concatenate(
        [
            np.asarray(code_of(models.encoder(to_float(dataset.x_test[start : start + 1000]))))
            for start in range(0, len(dataset.x_test), 1000)
        ]
    )
    bundles.write_codes(
        out / bundles.CODES,
        bundles.Codes.measure(codes, dataset.y_test),
        make_first_picture(models, config.architecture.picture_shape),
    )
    card = {
        "name": out.name,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "architecture": dataclasses.asdict(config.architecture),
        "data": {
            "name": dataset.name,
            "train": len(dataset.x_train),
            "test": len(dataset.x_test),
        },
        "noise": dataclasses.asdict(config.mix),
        "training": _settings(config)
        | {"epochs_run": point.epoch, "best_validation_loss": point.validation_loss},
        "losses": read_epochs(out / STATISTICS),
        "seed": config.seed,
        "keras": keras.__version__,
        "metrics": evaluate_models(models, dataset),
    } | start
    bundles.write_card(out, card)
    (out / CHECKPOINT).unlink(missing_ok=True)
    return bundles.open_bundle(out)


def _settings(config: TrainConfig) -> dict[str, Any]:
    elsewhere = {"architecture", "mix", "seed", "start"}
    if config.architecture.kind != "vae":
        elsewhere.add("beta")
    return {key: value for key, value in dataclasses.asdict(config).items() if key not in elsewhere}
