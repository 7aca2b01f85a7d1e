"""Which model a session belongs to: told by its files' digests, whatever their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from explorer.sessions.checking import (
    check_record,
    check_text,
    check_whole,
    refuse,
)
from models.bundle import CARD, DECODER, ENCODER, PRETRAINED, read_card
from models.errors import LatentExplorerError
from models.files import sha256_of
from models.source import ModelSource
from models.subject import Subject

THING = "The session's model"
MAX_NAME_CHARS = 255
MAX_PATH_CHARS = 4096
MAX_CHOICES = 100
MAX_LATENT_DIM = 2**24
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Identity:
    """A model, told from every other.

    Attributes
    ----------
    name : str
        As shown in the window.
    latent_dim : int
    source : ModelSource
        Where it was; a path that nobody opens without having been asked.
    digests : mapping of str to str
        SHA-256 of ``encoder``, ``decoder`` or ``model``; empty for one without files.
    """

    name: str
    latent_dim: int
    source: ModelSource
    digests: Mapping[str, str]

    def is_same(self, other: Identity) -> bool:
        """Whether both are the same model, read in the same way."""
        if self.latent_dim != other.latent_dim or self.source.choices != other.source.choices:
            return False
        return self.digests == other.digests and (bool(self.digests) or self.name == other.name)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "name": self.name,
            "latent_dim": self.latent_dim,
            "source": replace(self.source, data="").to_json(),
            "sha256": dict(self.digests),
        }

    @classmethod
    def from_json(cls, record: object) -> Identity:
        """The identity that :meth:`to_json` told of.

        Raises
        ------
        SessionError
            If the record is of another form.
        """
        fields = check_record(record, ("name", "latent_dim", "source", "sha256"), THING)
        parts = ("encoder", "decoder", "model")
        digests = check_record(fields["sha256"], (), f"{THING}: sha256", parts)
        for part, digest in digests.items():
            if not isinstance(digest, str) or not SHA256.fullmatch(digest):
                raise refuse(f"{THING}: sha256 of {part}", "must be 64 hexadecimal digits", digest)
        return cls(
            check_text(fields["name"], MAX_NAME_CHARS, f"{THING}: name"),
            check_whole(fields["latent_dim"], 1, MAX_LATENT_DIM, f"{THING}: latent_dim"),
            _source(fields["source"]),
            dict(digests),
        )


def identify(subject: Subject) -> Identity:
    """Which model is open; reads its files once more, which may take a second or so.

    Raises
    ------
    LatentExplorerError
        If a bundle's card cannot be read any more.
    OSError
        If a model's file cannot.
    """
    source = subject.source
    return Identity(subject.name, subject.latent_dim, source, digests_of(source))


def digests_of(source: ModelSource) -> dict[str, str]:
    """SHA-256 of the files of a model; none of one that is not in a file."""
    if source.bundle is not None:
        files = read_card(source.bundle)["files"]
        named = (("encoder", ENCODER), ("decoder", DECODER))
        return {part: str(files[name]["sha256"]) for part, name in named if name in files}
    paths = {"model": source.model, "encoder": source.encoder}
    return {part: sha256_of(path) for part, path in paths.items() if path and path.is_file()}


def find_known(identity: Identity) -> ModelSource | None:
    """The bundle that comes with the app and is the session's; None where there is none.

    Looks at no path that the session names.
    """
    for folder in sorted(PRETRAINED.iterdir()):
        try:
            if (folder / CARD).is_file():
                source = ModelSource(bundle=folder)
                if digests_of(source) == identity.digests:
                    return source
        except (LatentExplorerError, KeyError, TypeError):
            continue  # a bundle that is torn is nobody's model
    return None


def _source(record: object) -> ModelSource:
    thing = f"{THING}: source"
    fields = check_record(record, ("bundle", "model", "encoder", "choices"), thing, ("data",))
    choices = fields["choices"]
    named = check_record(choices, (), f"{thing}: choices", choices if choices else ())
    if len(named) > MAX_CHOICES:
        raise refuse(f"{thing}: choices", f"must be at most {MAX_CHOICES}", f"{len(named):,}")
    bundle, model, encoder = (_path(fields, part) for part in ("bundle", "model", "encoder"))
    if (bundle is None) == (model is None) or (bundle is not None and encoder is not None):
        raise refuse(thing, "must be a bundle or a model", "both or neither")
    return ModelSource(
        bundle=bundle,
        model=model,
        encoder=encoder,
        choices={
            check_text(name, MAX_PATH_CHARS, thing): check_text(choice, MAX_PATH_CHARS, thing)
            for name, choice in named.items()
        },
    )


def _path(fields: Mapping[str, Any], part: str) -> Path | None:
    value = fields[part]
    if value is None:
        return None
    thing = f"{THING}: {part}"
    text = check_text(value, MAX_PATH_CHARS, thing)
    path = Path(text)
    if not text or not path.name:
        raise refuse(thing, "must be a path", repr(text))
    return path
