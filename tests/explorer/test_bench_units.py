"""The bench tells plainly what is reached, missed and not measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.bench.bench import main, make_table
from tests.bench.figure import Figure, Goal
from tests.bench.figures import MEASURES
from tests.bench.pace import describe_pace
from tests.bench.probe import ProbeError, Probes


@pytest.mark.parametrize(
    ("goal", "text", "reached"),
    [
        (Goal("median", 4.9, 5, " ms"), "median ≤ 5 ms", True),
        (Goal("median", 5.1, 5, " ms"), "median ≤ 5 ms", False),
        (Goal("", 1.5, 1.5, " × the baseline"), "≤ 1.5 × the baseline", True),
        (Goal("pictures", 5, 6, "", at_least=True), "pictures ≥ 6", False),
        (Goal("pictures", 6, 6, "", at_least=True), "pictures ≥ 6", True),
    ],
)
def test_a_goal_says_its_limit_and_whether_it_is_reached(
    goal: Goal, text: str, reached: bool
) -> None:
    assert (goal.text, goal.reached) == (text, reached)


def test_the_table_marks_every_goal_and_what_was_not_measured() -> None:
    goals = [Goal("median", 4.0, 5, " ms"), Goal("99 %", 20.0, 16.7, " ms")]
    figure = Figure("pen", "pen to picture", {"median_ms": 4.0, "p99_ms": 20.0}, goals)
    lines = printed(make_table([figure], {"kill": "no [such] process"}))
    assert any("reached median ≤ 5 ms" in line for line in lines)
    assert any("MISSED  99 % ≤ 16.7 ms" in line for line in lines)
    assert any("no [such] process" in line and "not measured" in line for line in lines)
    assert figure.to_json()["reached"] is False


def test_a_missed_goal_is_no_failure_but_a_broken_probe_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missed = Figure("pen", "pen", {"median_ms": 9.0}, [Goal("median", 9.0, 8, " ms")])

    def broken(*_: object) -> list[Figure]:
        raise ProbeError("it broke")

    monkeypatch.setitem(MEASURES, "pen", lambda *_: [missed])
    monkeypatch.setitem(MEASURES, "kill", broken)
    assert main(["--out", str(tmp_path), "--only", "pen"]) == 0
    assert main(["--out", str(tmp_path), "--only", "pen", "--only", "kill"]) == 1
    slowed_down = json.loads((tmp_path / "bench.json").read_text("utf-8"))["machine"]["slowed_down"]
    assert sorted(slowed_down) == ["kill", "pen"]
    assert min(slowed_down.values()) >= 1
    assert "slower than at its best before" in " ".join(capsys.readouterr().out.split())


def test_a_machine_that_is_slowed_down_is_told() -> None:
    paces = {"pen": [13.0, 14.0, 13.5], "kill": [30.0, 26.0, 13.0]}
    assert describe_pace(paces) == {"pen": 1.04, "kill": 2.0}


def test_a_probe_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="KeyError: 'nonsense'"):
        Probes(tmp_path).run("baselines", "nonsense", 0)


def printed(table: Table) -> list[str]:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(table)
    return capture.get().splitlines()
