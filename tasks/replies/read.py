"""PURE. What a message says of each task that it speaks of: the parts put together.

A message is cut into stretches (`split`), each clause of a stretch is asked what it says
(`finish`, `states`, `percent`, `due`, `problems`, `talk`), and the strongest word stands.
Nothing is guessed: what is not said, or not sure, stays None, and a task is named only
where the sender named it.
"""

import re
from dataclasses import replace
from datetime import date

from tasks.replies.dates import find_dates
from tasks.replies.due import expected_of, passed_of
from tasks.replies.finish import Finish, finish_of
from tasks.replies.model import ReplyReading, ReplyState
from tasks.replies.percent import percent_of, says_not_started
from tasks.replies.problems import denies, is_label, is_problem, worded
from tasks.replies.split import Piece, Stretch, stretches
from tasks.replies.states import declines, extends, pace_of, pleads_for_it, says_same, says_work
from tasks.replies.talk import (
    is_acknowledgement,
    is_condition,
    is_material,
    is_pledge,
    is_question,
    is_small_talk,
)
from tasks.replies.wording import wording
from tasks.vocabulary import Pace

_AUXILIARY = re.compile(r"(?:is|are|was|were|has|have|had|will|can|could|should)\b")
_EDGE = " \t\r\n\u3000,，;；、:：.。-—~\ufeff\u200b"
_SENT = re.compile(
    r"(?:材料|附件|报告|台账|表|情况|资料|文档|照片|佐证|清单).{0,8}(?:报送|上报|提交|发|传|送|交)"
)


def read_reply(text: str, today: date) -> tuple[ReplyReading, ...]:
    """The readings of a message said on the local day `today`, one per task addressed.

    Empty for a question, small talk and silence. Any text will do.
    """
    readings: list[ReplyReading] = []
    found = stretches(wording(text))
    named = any(s.named for s in found)
    for stretch in found:
        reading = _read(stretch, today)
        if reading is None:
            continue
        if not stretch.named:
            said = (reading.percent, reading.expected, reading.problem) != (None, None, None)
            idle = stretch.leads_on or reading.state in {None, ReplyState.signed}
            if named and idle and not said:
                continue
            readings.append(reading)
            continue
        readings.extend(replace(reading, task=task) for task in stretch.tasks)
    return _one_per_task(readings)


def promise_passed(text: str, today: date) -> date | None:
    """A day that has passed, by which words on one task promise the work all the same."""
    pieces = [piece for stretch in stretches(wording(text)) for piece in stretch.pieces]
    return passed_of([one.plain for one in pieces if not one.clause.asks], today)


def _one_per_task(readings: list[ReplyReading]) -> tuple[ReplyReading, ...]:
    """The readings, a task that is spoken of twice with both taken together."""
    merged: dict[int | None, ReplyReading] = {}
    for new in readings:
        old = merged.get(new.task)
        if old is None:
            merged[new.task] = new
            continue
        merged[new.task] = ReplyReading(
            task=new.task,
            state=_stronger(old.state, new.state),
            percent=old.percent if new.percent is None else new.percent,
            expected=old.expected if new.expected is None else new.expected,
            pace=old.pace if new.pace is None else new.pace,
            problem="；".join(p for p in (old.problem, new.problem) if p) or None,
            text=f"{old.text}；{new.text}",
        )
    return tuple(merged.values())


_STRENGTH = (
    None,
    ReplyState.signed,
    ReplyState.no_change,
    ReplyState.submitted,
    ReplyState.in_progress,
    ReplyState.extension,
    ReplyState.declined,
)


def _stronger(one: ReplyState | None, other: ReplyState | None) -> ReplyState | None:
    return max(one, other, key=_STRENGTH.index)


def _read(stretch: Stretch, today: date) -> ReplyReading | None:
    told, asked = [], False
    pleads = any(pleads_for_it(p.plain) or _reasons(p) for p in stretch.pieces)
    for piece in stretch.pieces:
        if pleads and extends(piece.plain, dated=True):
            told.append(piece)  # "能否宽限到10日，请批准" asks for it, not about it
        elif piece.clause.asks or _asks(piece):
            asked = True
        elif is_condition(piece.plain):
            continue
        elif not is_small_talk(piece.plain):
            told.append(piece)
    if not told:
        return None
    plains = [p.plain for p in told]
    state = _state(plains, today, stretch)
    percent = percent_of(plains)
    expected = expected_of(plains, today)
    pace = _pace(plains)
    delayed = pace is Pace.behind or state in {ReplyState.extension, ReplyState.declined}
    if state is ReplyState.declined:
        problem = None
    else:
        unfinished = any(finish_of(p) is Finish.unfinished for p in plains)
        problem = _problem(told, delayed=delayed or unfinished)
    says_something = (percent, expected, pace, problem) != (None, None, None, None)
    if state in {None, ReplyState.signed, ReplyState.no_change, ReplyState.submitted}:
        state = _settled(state, percent, expected, problem, pace, plains)
    heard = not asked and (stretch.named or any(map(_reportable, plains)))
    if state is None and not says_something and not heard:
        return None
    if state is ReplyState.signed and asked and not stretch.named:
        return None
    return ReplyReading(None, state, percent, expected, pace, problem, _text(stretch))


def _reasons(piece: Piece) -> bool:
    """Whether the clause gives a reason for which more time could be asked."""
    if piece.clause.asks or _asks(piece):
        return False
    return is_problem(piece.plain, delayed=True) or pace_of(piece.plain) is Pace.behind


def _asks(piece: Piece) -> bool:
    """Whether the clause asks; a verb that opens it once "#12" is taken out does not."""
    verb_left = piece.plain != piece.clause.plain and _AUXILIARY.match(piece.plain)
    return not verb_left and is_question(piece.plain)


def _reportable(plain: str) -> bool:
    return is_material(plain) or says_work(plain)


def _state(plains: list[str], today: date, stretch: Stretch) -> ReplyState | None:
    """The strongest state that the clauses speak of, before percent and date are weighed."""
    dated = [any(not d.passed and d.day >= today for d in find_dates(p, today)) for p in plains]
    any_date = any(dated)
    if any(map(declines, plains)):
        return ReplyState.declined
    if any(extends(p, dated=any_date) for p in plains):
        return ReplyState.extension
    finishes = []
    topic = ""
    for plain, has_date in zip(plains, dated, strict=True):
        finish = finish_of(plain, topic, dated=has_date)
        finishes.append(finish)
        topic = plain if finish is None and _is_topic(plain) else ""
    closing = Finish.closing in finishes
    if Finish.unfinished in finishes or (Finish.step in finishes and not closing):
        return ReplyState.in_progress
    rest = [p for p, f in zip(plains, finishes, strict=True) if f is None]
    if closing or Finish.whole in finishes:
        return ReplyState.in_progress if any(map(_still_open, rest)) else ReplyState.submitted
    if Finish.coming in finishes:
        if (
            all(
                f is Finish.coming or is_acknowledgement(p) or is_pledge(p)
                for p, f in zip(plains, finishes, strict=True)
            )
            and not any(dated)
            and any(map(is_acknowledgement, plains))
        ):
            return ReplyState.signed
        if any(map(says_same, plains)) and not any(map(_news, rest)):
            return ReplyState.no_change
        return ReplyState.in_progress
    heard = [p for p in plains if not (is_acknowledgement(p) or is_pledge(p))]
    if not heard and stretch.named and all("没问题" in p for p in plains):
        return None  # said of a task it is an answer, said alone it takes the task on
    if not heard:
        return ReplyState.signed if any(map(is_acknowledgement, plains)) else None
    if any(map(says_same, heard)):
        return ReplyState.in_progress if any(map(_news, heard)) else ReplyState.no_change
    if any(says_not_started(p) for p in heard):
        return ReplyState.in_progress
    # "材料已报送，请查收": the courtesy tells that the clause before it is only of material.
    courtesies = [p for p in heard if is_material(p)]
    sent = {p for p in heard for c in courtesies if is_material(f"{p}{c}") and _SENT.search(p)}
    if any(says_work(p) and not is_material(p) and p not in sent for p in heard):
        return ReplyState.in_progress
    return None


def _settled(
    state: ReplyState | None,
    percent: int | None,
    expected: date | None,
    problem: str | None,
    pace: Pace | None,
    plains: list[str],
) -> ReplyState | None:
    """The state once percent, date and problem are known."""
    if state is ReplyState.submitted:
        open_still = (percent is not None and percent < 100) or expected is not None
        closing = any("申请" in p or "clos" in p for p in plains)
        return ReplyState.in_progress if open_still and not closing else state
    if state is ReplyState.no_change:
        steady = any(re.search(r"变|unchanged|no change", p) for p in plains)
        news = percent is not None or expected is not None
        return ReplyState.in_progress if news and not steady else state
    if percent is not None or expected is not None or problem is not None or pace is not None:
        return ReplyState.in_progress
    return state


def _news(plain: str) -> bool:
    """Whether the clause tells more than that all is as it was."""
    if says_same(plain) or is_acknowledgement(plain) or is_pledge(plain) or is_material(plain):
        return False
    if (
        pace_of(plain) is not None
        or denies(plain)
        or re.match(r"(?:下一步|后续|将|继续|预计|we will)", plain)
    ):
        return False
    return says_work(plain) or finish_of(plain) in {Finish.step, Finish.unfinished}


def _still_open(plain: str) -> bool:
    """Whether a clause beside "all done" tells of work that is left."""
    if is_material(plain) or denies(plain):
        return False
    return (
        re.search(
            r"正在|剩|尚|待|还(?:需|要|有|没|差)|收尾|下一步|等(?:待|候)|仍|除|未|进行中|"
            r"\bexcept|\bremain|\bpending|\bwaiting|\bawaiting|\bstill|\bleft\b|\bapart\sfrom|"
            r"\bonly\s",
            plain,
        )
        is not None
    )


def _is_topic(plain: str) -> bool:
    """Whether the clause only names what the next one speaks of: 方案起草工作，已完成."""
    return (
        len(plain) <= 16
        and not is_acknowledgement(plain)
        and not is_small_talk(plain)
        and not is_material(plain)
        and not says_same(plain)
        and pace_of(plain) is None
        and re.search(
            r"已|了|正在|经|通过|根据|按|努力|如下|截[至止]|汇报|报告|\d%|[a-z]{3}", plain
        )
        is None
        and not find_dates(plain, date(2000, 1, 1))
    )


def _pace(plains: list[str]) -> Pace | None:
    found = [p for p in map(pace_of, plains) if p is not None]
    for pace in (Pace.behind, Pace.ahead, Pace.on_schedule):
        if pace in found:
            return pace
    return None


def _problem(told: list[Piece], *, delayed: bool) -> str | None:
    words: list[str] = []
    labelled = False
    for piece in told:
        if is_label(piece.plain):
            labelled = True
            continue
        stated = labelled and not denies(piece.plain)
        if stated or is_problem(piece.plain, delayed=delayed):
            said = worded(_words(piece))
            if said and not re.fullmatch(r"无|没有|暂无|none|no", said.lower()):
                words.append(said)
        labelled = False
    return "；".join(words) or None


def _words(piece: Piece) -> str:
    """The sender's words of a piece, without an address that stands before them."""
    clause = piece.clause
    return clause.whole.words(_after_address(piece), clause.end)


def _after_address(piece: Piece) -> int:
    clause, plain = piece.clause, piece.plain
    at = clause.whole.plain.find(plain, clause.start, clause.end) if plain else -1
    return clause.start if at < 0 or plain == clause.plain else at


def _text(stretch: Stretch) -> str:
    """The sender's words of that stretch, without an address that stands before them."""
    first, last = stretch.pieces[0], stretch.pieces[-1].clause
    whole = last.whole
    said = whole.words(_after_address(first), last.end)
    return (said.strip(_EDGE) if stretch.named else said.strip()) or last.said
