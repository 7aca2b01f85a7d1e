import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from models.bundle import DEFAULT, Bundle
from models.serve import MAX_LOG_BYTES, serve
from models.wire import Message, pack, unpack


class Served:
    """A served process and the window's end of its connection."""

    def __init__(self, connection: Connection, process: psutil.Process, log: Path) -> None:
        self.connection = connection
        self.process = process
        self.log = log

    def ask(self, message: Message) -> Message:
        self.connection.send_bytes(pack(message))
        return self.hear()

    def hear(self) -> Message:
        return unpack(self.connection.recv_bytes())


def load(bundle: Path, model_id: str) -> Message:
    return Message("load", {"source": {"bundle": str(bundle)}, "model_id": model_id})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serve")
    (folder / "work").mkdir()
    log = folder / "engine.log"
    log.write_bytes(b"x" * (MAX_LOG_BYTES + 1))
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(theirs, str(folder / "work"), str(log)), daemon=True
    )
    process.start()
    theirs.close()
    served = Served(ours, psutil.Process(process.pid), log)
    assert served.hear().fields["pid"] == process.pid
    yield served
    process.kill()
    process.join()
    ours.close()


def test_a_long_log_starts_anew(served: Served) -> None:
    assert served.log.stat().st_size < MAX_LOG_BYTES


def test_the_process_works_in_its_own_folder(served: Served) -> None:
    assert Path(served.process.cwd()) != Path.cwd()


def test_a_request_before_the_bundle_is_refused(served: Served) -> None:
    answer = served.ask(Message("decode", {"seq": 1}))
    assert (answer.kind, answer.fields["seq"]) == ("failed", 1)


def test_a_bundle_that_is_not_there_is_refused_and_logged(served: Served, tmp_path: Path) -> None:
    answer = served.ask(load(tmp_path / "none", "a"))
    assert answer.kind == "failed"
    assert "no such folder" in answer.fields["sentence"]
    assert "no such folder" in served.log.read_text()


def test_a_bundle_is_loaded_described_and_served(served: Served, bundle: Bundle) -> None:
    ready = served.ask(load(DEFAULT, "b"))
    assert (ready.kind, ready.fields["model_id"]) == ("ready", "b")
    described = served.ask(Message("describe", {"seq": 2}))
    assert described.fields["description"] == ready.fields["description"]
    frame = served.ask(Message("decode", {"seq": 3}, {"z": bundle.first.z[None]}))
    assert (frame.kind, frame.fields["seq"], frame.fields["model_id"]) == ("frame", 3, "b")


def test_a_ping_is_answered(served: Served) -> None:
    assert served.ask(Message("ping")).kind == "pong"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_ctrl_c_in_the_terminal_is_not_for_the_engine(served: Served) -> None:
    served.process.send_signal(signal.SIGINT)
    assert served.ask(Message("ping")).kind == "pong"


def test_the_process_ends_with_its_window(served: Served) -> None:
    served.connection.close()
    gone, _ = psutil.wait_procs([served.process], timeout=10)
    assert gone
