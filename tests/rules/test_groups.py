"""What may be said in a group, and what a refused topic means."""

import pytest
from telegram.error import BadRequest

from bot.groups import COMMANDS, HELP, VIEWS, may_be_said, without_private
from bot.render import group_help
from bot.texts import LANGUAGES, catalogue
from bot.verdicts import Topic, topic_is_gone
from tasks.services.post import Kind
from tests.rules.render_samples import check, plain_text, voice

NAMING_PEOPLE = ("who", "silent", "queue", "log", "notices", "draft", "question", "help")


@pytest.mark.parametrize("kind", Kind)
def test_a_group_that_is_not_bound_is_told_sentences_alone(kind: Kind) -> None:
    assert may_be_said(kind, {"name": "my"}, bound=False) is (kind is Kind.answer)


@pytest.mark.parametrize("name", NAMING_PEOPLE)
def test_what_names_people_has_no_place_in_a_group(name: str) -> None:
    assert not may_be_said(Kind.view, {"name": name}, bound=True)


@pytest.mark.parametrize("kind", [Kind.queue, Kind.slips, Kind.upload, Kind.welcome, Kind.file])
def test_what_is_for_one_person_has_no_place_in_a_group(kind: Kind) -> None:
    assert not may_be_said(kind, {}, bound=True)


def test_of_a_request_for_more_time_only_how_it_ended_has() -> None:
    assert may_be_said(Kind.request, {"extension": 1, "task": 7, "desk": None}, bound=True)
    for desk in ("asker", "head", "office", "leader"):
        assert not may_be_said(Kind.request, {"extension": 1, "desk": desk}, bound=True)
    assert not may_be_said(Kind.request, {"extension": 1}, bound=True)


@pytest.mark.parametrize("name", sorted({*VIEWS, HELP}))
def test_what_concerns_the_department_has(name: str) -> None:
    assert may_be_said(Kind.view, {"name": name}, bound=True)


def test_grades_and_telephones_are_taken_out() -> None:
    facts = {"task": 7, "grade": "poor", "phone": "020-0000 1234"}
    assert without_private(facts) == {"task": 7}
    within = {"facts": {**facts, "name": "张三"}, "people": [{"name": "李四", "phone": "1"}, 5]}
    assert without_private({"task": 7, **within}) == {
        "task": 7,
        "facts": {"task": 7, "name": "张三"},
        "people": [{"name": "李四"}, 5],
    }


@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.parametrize("name", ["grade", "phone"])
def test_a_sentence_that_tells_what_is_private_is_none_of_a_groups(name: str, bound: bool) -> None:
    assert not may_be_said(Kind.answer, {"code": "x", "facts": {name: "1"}}, bound=bound)
    assert may_be_said(Kind.answer, {"code": "x", "facts": {"task": 7}}, bound=bound)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("department", ["省财政厅", None])
def test_a_groups_help_fits_and_names_whose_it_is(language: str, department: str | None) -> None:
    pages = group_help(voice(language), department)
    check(pages)
    text = plain_text(pages)
    assert (department or "/summary") in text
    assert ("/report" in text) is (department is not None)


def test_the_menu_of_groups_is_a_part_of_the_whole() -> None:
    for language in LANGUAGES:
        assert all(f"menu.{name}" in catalogue(language) for name in COMMANDS)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Message thread not found", Topic.deleted),
        ("TOPIC_DELETED", Topic.deleted),
        ("TOPIC_CLOSED", Topic.closed),
        ("Chat not found", None),
    ],
)
def test_what_became_of_a_topic_is_read_from_the_refusal(words: str, meant: Topic | None) -> None:
    assert topic_is_gone(BadRequest(words)) is meant
