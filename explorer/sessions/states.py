"""The state of a model in a session's file: every field, and how it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.sessions.checking import (
    check_choice,
    check_flag,
    check_list,
    check_number,
    check_record,
    check_text,
    check_whole,
    refuse,
    refuse_as,
)
from explorer.sessions.drawings import drawing_from_json, drawing_to_json
from explorer.sessions.resting import Rest, never
from explorer.state.bookmarks import Bookmark, bookmarks_from_json, slots_from_json
from explorer.state.directions import directions_from_json
from explorer.state.formula import formula_from_json
from explorer.state.journey import Journey
from explorer.state.latent import Latent, Route, Source
from explorer.state.record import State
from explorer.state.session import MAX_SEED
from explorer.state.stored import check_classes, vector_from_json, vector_to_json
from models.errors import LatentExplorerError, SessionError
from models.inspection.limits import MAX_ACTIVATION_ELEMENTS
from models.latent import check_range
from models.noise import noise_from_json, noise_to_json
from models.ports import CurvePort, PicturePort
from models.subject import Port

THING = "The session's"
MAX_NAME_CHARS = 400  # of a model's own input or output
NEEDED = ("drawing", "latent")
PORTS: Mapping[str, type[PicturePort] | type[CurvePort]] = {
    port.kind: port for port in (PicturePort, CurvePort)
}


@dataclass(frozen=True)
class Form:
    """How a field of the state is written, with rests, and read for a model of ``latent_dim``."""

    write: Callable[[Any, Rest], Any]
    read: Callable[[Any, int], Any]


def state_to_json(state: State, rest: Rest = never) -> dict[str, Any]:
    """As plain JSON values.

    Parameters
    ----------
    state : State
    rest : callable, optional
        Called again and again.

    Raises
    ------
    SessionError
        If it would not be read again.
    """
    record = {}
    for name, form in FORMS.items():
        record[name] = form.write(getattr(state, name), rest)
        rest()
    return record


def state_from_json(record: object, latent_dim: int) -> State:
    """The state that :func:`state_to_json` told of; what an older file lacks is as at a start.

    Raises
    ------
    SessionError
        If a value is not what it has to be.
    """
    fields = check_record(record, NEEDED, f"{THING} state", FORMS)
    values = {name: _read(name, value, latent_dim) for name, value in fields.items()}
    if "slots" in values:
        values["slots"] = _slots(values["slots"], values.get("bookmarks", ()))
    return State(**values)


def _read(name: str, value: object, latent_dim: int) -> Any:
    try:
        return FORMS[name].read(value, latent_dim)
    except LatentExplorerError as error:
        if isinstance(error, SessionError):
            raise
        raise refuse_as(error, f"{THING} {name}") from error


def _slots(value: object, bookmarks: tuple[Bookmark, ...]) -> Any:
    try:
        return slots_from_json(value, bookmarks)
    except LatentExplorerError as error:
        raise refuse_as(error, f"{THING} slots") from error


def _latent(record: object, latent_dim: int) -> Latent:
    fields = check_record(record, ("z", "source"), f"{THING} latent")
    sources = {source.name.lower(): source for source in Source}
    source = fields["source"]
    if not isinstance(source, str) or source not in sources:
        raise refuse(f"{THING} latent: source", "must be one that this version knows", source)
    return Latent(vector_from_json(fields["z"], latent_dim, "z"), sources[source])


def _noise(record: object) -> Any:
    thing = f"{THING} noise"
    names = list(record) if isinstance(record, dict) else []
    fields = check_record(record, ("kind",), thing, names)
    for name, value in fields.items():
        if name != "kind":
            check_number(value, -1e9, 1e9, f"{thing}: {check_text(name, 40, thing)}")
    return noise_from_json(fields)


def _locks(value: object, latent_dim: int) -> frozenset[int]:
    thing = f"{THING} locks"
    listed = check_list(value, latent_dim, thing)
    return frozenset(check_whole(dim, 0, latent_dim - 1, thing) for dim in listed)


def _pins(value: object, latent_dim: int) -> frozenset[str]:
    thing = f"{THING} pins"
    listed = check_list(value, 2 * latent_dim, thing)  # of the values and of the directions
    return frozenset(check_text(name, MAX_NAME_CHARS, thing) for name in listed)


def _ranges(value: object, latent_dim: int) -> dict[int, tuple[float, float]]:
    thing = f"{THING} ranges"
    ranges: dict[int, tuple[float, float]] = {}
    for entry in check_list(value, latent_dim, thing):
        dim, lo, hi = check_list(entry, 3, thing, 3)
        dim = check_whole(dim, 0, latent_dim - 1, thing)
        lo, hi = (check_number(end, -3.4e38, 3.4e38, thing) for end in (lo, hi))
        ranges[dim] = check_range(lo, hi, dim)
    return ranges


def _port(record: object) -> Port | None:
    if record is None:
        return None
    thing = f"{THING} port"
    names = list(record) if isinstance(record, dict) else []
    fields = check_record(record, ("kind",), thing, names)
    kind = check_choice(fields["kind"], PORTS, f"{thing}: kind")
    for name, value in fields.items():
        if not isinstance(value, str):
            check_number(value, -MAX_ACTIVATION_ELEMENTS, MAX_ACTIVATION_ELEMENTS, thing)
            whole = isinstance(value, int) or name in ("low", "high")
            if not whole:
                raise refuse(f"{thing}: {name}", "must be a whole number", value)
    return PORTS[kind].from_json(fields)


def _at_once(write: Callable[[Any], Any]) -> Callable[[Any, Rest], Any]:
    """For what is so little that nobody waits for it."""
    return lambda value, _: write(value)


def _records(items: Iterable[Any], rest: Rest) -> list[Any]:
    listed = []
    for item in items:
        listed.append(item.to_json())
        rest()
    return listed


FORMS: Mapping[str, Form] = {
    "drawing": Form(drawing_to_json, lambda value, _: drawing_from_json(value)),
    "noise": Form(_at_once(noise_to_json), lambda value, _: _noise(value)),
    "noise_seed": Form(
        _at_once(int), lambda value, _: check_whole(value, 0, MAX_SEED, f"{THING} seed")
    ),
    "live_noise": Form(_at_once(bool), lambda value, _: check_flag(value, f"{THING} live noise")),
    "route": Form(
        lambda route, _: route.value,
        lambda value, _: Route(
            check_choice(value, [route.value for route in Route], f"{THING} route")
        ),
    ),
    "latent": Form(
        lambda latent, _: {"z": vector_to_json(latent.z), "source": latent.source.name.lower()},
        _latent,
    ),
    "locks": Form(_at_once(sorted), _locks),
    "pins": Form(_at_once(sorted), _pins),
    "prior": Form(_at_once(bool), lambda value, _: check_flag(value, f"{THING} prior")),
    "ranges": Form(
        lambda ranges, _: [[dim, float(lo), float(hi)] for dim, (lo, hi) in sorted(ranges.items())],
        _ranges,
    ),
    "classes": Form(_at_once(dict), lambda value, _: check_classes(value, "A class")),
    "shown": Form(
        _at_once(str), lambda value, _: check_text(value, MAX_NAME_CHARS, f"{THING} output")
    ),
    "port": Form(
        lambda port, _: None if port is None else port.to_json(), lambda value, _: _port(value)
    ),
    "bookmarks": Form(_records, bookmarks_from_json),
    "slots": Form(_at_once(list), lambda value, _: value),  # checked against the bookmarks
    "directions": Form(_records, directions_from_json),
    "journey": Form(
        lambda journey, _: journey.to_json(), lambda value, _: Journey.from_json(value)
    ),
    "formula": Form(_records, formula_from_json),
}
