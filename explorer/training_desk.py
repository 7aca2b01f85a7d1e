"""Trainings for the window: one at a time, in a process that ends with the window."""

from __future__ import annotations

import contextlib
import enum
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, pyqtSignal

from explorer.background import NewestWork
from explorer.log import log_path
from explorer.training_curves import Curves, EarlierLosses, read_earlier
from models.epochs import list_epochs
from models.errors import LatentExplorerError
from models.training_job import TrainingJob, is_finished, read_job

STOP_WITHIN_MS = 900  # then it is killed, and loses no whole epoch by that
END_WITHIN_MS = 3000
STATISTICS = "stats.jsonl"
DIED = "The training has ended by itself; Help → Copy report tells more."


class Phase(enum.Enum):
    """Where the desk stands."""

    NONE = "nothing is looked at"
    STARTING = "the process imports TensorFlow and reads the data"
    RUNNING = "steps are taken"
    STOPPING = "the last step is taken"
    RESTING = "it can go on"
    DONE = "it has become a bundle"


BUSY = frozenset({Phase.STARTING, Phase.RUNNING, Phase.STOPPING})


class TrainingDesk(QObject):
    """The training that is looked at, whether it goes on or not.

    Attributes
    ----------
    phase : Phase
    job : TrainingJob
    out : Path
        Its folder.
    curves : Curves
    epochs : list of int
        That are kept, in order.
    step : tuple of (int, int, int)
        Epoch, step in it, steps of an epoch; zeros before the first.
    sentence : str
        Why it ended, where it did not end well.
    changed : signal
        Any of these is another.
    model_wanted : signal of ModelSource
        The user wants to see what was trained.
    """

    changed = pyqtSignal()
    model_wanted = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phase = Phase.NONE
        self.job = TrainingJob()
        self.out = Path()
        self.curves = Curves()
        self.epochs: list[int] = []
        self.step = (0, 0, 0)
        self.sentence = ""
        self._process: QProcess | None = None
        self._outcome: tuple[Phase, str] | None = None  # as the process tells of its end
        self._began: tuple[float, int] | None = None  # seconds, steps done by then
        self._reading = NewestWork(self)
        self._reading.done.connect(self._take_losses)

    @property
    def is_busy(self) -> bool:
        """Whether a training goes on."""
        return self.phase in BUSY

    @property
    def seconds_left(self) -> float | None:
        """Until the last epoch is whole, as fast as it goes now; None where nobody knows."""
        if self._began is None or self.phase is not Phase.RUNNING:
            return None
        began_s, steps_before = self._began
        done = self._steps_done() - steps_before
        left = self.job.epochs * self.step[2] - self._steps_done()
        return (time.monotonic() - began_s) / done * left if done else None

    def start(self, job: TrainingJob, out: Path) -> None:
        """Train, or go on with what was trained in ``out``; nothing while a training goes on."""
        if self.is_busy:
            return
        self._look_at(job, out)
        self.phase = Phase.STARTING
        self._launch()
        self.changed.emit()

    def go_on(self) -> None:
        """Go on with what is looked at."""
        self.start(self.job, self.out)

    def stop(self) -> None:
        """End it after the step that goes on; its whole epochs are kept."""
        if self._process is None or self.phase is Phase.STOPPING:
            return
        self._process.write(b"stop\n")
        process = self._process
        QTimer.singleShot(STOP_WITHIN_MS, lambda: self._end(process))
        self.phase = Phase.STOPPING
        self.changed.emit()

    def look(self, out: Path) -> None:
        """Look at another training; at none if what is in ``out`` cannot be read."""
        if self.is_busy:
            return
        try:
            self._look_at(read_job(out), out)
        except LatentExplorerError as error:
            self._leave(str(error))
        else:
            self.phase = Phase.DONE if is_finished(out) else Phase.RESTING
        self.changed.emit()

    def leave(self) -> None:
        """Look at none."""
        if not self.is_busy:
            self._leave("")
            self.changed.emit()

    def close(self) -> None:
        """End what goes on, now."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(END_WITHIN_MS)
            process.deleteLater()
            self.phase = Phase.RESTING

    # The process -------------------------------------------------------------------------

    def _launch(self) -> None:
        process = QProcess(self)
        path = [str(Path(entry).absolute()) for entry in sys.path if entry]
        program = (
            f"import sys; sys.path[:] = {path!a}; from models.training_child import main; main()"
        )
        process.setProgram(sys.executable)
        process.setArguments(["-P", "-c", program])
        process.setWorkingDirectory(tempfile.gettempdir())
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONSAFEPATH", "1")
        environment.insert("TF_CPP_MIN_LOG_LEVEL", "3")
        process.setProcessEnvironment(environment)
        with contextlib.suppress(OSError):
            log_path().parent.mkdir(parents=True, exist_ok=True)
        process.setStandardErrorFile(str(log_path()), QProcess.OpenModeFlag.Append)
        process.readyReadStandardOutput.connect(lambda: self._read(process))
        process.finished.connect(lambda *_: self._on_end(process))
        process.errorOccurred.connect(lambda error: self._on_error(process, error))
        self._process, self._outcome = process, None
        process.start()
        asked = {"out": str(self.out), "job": self.job.to_json()}
        process.write(json.dumps(asked).encode() + b"\n")

    def _read(self, process: QProcess) -> None:
        while process is self._process and process.canReadLine():
            told = json.loads(bytes(process.readLine().data()))
            self._takers()[told["kind"]](told)
            self.changed.emit()

    def _takers(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        return {
            "step": self._take_step,
            "epoch": self._take_epoch,
            "done": lambda _: self._note_end(Phase.DONE),
            "stopped": lambda _: self._note_end(Phase.RESTING),
            "refused": lambda told: self._note_end(Phase.RESTING, str(told["sentence"])),
        }

    def _take_step(self, told: dict[str, Any]) -> None:
        self.step = (told["epoch"], told["step"], told["steps"])
        if self.phase is Phase.STARTING:
            self.phase = Phase.RUNNING
            self._began = (time.monotonic(), self._steps_done())
        self.curves.add_step(told["epoch"] - 1 + told["step"] / told["steps"], told["loss"])

    def _take_epoch(self, told: dict[str, Any]) -> None:
        self.curves.add_epoch(told["epoch"], told["validation_loss"])
        self.epochs = list_epochs(self.out)

    def _note_end(self, phase: Phase, sentence: str = "") -> None:
        self._outcome = (phase, sentence)

    def _settle(self, phase: Phase, sentence: str) -> None:
        """Go on without the process, which has ended."""
        self._process = None
        self.phase, self.sentence = phase, sentence
        if phase is Phase.RESTING and not self.step[0] and not self.epochs:
            self._leave(sentence)  # nothing has come of it

    def _end(self, process: QProcess) -> None:
        if process is self._process:
            process.kill()

    def _on_end(self, process: QProcess) -> None:
        self._read(process)
        said_nothing = (Phase.RESTING, "" if self.phase is Phase.STOPPING else DIED)
        self._settle(*(self._outcome or said_nothing))
        self.changed.emit()
        process.deleteLater()

    def _on_error(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and process is self._process:
            self._settle(Phase.RESTING, f"Python could not be started: {process.errorString()}.")
            self.changed.emit()
            process.deleteLater()

    # What is looked at -------------------------------------------------------------------

    def _look_at(self, job: TrainingJob, out: Path) -> None:
        self.job, self.out = job, out
        self.curves = Curves()
        self.epochs = list_epochs(out)
        self.step = (0, 0, 0)
        self.sentence = ""
        self._began = None
        statistics = out / STATISTICS
        if statistics.exists():
            self._reading.want(lambda: (out, read_earlier(statistics)))

    def _leave(self, sentence: str) -> None:
        self._reading.forget()
        self.phase, self.sentence = Phase.NONE, sentence
        self.epochs = []

    def _take_losses(self, found: tuple[Path, EarlierLosses]) -> None:
        out, losses = found
        if out == self.out:
            self.curves.add_earlier(losses)
            self.changed.emit()

    def _steps_done(self) -> int:
        epoch, step, steps = self.step
        return (epoch - 1) * steps + step
