"""Files -> an open model: Keras Models built from what was inspected, and what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.answers import Answerer
from models.loading import load_models
from models.networks import DecoderEnds, EncoderEnds, Networks
from models.ports import LatentPort, PicturePort
from models.source import ModelSource
from models.subject import Subject


@dataclass(frozen=True, eq=False)
class Opened:
    """A model that can be asked.

    Attributes
    ----------
    answerer : Answerer
    subject : Subject
        What the window is told of it.
    """

    answerer: Answerer
    subject: Subject


def open_source(source: ModelSource) -> Opened:
    """Open a bundle or a user's files.

    Raises
    ------
    BundleError
        If a bundle is missing, torn, tampered with or mismatched.
    ModelFileError
        If a file cannot be opened, or must not be.
    """
    if source.bundle is not None:
        return open_bundle_models(source.bundle)
    return open_files(source)


def open_bundle_models(folder: Path) -> Opened:
    """Open a bundle, whose card says all that there is to know."""
    loaded = load_models(folder)
    decoder, subject = loaded.decoder, Subject.of_bundle(loaded.bundle)
    ends = DecoderEnds(
        (LatentPort(decoder.inputs[0].name, (loaded.bundle.latent_dim,)),),
        outputs=(decoder.output_names[0],),
    )
    picture = PicturePort("HWC", *loaded.bundle.picture_shape)
    networks = Networks(decoder, ends, loaded.encoder, EncoderEnds(picture))
    answerer = Answerer(networks, subject.outputs)
    answerer.warm_up()
    return Opened(answerer, subject)


def open_files(source: ModelSource) -> Opened:
    """Open a user's files."""
    raise NotImplementedError(source)
