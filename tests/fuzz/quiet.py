"""Where the noise of libraries goes."""

from __future__ import annotations

import os
import warnings
from pathlib import Path


def be_quiet(log: Path) -> None:
    """Let all that this process prints go to a file, crashes included."""
    stream = log.open("ab")
    os.dup2(stream.fileno(), 1)
    os.dup2(stream.fileno(), 2)
    warnings.simplefilter("ignore")  # pictures and Keras warn of plenty
