"""A bundle like the one that comes with the app, with a decoder that takes long."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from models.bundle import DECODER, DEFAULT, read_card, write_card

CALL_MS = 300
FILTERS = 256
TRIAL_CALLS = 4
TRIALS = 5


def write_slow_bundle(folder: Path) -> int:
    """Write the bundle; its decoder takes about 300 ms a picture on this machine.

    Returns
    -------
    int
        How often the decoder applies its one large convolution.
    """
    shutil.copytree(DEFAULT, folder)
    # In a process of its own: TensorFlow must not get into that of the window.
    command = [sys.executable, "-m", "tests.bench.slow_bundle", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    card = {name: value for name, value in read_card(folder).items() if name != "files"}
    write_card(folder, card)
    return int(json.loads(done.stdout.splitlines()[-1]))


def _build(calls: int) -> Any:
    import keras
    from keras import layers

    z = keras.Input((16,), name="decoder_input")
    x = layers.Dense(28 * 28)(z)
    x = layers.Reshape((28, 28, 1))(x)
    x = layers.Conv2D(FILTERS, 1)(x)
    convolution = layers.Conv2D(FILTERS, 3, padding="same", activation="tanh")
    for _ in range(calls):
        x = convolution(x)
    output = layers.Conv2D(1, 1, activation="sigmoid", name="decoder_output")(x)
    return keras.Model(z, output, name="decoder")


def _measure_ms(model: Any) -> float:
    """Time of a call on one core; of the processor, so that a busy machine counts little."""
    import tensorflow as tf

    call = tf.function(lambda z: model(z, training=False))
    z = tf.zeros((1, 16))
    call(z)
    times_s = []
    for _ in range(TRIALS):
        started_s = time.process_time()
        call(z).numpy()
        times_s.append(time.process_time() - started_s)
    return min(times_s) * 1000


def _main(folder: Path) -> None:
    import tensorflow as tf

    # As in an engine.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    fixed_ms, trial_ms = _measure_ms(_build(0)), _measure_ms(_build(TRIAL_CALLS))
    calls = max(1, round((CALL_MS - fixed_ms) * TRIAL_CALLS / (trial_ms - fixed_ms)))
    _build(calls).save(folder / DECODER)
    print(json.dumps(calls))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
