"""Mutated files by the thousand through inspection, and some that pass it through Keras."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz.attempts import MODEL_ENDINGS, OPENED, WRONG
from tests.fuzz.mutating import mutate
from tests.fuzz.originals import make_originals
from tests.fuzz.working import Crew, Result


@dataclass
class Report:
    """What came of a run.

    Attributes
    ----------
    counts : mapping of (task, ending, outcome, reason) to int
    wrong : list of Result
        Errors that nobody caught, crashes, hangs and files of which something
        else came than was told.
    kept : Path or None
        Folder with the files of those.
    slowest : Result or None
        Of the inspections.
    inspecting_s, building_s : float
    """

    counts: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    wrong: list[Result] = field(default_factory=list)
    kept: Path | None = None
    slowest: Result | None = None
    inspecting_s: float = 0.0
    building_s: float = 0.0

    def count(self, task: str, outcome: str = "") -> int:
        """How many files took part, or had that outcome."""
        return sum(
            number
            for (each, _, found, _), number in self.counts.items()
            if each == task and outcome in ("", found)
        )


def fuzz(count: int, seed: int, survivors: int, workers: int, kept: Path, first: int = 0) -> Report:
    """Try mutations ``first`` to ``first + count``.

    Parameters
    ----------
    count, seed : int
    survivors : int
        How many models that pass inspection are built by Keras and called.
    workers : int
        Processes at once.
    kept : Path
        Folder for files of which something wrong came; made only then.
    """
    report = Report()
    passed: list[int] = []
    with tempfile.TemporaryDirectory(prefix="latent-explorer-fuzz-") as name:
        folder, originals = Path(name), Path(name, "originals")
        originals.mkdir()
        sound = make_originals(originals)

        def note(task: str, result: Result) -> None:
            ending = result.name.rpartition(".")[2]
            reason = "" if result.outcome == WRONG else result.told
            report.counts[task, ending, result.outcome, reason] += 1
            if result.outcome == WRONG:
                report.wrong.append(result)
                report.kept = kept
                _keep(kept / task, seed, result, mutate(sound, result.number, seed)[1])

        started_s = time.perf_counter()
        for result in Crew("inspect", folder, originals, seed, workers).run(
            range(first, first + count)
        ):
            note("inspect", result)
            if report.slowest is None or result.seconds > report.slowest.seconds:
                report.slowest = result
            if result.outcome == OPENED and result.name.rpartition(".")[2] in MODEL_ENDINGS:
                passed.append(result.number)
        report.inspecting_s = time.perf_counter() - started_s
        chosen = Random(seed).sample(sorted(passed), min(survivors, len(passed)))
        if chosen:
            for result in Crew("build", folder, originals, seed, workers).run(chosen):
                note("build", result)
        report.building_s = time.perf_counter() - started_s - report.inspecting_s
    return report


def _keep(folder: Path, seed: int, result: Result, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stem, _, ending = result.name.rpartition(".")
    path = folder / f"{seed}-{result.number}-{stem}.{ending}"
    path.write_bytes(data)
    path.with_suffix(f".{ending}.txt").write_text(result.told, encoding="utf-8")
