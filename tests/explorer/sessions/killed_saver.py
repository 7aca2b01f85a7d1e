"""Saves a session over and over in children that are killed; tells what was found afterwards.

Run as a program: ``killed_saver.py FILE ROUNDS``.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
from dataclasses import replace
from pathlib import Path

from explorer.sessions.identity import Identity
from explorer.sessions.saved import SavedSession, read_session, write_session
from explorer.state.drawing import Drawing
from explorer.state.first import first_state
from models.bundle import DEFAULT, open_bundle
from models.digits import Stroke
from models.files import remove_partials
from models.source import ModelSource
from models.subject import Subject

POINTS = 300  # enough that most of a child's time goes into writing
LONGEST_S = 0.02


def save_for_ever(path: Path, saved: SavedSession, number: int, told: int) -> None:
    """Save sessions of rising numbers, and tell of each when it is saved."""
    while True:
        number += 1
        write_session(path, replace(saved, state=replace(saved.state, noise_seed=number)))
        os.write(told, number.to_bytes(8, "little"))


def kill_one(path: Path, saved: SavedSession, number: int, wait_s: float) -> int:
    """Let a child save, kill it, and give the number of the last session that it told of."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        save_for_ever(path, saved, number, writing)
    os.close(writing)
    told = os.read(reading, 8)
    select.select([], [], [], wait_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 4096):
        told = (told + more)[-8:]
    os.close(reading)
    return int.from_bytes(told, "little")


def main(path: Path, rounds: int) -> None:
    generator = random.Random(4)
    subject = Subject.of_bundle(open_bundle(DEFAULT))
    stroke = Stroke(tuple((generator.random(), generator.random()) for _ in range(POINTS)), 0.02)
    state = replace(first_state(subject), drawing=Drawing((stroke,)))
    source = ModelSource(bundle=DEFAULT)
    saved = SavedSession(Identity(subject.name, subject.latent_dim, source, {}), state)
    number, torn, neither = 0, 0, 0
    for _ in range(rounds):
        last = kill_one(path, saved, number, generator.random() * LONGEST_S)
        number = read_session(path).state.noise_seed
        neither += number not in (last, last + 1)
        torn += any(path.parent.glob("*.partial"))
        remove_partials(path.parent)
    print(json.dumps({"neither": neither, "killed while writing": torn}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
