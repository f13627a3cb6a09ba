"""The catalogues: complete in both languages, and a sentence for every refusal."""

import ast
import html
import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import pytest

from bot.handlers.commands import COMMANDS
from bot.render import Voice, answer, ask, toast
from bot.render.sentences import MAX_PLACEHOLDER, MAX_TOAST
from bot.sandbox.html import parse_html
from bot.texts import LANGUAGES, catalogue
from tasks import errors
from tasks.chips import ChipKind
from tasks.due import SLIPS, StepKind
from tasks.errors import DubanError
from tasks.models import ClauseRole, ReportKind, SlipLevel
from tasks.replies import ReplyState
from tasks.views.drafts import Filter
from tasks.vocabulary import (
    ClauseKind,
    ClauseState,
    Desk,
    ExtensionState,
    FollowUp,
    Light,
    NoticeState,
    Outcome,
    Pace,
    PartRole,
    PartState,
    ProgressClass,
    Role,
    Silence,
    WaiveReason,
)
from tasks.workflow import Action
from tests.rules.render_samples import CAL, voice

ROOT = Path(__file__).parents[2]
ZH, EN = catalogue("zh"), catalogue("en")
ERRORS = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, DubanError)
}
ENUMS: tuple[type[StrEnum], ...] = (
    Action,
    ClauseKind,
    ClauseRole,
    ClauseState,
    ChipKind,
    Desk,
    ExtensionState,
    Filter,
    FollowUp,
    WaiveReason,
    Light,
    NoticeState,
    Outcome,
    Pace,
    PartRole,
    PartState,
    ProgressClass,
    ReplyState,
    ReportKind,
    Role,
    Silence,
    SlipLevel,
    StepKind,
)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where, with which code and which facts `tasks` and `bot` refuse; facts None: unknown."""
    for folder in ("tasks", "bot"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            # The console has a catalogue of its own, the sandbox is another program.
            if {"sandbox", "cli"} & set(path.parts):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                kind = ERRORS.get(node.func.id)
                if kind is None:
                    continue
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                names = {keyword.arg for keyword in node.keywords}
                facts = None if None in names else {name for name in names if name}
                if not node.args:
                    yield where, kind.default_code, facts
                elif isinstance(node.args[0], ast.Constant):
                    yield where, str(node.args[0].value), facts


RAISED = list(raised())


def test_both_languages_hold_the_same_keys() -> None:
    assert list(ZH) == list(EN)


# How a date is put together is the language's own business.
@pytest.mark.parametrize("key", [key for key in ZH if not key.startswith("dates.")])
def test_a_sentence_names_the_same_facts_in_both_languages(key: str) -> None:
    assert placeholders(ZH[key]) == placeholders(EN[key])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_html_that_telegram_reads(language: str) -> None:
    for key, sentence in catalogue(language).items():
        text, _ = parse_html(string.Formatter().vformat(sentence, (), Anything()))
        assert text or key == "terms.light.none", key


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_and_short_answers_hold_no_markup(language: str) -> None:
    for key, sentence in catalogue(language).items():
        if "." not in key or key.startswith(("button.", "terms.")):
            assert html.unescape(sentence) == sentence, key
            assert "<" not in sentence, key


def test_enough_refusals_were_found_to_trust_the_search() -> None:
    codes = {code for _, code, _ in RAISED}
    assert {"no_such_task", "old_button", "illegal_move", "not_allowed", "nudged_lately"} <= codes


@pytest.mark.parametrize(("where", "code", "facts"), RAISED)
def test_every_refusal_has_a_sentence_that_its_facts_fill(
    where: str, code: str, facts: set[str] | None
) -> None:
    assert code in ZH, where
    if facts is not None:
        assert placeholders(ZH[code]) <= facts, where


@pytest.mark.parametrize("kind", ERRORS.values())
def test_every_kind_of_error_has_a_sentence_of_its_own(kind: type[DubanError]) -> None:
    assert kind.default_code in ZH


@pytest.mark.parametrize("kind", ENUMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_named(kind: type[StrEnum], language: str) -> None:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    speaking = voice(language)
    for member in kind:
        key = f"terms.{name}.{member.value}"
        assert key in catalogue(language)
        assert speaking.term(member) == catalogue(language)[key]


def test_every_line_of_history_is_named() -> None:
    written = set()
    for path in (ROOT / "tasks").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = {"record": 2, "_pronounce": 5}.get(node.func.id)
                action = None if at is None else node.args[at]
                if isinstance(action, ast.Constant):
                    written.add(str(action.value))
    assert {"report", "sign", "close", "send_back", "drop_slip"} <= written
    written |= set(SLIPS)
    assert not {name for name in written if f"terms.event.{name}" not in ZH}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [key for key in ZH if "." not in key])
def test_every_short_answer_can_be_given_with_facts_from_a_row(language: str, code: str) -> None:
    if code.endswith("_placeholder"):
        return
    said = voice(language)
    (page,) = answer(said, code, FACTS)
    assert "{" not in parse_html(page.text)[0]
    assert 0 < len(toast(said, code, FACTS)) <= MAX_TOAST
    if code.startswith("ask_"):
        (asked,) = ask(said, code, FACTS)
        assert asked.placeholder is not None
        assert 0 < len(asked.placeholder) <= MAX_PLACEHOLDER
        assert asked.placeholder != code


def test_dates_read_as_an_office_writes_them() -> None:
    zh, en = voice("zh"), voice("en")
    day = date(2026, 10, 13)
    assert zh.full(day) == "10月13日（周二）"
    assert zh.day(day, date(2026, 1, 1)) == "10月13日"
    assert zh.day(day, date(2025, 12, 31)) == "2026年10月13日"
    assert zh.short(day, day) == "10-13"
    assert zh.short(day, date(2027, 1, 1)) == "2026-10-13"
    assert zh.in_month(day, date(2026, 10, 1)) == "13日"
    assert zh.in_month(day, date(2026, 9, 30)) == "10月13日"
    assert zh.days([date(2026, 10, 30), date(2026, 11, 2), date(2026, 11, 3)]) == (
        "10月30日、11月2、3日"
    )
    assert en.full(day) == "Tue, 13 Oct"
    assert en.days([date(2026, 11, 2), date(2026, 11, 3)]) == "2, 3 Nov"


def test_instants_are_told_on_the_clock_of_the_office() -> None:
    late = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert voice("zh").when(late) == "11月24日01:30"
    assert voice("en").when(late) == "24 Nov, 01:30"


def test_facts_of_a_row_read_like_those_of_a_view() -> None:
    zh = voice("zh")
    at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    by_view = zh.say("nudged_lately", task=12, again_at=at)
    assert by_view == zh.say("nudged_lately", task=12, again_at=at.isoformat())
    assert by_view == "#12 刚催办过，11月24日13:00后可再催。"
    assert zh.say("illegal_move", action=Action.submit, state=PartState.closed) == zh.say(
        "illegal_move", action="submit", state="closed"
    )


def test_every_fact_is_escaped_and_stays_on_its_line() -> None:
    said = voice("zh").say("no_such_department", department="<b>甲&\n乙</b>\u202e")
    assert said == "没有名为“&lt;b&gt;甲&amp; 乙&lt;/b&gt;”的通知或单位。"


def test_toasts_are_not_escaped_and_not_too_long() -> None:
    zh = voice("zh")
    assert "“<甲&乙>”" in toast(zh, "no_such_department", {"department": "<甲&乙>"})
    assert len(toast(zh, "no_such_department", {"department": "长" * 300})) == MAX_TOAST


def test_a_code_without_sentence_is_still_an_answer() -> None:
    (page,) = answer(voice("zh"), "never_heard_of", {})
    assert page.text == ZH["refused"]


def test_a_language_that_is_not_known_is_the_first() -> None:
    assert Voice("xx", "督查室", None, CAL).say("signed", task=1) == "已签收#1。"


class Anything(dict[str, str]):
    """A fact for whatever a sentence names."""

    def __missing__(self, key: str) -> "Fact":
        return Fact("甲")


class Fact(str):
    def __format__(self, spec: str) -> str:
        return str(self)


FACTS = {
    "task": 12,
    "count": 3,
    "told": ["省财政厅"],
    "unreached": ["省商务厅"],
    "undelivered": ["省司法厅"],
    "command": "/xx",
    "limit": 200,
    "limit_mb": 20,
    "id": 9,
    "name": "王敏",
    "departments": ["省财政厅"],
    "phone": "020-0000 1234",
    "action": "close",
    "state": "closed",
    "like": ["市财政局", "省财政厅"],
    "department": "省财政厅",
    "again_at": "2026-11-24T05:00:00+00:00",
    "last": "2026-11-24T05:00:00+00:00",
    "a": "甲厅",
    "b": "乙厅",
    "role": "contact",
    "process": 4711,
    "nodes": ["11-30 完成初稿"],
    "due": "2026-11-30",
    "was": "2026-11-20",
    "reason": "机构改革",
    "before": "制定方案",
    "leader": "陈立",
    "tasks": [12, 15],
    "number": 12,
    "n": 3,
    "by": "周敏",
    "title": "督办工作群",
    "secret": "ABCD2345EFGH",
    "expires_at": "2026-12-08T05:00:00+00:00",
    "link": "https://t.me/duban_bot?startgroup=ABCD2345EFGH",
    "notice": 2,
    "text": "尽快",
    "words": "教育",
    "about": "#12",
    "kept": "#15",
    "section": "三（九）",
    "places": ["一（二）", None],
    "first": "三",
    "lock": "bot.lock",
    "desk": "office",
    "day": "2026-11-24",
    "until": "2026-11-27",
    "kind": "photo",
    "why": "file_gone",
    "grade": "good",
    "outcome": "finished",
}


def test_telegrams_menu_names_every_command_of_the_chat() -> None:
    named = {key.removeprefix("menu.") for key in ZH if key.startswith("menu.")}
    assert named == set(COMMANDS) - {"start"}
    for language in LANGUAGES:
        for key, sentence in catalogue(language).items():
            if key.startswith("menu."):
                assert 1 <= len(sentence) <= 256, key
