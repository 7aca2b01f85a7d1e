"""The models that are open at once: one in sight, the others as they were left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.engine.client import Engine
from explorer.main_window import MainWindow
from explorer.state.session import Session
from models.source import ModelSource

# An engine with a small model takes about 50 MB; who compares models compares few.
MAX_OPEN = 4

Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class OpenModel:
    """A model with all that belongs to it.

    Attributes
    ----------
    session : Session
    engine : Engine
    window : MainWindow
    is_file : bool
        Whether it can be opened again; a model in another program's memory cannot.
    stamp : tuple of (int, int)
        Size in bytes and time of change in ns of its files when they were opened.
    """

    session: Session
    engine: Engine
    window: MainWindow
    is_file: bool
    stamp: Stamp

    @property
    def source(self) -> ModelSource:
        """Where it comes from."""
        return self.session.subject.source

    @property
    def is_fresh(self) -> bool:
        """Whether its files are still those that were opened."""
        return self.stamp == stamp_of(self.source)


class OpenModels:
    """The open models, the one in sight last; those before it by when they were."""

    def __init__(self) -> None:
        self._models: list[OpenModel] = []

    def __iter__(self) -> Iterator[OpenModel]:
        return iter(tuple(self._models))

    @property
    def shown(self) -> OpenModel | None:
        """The model in sight."""
        return self._models[-1] if self._models else None

    def find(self, source: ModelSource) -> OpenModel | None:
        """The open model of a source; None where there is none, or its files have changed."""
        found = (model for model in self._models if model.is_file and model.source == source)
        return next((model for model in found if model.is_fresh), None)

    def put_last(self, model: OpenModel) -> None:
        """Note that a model, known or new, is in sight."""
        self._models = [other for other in self._models if other is not model] + [model]

    def superfluous(self) -> list[OpenModel]:
        """What the model in sight takes the place of, and what nobody has seen for longest.

        A model that is no file's is gone with its window; one that was opened anew, because
        its files have changed or because somebody wanted it as it was, replaces the old one.
        """
        if not self._models:
            return []
        *others, shown = self._models
        replaced = [each for each in others if not each.is_file or each.source == shown.source]
        kept = [each for each in others if each not in replaced]
        return replaced + kept[: max(0, len(kept) + 1 - MAX_OPEN)]

    def forget(self, model: OpenModel) -> None:
        """Note that a model is open no more."""
        self._models = [other for other in self._models if other is not model]


def stamp_of(source: ModelSource) -> Stamp:
    """Size in bytes and time of change in ns of each of a source's files."""
    found = []
    for path in source.files():
        try:
            status = path.stat()
        except OSError:
            found.append((-1, 0))
        else:
            found.append((status.st_size, status.st_mtime_ns))
    return tuple(found)
