"""What a user has said of files that can be read in several ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from models.errors import ModelFileError
from models.inspection.conditions import CLASS, LATENT, with_inputs_taken_as
from models.inspection.inspect_file import Inspected
from models.inspection.purpose import Role
from models.inspection.refusing import refuse, shorten
from models.source import CHOSEN_INPUT

ROLES: Final[tuple[Role, ...]] = ("decoder", "encoder", "autoencoder")

Choices = Mapping[str, str]


def with_chosen_inputs(files: list[Inspected], choices: Choices) -> list[Inspected]:
    """The files, with inputs that take what the user has said.

    Parameters
    ----------
    files : list of Inspected
    choices : mapping of str to str
        See :class:`models.source.ModelSource`.

    Raises
    ------
    ModelFileError
        If no file has such an input, or if an input cannot be told so.
    """
    chosen = {
        key.removeprefix(CHOSEN_INPUT): choice
        for key, choice in choices.items()
        if key.startswith(CHOSEN_INPUT)
    }
    inputs = {ref.layer for file in files for ref in file.blueprint.input_refs}
    for name, choice in chosen.items():
        if name not in inputs:
            raise _refuse_choice("an input to choose for", inputs, name)
        if choice not in (LATENT, CLASS):
            raise _refuse_choice("what an input takes", (LATENT, CLASS), choice)
    if not chosen:
        return files
    return [
        replace(
            file,
            checked=replace(file.checked, blueprint=with_inputs_taken_as(file.blueprint, chosen)),
        )
        for file in files
    ]


def chosen_role(choices: Choices) -> Role | None:
    """The role that the user has said, or None.

    Raises
    ------
    ModelFileError
        If there is no such role.
    """
    wanted = choices.get("role")
    found = next((role for role in ROLES if role == wanted), None)
    if wanted is not None and found is None:
        raise _refuse_choice("the role of a model", ROLES, wanted)
    return found


def _refuse_choice(thing: str, known: Iterable[str], wanted: str) -> ModelFileError:
    listed = shorten(", ".join(sorted(known)), 80)
    return refuse(
        thing, f"must be one of {listed}", shorten(wanted, 40), "choose another", reason="mismatch"
    )
