"""What a process may still do in the sandbox; each attempt is in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import models
from models import landlock

ROOT = Path(models.__file__).parents[1]
VERSION = landlock.version() if sys.platform == "linux" else 0
needs_posix = pytest.mark.skipif(os.name != "posix", reason="this system has no such limits")
needs_landlock = pytest.mark.skipif(VERSION == 0, reason="this kernel has no Landlock")

PROLOGUE = f"""
import os, socket, subprocess, sys, time
from pathlib import Path

sys.path.append({str(ROOT)!r})
from models import landlock, sandbox

given, own, outside, beside = (Path(name) for name in ("given", ".", "outside", "script"))
given, outside, beside = (Path("..", path).resolve() for path in (given, outside, beside))
"""
ENTER = "missing = sandbox.enter([given, given / 'none'], own, 2**30)\n"

Attempt = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    """Runs a few lines in a process that works in a folder of its own."""
    for name in ("given", "own", "outside", "script"):
        (tmp_path / name).mkdir()
    (tmp_path / "given" / "model.keras").write_text("model")
    (tmp_path / "outside" / "secret").write_text("secret")
    (tmp_path / "script" / "beside").write_text("secret")

    def run(lines: str) -> subprocess.CompletedProcess[str]:
        script = tmp_path / "script" / "script.py"
        script.write_text(PROLOGUE + lines)
        return subprocess.run(
            [sys.executable, script],
            cwd=tmp_path / "own",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@needs_landlock
@pytest.mark.parametrize(
    "line",
    [
        '(given / "model.keras").read_bytes()',
        "list(given.iterdir())",
        '(own / "scratch").write_text("x"); (own / "scratch").unlink()',
        'Path("/dev/null").write_text("x")',
        'Path("/dev/urandom").open("rb").read(1)',
        'Path("/proc/self/status").read_text()',
        "import wave, numpy",
        'time.strftime("%H:%M")',
    ],
)
def test_what_an_engine_needs_is_allowed(attempt: Attempt, line: str) -> None:
    assert attempt(ENTER + line).stderr == ""


@needs_landlock
@pytest.mark.parametrize(
    ("line", "since_version"),
    [
        ('(outside / "secret").read_text()', 1),
        ("list(outside.iterdir())", 1),
        ('(beside / "beside").read_text()', 1),
        ('Path("/etc/passwd").read_text()', 1),
        ('os.truncate(outside / "secret", 0)', 3),
        ('(outside / "secret").unlink()', 1),
        ('(own / "link").symlink_to(outside / "secret")', 1),
        ('(given / "model.keras").write_text("x")', 1),
        ('(given / "more").write_text("x")', 1),
        ('subprocess.run(["/bin/true"], check=True)', 1),
        ('socket.create_connection(("127.0.0.1", 9), timeout=5)', 4),
        ("os.kill(os.getppid(), 0)", 6),
    ],
)
def test_nothing_else_is(attempt: Attempt, line: str, since_version: int) -> None:
    if since_version > VERSION:
        pytest.skip("this kernel's Landlock does not know how")
    assert "PermissionError" in attempt(ENTER + line).stderr.splitlines()[-1]
    assert "PermissionError" not in attempt(line).stderr


@needs_posix
def test_no_large_file_is_written(attempt: Attempt) -> None:
    done = attempt(ENTER + 'Path("large").write_bytes(bytes(sandbox.MAX_WRITTEN_FILE_BYTES + 1))')
    assert "File too large" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone counts a process's memory")
def test_memory_beyond_the_limit_is_an_error_and_the_process_goes_on(attempt: Attempt) -> None:
    done = attempt(
        ENTER
        + """
half = bytes(2**29)
try:
    bytes(2**29 + 2**28)
except MemoryError:
    print("too much", len(half))
"""
    )
    assert (done.stdout, done.stderr) == (f"too much {2**29}\n", "")


@needs_posix
def test_what_spins_is_ended(attempt: Attempt) -> None:
    done = attempt(ENTER + "with sandbox.limited_cpu(0.2):\n    while True:\n        pass\n")
    assert done.returncode == -signal.SIGXCPU


@needs_posix
def test_the_limit_of_time_is_lifted_afterwards(attempt: Attempt) -> None:
    done = attempt(
        """
import resource
before = resource.getrlimit(resource.RLIMIT_CPU)
with sandbox.limited_cpu(5):
    inside = resource.getrlimit(resource.RLIMIT_CPU)
print(inside[0], resource.getrlimit(resource.RLIMIT_CPU) == before)
"""
    )
    limit_s, is_lifted = done.stdout.split()
    assert int(limit_s) in (6, 7, 8)
    assert is_lifted == "True"


@pytest.mark.skipif(sys.platform != "linux", reason="this system has no Landlock")
def test_a_kernel_without_landlock_is_no_error_but_told(attempt: Attempt) -> None:
    done = attempt(
        """
def refuse(*arguments):
    raise OSError(38, "Function not implemented")

landlock._call = refuse
"""
        + ENTER
        + 'print(landlock.version(), missing); (outside / "secret").read_text()'
    )
    assert done.stdout.startswith("0 (")
    assert "Function not implemented" in done.stdout
    assert done.stderr == ""


@needs_landlock
def test_threads_that_tensorflow_starts_are_inside_too(attempt: Attempt) -> None:
    done = attempt(
        """
from models.serve import import_libraries
import_libraries()
if os.fork() != 0:
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""
        + ENTER
        + """
import threading
import tensorflow as tf

def read(path):
    files = tf.data.Dataset.from_tensors(str(path)).map(tf.io.read_file, num_parallel_calls=2)
    return [content.numpy() for content in files]

print(read(given / "model.keras"), len(os.listdir("/proc/self/task")) > 2)
try:
    read(outside / "secret")
except tf.errors.PermissionDeniedError:
    print("denied")
"""
    )
    assert done.stdout.split("\n")[:2] == ["[b'model'] True", "denied"], done.stderr
