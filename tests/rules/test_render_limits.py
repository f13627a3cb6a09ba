"""Whatever people write, wherever it stands: every page is one that Telegram takes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import render
from bot.render import Message
from bot.texts import LANGUAGES
from tasks.due import StepKind
from tasks.models import ReportKind
from tasks.views.cards import MyTasks
from tasks.views.desk import NoticeLine
from tasks.views.questions import QuestionView
from tasks.views.queue import (
    Asked,
    Callee,
    Declined,
    Queue,
    Requested,
    Submission,
    Unconfirmed,
    Untold,
)
from tasks.views.silence import ContactView, Heard, PeriodView
from tasks.views.summary import OverdueLine
from tasks.vocabulary import (
    Light,
    NoticeState,
    Outcome,
    PartRole,
    PartState,
    ProgressClass,
    Role,
    Silence,
)
from tasks.workflow import Action
from tests.rules import render_samples as make
from tests.rules.render_samples import NOW, TODAY, check, plain_text, voice

NASTY = (
    "",
    " ",
    "\n",
    "<b>",
    "</blockquote>",
    "&lt;&amp;",
    "<a href='tg://user?id=1'>甲</a>",
    "督" * 5000,
    "😀" * 5000,
    "&" * 5000,
    "一行\n二行\r\n三行\n" * 500,
    "\u202eאבג\u2066עברית\u200f",
    "👩‍👩‍👧‍👦" * 900,
    "a\u0301\u0302\u0303" * 1500,
    "\x00\x07\ud800\udfff",
    "{task} {0} %s",
)
DAYS = (None, date(2026, 11, 20), TODAY, date(2026, 12, 31), date(9999, 12, 31))

words = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.lists(st.sampled_from(NASTY[:7]), max_size=5).map("甲".join),
)


def every_page(language: str, word: str, n: int) -> dict[str, Sequence[Message]]:
    """Every renderer with that word in every field and lists of that length."""
    said = voice(language, office=word, phone=word)
    report = make.report(
        2**40,
        word,
        percent=100,
        expected=date(2027, 1, 1),
        problem=word,
        proposed=word[:32] or None,
        confirmed=False,
    )
    part = make.part(word, last=report, confirmed=report, percent=100)
    parts = tuple(
        make.part(word, id=i, last=report, role=role)
        for i, role in zip(range(n), list(PartRole) * n, strict=False)
    )
    cards = [
        make.card(
            make.task(
                10**6 + i,
                word,
                notice=word,
                notice_id=i % 3,
                section=word,
                due=DAYS[i % len(DAYS)],
                original_due=TODAY,
                light=list(Light)[i % len(Light)],
                overdue=i % 2 == 0,
                overdue_for=i,
                outcome=list(Outcome)[i % len(Outcome)],
                state=list(PartState)[i % len(PartState)],
                parts=(part, *parts),
            ),
            *Action,
            judged=2**40 + i,
            nudgeable=True,
        )
        for i in range(n)
    ]
    one = cards[0] if cards else make.card(make.task(text=word, parts=(part,)), *Action)
    numbers = tuple(card.task.number for card in cards)
    mine = MyTasks((word,) * n, tuple(cards), numbers, TODAY)
    kinds = list(StepKind)
    items = [
        make.item(
            card,
            kinds[i % len(kinds)],
            DAYS[i % len(DAYS)],
            slip=make.slip(department=word, text=word) if i % 4 == 0 else None,
        )
        for i, card in enumerate(cards)
    ]
    people = tuple(ContactView(word, word, True) for _ in range(n))
    silent = PeriodView(
        TODAY, TODAY, tuple(Heard(word, 0, n, w, numbers, people) for w in Silence)
    )
    event = {
        "at": "2026-11-24T03:00:00+00:00",
        "said_at": "2026-11-24T01:00:00+00:00",
        "actor": word,
        "department": word,
        "action": word,
        "text": word,
        "update_id": 1,
    }
    classes = dict.fromkeys(ProgressClass, n)
    found = make.summary(
        [card.task for card in cards],
        label=word,
        classes=classes,
        change=dict.fromkeys(ProgressClass, n),
        change_since=TODAY,
        overdue=tuple(OverdueLine(number, word, n, word, TODAY) for number in numbers),
        heard=silent,
        departments=tuple(make.row(word, classes, overdue=n) for _ in range(n)),
        left=n,
    )
    label = NoticeLine(n, word, word, NoticeState.issued, n, n)
    asked = tuple(Asked(i, word, (word,) * n, i, word, n, late=True) for i in numbers)
    waiting = Queue(
        TODAY,
        submissions=tuple(Submission(card, report, i, word) for i, card in enumerate(cards)),
        extensions=tuple(Requested(i, i, word, word, TODAY, n, n) for i in numbers),
        declines=tuple(Declined(i, word, word, word, n) for i in numbers),
        unmatched=tuple(replace(one, task=None) for one in asked),
        unconfirmed=tuple(Unconfirmed(number, word, report) for number in numbers),
        questions=asked,
        untold=tuple(
            Untold(i, 2**31 - i, word, StepKind.sign, (Callee(2**31, word, word),) * n)
            for i in numbers
        ),
    )
    told = QuestionView(1, word, (word,) * n, n, word, word, NOW, True, numbers)
    pages: dict[str, Sequence[Message]] = {
        "card": render.card(said, one),
        "card of the office": render.card(said, make.card(one.task, own=None)),
        "verdict": render.verdict(said, one),
        "send back": render.card(said, replace(one, sent_back=word, nudged=True), more=True),
        "original": render.original(said, one),
        "question": render.question(said, told),
        "answer to a question": render.relayed(said, replace(told, answer=word)),
        "questions alone": render.queue(said, waiting, "questions", 2),
        "receipt": render.receipt(said, [(card, report) for card in cards or [one]]),
        "assignment": render.assignment(
            said, make.assigned(cards, notice=word, title=word, departments=((word, n, n),) * n)
        ),
        "all of it": render.assignment(said, make.assigned(cards, notice=word), full=True),
        "welcome": render.welcome(said, word, [(Role.contact, word)] * n, mine),
        "welcome to the office": render.welcome(said, word, [(Role.admin, None)], None),
        "my": render.my(said, mine),
        "which": render.which(said, mine, word, 2**31),
        "digest": render.digest(said, make.digest(*items)),
        "slips": render.slips(
            said, [make.slip(department=word, text=word, task=i) for i in numbers or (1,)]
        ),
        "summary": render.summary(said, found),
        "departments": render.summary_departments(said, found),
        "overdue": render.overdue(said, found),
        "who": render.who(said, silent, word),
        "who of a task": render.who_task(said, one, silent),
        "queue": render.queue(said, waiting),
        "notices": render.notices(said, [label] * n),
        "log": render.log(said, one, [event] * n),
        "help": render.help(said, frozenset(Role)),
        "stranger": render.stranger(said),
        "answer": render.answer(said, "no_such_department", {"department": word}),
        "ask": render.ask(said, "ask_correct", {"task": word}),
    }
    for cls in ProgressClass:
        pages[f"class {cls}"] = render.summary_class(said, found, cls)
    return pages


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(LANGUAGES), words, st.integers(0, 5))
def test_every_page_is_taken_whatever_it_holds(language: str, word: str, n: int) -> None:
    for name, pages in every_page(language, word, n).items():
        assert pages, name
        check(pages)
        # A card is edited in place, so it has to stay one message.
        assert len(pages) == 1 or not name.startswith("card"), name


@pytest.mark.parametrize(("language", "word"), list(product(LANGUAGES, NASTY)))
def test_the_worst_words_are_taken(language: str, word: str) -> None:
    for name, pages in every_page(language, word, 2).items():
        check(pages)
        assert len(pages) == 1 or not name.startswith("card"), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [60, 300])
def test_long_lists_are_taken(language: str, n: int) -> None:
    for pages in every_page(language, "省<知识>产权局完善资助政策", n).values():
        check(pages)


@given(st.text(st.sampled_from("甲<>&😀א\"'"), min_size=1, max_size=20))
def test_words_are_shown_as_they_were_written(word: str) -> None:
    last = make.report(text=word)
    text = plain_text(render.card(voice(), make.card(make.task(parts=(make.part(last=last),)))))
    assert f"\n{word}\n" in text


@pytest.mark.parametrize("size", range(3960, 4110, 10))
def test_words_near_the_limit_are_kept_whole_or_cut(size: int) -> None:
    event: dict[str, object] = {
        "at": "2026-11-24T03:00:00+00:00",
        "said_at": "2026-11-24T03:00:00+00:00",
        "actor": "王敏",
        "department": None,
        "action": "report",
        "text": "&" * size,
        "update_id": 1,
    }
    pages = render.log(voice(), make.card(), [event])
    check(pages)
    line = plain_text(pages).split("\n")[1]
    head = "11月24日11:00 王敏 反馈："
    if len(head) + size <= 4096:
        assert line == head + "&" * size
    else:
        assert line == head + "&" * (4095 - len(head)) + "…"


def test_a_report_card_quotes_submissions_in_full_words() -> None:
    last = make.report(text="已验收", kind=ReportKind.submission)
    asked = make.part(last=last, state=PartState.submitted)
    text = plain_text(render.card(voice(), make.card(make.task(parts=(asked,)))))
    assert "上次反馈 10-23 申请办结\n已验收" in text


def test_a_submission_without_words_leaves_the_last_report_to_be_judged() -> None:
    bare = make.report(9, "申请办结", kind=ReportKind.submission)
    for words, told in ((make.report(8, "自查表全部收回"), True), (None, False)):
        asked = make.part(last=bare, words=words, state=PartState.submitted, submitted_at=NOW)
        shown = make.card(make.task(parts=(asked,)), own=None, about=asked)
        text = plain_text(render.card(voice(), shown))
        assert "状态 待审核（11-24申请）" in text
        assert ("上次反馈 10-23\n自查表全部收回" in text) is told
        assert ("上次反馈" in text) is told
