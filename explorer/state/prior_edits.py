"""Taking ranges and chance from a variational model's prior, or from its codes."""

from __future__ import annotations

from explorer.state.edit import Edit
from explorer.state.latent import Source
from explorer.state.record import State
from models.errors import LatentError
from models.subject import Subject


def take_prior(state: State, subject: Subject, prior: bool) -> Edit:
    """Ranges, chance and the middle from the prior N(0, 1), or again from the codes.

    Ranges that were set by hand stay, and so does ``z``.

    Raises
    ------
    LatentError
        If the model has no prior beside its codes.
    """
    if prior and not subject.offers_prior:
        raise LatentError(
            "The prior",
            "is offered by a variational model whose codes are known",
            f"{subject.name}, which is none",
        )
    text = "ranges from the prior" if prior else "ranges from the codes"
    return Edit(text, {"prior": prior}, Source.SLIDERS)
