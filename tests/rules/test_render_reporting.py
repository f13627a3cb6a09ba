"""报进展 as it is shown, and the words that choices become."""

from datetime import date

import pytest

from bot.callbacks import Press, Verb, decode
from bot.render import cards, reporting
from bot.render.reporting import Chosen, assembled, chosen_of
from tasks.chips import date_chips
from tests.rules.render_samples import (
    CAL,
    TODAY,
    card,
    check,
    data_of,
    labels,
    part,
    plain_text,
    report,
    task,
    voice,
)

FACTS = {"task": 8, "row": 5}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_sent_before_something_is_chosen(language: str) -> None:
    said, days = voice(language), date_chips(TODAY, CAL)
    own = part(words=report(percent=50), percent=50)
    shown = card(task(parts=(own,)), own=own)
    bare = reporting.composer(said, shown, FACTS, days)
    check(bare)
    send = said.plain("button.pick_send")
    assert all(send not in row for row in labels(bare))
    full = reporting.composer(said, shown, {**FACTS, "problem": ""}, days)
    check(full)
    assert decode(data_of(full, send)) == Press(Verb.chip, (8, 5), "send")


def test_no_percent_below_the_last_one_is_offered() -> None:
    own = part(words=report(percent=60), percent=60)
    shown = card(task(parts=(own,)), own=own)
    pages = reporting.composer(voice(), shown, {**FACTS, "percent": 40}, ())
    offered = [one for row in labels(pages) for one in row if one.endswith("%")]
    # What was chosen stays, so that it can be taken back.
    assert offered == ["✓40%", "60%", "70%", "90%"]


def test_what_was_chosen_becomes_words() -> None:
    chosen = Chosen(70, date(2026, 11, 30), "经费未落实")
    assert assembled(voice(), chosen) == "进度70%，预计11月30日完成，经费未落实"
    assert assembled(voice("en"), Chosen(problem="", next_step="build")) == (
        "no problems, next: build"
    )
    assert not chosen_of(FACTS)
    assert chosen_of({**FACTS, "problem": ""})
    assert chosen_of({**FACTS, "expected": "2026-11-30"}).expected == date(2026, 11, 30)


def test_the_longest_words_still_make_messages() -> None:
    long = "长" * 5000
    own = part(long, words=report(text=long, problem=long, next_step=long))
    shown = card(task(text=long, parts=(own,)), own=own)
    facts = {**FACTS, "problem": long, "next_step": long, "field": "problem", "row": 2**40}
    check(reporting.composer(voice(), shown, facts, date_chips(TODAY, CAL)))
    check(reporting.which(voice(), 8, [own] * 60, 2**40))


def test_a_call_says_who_spoke_and_who_wrote_it_down() -> None:
    said = report(recorded_by="周敏", informant="张三", department="市教育局", percent=60)
    own = part(last=said, words=said)
    shown = card(task(parts=(own,)), own=own)
    assert "张三电话答复，由周敏代记" in plain_text(cards.card(voice(), shown))
    assert "代记 市教育局" in plain_text(cards.receipt(voice(), [(shown, said)]))


def test_who_answered_is_named_where_it_may_be_one_of_several() -> None:
    said = report(by="王雅琴")
    alone = part(last=said, contacts=1)
    several = part(last=said, contacts=2)
    for own, named in ((alone, False), (several, True)):
        shown = cards.card(voice(), card(task(parts=(own,)), own=own))
        assert ("王雅琴" in plain_text(shown)) is named
