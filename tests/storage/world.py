"""An office with something of every sort in it, and a way to see what a press would write.

Whatever is tried is rolled back, so that thousands of presses meet the same world.
"""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import event, update
from sqlalchemy.orm import Session
from telegram import Update

from bot.callbacks import Press, encode
from bot.desk import Desk
from bot.handlers import handle
from tasks import inbox
from tasks.inbox import Incoming
from tasks.models import Person, Slip, SlipLevel, Task
from tasks.services import broadcasts, declines, extensions, notices, pausing
from tasks.services.acts import first_lead
from tasks.vocabulary import ClauseKind, Role
from tests.storage.scene import Scene, duty, notice_of, opened, words

BOT = 4242
FAR = date(2027, 3, 31)
LEAD, HELPING, FOREIGN = "教育局", "财政局", "民政局"

PEOPLE: dict[str, tuple[Role, str | None]] = {
    "contact": (Role.contact, LEAD),
    "head": (Role.head, LEAD),
    "helping": (Role.contact, HELPING),
    "foreign": (Role.contact, FOREIGN),
    "leader": (Role.leader, None),
    "coordinator": (Role.coordinator, None),
    "admin": (Role.admin, None),
}

QUIET = frozenset({"inbox", "outbox", "sent", "card"})
"""Tables in which an answer leaves its trace."""


@dataclass
class World:
    """The office, its people by what they are, and what was written last."""

    scene: Scene
    desk: Desk
    chats: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    updates: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def press(self, who: str, press: Press) -> set[str]:
        """The tables that a press would write."""
        return self.press_data(who, encode(press))

    def press_data(self, who: str, data: str) -> set[str]:
        """The tables that a button with that data would write."""
        chat = self._chat(who)
        message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
        query = {"id": "1", "from": self._user(who), "chat_instance": "1", "data": data}
        return self._happens({"callback_query": {**query, "message": message}}, chat["id"])

    def say(self, who: str, text: str, *, before: str | None = None) -> set[str]:
        """The tables that words would write. `before`: data pressed first."""
        chat = self._chat(who)
        when = int(self.scene.now.timestamp())
        message = {"message_id": 2, "date": when, "chat": chat, "from": self._user(who)}
        if text.startswith("/"):
            command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
            message["entities"] = [command]
        return self._happens({"message": {**message, "text": text}}, chat["id"])

    def _user(self, who: str) -> dict[str, Any]:
        return {"id": self.chats[who], "is_bot": False, "first_name": who}

    def _chat(self, who: str) -> dict[str, Any]:
        return {"id": self.chats[who], "type": "private", "first_name": who}

    def _happens(self, told: dict[str, Any], chat_id: Any) -> set[str]:
        number = next(self.updates)
        document = {"update_id": number, **told}
        with Session(self.scene.database.engine) as session:
            inbox.store(
                session, BOT, [Incoming(number, chat_id, json.dumps(document))], self.scene.now
            )
            row = inbox.claim(session)
            parsed = Update.de_json(document, None)
            assert row is not None
            self.writes.clear()
            handle(session, self.desk, parsed, row)
            session.flush()
            found = set(self.writes) - QUIET
            session.rollback()
        return found


@contextmanager
def built(database_url: str) -> Iterator[World]:
    """The world in an empty database."""
    with opened(database_url) as scene:
        desk = Desk(scene.office, "督查室", None, "zh", frozenset(), lambda: scene.now)
        world = World(scene, desk)
        for name, (role, department) in PEOPLE.items():
            world.ids[name] = scene.join(role, department, name)
        with scene.database.reading() as session:
            for name, number in world.ids.items():
                chat_id = session.get_one(Person, number).chat_id
                assert chat_id is not None
                world.chats[name] = chat_id
        world.chats["stranger"] = 999_999
        _furnish(world)
        engine = scene.database.engine

        def seen(conn: Any, cursor: Any, statement: str, *more: Any) -> None:
            verb, *rest = statement.split()
            if verb in {"INSERT", "UPDATE", "DELETE"}:
                table = rest[0] if verb == "UPDATE" else rest[1]
                world.writes.append(table.strip('"'))

        event.listen(engine, "before_cursor_execute", seen)
        try:
            yield world
        finally:
            event.remove(engine, "before_cursor_execute", seen)


def _pass_the_limit(session: Session, number: int, now: datetime) -> None:
    """Let a task be overdue, with a slip that was told and a draft of one."""
    task = session.get_one(Task, number)
    task.due = date(2026, 10, 28)
    lead = first_lead(task)
    assert lead is not None
    told = {"number": 1, "issued_at": now, "told_at": now}
    for level, issued in ((SlipLevel.blue, told), (SlipLevel.yellow, {})):
        key = f"{level}_slip:{task.due}"
        made = {"part": lead, "level": level, "key": key, "due": task.due, **issued}
        session.add(Slip(year=2026, drafted_at=now, **made))
        session.flush()


def _furnish(world: World) -> None:
    """Tasks in every state, and something of each sort that can be named by a button."""
    scene, ids = world.scene, world.ids

    def led(text: str, *, due: date | None = FAR) -> Any:
        return duty(text, lead=[LEAD], cooperating=[HELPING], due=due)

    numbers = scene.publish(
        led("一、未签收。"),
        led("二、已申请办结。"),
        led("三、申请改办。"),
        led("四、申请延期。"),
        led("五、待确认。"),
        led("六、暂停。"),
        led("七、已办结。"),
        duty("八、民政局独办。", lead=[FOREIGN], due=FAR),
        duty("九、长期。", lead=[LEAD]),
    )
    contact, coordinator = ids["contact"], ids["coordinator"]
    scene.say(contact, numbers[0], text="已开展")
    scene.submit(contact, numbers[1])
    act = scene.act(contact)
    scene.do(lambda s: declines.decline(s, scene.office, act, numbers[2], "不属我局").id)
    wanted = date(2027, 4, 30)
    scene.do(lambda s: extensions.ask(s, scene.office, act, numbers[3], wanted, "待批复").id)
    scene.report(contact, numbers[4], words("完成60%", percent=60))
    scene.close(coordinator, scene.submit(contact, numbers[6]))
    scene.say(ids["helping"], numbers[0], text="已配合")
    asked = scene.act(ids["foreign"])
    scene.do(lambda s: extensions.ask(s, scene.office, asked, numbers[7], wanted, "待批复").id)
    office = scene.act(coordinator)
    scene.do(lambda s: pausing.pause(s, scene.office, office, numbers[5], "等待批复").id)
    scene.do(lambda s: _pass_the_limit(s, numbers[4], scene.now))
    text, reading = notice_of(
        duty("开展排查，建立台账。", lead=[LEAD], due=FAR),
        duty("各单位要高度重视。", kind=ClauseKind.collective_duty),
        duty("完善制度。", lead=["教育部门"]),
    )
    scene.do(lambda s: notices.import_notice(s, scene.console(), "拟稿" + text, reading).notice)
    weekly = "每周五 15:00 各联络员：请反馈。"
    scene.do(
        lambda s: (
            broadcasts.create(
                s, scene.office, office, broadcasts.read_plan(s, scene.office, office, weekly)
            ).id
        )
    )
    world.scene.do(lambda s: s.execute(update(Person).values(unreachable_at=None)))
