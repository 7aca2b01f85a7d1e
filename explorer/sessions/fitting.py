"""Whether a session fits the model that is open, and the step that takes it in."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping

from explorer.sessions.checking import refuse
from explorer.state.edit import Edit
from explorer.state.latent import Route, Source
from explorer.state.record import State
from models.subject import Subject

TEXT = "open a session"


def check_fit(state: State, subject: Subject) -> None:
    """Check what only the open model can tell.

    Raises
    ------
    SessionError
        If the state asks for what the model has not.
    """
    dims = state.latent.z.size
    if dims != subject.latent_dim:
        raise refuse("The session's z", f"must have {subject.latent_dim:,} numbers", f"{dims:,}")
    if state.route is Route.ENCODER and not subject.has_encoder:
        raise refuse("The session's route", "needs an encoder", "a model without one")
    known = {port.name: port.classes for port in subject.classes}
    if set(state.classes) != set(known):
        found = ", ".join(sorted(state.classes)) or "none"
        raise refuse("The session's classes", "must be for the model's inputs", found)
    _check_classes(state.classes, known, "The session's class")
    for bookmark in state.bookmarks:
        _check_classes(bookmark.classes, known, f"The class of bookmark {bookmark.name}")
    _check_output(state, subject)


def taking(state: State) -> Callable[[State], Edit]:
    """The step that sets all of a session at once, and can be undone."""
    values = {each.name: getattr(state, each.name) for each in dataclasses.fields(State)}
    return lambda _: Edit(TEXT, values, Source.SESSION)


def _check_classes(classes: Mapping[str, int], known: Mapping[str, int], thing: str) -> None:
    for name, chosen in classes.items():
        if name not in known:
            raise refuse(thing, "must be for one of the model's inputs", name)
        if chosen >= known[name]:
            raise refuse(thing, f"must be below {known[name]}", str(chosen))


def _check_output(state: State, subject: Subject) -> None:
    names = [output.name for output in subject.outputs]
    if state.shown and state.shown not in names:
        raise refuse("The session's output", "must be one of the model's", state.shown)
    port = subject.output(state.shown).port
    if state.port is not None and math.prod(state.port.shape) != math.prod(port.shape):
        rule = f"must be read as {math.prod(port.shape):,} values"
        raise refuse("The session's output", rule, f"{math.prod(state.port.shape):,}")
