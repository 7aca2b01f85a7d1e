"""The models opened lately, as the settings keep them: one a line, the latest first."""

from __future__ import annotations

import json

from models.errors import LatentExplorerError
from models.inspection.refusing import shorten
from models.source import CHOSEN_INPUT, ModelSource

KEPT = 8
MAX_TITLE_CHARS = 60


def read_recent(text: str) -> list[ModelSource]:
    """The sources in a setting's text; a line that is none is left out."""
    found = []
    for line in text.splitlines():
        source = _read(line)
        if source is not None and source.path.exists():
            found.append(source)
    return found


def add_recent(text: str, source: ModelSource) -> str:
    """The setting's text with a source put first."""
    line = json.dumps(source.to_json())
    return "\n".join([line, *(old for old in text.splitlines() if old != line)][:KEPT])


def title_of(source: ModelSource) -> str:
    """How a menu names a source: what tells it from others of the same file is added."""
    parts = [source.name]
    if source.encoder is not None:
        parts.append(f"with {source.encoder.stem}")
    if "role" in source.choices:
        parts.append(f"as {source.choices['role']}")
    if "cut" in source.choices:
        parts.append(f"cut after {source.choices['cut']}")
    if "size" in source.choices:
        parts.append(source.choices["size"].replace("x", "×"))
    classes = [
        key.removeprefix(CHOSEN_INPUT)
        for key, choice in source.choices.items()
        if key.startswith(CHOSEN_INPUT) and choice == "class"
    ]
    if classes:
        parts.append(f"class {', '.join(classes)}")
    return shorten(", ".join(parts), MAX_TITLE_CHARS).replace("&", "&&")  # & marks a key


def _read(line: str) -> ModelSource | None:
    try:
        source = ModelSource.from_json(json.loads(line))
        _ = source.path
    except (ValueError, TypeError, AttributeError, LatentExplorerError):
        return None
    return source
