"""The words on buttons that people are told to look for, in every state of a task.

Each stands on the card itself where its move is allowed, never behind 更多, and the first
button that contains such a word is the one meant.
"""

from collections.abc import Callable
from datetime import date

import pytest

from bot.callbacks import Verb, decode
from bot.render import Voice, assignment
from bot.render import card as rendered
from bot.render.message import Button, Message
from tasks.services import closing, declines, extensions, pausing
from tasks.services.post import Kind
from tasks.views import cards
from tasks.vocabulary import Role
from tasks.workflow import Action
from tests.storage.scene import OFFICE, Scene, duty, words

DUE = date(2026, 11, 27)
WORDS = {
    Action.sign: "签收",
    Action.report: "报进展",
    Action.no_change: "按计划推进",
    Action.submit: "申请办结",
    Action.extend: "申请延期",
    Action.decline: "不属本单位",
    Action.close: "办结",
    Action.send_back: "退回补充",
    Action.grant: "同意",
    Action.refuse: "不同意",
    Action.reassign: "转办",
    Action.refuse_decline: "不予改办",
    Action.cancel: "终止督办",
}
NUDGE = "催办"
FRESH = {Action.report, Action.submit, Action.extend}
UNDER_WAY = {Action.report, Action.no_change, Action.submit, Action.extend, Action.decline}

People = dict[str, int]
Make = Callable[[Scene, People, int], object]


def issued(scene: Scene, who: People, number: int) -> None:
    """Nothing was said yet."""


def signed(scene: Scene, who: People, number: int) -> None:
    scene.sign(who["contact"], number)


def reported(scene: Scene, who: People, number: int) -> None:
    scene.say(who["contact"], number, text="已完成初稿")


def unconfirmed(scene: Scene, who: People, number: int) -> None:
    scene.report(who["contact"], number, words("完成60%", percent=60))


def near(scene: Scene, who: People, number: int) -> None:
    reported(scene, who, number)
    scene.go("2026-11-25 09:00")


def overdue(scene: Scene, who: People, number: int) -> None:
    reported(scene, who, number)
    scene.go("2026-12-01 09:00")


def after_the_window(scene: Scene, who: People, number: int) -> None:
    reported(scene, who, number)
    scene.go("2026-11-12 09:00")


def submitted(scene: Scene, who: People, number: int) -> int:
    return scene.submit(who["contact"], number)


def sent_back(scene: Scene, who: People, number: int) -> None:
    scene.send_back(who["coordinator"], submitted(scene, who, number))


def closed(scene: Scene, who: People, number: int) -> None:
    scene.close(who["coordinator"], submitted(scene, who, number))


def declined(scene: Scene, who: People, number: int) -> int:
    reported(scene, who, number)
    act = scene.act(who["contact"])
    return scene.do(lambda s: declines.decline(s, OFFICE, act, number, "不属我局").id)


def kept(scene: Scene, who: People, number: int) -> None:
    report_id, act = declined(scene, who, number), scene.act(who["coordinator"])
    scene.do(lambda s: declines.refuse_decline(s, OFFICE, act, report_id, "仍属你局").id)


def asked(scene: Scene, who: People, number: int) -> int:
    reported(scene, who, number)
    act, wanted = scene.act(who["contact"]), date(2026, 12, 31)
    return scene.do(lambda s: extensions.ask(s, OFFICE, act, number, wanted, "待批复").id)


def granted(scene: Scene, who: People, number: int) -> None:
    request, act = asked(scene, who, number), scene.act(who["coordinator"])
    scene.do(lambda s: extensions.grant(s, OFFICE, act, request).id)


def paused(scene: Scene, who: People, number: int) -> None:
    act = scene.act(who["coordinator"])
    scene.do(lambda s: pausing.pause(s, OFFICE, act, number, "待批复").id)


def cancelled(scene: Scene, who: People, number: int) -> None:
    act = scene.act(who["coordinator"])
    scene.do(lambda s: closing.cancel(s, OFFICE, act, number, "政策调整").id)


def reopened(scene: Scene, who: People, number: int) -> None:
    closed(scene, who, number)
    act = scene.act(who["coordinator"])
    scene.do(lambda s: closing.reopen(s, OFFICE, act, number, "复查").id)


STATES: list[tuple[Make, set[Action], set[Action], bool]] = [
    (issued, {*FRESH, Action.sign, Action.decline}, {Action.cancel}, True),
    (signed, {*FRESH, Action.decline}, {Action.cancel}, True),
    (reported, UNDER_WAY, {Action.cancel}, True),
    (unconfirmed, {*UNDER_WAY, Action.sign}, {Action.cancel}, True),
    (near, FRESH, {Action.cancel}, True),
    (overdue, FRESH, {Action.cancel}, True),
    (after_the_window, {*FRESH, Action.no_change}, {Action.cancel}, True),
    (submitted, {Action.report}, {Action.close, Action.send_back, Action.cancel}, False),
    (sent_back, UNDER_WAY, {Action.cancel}, True),
    (closed, set(), set(), False),
    (
        declined,
        {Action.report},
        {Action.reassign, Action.refuse_decline, Action.cancel},
        False,
    ),
    (kept, UNDER_WAY - {Action.decline}, {Action.cancel}, True),
    (
        asked,
        {Action.report, Action.submit, Action.no_change},
        {Action.grant, Action.refuse, Action.cancel},
        True,
    ),
    (granted, UNDER_WAY, {Action.cancel}, True),
    (paused, {Action.report}, {Action.cancel}, False),
    (cancelled, set(), set(), False),
    (reopened, UNDER_WAY, {Action.cancel}, True),
]


@pytest.fixture
def who(scene: Scene) -> People:
    return {
        "contact": scene.join(Role.contact, "教育局"),
        "coordinator": scene.join(Role.coordinator),
    }


def voice(scene: Scene) -> Voice:
    return Voice("zh", "督查室", None, scene.office.cal)


def shown(scene: Scene, person: int, number: int) -> list[Button]:
    """The buttons of the card as it is first seen."""
    act = scene.act(person)
    view = scene.do(lambda s: cards.card(s, scene.office, act, number))
    return buttons(rendered(voice(scene), view))


def buttons(pages: tuple[Message, ...]) -> list[Button]:
    return [one for row in pages[-1].keyboard for one in row]


def first_with(found: list[Button], word: str) -> Button:
    return next(one for one in found if word in one.label)


@pytest.mark.parametrize(
    ("make", "contact", "office", "owed"), STATES, ids=[row[0].__name__ for row in STATES]
)
def test_what_may_be_done_stands_on_the_card_under_its_name(
    scene: Scene,
    who: People,
    make: Make,
    contact: set[Action],
    office: set[Action],
    owed: bool,
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver(Kind.assignment)
    make(scene, who, number)
    for name, wanted in (("contact", contact), ("coordinator", office)):
        found = shown(scene, who[name], number)
        assert {one.label for one in found} & set(WORDS.values()) == {
            WORDS[action] for action in wanted
        }
        for action in wanted:
            verb = decode(first_with(found, WORDS[action]).data).verb
            assert verb is Verb[action.value], (name, action)
    labels = [one.label for one in shown(scene, who["coordinator"], number)]
    assert (NUDGE in labels) is owed


def test_a_task_is_signed_alone_and_several_with_one_press(scene: Scene, who: People) -> None:
    act = scene.act(who["contact"])
    handed = [
        scene.publish(*(duty(f"办{n}{m}。", lead=["教育局"], due=DUE) for m in range(n)))
        for n in (1, 2)
    ]

    def labels(notice: int) -> set[str]:
        numbers = handed[notice - 1]
        view = scene.do(lambda s: cards.assignment(s, scene.office, act, notice, numbers))
        return {one.label for one in buttons(assignment(voice(scene), view))}

    assert {"全部签收", "签收"} & labels(1) == {"签收"}
    assert {"全部签收", "签收"} & labels(2) == {"全部签收"}
