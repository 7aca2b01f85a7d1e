"""What the names that people give to layers tell of them."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case and without numbers.

    Examples
    --------
    >>> words("z_LogVar_2"), words("inputLabel")
    (('z', 'log', 'var'), ('input', 'label'))
    """
    return tuple(word.lower() for word in _WORD.findall(name))
