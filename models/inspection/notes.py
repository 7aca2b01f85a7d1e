"""What was translated or left out of a file, one sentence for each kind of thing."""

from __future__ import annotations

from models.inspection.refusing import short_name

NAMED = 3


class Notes:
    """Sentences, each with the layers that it is true of."""

    def __init__(self) -> None:
        self._layers: dict[str, list[str]] = {}

    def add(self, sentence: str, layer: str = "") -> None:
        """Note something, once for each layer."""
        layers = self._layers.setdefault(sentence, [])
        if layer and layer not in layers:
            layers.append(layer)

    def told(self) -> tuple[str, ...]:
        """The sentences; of many layers the first three are named."""
        return tuple(sentence + _of(layers) for sentence, layers in self._layers.items())


def _of(layers: list[str]) -> str:
    if not layers:
        return ""
    named = ", ".join(map(short_name, layers[:NAMED]))
    more = len(layers) - NAMED
    return f" ({named} and {more} more)" if more > 0 else f" ({named})"
