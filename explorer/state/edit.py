"""What a user's wish does to the state: decided by a pure function, written by the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.state.latent import Source


@dataclass(frozen=True)
class Edit:
    """One step that can be undone.

    Attributes
    ----------
    text : str
        What the user did, for the Undo button.
    after : mapping
        New values by name of the field of :class:`explorer.state.record.State`.
    source : Source
        What caused it.
    """

    text: str
    after: Mapping[str, Any]
    source: Source
