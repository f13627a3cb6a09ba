"""Bad weather over a broadcast: floods, blocks, moved groups, time-outs and broken servers.

At random, from a seed that is printed. Every message comes to a named end, none is lost, and a
double stands only where an answer was lost. `make chaos` does it for five thousand people.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import or_, select

from bot.request import AiohttpRequest
from bot.verdicts import AGAIN_AFTER
from tasks.broadcasting import BroadcastRun
from tasks.mailroom import Outbox
from tasks.outbox import MAX_ATTEMPTS
from tasks.services import broadcasts
from tasks.services.post import Kind
from tasks.staff import Department, Grant, Group, Person
from tasks.vocabulary import Delivery, Role
from tests.stories.office import Json, Office, open_office, text_of

PEOPLE = int(os.environ.get("DUBAN_TEST_PEOPLE") or 300)
GROUPS = 12
WORDS = "请于今日下班前反馈。"

WEATHER = {
    "calm": 60,
    "flood": 3,
    "bad_gateway": 9,
    "never_answers": 1,
    "timeout": 4,
    "lost_answer": 10,
    "blocked": 6,
    "blocks_meanwhile": 7,
}
"""How many of a hundred people have it."""


@dataclass(slots=True)
class Crowd:
    """Who hears the broadcast, by chat: what weather each has; the groups, where they began."""

    people: dict[int, str] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)


@pytest.fixture
async def office(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office whose bot gives up waiting for an answer soon and tries again soon."""
    monkeypatch.setattr("bot.verdicts.AGAIN_AFTER", (0.3,) * len(AGAIN_AFTER))
    request = lambda: AiohttpRequest(answer_within=1.0)  # noqa: E731
    async with open_office(database_url, request=request) as opened:
        yield opened


async def test_every_message_of_a_broadcast_comes_to_a_named_end(office: Office) -> None:
    seed = int(os.environ.get("DUBAN_TEST_SEED") or random.randrange(2**32))
    print(f"DUBAN_TEST_SEED={seed} DUBAN_TEST_PEOPLE={PEOPLE}")  # noqa: T201
    dice = random.Random(seed)
    crowd = await gather(office, dice)
    for chat, weather in crowd.people.items():
        await order(office, chat, weather, dice)
    meanwhile = asyncio.create_task(worsen(office, crowd, random.Random(seed + 1)))
    begin(office)
    await meanwhile
    rows = await ended(office)

    assert len(rows) == PEOPLE + GROUPS
    ends = {row.chat_id: row.state for row in rows}
    heard = await said(office, crowd)
    seen = Counter((crowd.people.get(chat, "group"), ends.get(chat)) for chat in crowd.people)
    print(sorted((weather, str(end), n) for (weather, end), n in seen.items()))  # noqa: T201
    for chat, weather in crowd.people.items():
        end, times = ends[chat], heard[chat]
        context = f"{chat}, {weather}: {end}, heard {times} times (seed {seed})"
        if weather == "blocked":
            assert (end, times) == (Delivery.unreachable, 0), context
        elif weather == "blocks_meanwhile":
            assert (end, times) in ((Delivery.sent, 1), (Delivery.unreachable, 0)), context
        elif weather == "never_answers":
            assert (end, times) == (Delivery.unsure, 0), context
        elif weather == "lost_answer":
            assert end is Delivery.sent, context
            assert times > 1, context
        else:
            assert (end, times) == (Delivery.sent, 1), context
    for chat in crowd.groups:
        now = crowd.moved.get(chat, chat)
        ended_in = {one: ends[one] for one in (chat, now) if one in ends}
        assert set(ended_in.values()) == {Delivery.sent}, (chat, now, ended_in, seed)
        assert heard[chat] + (heard[now] if now != chat else 0) == 1, (chat, now, seed)
    with office.db.reading() as session:
        run = session.scalars(select(BroadcastRun)).one()
        told = broadcasts.outcomes_of(session, run)
    assert sum(told.values()) == PEOPLE + GROUPS
    assert set(told) <= {Delivery.sent, Delivery.unsure, Delivery.unreachable}


async def gather(office: Office, dice: random.Random) -> Crowd:
    """Everybody with a phone and bound, and the groups."""
    crowd = Crowd()
    kinds, weights = list(WEATHER), list(WEATHER.values())
    for number in range(PEOPLE):
        made = await office.control("people", name=f"联络员{number}")
        office.sandbox.world.people[int(made["id"])].started = True
        crowd.people[int(made["id"])] = dice.choices(kinds, weights)[0]
    member = next(iter(crowd.people))
    for number in range(GROUPS):
        made = await office.control(
            "groups", title=f"工作群{number}", members=[member], type="group"
        )
        crowd.groups.append(int(made["id"]))
    now = office.app.clock.now()
    with office.db.transaction() as session:
        for number, chat in enumerate(crowd.people):
            someone = Person(name=f"联络员{number}", chat_id=chat, created_at=now, bound_at=now)
            someone.grants.append(Grant(role=Role.leader))
            session.add(someone)
        unit = Department(name="市教育局")
        for number, chat in enumerate(crowd.groups):
            title = f"工作群{number}"
            session.add(Group(chat_id=chat, title=title, bound_at=now, department=unit))
    await office.settle()
    return crowd


async def order(office: Office, chat: int, weather: str, dice: random.Random) -> None:
    """What one person's messages meet with."""
    if weather == "blocked":
        office.sandbox.world.people[chat].blocked = True
    elif weather == "flood":
        times = dice.randint(1, 2)
        await office.control("faults", kind="flood", person=chat, times=times, retry_after=1)
    elif weather == "never_answers":
        await office.control("faults", kind="bad_gateway", person=chat, times=MAX_ATTEMPTS)
    elif weather in ("bad_gateway", "timeout", "lost_answer"):
        times = 1 if weather == "timeout" else dice.randint(1, 3)
        await office.control("faults", kind=weather, person=chat, times=times)


def begin(office: Office) -> None:
    """The broadcast is set and taken."""
    now, desk = office.app.clock.now(), office.app.desk.office
    with office.db.transaction() as session:
        plan = broadcasts.read_plan(session, desk, office.act(), f"分管领导、所有群：{WORDS}")
        broadcasts.create(session, desk, office.act(), plan)
        session.flush()
        broadcasts.take_due(session, desk, now)


async def worsen(office: Office, crowd: Crowd, dice: random.Random) -> None:
    """While it runs people block the bot, and groups are upgraded."""
    blocking = [chat for chat, kind in crowd.people.items() if kind == "blocks_meanwhile"]
    events = [("block", chat) for chat in blocking]
    events += [("move", chat) for chat in dice.sample(crowd.groups, GROUPS // 3)]
    dice.shuffle(events)
    for what, chat in events:
        await asyncio.sleep(dice.uniform(0, 0.04))
        if what == "block":
            await office.control("faults", kind="blocked", person=chat)
        else:
            moved = await office.control("groups", group=chat, migrate=True)
            crowd.moved[chat] = int(moved["id"])


async def ended(office: Office) -> list[Outbox]:
    """The rows of the broadcast, once nothing more will be done with any."""
    open_still = or_(Outbox.settled_at.is_(None), Outbox.retry_at.is_not(None))
    async with asyncio.timeout(60 + PEOPLE / 10):
        while True:
            with office.db.reading() as session:
                mine = select(Outbox).where(Outbox.kind == Kind.broadcast)
                if session.scalars(mine.where(open_still).limit(1)).first() is None:
                    rows = list(session.scalars(mine))
                    session.expunge_all()
                    return rows
            await asyncio.sleep(0.2)


async def said(office: Office, crowd: Crowd) -> Counter[int]:
    """How often the words stand in each chat."""
    heard: Counter[int] = Counter()
    url = f"{office.sandbox.url}/sandbox/messages"
    for person in crowd.people:
        async with office.http.get(url, params={"person": str(person)}) as answer:
            items: list[Json] = (await answer.json())["items"]
        for message in items:
            chat = int(message["chat"]["id"])
            if WORDS in text_of(message) and (chat == person or chat not in crowd.people):
                heard[chat] += 1
    return heard
