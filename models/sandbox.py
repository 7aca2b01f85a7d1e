"""What an engine may do: read its model and its libraries, and take so much memory and time.

Each limit is a no-op where the platform has none, and :func:`enter` says so. A
thread that already runs keeps what it may, hence all this comes before the first.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from models.inspection.limits import ENGINE_MEMORY_BYTES, MIB

# The log has 1 MiB; Keras and TensorFlow write nothing that an engine needs.
MAX_WRITTEN_FILE_BYTES = 16 * MIB

PROCESS_FOLDER = Path("/proc")
# Other devices are none of an engine's business, nor is the shared memory of other programs.
DEVICES = tuple(Path("/dev", name) for name in ("null", "zero", "random", "urandom"))
SHARED_LIBRARIES = tuple(
    Path(name)
    for name in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
)
LOCAL_TIME = Path("/etc/localtime")  # for the log


def enter(
    readable: Sequence[Path],
    writable: Path,
    memory_extra_bytes: int = ENGINE_MEMORY_BYTES,
) -> tuple[str, ...]:
    """Give up, for good, what an engine does not need; threads started later inherit it.

    On Linux that is every file but those named here, Python's own, the
    packages', the shared libraries and /proc; every connection by TCP; every
    signal to other processes; and address space beyond a limit. Elsewhere on
    POSIX it is large files and core dumps.

    Parameters
    ----------
    readable : sequence of Path
        Folders, with all that is in them, and files; one that is not there is left out.
    writable : Path
        The one folder to write in.
    memory_extra_bytes : int
        How much address space may be taken beyond what is taken now.

    Returns
    -------
    tuple of str
        What this platform could not do, each in a few words.
    """
    if sys.platform == "win32":
        return ("limits of a process",)
    import resource

    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, MAX_WRITTEN_FILE_BYTES)
    if sys.platform != "linux":
        return ("a limit of memory", "a limit to the model's own files")
    from models import landlock

    _lower(resource.RLIMIT_AS, _address_space_bytes() + memory_extra_bytes)
    try:
        landlock.restrict(
            read=[*readable, *package_paths(), *SHARED_LIBRARIES, PROCESS_FOLDER, LOCAL_TIME,
                  *DEVICES],
            write=[writable, Path(os.devnull)],
        )  # fmt: skip
    except OSError as error:
        return (f"a limit to the model's own files ({error.strerror})",)
    return ()


@functools.cache
def package_paths() -> tuple[Path, ...]:
    """Where Python and the packages lie that are imported by now.

    Not all of ``sys.path``: a script's folder is on it too, and may be somebody's home.
    Worked out once: in a fork it takes 14 ms, as all modules are looked at.
    """
    folders = {Path(prefix, "lib") for prefix in (sys.prefix, sys.base_prefix)}
    folders |= {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib")}
    folders |= {Path(p) for p in sys.path if Path(p).name in ("site-packages", "dist-packages")}
    modules = [module for name, module in list(sys.modules.items()) if "." not in name]
    for about in [vars(module) for module in modules if isinstance(module, ModuleType)]:
        places = about.get("__path__") or filter(None, [about.get("__file__")])
        folders |= {Path(place) for place in places}
    return tuple(folder for folder in folders if not folders & set(folder.parents))


@contextlib.contextmanager
def limited_cpu(seconds: float) -> Iterator[None]:
    """End the process if what is done inside takes more processor time; rounded up to seconds."""
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(time.process_time() + seconds)
    if limit < _finite(soft):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _lower(kind: int, limit: int) -> None:
    import resource

    _, hard = resource.getrlimit(kind)
    limit = int(min(limit, _finite(hard)))
    resource.setrlimit(kind, (limit, limit))


def _finite(limit: int) -> float:
    import resource

    return math.inf if limit == resource.RLIM_INFINITY else limit


def _address_space_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
