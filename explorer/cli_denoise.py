"""``latent-explorer denoise``: a picture file in, a denoised one out."""

from __future__ import annotations

from argparse import Namespace as Options

import numpy as np
import numpy.typing as npt

from models.architecture import code_of
from models.bundle import DEFAULT, Bundle, open_bundle
from models.digits import Picture
from models.errors import NoiseError, PictureError
from models.loading import load_models
from models.metrics import measure_pictures
from models.noise import KINDS, Noise, Pictures, corrupt
from models.pictures import open_picture, save_picture, to_digit
from models.quiet import import_keras

INVERT = {"auto": None, "yes": True, "no": False}


def denoise(options: Options) -> int:
    """Picture -> digit -> (noise) -> encoder -> decoder -> picture."""
    noise = _noise(options)
    if options.out.suffix.lower() != ".png":
        raise PictureError(str(options.out), "must be named .png", repr(options.out.suffix))
    bundle = open_bundle(options.bundle or DEFAULT)
    picture = open_picture(options.picture)
    digit = _digit(picture, bundle, options)
    clean = np.repeat(digit[None, :, :, None], bundle.picture_shape[2], axis=3)  # (1, h, w, c)
    noisy = corrupt(clean, noise, options.seed)
    import_keras()
    models = load_models(bundle.folder)
    denoised = np.asarray(models.decoder(code_of(models.encoder(noisy))))
    save_picture(options.out, _enlarge(denoised[0], options.scale))
    print(f"{options.picture}: {_size(picture)} pixels, denoised at {_size(digit)}: {options.out}")
    if options.noise:
        print(_measures("noisy", noisy, clean))
        print(_measures("denoised", denoised, clean))
    return 0


def _noise(options: Options) -> Noise:
    if options.noise is None:
        if options.strength is not None:
            raise NoiseError("--strength", "needs a --noise that it is the strength of", "none")
        return Noise()
    if options.noise not in KINDS:
        raise NoiseError("--noise", "must be one of " + ", ".join(KINDS), repr(options.noise))
    strength = 1.0 if options.strength is None else options.strength
    return KINDS[options.noise].parameters.at_strength(strength)


def _digit(picture: Picture, bundle: Bundle, options: Options) -> Picture:
    shape = bundle.picture_shape[:2]
    normalise = options.normalise
    if normalise is None:  # a picture of the model's own size is taken as it stands
        normalise = picture.shape != shape
    return to_digit(picture, INVERT[options.invert], normalise, shape)


def _enlarge(picture: npt.NDArray[np.float32], scale: int) -> npt.NDArray[np.float32]:
    """Grey (h, w) or RGB (h, w, 3), each pixel ``scale`` wide."""
    if picture.shape[2] != 3:
        picture = picture.mean(axis=2)
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def _size(picture: Picture) -> str:
    return f"{picture.shape[1]} × {picture.shape[0]}"


def _measures(name: str, pictures: Pictures, clean: Pictures) -> str:
    mse, psnr_db, ssim = measure_pictures(pictures, clean)[0]
    return f"{name:<10}MSE {mse:.5f}  PSNR {psnr_db:.2f} dB  SSIM {ssim:.3f}"
