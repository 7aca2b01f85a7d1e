"""The process that works over all codes: Python and numpy."""

from __future__ import annotations

from pathlib import Path

from explorer.engine.child_process import ChildProcess


class AnalysisProcess(ChildProcess):
    """One analysis process and the connection to it.

    Parameters
    ----------
    log_path : Path
        Where it writes its errors.
    """

    def __init__(self, log_path: Path) -> None:
        super().__init__("The analysis", "models.analysis_serve", log_path)
