"""A subject as a message's fields and arrays: an engine tells a window what it has opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import WireError
from models.ports import ClassPort, CurvePort, LatentPort, PicturePort, port_from_json
from models.source import ModelSource
from models.subject import First, Output, Port, Subject, Whereabouts

Arrays = Mapping[str, npt.NDArray[Any]]


def to_fields(subject: Subject) -> dict[str, Any]:
    """All but the arrays, in JSON values."""
    return {
        "source": subject.source.to_json(),
        "latents": [port.to_json() for port in subject.latents],
        "classes": [port.to_json() for port in subject.classes],
        "outputs": [
            {
                "name": output.name,
                "port": output.port.to_json(),
                "alternatives": [port.to_json() for port in output.alternatives],
                "sentence": output.sentence,
            }
            for output in subject.outputs
        ],
        "picture": None if subject.picture is None else subject.picture.to_json(),
        "range_sentence": subject.whereabouts.sentence,
        "variational": subject.variational,
        "card": dict(subject.card),
    }


def to_arrays(subject: Subject) -> dict[str, npt.NDArray[Any]]:
    """The arrays; codes are not among them."""
    where, first = subject.whereabouts, subject.first
    arrays = {"mean": where.mean, "lo": where.lo, "hi": where.hi, "z": first.z}
    arrays["output"] = first.output
    if first.clean is not None and first.noisy is not None:
        arrays |= {"clean": first.clean, "noisy": first.noisy}
    return {f"subject.{name}": array for name, array in arrays.items()}


def from_message(fields: Mapping[str, Any], arrays: Arrays) -> Subject:
    """The subject that :func:`to_fields` and :func:`to_arrays` told of.

    Raises
    ------
    WireError
        If something is missing or does not fit together.
    ArchitectureError
        If a port is none.
    """
    try:
        return _assemble(fields, arrays)
    except (KeyError, TypeError, AttributeError) as error:
        raise WireError("A subject", "must be told in full", repr(error)[:80]) from error


def read_port(record: Mapping[str, Any]) -> Port:
    """A picture's or a curve's port.

    Raises
    ------
    WireError, ArchitectureError
        If it is neither.
    """
    port = port_from_json(record)
    if isinstance(port, (PicturePort, CurvePort)):
        return port
    raise WireError("The port of an output", "must be a picture or a curve", repr(port)[:80])


def _assemble(fields: Mapping[str, Any], arrays: Arrays) -> Subject:
    latents = tuple(LatentPort.from_json(record) for record in fields["latents"])
    latent_dim = sum(port.size for port in latents)

    def floats(name: str) -> npt.NDArray[np.float32]:
        return arrays[f"subject.{name}"].astype(np.float32)

    for name in ("mean", "lo", "hi", "z"):
        if floats(name).shape != (latent_dim,):
            raise WireError(
                f"The {name} of a subject",
                f"must have {latent_dim} values",
                str(floats(name).shape),
            )
    has_first = "subject.clean" in arrays and "subject.noisy" in arrays
    first = First(
        floats("z"),
        floats("output"),
        floats("clean") if has_first else None,
        floats("noisy") if has_first else None,
    )
    picture = fields["picture"]
    return Subject(
        source=ModelSource.from_json(fields["source"]),
        latents=latents,
        classes=tuple(ClassPort.from_json(record) for record in fields["classes"]),
        outputs=tuple(_output(record) for record in fields["outputs"]),
        whereabouts=Whereabouts(
            floats("mean"), floats("lo"), floats("hi"), str(fields["range_sentence"])
        ),
        first=first,
        picture=None if picture is None else PicturePort.from_json(picture),
        variational=fields["variational"] is True,
        card=fields["card"],
    )


def _output(record: Mapping[str, Any]) -> Output:
    return Output(
        str(record["name"]),
        read_port(record["port"]),
        tuple(read_port(port) for port in record["alternatives"]),
        str(record["sentence"]),
    )
