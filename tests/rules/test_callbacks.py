"""What buttons carry: every press comes back as it went, nothing else comes back at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import MAX_BYTES, MAX_ID, Press, Verb, decode, encode, fits
from tasks.errors import Stale

ids = st.integers(0, MAX_ID)
names = st.from_regex(r"[a-z_]{1,16}(=[a-z_]{1,16})?", fullmatch=True)
PLAIN = (
    *(Verb.sign, Verb.sign_all, Verb.open, Verb.report, Verb.submit, Verb.withdraw, Verb.close),
    *(Verb.send_back, Verb.correct, Verb.nudge, Verb.draft, Verb.clause, Verb.passages),
    *(Verb.passage, Verb.names, Verb.undo, Verb.preview),
)
single = st.sampled_from(PLAIN)
sensible = st.one_of(
    st.builds(Press, single, st.tuples(ids)),
    st.builds(Press, st.just(Verb.choose), st.tuples(ids, ids)),
    st.builds(
        Press,
        st.sampled_from([Verb.no_change, Verb.confirm]),
        st.lists(ids, min_size=1, max_size=30).map(tuple),
    ),
    st.builds(Press, st.just(Verb.view), st.lists(ids, max_size=5).map(tuple), names),
    st.builds(Press, st.sampled_from([Verb.issue, Verb.assign]), st.tuples(ids, ids)),
    st.builds(
        Press,
        st.just(Verb.step),
        st.lists(ids, min_size=2, max_size=4).map(tuple),
        st.sampled_from(["waive=information", "follow=once", "merge", "drop=duplicate"]),
    ),
)
anything = st.builds(
    Press,
    st.sampled_from(list(Verb)),
    st.lists(st.integers(-1, MAX_ID + 1), max_size=4).map(tuple),
    st.text(max_size=30),
)


@given(sensible)
def test_a_press_that_fits_comes_back(press: Press) -> None:
    if not fits(press):
        with pytest.raises(ValueError, match="bytes of callback data"):
            encode(press)
        return
    data = encode(press)
    assert 1 <= len(data.encode("ascii")) <= MAX_BYTES
    assert decode(data) == press


@given(single, ids)
def test_a_press_with_one_number_always_fits(verb: Verb, number: int) -> None:
    assert fits(Press(verb, (number,)))


@given(st.sampled_from(["class=on_schedule", "departments"]), ids, ids)
def test_a_view_of_a_notice_and_a_department_always_fits(name: str, a: int, b: int) -> None:
    assert fits(Press(Verb.view, (a, b), name))


@given(anything)
def test_only_a_press_that_makes_sense_is_encoded(press: Press) -> None:
    if fits(press):
        assert decode(encode(press)) == press
    else:
        with pytest.raises(ValueError, match=r"press|bytes"):
            encode(press)


@given(st.one_of(st.text(max_size=80), st.from_regex(r"1[a-z!=:.0-9]{0,70}", fullmatch=True)))
def test_whatever_is_read_was_once_encoded(data: str) -> None:
    press = read(data)
    assert press is None or encode(press) == data


def read(data: str) -> Press | None:
    try:
        return decode(data)
    except Stale as stale:
        if stale.code != "old_button":
            raise
        return None


@pytest.mark.parametrize(
    ("press", "data"),
    [
        (Press(Verb.sign, (12,)), "1s:c"),
        (Press(Verb.sign_all, (1,)), "1sa:1"),
        (Press(Verb.no_change, (12, 20)), "1n:c.k"),
        (Press(Verb.confirm, (36, 37)), "1y:10.11"),
        (Press(Verb.view, (3, 0), "class=behind"), "1v!class=behind:3.0"),
        (Press(Verb.view, (), "my"), "1v!my"),
    ],
)
def test_buttons_that_are_out_there_stay_readable(press: Press, data: str) -> None:
    assert encode(press) == data
    assert decode(data) == press


def test_every_verb_has_its_own_stored_code() -> None:
    assert {verb: verb.value for verb in Verb} == {
        Verb.sign: "s",
        Verb.sign_all: "sa",
        Verb.open: "o",
        Verb.report: "r",
        Verb.no_change: "n",
        Verb.submit: "u",
        Verb.withdraw: "w",
        Verb.close: "c",
        Verb.send_back: "b",
        Verb.confirm: "y",
        Verb.correct: "e",
        Verb.nudge: "k",
        Verb.view: "v",
        Verb.choose: "h",
        Verb.draft: "d",
        Verb.clauses: "l",
        Verb.clause: "q",
        Verb.menu: "me",
        Verb.step: "z",
        Verb.split_at: "x",
        Verb.typed: "ty",
        Verb.passages: "gl",
        Verb.passage: "g",
        Verb.names: "m",
        Verb.settle: "t",
        Verb.all: "al",
        Verb.undo: "un",
        Verb.preview: "is",
        Verb.issue: "do",
        Verb.assign: "db",
        Verb.adopt: "ad",
        Verb.endorse: "en",
        Verb.return_submission: "rs",
        Verb.grade: "gd",
        Verb.outcome: "oc",
        Verb.pause: "pa",
        Verb.resume: "re",
        Verb.cancel: "ca",
        Verb.reopen: "ro",
        Verb.evidence: "ev",
        Verb.record: "rc",
        Verb.chip: "ch",
        Verb.nodes: "nn",
        Verb.node: "nd",
        Verb.drop_node: "nx",
        Verb.edit_task: "ed",
        Verb.approve: "ap",
        Verb.disapprove: "dn",
        Verb.attach_leader: "le",
        Verb.by_hand: "bh",
        Verb.merge: "mg",
        Verb.decline: "dc",
        Verb.reassign: "ra",
        Verb.refuse_decline: "rd",
        Verb.delegate: "dg",
        Verb.nothing_to_add: "na",
        Verb.consolidate: "cs",
        Verb.adopt_draft: "cd",
        Verb.answer: "an",
        Verb.question: "qs",
        Verb.called: "ct",
        Verb.more: "mo",
        Verb.extend: "ex",
        Verb.compose: "xc",
        Verb.grant: "gr",
        Verb.refuse: "rf",
        Verb.forward: "fw",
        Verb.withdraw_request: "wx",
        Verb.endorse_request: "xe",
        Verb.return_request: "xr",
        Verb.expect: "xp",
        Verb.people: "pp",
        Verb.invite: "iv",
        Verb.deputy: "dp",
        Verb.snooze: "sz",
        Verb.issue_slip: "si",
        Verb.drop_slip: "sd",
        Verb.read_slip: "sr",
        Verb.escalate: "el",
        Verb.broadcast: "bc",
    }


@pytest.mark.parametrize(
    "data",
    [
        "",
        "1",
        "1s",
        "1s:",
        "1s:-1",
        "1o:c.d",
        "1s:0c",
        "1s:\u0663",
        "1s:C",
        "1s:c\n",
        "1s!my:c",
        "1v",
        "1v!=a",
        "1v!a=b=c",
        "1zz:c",
        "2s:c",
        "1s:" + "z" * 20,
        "1n:" + ".".join("1" * 40),
        "1n:c\ud800",
    ],
)
def test_what_cannot_be_read_is_an_old_button(data: str) -> None:
    with pytest.raises(Stale, match="old_button"):
        decode(data)


ROWS = st.integers(1, 2**31 - 1)


@given(st.tuples(ROWS, ROWS, ROWS, ROWS), st.sampled_from(["merge", "attach"]))
def test_what_is_about_two_clauses_always_fits(rows: tuple[int, ...], name: str) -> None:
    assert fits(Press(Verb.step, rows, name))
    assert fits(Press(Verb.settle, rows))


@pytest.mark.parametrize(
    "press",
    [
        Press(Verb.step, (1, 1), "waive=other"),
        Press(Verb.step, (1,), "reopen"),
        Press(Verb.typed, (1, 1), "number"),
        Press(Verb.adopt, (1,), "keep"),
        Press(Verb.adopt, (1,)),
        Press(Verb.draft, (1,), "x"),
        Press(Verb.all, (1, 1), "drop=information"),
    ],
)
def test_nothing_else_can_be_asked_of_a_draft(press: Press) -> None:
    assert not fits(press)
