"""The process that writes films starts in a moment and knows no window."""

from __future__ import annotations

import subprocess
import sys


def test_it_imports_neither_a_window_nor_a_model() -> None:
    program = (
        "import sys, explorer.export.filming; "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = [sys.executable, "-c", program]
    found = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    assert "PIL" in found
    assert not {"PyQt6", "pyqtgraph", "tensorflow", "keras", "h5py"}.intersection(found)
