import numpy as np
import pytest

from models.metrics import measure_pictures, name_measures


@pytest.mark.parametrize("shape", [(3, 28, 28, 1), (2, 40, 12, 3), (1, 11, 11, 1), (2, 8, 28, 1)])
def test_measures_are_those_of_tensorflow(shape: tuple[int, ...]) -> None:
    generator = np.random.default_rng(1)
    clean = generator.random(shape, dtype=np.float32)
    noisy = np.clip(clean + generator.normal(0, 0.3, shape), 0, 1).astype(np.float32)
    import tensorflow as tf

    measures = measure_pictures(noisy, clean)
    mse = tf.reduce_mean(tf.square(noisy - clean), axis=(1, 2, 3))
    np.testing.assert_allclose(measures[:, 0], mse, rtol=1e-4)
    np.testing.assert_allclose(measures[:, 1], tf.image.psnr(noisy, clean, 1.0), rtol=1e-4)
    if min(shape[1:3]) < 11:
        assert np.isnan(measures[:, 2]).all()
    else:
        ssim = tf.image.ssim(noisy, clean, 1.0)
        np.testing.assert_allclose(measures[:, 2], ssim, rtol=1e-4, atol=1e-5)


def test_equal_pictures_are_as_good_as_it_gets() -> None:
    picture = np.full((1, 28, 28, 1), 0.5, np.float32)
    measures = name_measures(measure_pictures(picture, picture))
    assert measures == pytest.approx({"mse": 0.0, "psnr_db": 100.0, "ssim": 1.0})
