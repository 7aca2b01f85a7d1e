"""A training in a process of its own, for a window that watches it.

The window writes one JSON line with the job, and maybe ``stop``; what is told are JSON
lines, too. The end of the window's pipe is the end of this process.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from models.architecture import code_of
from models.data import Dataset, load_dataset, to_float
from models.epochs import (
    MOST_SAMPLES,
    FixedSamples,
    KeptEpoch,
    code_count,
    keep_epoch,
    keep_samples,
    small_pictures,
)
from models.errors import LatentExplorerError, TrainingError
from models.inspection.refusing import shorten
from models.noise import Gaussian, Pictures, corrupt
from models.quiet import import_keras
from models.training_job import TrainingJob, write_job

if TYPE_CHECKING:
    from models.train import Progress, WholeEpoch

STOP: Final = "stop"
NICENESS = 10  # a hand on the window goes first
AUTOGROUP = Path("/proc/self/autogroup")
BELOW_NORMAL = 0x4000  # the same on Windows
ONE_THREAD = {  # the other cores are the window's and the engine's
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
TELL_EVERY_S = 0.2
SAMPLE_SEED = 3
MAX_REASON_CHARS = 100

Tell = Callable[..., None]


class Stopped(Exception):  # noqa: N818  # no error: somebody wanted it
    """The window wants no more steps."""


def main() -> None:
    """Train what the first line of standard input tells; does not return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the window
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed goes to the log

    def tell(kind: str, **fields: Any) -> None:
        with contextlib.suppress(OSError):  # the window has gone, and this process goes next
            told.write(json.dumps({"kind": kind, **fields}) + "\n")
            told.flush()

    os.environ.update(ONE_THREAD)
    _go_last()
    asked = json.loads(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(target=_watch, args=(sys.stdin, stop), daemon=True).start()
    run(asked, tell, stop)
    told.close()
    os._exit(0)  # without waiting for threads of TensorFlow, or for the watching one


def run(asked: dict[str, Any], tell: Tell, stop: threading.Event) -> None:
    """Train, and tell how it goes; raises nothing.

    Parameters
    ----------
    asked : dict
        ``out``, a folder, and ``job``, see :class:`models.training_job.TrainingJob`.
    tell : callable of (kind, **fields)
        ``started``, ``step``, ``epoch`` and one of ``done``, ``stopped`` and ``refused``.
    stop : Event
        Set from another thread, it ends the training after the step that goes on.
    """
    try:
        _train(Path(asked["out"]), TrainingJob.from_json(asked["job"]), tell, stop)
    except Stopped:
        tell("stopped")
    except LatentExplorerError as error:
        tell("refused", sentence=str(error))
    except OSError as error:
        thing = f"{error.filename}: " if error.filename else ""
        tell("refused", sentence=f"{thing}{error.strerror or error}.")
    except Exception as error:  # noqa: BLE001  # TensorFlow's own, as where there is no memory
        traceback.print_exc()
        found = f"{type(error).__name__}: {str(error).strip()}".splitlines()[0]
        sentence = TrainingError(
            "The training", "must go on", shorten(found, MAX_REASON_CHARS), "make it smaller"
        )
        tell("refused", sentence=str(sentence))


def _train(out: Path, job: TrainingJob, tell: Tell, stop: threading.Event) -> None:
    dataset = load_dataset(job.data or None)
    config = job.config(dataset)
    import_keras()
    from models.train import train

    watcher = Watcher(out, job, dataset, tell, stop)
    train(config, dataset, out, watcher.on_progress, watcher.on_epoch)
    tell("done")


def fixed_samples(dataset: Dataset, noisy: bool, codes: int) -> tuple[FixedSamples, Pictures]:
    """What every epoch is to be shown: pictures of as many classes as there are.

    Returns
    -------
    samples : FixedSamples
        To keep.
    given : ndarray of float32
        What the encoder is given to make pictures of, at its full size.
    """
    labels = dataset.y_test
    firsts = np.unique(labels, return_index=True)[1]
    others = np.setdiff1d(np.arange(len(labels)), firsts)
    clean = to_float(dataset.x_test[np.concatenate([firsts, others])[:MOST_SAMPLES]])
    given = clean.copy()
    if noisy:  # the first half of them, as in validation
        given[: len(clean) // 2] = corrupt(clean[: len(clean) // 2], Gaussian(), SAMPLE_SEED)
    side_px = (int(clean.shape[1]), int(clean.shape[2]))
    shown = FixedSamples(small_pictures(clean), small_pictures(given), labels[:codes], side_px)
    return shown, given


class Watcher:
    """Tells a window of a training, keeps its epochs, and ends it where that is wanted.

    Parameters
    ----------
    out : Path
    job : TrainingJob
    dataset : Dataset
    tell : callable of (kind, **fields)
    stop : Event
    """

    def __init__(
        self, out: Path, job: TrainingJob, dataset: Dataset, tell: Tell, stop: threading.Event
    ) -> None:
        self._out, self._job, self._tell, self._stop = out, job, tell, stop
        codes = code_count(job.latent_dim)
        self._samples, self._given = fixed_samples(dataset, job.noise != "none", codes)
        self._coded = to_float(dataset.x_test[:codes])
        self._noted = False
        self._told_s = 0.0
        self._told_loss = (0, 0, 0.0)  # epoch, step, sum of the losses until then

    def on_progress(self, progress: Progress) -> None:
        """Tell the mean loss of the steps since it was last told.

        Raises
        ------
        Stopped
            If no more steps are wanted.
        """
        if not self._noted:  # by now the folder is there, and this process has it to itself
            write_job(self._out, self._job)
            keep_samples(self._out, self._samples)
            self._noted = True
        now_s = time.monotonic()
        at_an_end = progress.step in (1, progress.steps)  # told however fast it goes
        if at_an_end or now_s - self._told_s >= TELL_EVERY_S:
            self._told_s = now_s
            self._tell_step(progress)
        if self._stop.is_set():
            raise Stopped

    def _tell_step(self, progress: Progress) -> None:
        epoch, before, sum_before = self._told_loss
        if epoch != progress.epoch:
            before, sum_before = 0, 0.0
        total = progress.loss * progress.step
        self._told_loss = (progress.epoch, progress.step, total)
        self._tell(
            "step",
            epoch=progress.epoch,
            step=progress.step,
            steps=progress.steps,
            loss=(total - sum_before) / (progress.step - before),
        )

    def on_epoch(self, whole: WholeEpoch) -> None:
        """Keep the epoch and tell of it."""
        models = whole.models
        made = models.decoder(code_of(models.encoder(self._given)))
        codes = np.asarray(code_of(models.encoder(self._coded)))
        kept = KeptEpoch(small_pictures(np.asarray(made)), codes, models.decoder.get_weights())
        keep_epoch(self._out, whole.epoch, kept)
        self._tell(
            "epoch",
            epoch=whole.epoch,
            loss=whole.losses["loss"],
            validation_loss=whole.validation["loss"],
        )


def _watch(stream: IO[str], stop: threading.Event) -> None:
    for line in stream:
        if line.strip() == STOP:
            stop.set()
    os._exit(1)  # the window is gone; what is kept is kept


def _go_last() -> None:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
        return
    os.nice(NICENESS)
    # Linux may share out processors by session first: within the window's own, whatever is
    # taken here would count as the window's.
    with contextlib.suppress(OSError):
        os.setsid()
        AUTOGROUP.write_text(str(NICENESS))
