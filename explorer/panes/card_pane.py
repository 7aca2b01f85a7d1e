"""What the open model is: its card, and how else its files may be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from explorer.state.session import Session
from explorer.widgets.model_card import ModelCard
from models.ports import ClassPort, LatentPort
from models.subject import Port, Subject


class CardPane(ModelCard):
    """The card of a session's model.

    Attributes
    ----------
    model_wanted : signal of ModelSource
        The same model, cut elsewhere or read in another way.
    """

    model_wanted = pyqtSignal(object)

    def __init__(self, session: Session, over: QWidget, parent: QWidget) -> None:
        super().__init__(card_of(session.subject), over, parent)
        self._source = session.subject.source
        self.cut_wanted.connect(lambda layer: self._want({**self._source.choices, "cut": layer}))
        self.reading_wanted.connect(self._want)

    def _want(self, choices: Mapping[str, str]) -> None:
        self.model_wanted.emit(replace(self._source, choices=dict(choices)))


def card_of(subject: Subject) -> Mapping[str, Any]:
    """The card that came with a model's files, or a bundle's, made of what is known of it."""
    if subject.card:
        return subject.card
    picture = subject.picture
    encoder = {"inputs": [_end("picture", picture)]} if picture is not None else None
    return {
        "name": subject.name,
        "format": "Bundle of Latent Explorer",
        "latent_dim": subject.latent_dim,
        "encoder": encoder,
        "inputs": [
            *(_end(port.name, port) for port in subject.latents),
            *(_end(port.name, port) for port in subject.classes),
        ],
        "outputs": [_end(output.name, output.port) for output in subject.outputs],
        "ranges": subject.whereabouts.sentence,
    }


def _end(name: str, port: LatentPort | ClassPort | Port) -> dict[str, Any]:
    return {"name": name, "kind": port.kind, "shape": list(port.shape)}
