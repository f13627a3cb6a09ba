"""The pace keeps below Telegram's limits in any window, and lets answers overtake."""

import heapq
import itertools
import random
from bisect import bisect_left

import pytest

from bot.pace import Pace

ANSWER, PLANNED = True, False


def broadcast(
    pace: Pace, chats: list[int], *, lanes: int, until: float
) -> list[tuple[float, int]]:
    """When each message leaves, for senders who try again exactly when they are told to."""
    left: list[tuple[float, int]] = []
    waiting = iter(chats)
    ready = [(0.0, number, chat) for number, chat in enumerate(itertools.islice(waiting, lanes))]
    numbers = itertools.count(lanes)
    while ready:
        now, _, chat = heapq.heappop(ready)
        if now > until:
            break
        wait = pace.take(chat, now, answer=PLANNED)
        if wait:
            heapq.heappush(ready, (now + wait, next(numbers), chat))
            continue
        left.append((now, chat))
        following = next(waiting, None)
        if following is not None:
            heapq.heappush(ready, (now, next(numbers), following))
    return left


def most_within(moments: list[float], seconds: float) -> int:
    """The most that happened in any window of that length."""
    return max(
        bisect_left(moments, start + seconds - 1e-6) - index for index, start in enumerate(moments)
    )


def test_a_broadcast_stays_below_thirty_in_any_second_and_near_it_on_average() -> None:
    left = broadcast(Pace(), list(range(1, 1001)), lanes=8, until=60)
    assert len(left) == 1000
    assert most_within([moment for moment, _ in left], 1.0) <= 30
    assert left[-1][0] < 1000 / 28.2


def test_answers_and_a_broadcast_together_stay_below_thirty_in_any_second() -> None:
    pace, draw = Pace(), random.Random(5)
    left, waits, now = [], [], 0.0
    for number in range(3000):
        now += draw.uniform(0.0, 0.02)
        answer = draw.random() < 0.05
        wait = pace.take(number, now, answer=answer)
        if wait == 0.0:
            left.append(now)
        if answer:
            waits.append(wait)
    assert most_within(left, 1.0) <= 30
    # Now and then a second answer in one second waits for the next place.
    assert max(waits) < 1.0
    assert sum(wait > 0.1 for wait in waits) < len(waits) / 10


def test_one_chat_gets_one_a_second_after_a_short_burst() -> None:
    left = broadcast(Pace(), [7] * 100, lanes=1, until=60)
    moments = [moment for moment, _ in left]
    assert most_within(moments, 1.0) <= 4
    assert most_within(moments, 60.0) <= 63
    assert len(moments) >= 60


def test_a_group_gets_at_most_twenty_in_any_minute() -> None:
    left = broadcast(Pace(), [-7] * 100, lanes=1, until=300)
    moments = [moment for moment, _ in left]
    assert most_within(moments, 60.0) <= 20
    assert len(moments) >= 18 * 5


def test_chats_do_not_share_a_bucket() -> None:
    pace = Pace()
    for _ in range(3):
        assert pace.take(1, 0.0, answer=ANSWER) == 0.0
    assert pace.take(1, 0.0, answer=ANSWER) > 0.0
    assert pace.take(2, 0.0, answer=ANSWER) == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_an_answer_goes_at_once_in_the_middle_of_a_broadcast(seed: int) -> None:
    pace = Pace()
    moment = random.Random(seed).uniform(1, 20)
    broadcast(pace, list(range(1, 1001)), lanes=8, until=moment)
    assert pace.take(5000, moment, answer=ANSWER) == 0.0
    assert pace.take(5001, moment, answer=PLANNED) > 0.0


def test_waiting_as_long_as_told_is_enough() -> None:
    pace = Pace()
    now = 0.0
    for chat in range(200):
        wait = pace.take(chat, now, answer=PLANNED)
        if wait:
            now += wait
            assert pace.take(chat, now, answer=PLANNED) == 0.0


def test_one_refused_chat_holds_nobody_else_but_two_hold_everybody() -> None:
    pace = Pace()
    pace.refused(1, 10.0, 0.0)
    assert pace.take(2, 0.0, answer=ANSWER) == 0.0
    pace.refused(2, 4.0, 1.0)
    assert pace.held(1.0) == pytest.approx(4.0)
    assert pace.take(3, 1.0, answer=ANSWER) == pytest.approx(4.0)
    assert pace.take(3, 5.0, answer=ANSWER) == 0.0


def test_two_refusals_one_after_the_other_hold_nobody() -> None:
    pace = Pace()
    pace.refused(1, 2.0, 0.0)
    pace.refused(2, 2.0, 3.0)
    assert pace.held(3.0) == 0.0


def test_without_limits_nothing_ever_waits() -> None:
    pace = Pace(limited=False)
    pace.refused(1, 10.0, 0.0)
    pace.refused(2, 10.0, 0.0)
    assert not any(pace.take(1, 0.0, answer=PLANNED) for _ in range(1000))


def test_forgetting_idle_chats_gives_nobody_a_second_burst(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.pace.KEEP", 3)
    pace = Pace()
    group = -1
    assert pace.take(group, 0.0, answer=ANSWER) == 0.0
    assert pace.take(group, 0.0, answer=ANSWER) == 0.0
    for chat in range(1, 11):
        assert pace.take(chat, chat / 5, answer=ANSWER) == 0.0
    assert pace.take(group, 2.2, answer=ANSWER) == pytest.approx(10 / 3 - 2.2)
    assert pace.take(group, 3.4, answer=ANSWER) == 0.0
