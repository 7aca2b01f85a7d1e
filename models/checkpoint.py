"""What a training needs to go on: an atomic checkpoint and its statistics."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import TrainingError
from models.files import naming, write_atomically

MAX_TOLD_EPOCHS = 500  # in a card, which is small

Arrays = Sequence[npt.NDArray[Any]]


@dataclass(frozen=True)
class Checkpoint:
    """State after a whole epoch.

    Attributes
    ----------
    fingerprint : str
        Config and data it belongs to.
    epoch : int
        Last whole epoch; 0 before the first.
    stale : int
        Epochs since the best one.
    validation_loss : float or None
        Of the best epoch.
    best : sequence of ndarray
        Averaged weights of the best epoch.
    variables : sequence of ndarray
        Weights and optimizer variables after ``epoch``.
    """

    fingerprint: str
    epoch: int = 0
    stale: int = 0
    validation_loss: float | None = None
    best: Arrays = ()
    variables: Arrays = ()

    def after(
        self, epoch: int, validation_loss: float, averaged: Arrays, variables: Arrays
    ) -> Checkpoint:
        """The checkpoint that follows this one."""
        if self.validation_loss is None or validation_loss < self.validation_loss:
            return Checkpoint(self.fingerprint, epoch, 0, validation_loss, averaged, variables)
        return Checkpoint(
            self.fingerprint, epoch, self.stale + 1, self.validation_loss, self.best, variables
        )


def save_checkpoint(path: Path, point: Checkpoint) -> None:
    """Replace the checkpoint; a crash leaves the one before."""
    record = {key: getattr(point, key) for key in ("fingerprint", "epoch", "stale")}
    text = json.dumps({**record, "validation_loss": point.validation_loss})
    arrays: dict[str, Any] = {f"best_{index:03}": array for index, array in enumerate(point.best)}
    arrays |= {f"variable_{index:03}": array for index, array in enumerate(point.variables)}
    write_atomically(path, lambda stream: np.savez(stream, record=np.array(text), **arrays))


def load_checkpoint(path: Path, fingerprint: str) -> Checkpoint:
    """The checkpoint to go on from; a fresh one where there is none.

    Raises
    ------
    TrainingError
        If it cannot be read, or belongs to another config or other data.
    """
    if not path.exists():
        return Checkpoint(fingerprint)
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        record = json.loads(str(arrays["record"]))
        difference = _difference(record.pop("fingerprint"), fingerprint)
        point = Checkpoint(
            fingerprint,
            **record,
            best=[arrays[name] for name in sorted(arrays) if name.startswith("best_")],
            variables=[arrays[name] for name in sorted(arrays) if name.startswith("variable_")],
        )
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError) as error:
        raise TrainingError(
            str(path), "must be a whole checkpoint", str(error), "remove it to start anew"
        ) from error
    if difference:
        raise TrainingError(
            str(path.parent),
            "holds an unfinished training that can only go on with its own settings and data",
            difference,
            "name another folder, or remove this one",
        )
    return point


def kept_epochs(path: Path) -> int:
    """How many whole epochs a checkpoint holds; 0 where there is none."""
    if not path.exists():
        return 0
    with np.load(path, allow_pickle=False) as archive:
        return int(json.loads(str(archive["record"]))["epoch"])


class Statistics:
    """One JSON line a step, one more an epoch.

    Lines of epochs that were not finished are dropped when a training resumes.

    Parameters
    ----------
    path : Path
    epochs_done : int
        Whole epochs whose lines stay.
    """

    def __init__(self, path: Path, epochs_done: int) -> None:
        self._path = path
        kept = []
        if path.exists():
            lines = path.read_text("utf-8", errors="replace").splitlines()
            kept = [line for line in lines if _of(line, epochs_done)]
        text = "".join(line + "\n" for line in kept)
        write_atomically(path, lambda stream: stream.write(text.encode()))

    def step(
        self, epoch: int, step: int, losses: Mapping[str, float], rate: float, seconds: float
    ) -> None:
        """Append the line of one step."""
        self._append(
            {
                "kind": "step",
                "epoch": epoch,
                "step": step,
                **_rounded(losses),
                "learning_rate": round(rate, 8),
                "seconds": round(seconds, 4),
            }
        )

    def epoch(
        self, epoch: int, losses: Mapping[str, float], validation: Mapping[str, float]
    ) -> None:
        """Append the line of a whole epoch."""
        held_out = {f"validation_{name}": value for name, value in validation.items()}
        self._append({"kind": "epoch", "epoch": epoch, **_rounded(losses), **_rounded(held_out)})

    def _append(self, record: dict[str, Any]) -> None:
        with naming(self._path), self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record) + "\n")


def read_epochs(path: Path) -> dict[str, list[float]]:
    """Losses of whole epochs from the statistics; of very many, some evenly spread.

    Returns
    -------
    dict
        ``epoch`` and each loss, by its name, as lists of equal length.
    """
    with path.open(encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream if '"kind": "epoch"' in line]
    records = records[:: max(1, len(records) // MAX_TOLD_EPOCHS)]
    names = [name for name in records[-1] if name != "kind"] if records else []
    return {name: [record[name] for record in records] for name in names}


def _rounded(losses: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in losses.items()}


def _of(line: str, epochs_done: int) -> bool:
    try:
        record = json.loads(line)
    except ValueError:  # torn by a kill
        return False
    return isinstance(record, dict) and record.get("epoch", epochs_done + 1) <= epochs_done


def _difference(old: str, new: str) -> str:
    before, now = json.loads(old), json.loads(new)
    changed = [key for key in before if now.get(key) != before[key]]
    return ", ".join(f"{key} {now.get(key)} instead of {before[key]}" for key in changed)
