"""Work on a data set, for an engine of its own: codes, samples, labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from models.code_cache import cache_key, load_codes, pack_codes
from models.conditioning import Conditions, find_conditions
from models.data_set import DataSet, data_files, open_data
from models.encoding import EncodedData, encode_dataset
from models.errors import DataError
from models.labels import pack_names
from models.wire import Message

if TYPE_CHECKING:
    from models.opening import Opened

MAX_SAMPLE_BYTES = 16 * 2**20
MAX_SAMPLES = 512
Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class DataWork:
    """What is to be done with a data set.

    Attributes
    ----------
    data : str
        See :func:`models.data_set.open_data`.
    cache : Path
        Folder with codes of earlier times.
    classes : mapping of str to int
        Those chosen, for a conditional encoder and pictures without labels.
    """

    data: str
    cache: Path
    classes: Mapping[str, int] = field(default_factory=dict)

    def run(self, opened: Opened, on_progress: Progress) -> Message:
        """Encode the data, or find that it was done before.

        Returns
        -------
        Message
            A ``frame`` with the arrays of :func:`models.code_cache.pack_codes` (of
            an encoder), ``pictures`` uint8 (n, height, width, channels) with their
            ``picture_labels`` int32 (n,) and ``label_names``, see
            :func:`models.labels.pack_names`, and ``key``, the bytes of the codes'
            name in the cache; its metric ``data`` has ``count``.

        Raises
        ------
        DataError
            If the data cannot be read or take the model's shape.
        """
        subject = opened.subject
        data = open_data(self.data, subject.picture_shape)
        arrays = _samples(data)
        ends = opened.networks.encoder_ends
        if ends is not None:
            conditions = find_conditions(ends.classes, data, self.classes)
            key = self._key(opened, conditions)
            encoded = load_codes(key, self.cache) or _encode(opened, data, conditions, on_progress)
            arrays |= pack_codes(encoded)
            arrays["key"] = np.frombuffer(key.encode(), np.uint8)
        metrics = {"data": {"count": float(len(data))}}
        outputs = {f"outputs.{name}": array for name, array in arrays.items()}
        return Message("frame", {"metrics": metrics}, outputs)

    def _key(self, opened: Opened, conditions: Conditions) -> str:
        source = opened.subject.source
        settings: dict[str, Any] = {
            "picture_shape": list(opened.subject.picture_shape),
            "choices": dict(source.choices),
        }
        if conditions.note:
            settings["classes"] = conditions.labelled or dict(conditions.chosen)
        try:
            return cache_key(source.files(), data_files(self.data), settings)
        except OSError as error:
            reason = error.strerror or str(error)
            raise DataError(Path(self.data).name, "must be readable", reason) from error


def _encode(
    opened: Opened, data: DataSet, conditions: Conditions, on_progress: Progress
) -> EncodedData:
    networks = opened.networks
    notes = (*data.notes, conditions.note) if conditions.note else data.notes
    encoded = encode_dataset(
        lambda pictures, rows: networks.encode(pictures, conditions.of_rows(rows)),
        replace(data, notes=notes),
        on_progress=on_progress,
    )
    assert encoded is not None, "nobody cancels but by ending the engine"
    return encoded


def _samples(data: DataSet) -> dict[str, npt.NDArray[Any]]:
    """Some pictures from all over the data, as bytes."""
    size_bytes = int(np.prod(data.shape))
    count = max(1, min(len(data), MAX_SAMPLES, MAX_SAMPLE_BYTES // max(1, size_bytes)))
    rows = np.linspace(0, len(data) - 1, count).astype(np.int64)
    pictures = np.concatenate([data.batch(int(row), int(row) + 1) for row in rows])
    whole = np.isfinite(pictures).reshape(count, -1).all(axis=1)
    labels = np.full(count, -1, np.int32) if data.labels is None else data.labels[rows]
    return {
        "pictures": np.round(pictures[whole] * 255).astype(np.uint8),
        "picture_labels": labels[whole].astype(np.int32),
        "label_names": pack_names(data.label_names),
    }
