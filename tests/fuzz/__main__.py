"""``python -m tests.fuzz --count 10000 --seed 1``: mutated files, and what must come of them."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.fuzz.fuzzing import Report, fuzz


def main() -> int:
    """Run, print what came of it, and end with 1 if anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="mutated files")
    parser.add_argument("--first", type=int, default=0, help="number of the first of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--survivors", type=int, default=200, help="of them to build with Keras")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kept", type=Path, default=Path("fuzz"), help="folder for findings")
    given = parser.parse_args()
    report = fuzz(given.count, given.seed, given.survivors, given.workers, given.kept, given.first)
    print(describe(report))
    return 1 if report.wrong else 0


def describe(report: Report) -> str:
    """A report as a few lines."""
    lines = [
        f"{number:7,}  {task:8}{ending:6}{outcome:9}{reason}"
        for (task, ending, outcome, reason), number in sorted(report.counts.items())
    ]
    slowest = report.slowest
    lines += [
        f"{report.count('inspect'):,} inspected in {report.inspecting_s:.0f} s",
        f"{report.count('build'):,} of them built in {report.building_s:.0f} s",
        f"slowest: {slowest.seconds:.2f} s, number {slowest.number}" if slowest else "",
        f"{len(report.wrong)} went wrong" + (f", kept in {report.kept}" if report.kept else ""),
    ]
    lines += [f"{each.number} ({each.name}): {_last(each.told)}" for each in report.wrong]
    return "\n".join(lines)


def _last(told: str) -> str:
    return told.strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())
