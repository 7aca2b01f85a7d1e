from __future__ import annotations

import logging
from pathlib import Path

import pytest

from explorer import log


def test_app_and_engines_write_to_files_of_their_own(state_folder: Path) -> None:
    log.configure_log()
    logging.getLogger("explorer").error("something went wrong")
    assert "something went wrong" in log.own_log_path().read_text("utf-8")
    assert log.log_path() != log.own_log_path()
    assert not log.log_path().exists()
    assert log.log_path().parent == log.own_log_path().parent == state_folder


def test_a_full_log_leaves_that_of_the_engines_alone(
    state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MAX_LOG_BYTES", 300)
    state_folder.mkdir()
    log.log_path().write_text("an engine's words")
    log.configure_log()
    for number in range(20):
        logging.getLogger("explorer").error("%s: something went wrong", number)
    assert "19: something" in log.own_log_path().read_text("utf-8")
    assert log.own_log_path().stat().st_size <= 300
    assert log.log_path().read_text() == "an engine's words"


def test_configuring_twice_writes_once(state_folder: Path) -> None:
    log.configure_log()
    log.configure_log()
    logging.getLogger("explorer").error("something went wrong")
    assert log.own_log_path().read_text("utf-8").count("something went wrong") == 1
