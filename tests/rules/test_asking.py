"""What our questions say of files and of the message that asks them."""

import pytest

from bot.handlers.answers import QUESTIONS
from bot.handlers.asking import Files, Question
from bot.views import VIEWS

NOT_ABOUT_A_TASK = {"away", "broadcast", "by_hand", "invite", "invite_as", "merge", "successor"}
ABOUT_A_DRAFT = {"bulk", *(f"clause_{what}" for what in ("text", "owners", "each", "limit"))}
ABOUT_A_DRAFT |= {"waive_reason", "drop_reason"}


def test_only_what_is_not_about_a_task_leaves_files_to_the_import() -> None:
    apart = {kind for kind, one in QUESTIONS.items() if one.files_now({}) is Files.apart}
    assert apart
    assert apart <= NOT_ABOUT_A_TASK | ABOUT_A_DRAFT


def test_answers_that_are_reports_keep_files() -> None:
    takes = {kind: one.files_now({"typing": "reason"}) for kind, one in QUESTIONS.items()}
    assert {kind for kind, files in takes.items() if files is Files.kept} == {
        "consolidation",
        "record",
        "report",
    }
    assert {kind for kind, files in takes.items() if files is Files.beside} == {
        "decline",
        "expected",
        "extension",
    }


@pytest.mark.parametrize("question", [one for one in QUESTIONS.values() if one.shown])
def test_what_asks_is_a_view(question: Question) -> None:
    assert question.shown in VIEWS
