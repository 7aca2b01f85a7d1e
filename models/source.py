"""Where a model comes from: a bundle, or files that a user brings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from models.errors import ModelFileError

CHOSEN_INPUT: Final = "input:"  # begins the name of a choice of what an input takes


@dataclass(frozen=True)
class ModelSource:
    """What an engine is to load.

    Attributes
    ----------
    bundle : Path or None
        A bundle's folder; nothing else is set then.
    model : Path or None
        A ``.keras`` or HDF5 file with a decoder, a generator or a whole autoencoder.
    encoder : Path or None
        A file with the encoder that belongs to it.
    data : str
        What else has to be read: a data set's file or folder; empty for none.
    choices : mapping of str to str
        What the user chose where the files leave a choice: ``cut``, the layer at
        which a single graph is cut; ``role``, of the first file; ``input:NAME``,
        ``latent`` or ``class``; ``size``, such as ``96x128``, of pictures whose size
        the files leave open.
    """

    bundle: Path | None = None
    model: Path | None = None
    encoder: Path | None = None
    data: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, path: str | os.PathLike[str], encoder: Path | None = None) -> ModelSource:
        """A bundle's folder or a model's file, told apart by what is there."""
        path = Path(path).absolute()
        is_folder = path.is_dir() if path.exists() else not path.suffix
        if is_folder and not (path / "saved_model.pb").exists():
            return cls(bundle=path)
        return cls(model=path, encoder=None if encoder is None else encoder.absolute())

    @property
    def path(self) -> Path:
        """The bundle's folder or the model's file."""
        path = self.bundle or self.model
        if path is None:
            raise ModelFileError("A source", "must name a file", "none", reason="corrupt")
        return path

    @property
    def name(self) -> str:
        """As shown in the window."""
        return self.path.name if self.bundle else self.path.stem

    def files(self) -> tuple[Path, ...]:
        """The bundle's folder or the files: what an engine has to read to load it."""
        return tuple(path for path in (self.bundle, self.model, self.encoder) if path is not None)

    def readable(self) -> tuple[Path, ...]:
        """All that an engine has to read: the model and, where there are any, the data."""
        if not self.data:
            return self.files()
        from models.code_cache import cache_folder
        from models.data_set import data_files

        return (*self.files(), *data_files(self.data), cache_folder())

    def with_data(self, data: str) -> ModelSource:
        """The same model, for work on a data set."""
        return replace(self, data=data)

    def to_json(self) -> dict[str, Any]:
        """In JSON values."""
        return {
            "bundle": _text(self.bundle),
            "model": _text(self.model),
            "encoder": _text(self.encoder),
            "data": self.data,
            "choices": dict(self.choices),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> ModelSource:
        """What :meth:`to_json` gave."""
        bundle, model, encoder = (fields.get(name) for name in ("bundle", "model", "encoder"))
        return cls(
            bundle=Path(bundle) if bundle else None,
            model=Path(model) if model else None,
            encoder=Path(encoder) if encoder else None,
            data=str(fields.get("data", "")),
            choices={str(key): str(value) for key, value in fields.get("choices", {}).items()},
        )


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
