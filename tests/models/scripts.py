"""Scripts run as a user runs them, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# One after the other in one process, for importing TensorFlow takes seconds; each starts anew.
RUN = """
import runpy, sys
import numpy as np
for path in sys.argv[1:]:
    left = runpy.run_path(path)
    np.savez(path + ".npz", z=left["z"], picture=left["picture"])
"""


def run_scripts(scripts: Sequence[str], folder: Path) -> list[dict[str, npt.NDArray[Any]]]:
    """Run scripts, and give the ``z`` and the ``picture`` that each leaves."""
    paths = [folder / f"script_{number}.py" for number in range(len(scripts))]
    for path, script in zip(paths, scripts, strict=True):
        path.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN, *map(str, paths)],
        cwd=folder,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    left = []
    for path in paths:
        with np.load(f"{path}.npz") as arrays:
            left.append(dict(arrays))
    return left
