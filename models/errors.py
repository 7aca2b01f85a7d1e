"""The exception tree; every error a user can meet is one of these.

::

    LatentExplorerError
    ├── ArchitectureError   layers or shapes that do not fit together
    ├── BundleError         a bundle that is missing, torn, tampered or mismatched
    ├── ModelFileError      a model file that cannot be opened, or must not be
    ├── DataError           a data set that cannot be read
    ├── NoiseError          a kind of noise or a setting that does not exist
    ├── PictureError        a picture that cannot be opened or has a wrong shape
    ├── LatentError         a latent vector with a wrong length or no finite value
    ├── SessionError        a session that cannot be saved or opened
    ├── TrainingError       a training that cannot start or go on
    ├── WireError           a message that breaks the rules of the wire
    └── EngineError         an engine that cannot start or answer
"""

from __future__ import annotations


class LatentExplorerError(Exception):
    """An error told to the user in one sentence.

    Parameters
    ----------
    thing : str
        What the error is about: a file, a layer, a setting.
    rule : str
        What has to hold.
    received : str
        What was found instead.
    advice : str, optional
        What the user can do about it.

    Examples
    --------
    >>> print(BundleError("card.json", "must be JSON", "an empty file", "train the bundle again"))
    card.json must be JSON; received an empty file; train the bundle again.
    """

    def __init__(self, thing: str, rule: str, received: str, advice: str = "") -> None:
        self.thing = thing
        self.rule = rule
        self.received = received
        self.advice = advice
        super().__init__(thing, rule, received, advice)

    def __str__(self) -> str:
        tail = f"; {self.advice}" if self.advice else ""
        return f"{self.thing} {self.rule}; received {self.received}{tail}."


class ArchitectureError(LatentExplorerError):
    """Layers or shapes that do not fit together."""


class BundleError(LatentExplorerError):
    """A bundle that is missing, torn, tampered with or mismatched."""


class ModelFileError(LatentExplorerError):
    """A model file that cannot be opened, or must not be.

    Parameters
    ----------
    reason : str
        Key of :data:`REASONS`.
    details : str, optional
        More than the one sentence, for those who ask.
    """

    def __init__(
        self,
        thing: str,
        rule: str,
        received: str,
        advice: str = "",
        *,
        reason: str,
        details: str = "",
    ) -> None:
        super().__init__(thing, rule, received, advice)
        self.reason = reason
        self.details = details


REASONS = {
    "code": "it would run code that the file brings",
    "unknown-class": "it asks for a layer or model that is not built in",
    "file-access": "it would read or load other files",
    "archive": "its archive breaks the rules",
    "bomb": "it would take more memory or time than it may",
    "unsupported-format": "it is no Keras model",
    "corrupt": "it is torn or damaged",
    "mismatch": "its parts do not fit together",
    "weights-only": "it holds weights without a model",
}


class DataError(LatentExplorerError):
    """A data set that cannot be read."""


class NoiseError(LatentExplorerError):
    """A kind of noise, or a setting of one, that does not exist."""


class PictureError(LatentExplorerError):
    """A picture that cannot be opened or has a wrong shape."""


class LatentError(LatentExplorerError):
    """A latent vector with a wrong length, or with a value that is not finite."""


class SessionError(LatentExplorerError):
    """A session that cannot be saved or opened."""


class TrainingError(LatentExplorerError):
    """A training that cannot start or go on."""


class WireError(LatentExplorerError):
    """A message that breaks the rules of the wire."""


class EngineError(LatentExplorerError):
    """An engine that cannot start or answer."""
