import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from explorer.engine.process import FORKS
from explorer.engine.status import Phase
from explorer.state.frame import Lane
from models.bundle import DECODER, DEFAULT, Bundle
from models.noise import Gaussian, noise_to_json

SLOW = (Phase.BUSY, Phase.HUNG)  # as a busy machine makes it look for a while
NOISE = {"noise": noise_to_json(Gaussian()), "seed": 1337}

# The clients come from conftest.py, which cannot be imported by name.
Client = Any


def test_decoding_gives_the_stored_first_picture(client: Client, bundle: Bundle) -> None:
    z = bundle.first.z[None]
    frame = client.frame(client.ask("decode", arrays={"z": z}))
    assert frame.request == "decode"
    assert frame.z is z
    np.testing.assert_allclose(frame.outputs["decoder_output"][0], bundle.first.output, atol=1e-5)


def test_denoising_gives_the_stored_first_picture_in_one_hop(
    client: Client, bundle: Bundle
) -> None:
    clean = bundle.first.clean[None]
    frame = client.frame(client.ask("denoise", settings=NOISE, arrays={"clean": clean}))
    np.testing.assert_array_equal(frame.inputs["clean"], clean)
    np.testing.assert_array_equal(frame.inputs["noisy"][0], bundle.first.noisy)
    np.testing.assert_allclose(frame.z[0], bundle.first.z, atol=1e-4)
    np.testing.assert_allclose(frame.outputs["decoder_output"][0], bundle.first.output, atol=1e-5)
    assert frame.metrics["denoised"]["mse"] < frame.metrics["noisy"]["mse"]
    assert frame.model_id == client.engine.status.model_id


def test_the_loaded_models_are_described(client: Client) -> None:
    description = client.engine.description
    assert description["encoder"]["output"] == "latent_vector"
    assert description["decoder"]["input"] == "decoder_input"
    names = [layer["name"] for layer in description["decoder"]["layers"]]
    assert names[-1] == "decoder_output"


@contextlib.contextmanager
def all_at_once(client: Client) -> Iterator[None]:
    """The engine answers nothing before all is asked."""
    process = client.process()
    process.suspend()
    yield
    process.resume()


def test_the_newest_request_wins_and_every_frame_arrives_in_order(
    client: Client, bundle: Bundle
) -> None:
    client.frames.clear()
    with all_at_once(client):
        asked = [client.ask("decode", arrays={"z": z[None]}) for z in bundle.codes.codes[:200]]
    last = client.frame(asked[-1])
    assert [frame.seq for frame in client.frames] == [asked[0], asked[-1]]
    np.testing.assert_array_equal(last.z[0], bundle.codes.codes[199])


def test_live_never_waits_for_a_grid(client: Client, bundle: Bundle) -> None:
    client.frames.clear()
    tiles = bundle.codes.codes[:64]
    with all_at_once(client):
        grid = [client.ask("decode", lane=Lane.GRID, arrays={"z": tiles}) for _ in range(12)]
        live = client.ask("decode", arrays={"z": tiles[:1]})
    client.frame(grid[-1])
    assert [frame.seq for frame in client.frames] == [grid[0], live, *grid[1:]]


def test_pictures_of_a_grid_are_made_beside_the_live_ones(client: Client, bundle: Bundle) -> None:
    zs = np.tile(bundle.codes.codes[:64], (60, 1))  # a second's work
    client.frames.clear()
    with all_at_once(client):
        grid = client.ask("tiles", lane=Lane.GRID, settings={"beside": True}, arrays={"z": zs})
        live = client.ask("decode", arrays={"z": zs[:1]})
    shown = client.frame(live)
    made = client.frame(grid)
    assert [frame.seq for frame in client.frames] == [live, grid]
    assert (shown.is_beside, made.is_beside) == (False, True)
    pictures = made.outputs["decoder_output"]
    np.testing.assert_allclose(pictures[:1], shown.outputs["decoder_output"], atol=1e-5)
    np.testing.assert_allclose(pictures[64:], pictures[:-64], atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "arrays", "part"),
    [
        ("decode", {"z": np.full((1, 16), np.nan, np.float32)}, "nan"),
        ("decode", {"z": np.zeros((1, 3), np.float32)}, "(1, 3)"),
        ("decode", {"z": np.array([["text"]])}, "numeric"),
        ("sculpt", {}, "sculpt"),
    ],
)
def test_a_request_that_fails_says_why_and_the_engine_goes_on(
    client: Client, bundle: Bundle, kind: str, arrays: Any, part: str
) -> None:
    model_id = client.engine.status.model_id
    seq = client.ask(kind, arrays=arrays)
    client.wait_until(lambda: client.failures and client.failures[-1][0] == seq)
    assert part in client.failures[-1][1]
    client.frame(client.ask("decode", arrays={"z": bundle.first.z[None]}))
    assert client.engine.status.model_id == model_id


def test_a_killed_engine_comes_back_with_the_current_picture(
    client: Client, bundle: Bundle
) -> None:
    seq = client.ask("decode", arrays={"z": bundle.first.z[None]})
    before = client.frame(seq)
    client.frames.clear()
    client.statuses.clear()
    client.kill()
    after = client.frame(seq)
    np.testing.assert_array_equal(after.outputs["decoder_output"], before.outputs["decoder_output"])
    assert after.model_id != before.model_id
    phases = [s.phase for s in client.statuses if s.phase not in SLOW]
    assert list(dict.fromkeys(phases)) == [Phase.RESTARTING, Phase.LOADING, Phase.READY]
    assert client.statuses[-1].model_id == after.model_id


def test_a_tile_that_dies_with_the_engine_is_reported(client: Client, bundle: Bundle) -> None:
    client.process().suspend()
    z = {"z": bundle.first.z[None]}
    places = [{"beside": False}, {"beside": True}]
    lost = [client.ask("tiles", lane=Lane.GRID, settings=each, arrays=z) for each in places]
    queued = [client.ask("tiles", lane=Lane.GRID, settings=each, arrays=z) for each in places]
    client.engine.end_and_restart()
    for seq in queued:
        client.frame(seq)
    assert [seq for seq, _ in client.failures if seq in (*lost, *queued)] == lost


def test_three_deaths_in_a_minute_end_in_a_sentence_and_a_restart_by_hand_helps(
    client: Client, bundle: Bundle
) -> None:
    seq = client.ask("decode", arrays={"z": bundle.first.z[None]})
    client.frame(seq)
    while client.engine.status.phase is not Phase.FAILED:
        killed = client.engine.status.model_id
        client.kill()
        client.wait_until(
            lambda killed=killed: (
                client.engine.status.phase is Phase.FAILED
                or client.engine.status.model_id not in (None, killed)
            )
        )
    assert "start it again" in client.engine.status.sentence
    client.frames.clear()
    client.engine.end_and_restart()
    assert client.frame(seq).seq == seq
    client.wait_for(Phase.READY)


def test_a_hung_engine_is_seen_and_recovers_or_is_ended(client: Client) -> None:
    model_id = client.engine.status.model_id
    client.process().suspend()
    client.wait_for(Phase.HUNG)
    client.process().resume()
    client.wait_for(Phase.READY)
    assert client.engine.status.model_id == model_id
    client.process().suspend()
    client.engine.end_and_restart()
    client.wait_until(lambda: client.engine.status.model_id not in (None, model_id))
    client.wait_for(Phase.READY)


def test_a_broken_bundle_fails_with_its_sentence_and_loads_once_mended(
    new_client: Callable[[Path], Client], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(DEFAULT, tmp_path / "torn"))
    (folder / DECODER).write_bytes((folder / DECODER).read_bytes()[:-1])
    client = new_client(folder)
    client.wait_for(Phase.FAILED)
    assert DECODER in client.engine.status.sentence
    shutil.copy(DEFAULT / DECODER, folder / DECODER)
    client.engine.end_and_restart()
    client.wait_for(Phase.READY)


def test_closing_leaves_no_thread_and_no_process(new_client: Callable[[], Client]) -> None:
    threads = set(threading.enumerate())
    client = new_client()
    client.wait_for(Phase.READY)
    process = client.process()
    client.engine.close()
    assert set(threading.enumerate()) <= threads
    gone, _ = psutil.wait_procs([process], timeout=10)
    assert gone


def test_an_engine_can_be_closed_while_it_starts(new_client: Callable[[], Client]) -> None:
    threads = set(threading.enumerate())
    client = new_client()
    client.engine.close()
    assert set(threading.enumerate()) <= threads


@pytest.mark.skipif(not FORKS, reason="engines are forked on Linux alone")
def test_an_engine_outlives_its_template_and_another_one_can_follow(
    client: Client, bundle: Bundle
) -> None:
    client.process().parent().kill()
    seq = client.ask("decode", arrays={"z": bundle.first.z[None]})
    client.frame(seq)
    client.frames.clear()
    client.engine.end_and_restart()
    assert client.frame(seq).seq == seq
    client.wait_for(Phase.READY)
