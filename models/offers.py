"""How else a user's files can be read: in another role, with other classes or picture sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from models.choices import Choices
from models.errors import LatentExplorerError
from models.inspection.conditions import CLASS, LATENT
from models.inspection.open_sizes import Size
from models.inspection.refusing import shorten
from models.picture_sizes import SIZE, size_choice
from models.source import CHOSEN_INPUT

MAX_TRIED: Final = 8  # other readings of the inputs: each is planned to see whether it can be
MAX_NAME_CHARS: Final = 24
# Of MNIST, CIFAR, what networks halve and double well, and what still decodes live.
SIDES: Final = (28, 32, 64, 96, 128, 256)


@dataclass(frozen=True)
class Offer:
    """One way to read the files.

    Attributes
    ----------
    text : str
        As a user chooses it.
    choices : mapping of str to str
        Of a :class:`models.source.ModelSource` that is read so.
    chosen : bool
        Whether they are read so now.
    """

    text: str
    choices: Choices
    chosen: bool

    def to_json(self) -> dict[str, Any]:
        """In JSON values."""
        return {"text": self.text, "choices": dict(self.choices), "chosen": self.chosen}


def offer_roles(
    texts: Mapping[str, str], now: str, choices: Choices, plan: Callable[[Choices], object]
) -> tuple[Offer, ...]:
    """The roles that a file may be opened in; none where there is but one.

    Parameters
    ----------
    texts : mapping of str to str
        Roles, and what a user reads of them.
    now : str
        The present one.
    choices : mapping of str to str
        The present ones; where to cut is another question in another role.
    plan : callable of choices
        Raises a :class:`LatentExplorerError` for what cannot be.
    """
    kept = {key: value for key, value in choices.items() if key != "cut"}
    offers = [
        Offer(text, choices if role == now else {**kept, "role": role}, role == now)
        for role, text in texts.items()
    ]
    return _feasible(offers, plan)


def offer_classes(
    inputs: Sequence[str],
    now: frozenset[str],
    choices: Choices,
    plan: Callable[[Choices], object],
) -> tuple[Offer, ...]:
    """Which inputs may take a class; none where there is no choice.

    Offered is what changes one input, and what makes a class of one and none of another.

    Parameters
    ----------
    inputs : sequence of str
        Names of the models' inputs.
    now : frozenset of str
        Those that take a class now.
    choices, plan
        As for :func:`offer_roles`.
    """
    given, taken = [name for name in inputs if name not in now], sorted(now)
    changes = [*((name,) for name in inputs), *product(given, taken)]
    readings = [now, *(now.symmetric_difference(change) for change in changes[:MAX_TRIED])]
    kept = {key: value for key, value in choices.items() if not key.startswith(CHOSEN_INPUT)}
    offers = []
    for reading in readings:
        told = {CHOSEN_INPUT + name: CLASS if name in reading else LATENT for name in inputs}
        text = _told(name for name in inputs if name in reading)
        offers.append(Offer(text, choices if reading == now else kept | told, reading == now))
    return _feasible(offers, plan)


def offer_sizes(
    now: Size, choices: Choices, plan: Callable[[Choices], object]
) -> tuple[Offer, ...]:
    """Sizes that pictures may have where the files leave that open, the smallest first.

    Parameters
    ----------
    now : tuple of int
        The present height and width.
    choices, plan
        As for :func:`offer_roles`.
    """
    sizes = sorted({*((side, side) for side in SIDES), now}, key=lambda size: size[0] * size[1])
    offers = [
        Offer(
            f"{size[0]}×{size[1]}",
            choices if size == now else {**choices, SIZE: size_choice(size)},
            size == now,
        )
        for size in sizes
    ]
    return tuple(offer for offer in offers if offer.chosen or _can_be(offer, plan))


def _feasible(offers: list[Offer], plan: Callable[[Choices], object]) -> tuple[Offer, ...]:
    found = tuple(offer for offer in offers if offer.chosen or _can_be(offer, plan))
    return found if len(found) > 1 else ()


def _can_be(offer: Offer, plan: Callable[[Choices], object]) -> bool:
    try:
        plan(offer.choices)
    except LatentExplorerError:
        return False
    return True


def _told(classes: Iterable[str]) -> str:
    names = [shorten(name, MAX_NAME_CHARS) for name in classes]
    if not names:
        return "No input takes a class"
    return f"{' and '.join(names)} take{'s' * (len(names) == 1)} a class"
