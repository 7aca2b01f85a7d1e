"""What a window asks of a training: a few choices, and the config that follows from them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from models.architecture import AUTOENCODERS, Architecture
from models.augment import Mix
from models.bundle import CARD
from models.errors import TrainingError
from models.files import write_atomically

if TYPE_CHECKING:
    from models.data import Dataset
    from models.train import TrainConfig

JOB = "training.json"
MAX_JOB_BYTES = 2**16
MNIST = ""  # as data: whatever `train` takes where none are named
MOST_LATENT_DIM, MOST_EPOCHS, MOST_HIDDEN = 4096, 1000, 4096
MOST_FILTERS, MOST_LAYERS = 512, 5
HELD_OUT, HELD_OUT_SHARE = 5000, 10  # pictures, or a tenth of fewer
BATCH, LEAST_BATCHES = 128, 4

# Shares of a batch by the name of the noise.
NOISES: Final[Mapping[str, Mapping[str, float]]] = {
    "every kind": {"clean": 0.2, "example": 0.3, "gaussian": 0.2},
    "Gaussian": {"clean": 0.2, "example": 0.5, "gaussian": 0.3},
    "little": {"clean": 0.5, "example": 0.2, "gaussian": 0.1},
    "none": {"clean": 1.0, "example": 0.0, "gaussian": 0.0},
}


@dataclass(frozen=True)
class TrainingJob:
    """A training as somebody chooses it.

    Attributes
    ----------
    kind : str
        A key of :data:`models.architecture.AUTOENCODERS`.
    latent_dim : int
        From 1 to 4096.
    filters : tuple of int
        One to five, each from 1 to 512.
    hidden : int
        Units of the Dense layers, see :class:`models.architecture.Architecture`.
    noise : str
        A key of :data:`NOISES`.
    epochs : int
        From 1 to 1000.
    data : str
        An ``.npz`` as :func:`models.data.load_dataset` takes it; empty for MNIST.

    Raises
    ------
    TrainingError
        If a value is none of these.
    """

    kind: str = "dae"
    latent_dim: int = 16
    filters: tuple[int, ...] = (32, 64)
    hidden: int = 0
    noise: str = "every kind"
    epochs: int = 20
    data: str = MNIST

    def __post_init__(self) -> None:
        _check(self.kind in AUTOENCODERS, "The kind", " or ".join(AUTOENCODERS), self.kind)
        _check(
            1 <= self.latent_dim <= MOST_LATENT_DIM,
            "latent_dim", f"a number from 1 to {MOST_LATENT_DIM}", self.latent_dim,
        )  # fmt: skip
        _check(
            1 <= len(self.filters) <= MOST_LAYERS
            and all(1 <= each <= MOST_FILTERS for each in self.filters),
            "The filters", f"1 to {MOST_LAYERS} numbers from 1 to {MOST_FILTERS}", self.filters,
        )  # fmt: skip
        _check(
            0 <= self.hidden <= MOST_HIDDEN,
            "The hidden units", f"a number from 0 to {MOST_HIDDEN}", self.hidden,
        )  # fmt: skip
        _check(self.noise in NOISES, "The noise", "one of " + ", ".join(NOISES), self.noise)
        _check(
            1 <= self.epochs <= MOST_EPOCHS,
            "The epochs", f"a number from 1 to {MOST_EPOCHS}", self.epochs,
        )  # fmt: skip

    @property
    def data_name(self) -> str:
        """As shown in the window."""
        return Path(self.data).name if self.data else "MNIST"

    @property
    def name(self) -> str:
        """For the folder of its bundle."""
        return f"{Path(self.data_name).stem.lower()}-{self.kind}-{self.latent_dim}"

    def config(self, dataset: Dataset) -> TrainConfig:
        """All that decides how it goes; the same for the same data.

        Raises
        ------
        ArchitectureError
            If the pictures cannot be halved as often as there are filters.
        TrainingError
            If there are too few pictures.
        """
        from models.train import TrainConfig

        count = len(dataset.x_train)
        held_out = min(HELD_OUT, max(1, count // HELD_OUT_SHARE))
        batch = min(BATCH, (count - held_out) // LEAST_BATCHES)
        if batch < 1:
            raise TrainingError(self.data_name, "must hold a few pictures to train on", str(count))
        height, width, channels = dataset.x_train.shape[1:]
        architecture = Architecture(
            (height, width, channels),
            self.latent_dim,
            self.filters,
            kind=self.kind,
            hidden=self.hidden,
        )
        return TrainConfig(
            architecture=architecture,
            mix=self._mix(),
            epochs=self.epochs,
            batch_size=batch,
            validation=held_out,
            patience=self.epochs,
        )

    def _mix(self) -> Mix:
        mix = dataclasses.replace(Mix(), **NOISES[self.noise])
        if self.data == MNIST:
            return mix
        return dataclasses.replace(mix, strokes=0.0, warped=0.0)  # which fit digits alone

    def to_json(self) -> dict[str, Any]:
        """In JSON values."""
        return {**dataclasses.asdict(self), "filters": list(self.filters)}

    @classmethod
    def from_json(cls, value: Any) -> TrainingJob:
        """What :meth:`to_json` gave, checked.

        Raises
        ------
        TrainingError
            If it is anything else.
        """
        default = cls().to_json()
        names = set(value) if isinstance(value, dict) else set()
        if names != set(default):
            raise TrainingError(
                "A training", "must tell " + ", ".join(default), str(sorted(names))[:40]
            )
        for name, example in default.items():
            if type(value[name]) is not type(example):
                raise TrainingError(
                    name, f"must be {type(example).__name__}", repr(value[name])[:40]
                )
        if not all(type(each) is int for each in value["filters"]):
            raise TrainingError("The filters", "must be numbers", repr(value["filters"])[:40])
        return cls(**{**value, "filters": tuple(value["filters"])})


def write_job(out: Path, job: TrainingJob) -> None:
    """Note in the folder of a training what it is, so that it can go on."""
    text = json.dumps(job.to_json(), indent=2) + "\n"
    write_atomically(out / JOB, lambda stream: stream.write(text.encode()))


def read_job(out: Path) -> TrainingJob:
    """What :func:`write_job` has noted.

    Raises
    ------
    TrainingError
        If there is no such note, or a broken one.
    """
    path = out / JOB
    try:
        with path.open("rb") as stream:
            value = json.loads(stream.read(MAX_JOB_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise TrainingError(
            out.name, f"must hold a readable {JOB}", type(error).__name__, "choose another folder"
        ) from error
    return TrainingJob.from_json(value)


def list_trainings(folder: Path, most: int = 50) -> list[Path]:
    """Trainings of a window in ``folder``, by name; finished ones too."""
    try:
        found = sorted(path.parent for path in folder.glob(f"*/{JOB}"))
    except OSError:
        return []
    return found[:most]


def free_folder(folder: Path, name: str) -> Path:
    """The first folder of this name, or with a number behind it, that is not there yet."""
    found, number = folder / name, 1
    while found.exists():
        number += 1
        found = folder / f"{name}-{number}"
    return found


def is_finished(out: Path) -> bool:
    """Whether a training has become a bundle."""
    return (out / CARD).is_file()


def _check(holds: bool, thing: str, rule: str, received: object) -> None:
    if not holds:
        raise TrainingError(thing, f"must be {rule}", str(received)[:40])
