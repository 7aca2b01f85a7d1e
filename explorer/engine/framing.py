"""An engine's answer as the window's frame."""

from __future__ import annotations

import math
from typing import Any

from explorer.state.frame import Frame, Request
from models.wire import Message


def to_frame(request: Request, message: Message) -> Frame:
    """The frame that a ``frame`` message makes of the request that it answers."""

    def side(prefix: str) -> dict[str, Any]:
        return {
            name.removeprefix(prefix): array
            for name, array in message.arrays.items()
            if name.startswith(prefix)
        }

    sent = {name: array for name, array in request.arrays.items() if name != "z"}
    return Frame(
        seq=request.seq,
        model_id=message.fields["model_id"],
        request=request.kind,
        inputs=sent | side("inputs."),
        z=message.arrays.get("z", request.arrays.get("z")),
        outputs=side("outputs."),
        metrics={
            name: {key: math.nan if value is None else value for key, value in measures.items()}
            for name, measures in message.fields.get("metrics", {}).items()
        },
        seconds=message.fields["seconds"],
        is_beside=message.fields.get("beside") is True,
    )
