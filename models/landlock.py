"""Landlock, by which a Linux process gives up access to files for good (kernel 5.13 and later).

The C library has no functions for its three system calls. Numbers and layouts
are those of ``linux/landlock.h`` and the same on every architecture that has
TensorFlow.
"""

from __future__ import annotations

import ctypes
import enum
import os
import stat
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
TELL_VERSION = 1
RULE_PATH_BENEATH = 1
SET_NO_NEW_PRIVILEGES = 38  # of prctl; without it only the administrator may restrict a process


class Right(enum.IntFlag):
    """What can be done to a file or folder, in the kernel's order."""

    EXECUTE = enum.auto()
    WRITE_FILE = enum.auto()
    READ_FILE = enum.auto()
    READ_DIR = enum.auto()
    REMOVE_DIR = enum.auto()
    REMOVE_FILE = enum.auto()
    MAKE_CHAR = enum.auto()
    MAKE_DIR = enum.auto()
    MAKE_REG = enum.auto()
    MAKE_SOCK = enum.auto()
    MAKE_FIFO = enum.auto()
    MAKE_BLOCK = enum.auto()
    MAKE_SYM = enum.auto()
    REFER = enum.auto()
    TRUNCATE = enum.auto()
    IOCTL_DEV = enum.auto()


READING = Right.READ_FILE | Right.READ_DIR
WRITING = (
    READING | Right.WRITE_FILE | Right.TRUNCATE | Right.REMOVE_DIR | Right.REMOVE_FILE
    | Right.MAKE_DIR | Right.MAKE_REG
)  # fmt: skip
OF_A_FILE = Right.READ_FILE | Right.WRITE_FILE | Right.TRUNCATE

# What a kernel knows of, from the version of Landlock in which it was new.
NEW_FILE_RIGHTS = {
    1: Right(2**13 - 1),
    2: Right.REFER,
    3: Right.TRUNCATE,
    5: Right.IOCTL_DEV,
}
NEW_NETWORK_RIGHTS = {4: 0b11}  # bind and connect by TCP
NEW_SCOPES = {6: 0b11}  # abstract sockets and signals of processes outside


def version() -> int:
    """The kernel's version of Landlock; 0 where there is none."""
    try:
        return _call(CREATE_RULESET, None, 0, TELL_VERSION)
    except OSError:
        return 0


def restrict(read: Iterable[Path], write: Iterable[Path]) -> None:
    """Let this thread, and all that it starts, reach no other files; nor run a program.

    Connecting by TCP and sending signals to other processes end too, where the
    kernel knows how. Before 6.2 it did not know how to keep a file from being cut short.

    Parameters
    ----------
    read, write : iterable of Path
        Files, and folders with all that is in them; what is not there is left out.
        What may be written may be read.

    Raises
    ------
    OSError
        If the kernel has no Landlock, or it is turned off.
    """
    abi = _call(CREATE_RULESET, None, 0, TELL_VERSION)
    rights = Right(_known(NEW_FILE_RIGHTS, abi))
    attributes = struct.pack(
        "=QQQ", rights, _known(NEW_NETWORK_RIGHTS, abi), _known(NEW_SCOPES, abi)
    )
    ruleset = _call(CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path in read:
            _allow(ruleset, path, READING & rights)
        for path in write:
            _allow(ruleset, path, WRITING & rights)
        _set_no_new_privileges()
        _call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _known(new: Mapping[int, int], abi: int) -> int:
    return sum(rights for since, rights in new.items() if since <= abi)


def _allow(ruleset: int, path: Path, rights: Right) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= OF_A_FILE
        rule = struct.pack("=Qi", rights, descriptor)
        _call(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)


def _set_no_new_privileges() -> None:
    zero, one = ctypes.c_ulong(0), ctypes.c_ulong(1)
    if _libc().prctl(SET_NO_NEW_PRIVILEGES, one, zero, zero, zero) != 0:
        _raise()


def _call(number: int, *arguments: bytes | int | None) -> int:
    """One system call; each argument as wide as a register."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
    result = _libc().syscall(ctypes.c_long(number), *wide)
    if result < 0:
        _raise()
    return int(result)


def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


def _raise() -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
