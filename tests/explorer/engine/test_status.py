import pytest

from explorer.engine.status import EngineStatus, Phase, explain_death, may_restart, watch


@pytest.mark.parametrize(
    ("deaths_s", "now_s", "answer"),
    [
        ([], 0.0, True),
        ([10.0], 10.0, True),
        ([10.0, 11.0], 11.0, True),
        ([10.0, 11.0, 12.0], 12.0, False),
        ([10.0, 50.0, 70.1], 70.1, True),
        ([10.0, 50.0, 69.9], 69.9, False),
        ([1.0, 2.0, 100.0], 100.0, True),
    ],
)
def test_three_deaths_in_a_minute_are_enough(
    deaths_s: list[float], now_s: float, answer: bool
) -> None:
    assert may_restart(deaths_s, now_s) is answer


@pytest.mark.parametrize(
    ("phase", "pinged_s", "asked_s", "seen"),
    [
        (Phase.READY, None, None, Phase.READY),
        (Phase.READY, 99.0, 99.0, Phase.READY),
        (Phase.READY, None, 94.0, Phase.BUSY),
        (Phase.READY, 96.0, None, Phase.HUNG),
        (Phase.READY, 96.0, 94.0, Phase.HUNG),
        (Phase.LOADING, 96.0, None, Phase.LOADING),
        (Phase.STARTING, 90.0, 90.0, Phase.STARTING),
        (Phase.RESTARTING, 90.0, 90.0, Phase.RESTARTING),
        (Phase.FAILED, 90.0, 90.0, Phase.FAILED),
    ],
)
def test_what_is_seen_of_an_engine_after_100_seconds(
    phase: Phase, pinged_s: float | None, asked_s: float | None, seen: Phase
) -> None:
    told = EngineStatus(phase, "as told", "model#1")
    status = watch(told, 100.0, pinged_s, asked_s)
    assert (status.phase, status.model_id) == (seen, "model#1")
    assert (status == told) is (seen is phase)
    assert status.busy_since_s == (asked_s if seen is not phase else None)


@pytest.mark.parametrize(
    ("exit_code", "is_overdue", "part"),
    [
        (None, True, "took more than 30 s to load"),
        (-24, False, "took more than 30 s to load"),
        (-11, False, "ended the engine while it was read (signal SIGSEGV)"),
        (-6, False, "ended the engine while it was read (signal SIGABRT)"),
        (-99, False, "ended the engine while it was read (signal 99)"),
        (1, False, "ended the engine while it was read (exit code 1)"),
        (0xC0000005, False, "ended the engine while it was read (exit code 3221225477)"),
        (None, False, None),
        (-9, False, None),
    ],
)
@pytest.mark.parametrize("name", ["decoder.keras", "long" * 60 + ".keras"])
def test_what_is_said_of_a_model_that_ended_its_engine(
    name: str, exit_code: int | None, is_overdue: bool, part: str | None
) -> None:
    sentence = explain_death(name, exit_code, 30, is_overdue)
    if part is None or sentence is None:
        assert sentence is part
    else:
        assert part in sentence
        assert sentence.startswith(name[:50])
        assert len(sentence) <= 200
