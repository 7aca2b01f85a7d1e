"""Runs the figures, prints their table and writes ``bench.json``."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.bench.figure import FULL, QUICK, Figure
from tests.bench.figures import MEASURES
from tests.bench.machine import machine_facts
from tests.bench.pace import describe_pace, measure_pace
from tests.bench.probe import ProbeError, Probes

FILE_COLUMNS = 160


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bench; 0 also where a goal is missed, 1 where a figure could not be measured."""
    parser = argparse.ArgumentParser(description="Measure the app against its goals.")
    parser.add_argument("--out", type=Path, default=Path("bench"), help="folder of bench.json")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, shorter waits")
    parser.add_argument("--only", choices=MEASURES, action="append", help="may be repeated")
    options = parser.parse_args(argv)
    facts = machine_facts()
    console = Console()
    if not console.is_terminal:
        console.width = FILE_COLUMNS
    figures: list[Figure] = []
    problems: dict[str, str] = {}
    paces: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        probes = Probes(Path(folder))
        for name in options.only or MEASURES:
            with console.status(f"measuring {name}"):
                paces[name] = measure_pace()
                try:
                    figures += MEASURES[name](probes, QUICK if options.quick else FULL)
                except ProbeError as error:
                    problems[name] = str(error)
    facts["slowed_down"] = describe_pace(paces)
    console.print(make_table(figures, problems))
    console.print(_describe(facts), style="dim")
    result = {
        "quick": options.quick,
        "machine": facts,
        "figures": [figure.to_json() for figure in figures],
        "not_measured": problems,
    }
    _write(options.out / "bench.json", result)
    console.print(f"All numbers are in {options.out / 'bench.json'}")
    return 1 if problems else 0


def make_table(figures: Sequence[Figure], problems: dict[str, str]) -> Table:
    """A row for each figure, and one for each that could not be measured."""
    table = Table(show_lines=True)
    for title in ("figure", "measured", "baseline, same run", "ratio", "goal"):
        table.add_column(title)
    for figure in figures:
        table.add_row(
            figure.title,
            _lines(figure.measured),
            "\n".join(f"{name}: {_main(numbers)}" for name, numbers in figure.baselines.items()),
            "\n".join(f"{ratio:.2f}" for ratio in figure.ratios.values()),
            "\n".join(f"{_mark(goal.reached)} {goal.text}" for goal in figure.goals),
        )
    for name, problem in problems.items():
        table.add_row(name, escape(problem), "", "", "[bold red]not measured")
    return table


def _lines(numbers: dict[str, float]) -> str:
    return "\n".join(_number(name, value) for name, value in numbers.items() if name != "events")


def _main(numbers: dict[str, float]) -> str:
    name, value = next(iter(numbers.items()))
    return _number(name, value)


def _number(name: str, value: float) -> str:
    label, _, unit = name.rpartition("_")
    if unit not in ("ms", "mb"):
        return f"{name} {value:g}"
    digits = 0 if value >= 100 else 1
    return f"{label} {value:.{digits}f} {'MB' if unit == 'mb' else unit}".strip()


def _mark(reached: bool) -> str:
    return "[green]reached[/]" if reached else "[bold red]MISSED[/] "


def _describe(facts: dict[str, Any]) -> str:
    where, slowest = max(facts["slowed_down"].items(), key=lambda each: each[1])
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return (
        f"{facts['cores']} cores, {facts['cpu']}, {facts['memory_gb']} GB, "
        f"load {facts['load_1_min']} at the start, a loop of fixed length {slowest:g} times "
        f"slower than at its best before {where}; "
        f"{facts['system']}, Python {facts['python']}, {versions}"
    )


def _write(path: Path, result: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")
