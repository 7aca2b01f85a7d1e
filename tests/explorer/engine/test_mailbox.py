import pytest

from explorer.engine.mailbox import Mailbox
from explorer.state.frame import Lane, Request


def fill(*requests: tuple[int, Lane]) -> Mailbox:
    mailbox = Mailbox()
    for seq, lane in requests:
        mailbox.put(Request(seq, "decode", lane))
    return mailbox


def take_all(mailbox: Mailbox) -> list[int]:
    taken = []
    while (request := mailbox.take(lambda _: True)) is not None:
        taken.append(request.seq)
    return taken


@pytest.mark.parametrize(
    ("requests", "taken"),
    [
        ([], []),
        ([(1, Lane.LIVE), (2, Lane.LIVE), (3, Lane.LIVE)], [3]),
        ([(1, Lane.PREVIEW), (2, Lane.PREVIEW)], [2]),
        ([(1, Lane.PAINT), (2, Lane.PAINT), (3, Lane.PREVIEW), (4, Lane.LIVE)], [4, 2, 3]),
        ([(1, Lane.GRID), (2, Lane.GRID), (3, Lane.GRID)], [1, 2, 3]),
        ([(1, Lane.EXPORT), (2, Lane.EXPORT)], [1, 2]),
        ([(1, Lane.EXPORT), (2, Lane.GRID), (3, Lane.PREVIEW), (4, Lane.LIVE)], [4, 3, 2, 1]),
        ([(1, Lane.LIVE), (2, Lane.GRID), (3, Lane.LIVE)], [3, 2]),
    ],
)
def test_who_goes_first(requests: list[tuple[int, Lane]], taken: list[int]) -> None:
    mailbox = fill(*requests)
    assert take_all(mailbox) == taken


def test_the_last_live_request_can_be_asked_again() -> None:
    mailbox = fill((1, Lane.LIVE), (2, Lane.PREVIEW))
    take_all(mailbox)
    mailbox.restore_live()
    assert take_all(mailbox) == [1]


def test_a_newer_live_request_is_not_replaced_by_the_last_one() -> None:
    mailbox = fill((1, Lane.LIVE))
    take_all(mailbox)
    mailbox.put(Request(2, "decode"))
    mailbox.restore_live()
    assert take_all(mailbox) == [2]


def test_of_a_live_request_that_is_answered_already_only_its_repetition_goes_out() -> None:
    mailbox = fill((1, Lane.LIVE), (2, Lane.GRID))
    mailbox.skip_live(Request(3, "decode"))
    assert take_all(mailbox) == [2]
    mailbox.restore_live()
    assert take_all(mailbox) == [3]


def test_nothing_is_restored_where_nothing_was_live() -> None:
    mailbox = fill((1, Lane.GRID))
    mailbox.restore_live()
    assert take_all(mailbox) == [1]


def test_a_lane_can_be_emptied() -> None:
    mailbox = fill((1, Lane.GRID), (2, Lane.GRID), (3, Lane.EXPORT))
    mailbox.clear(Lane.GRID)
    assert take_all(mailbox) == [3]


def test_what_may_not_go_holds_up_its_lane_alone() -> None:
    mailbox = fill((1, Lane.GRID), (2, Lane.GRID), (3, Lane.EXPORT))
    taken = mailbox.take(lambda request: request.seq != 1)
    assert taken is not None
    assert taken.seq == 3
    assert mailbox.take(lambda request: request.seq != 1) is None
    assert take_all(mailbox) == [1, 2]
