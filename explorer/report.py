"""What a user can copy into a bug report."""

from __future__ import annotations

import platform
from pathlib import Path

from PyQt6.QtCore import PYQT_VERSION_STR, QT_VERSION_STR
from PyQt6.QtGui import QGuiApplication

PACKAGES = ("latent-explorer", "tensorflow", "keras", "numpy", "pyqtgraph", "pillow")
TAIL_BYTES = 8000


def make_report(bundle: Path, engine: str, own_log: Path, engine_log: Path) -> str:
    """Versions, platform, the engine's state and the ends of both log files."""
    lines = ["Latent Explorer report", f"bundle: {bundle.name}", f"engine: {engine}"]
    lines += [f"{name}: {_version(name)}" for name in PACKAGES]
    lines += [
        f"PyQt6: {PYQT_VERSION_STR}, Qt: {QT_VERSION_STR}",
        f"screen: {QGuiApplication.platformName()}",
        f"Python: {platform.python_version()} on {platform.platform()}",
        "",
        "The end of the app's log:",
        _tail(own_log),
        "",
        "The end of the engines' log:",
        _tail(engine_log),
    ]
    return "\n".join(lines)


def _version(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _tail(log: Path) -> str:
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - TAIL_BYTES))
            return stream.read().decode("utf-8", "replace").strip() or "(empty)"
    except OSError:
        return "(none)"
