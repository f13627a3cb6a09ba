"""Drafts to render, made without a database: a plain case by default, any field replaced.

The notice, its offices and its duties are invented.
"""

from datetime import date
from typing import Any

from tasks.models import ClauseRole
from tasks.reading.model import Duty
from tasks.services.notices import Stays
from tasks.services.revisions import Change, Differences, Gone
from tasks.views.drafts import ClauseLine, ClauseView, DraftView, PassageView
from tasks.views.issuing import Preview, Recipient
from tasks.views.names import NameView, OwnerView
from tasks.views.revisions import RevisionView
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, NoticeState, PassageState
from tests.rules.render_samples import NOTICE, TEXTS, TODAY

ROW = 2**31 - 1
"""The greatest number of a row that a button has to carry."""


def owner(name: str = "教育部门", **changed: Any) -> OwnerView:
    facts: dict[str, Any] = {
        "role": ClauseRole.lead,
        "department": "省教育厅",
        "resembles": (),
        "is_class": False,
    }
    return OwnerView(**{**facts, **changed}, name=name)


def line(number: int = 12, text: str = TEXTS[0], **changed: Any) -> ClauseLine:
    facts: dict[str, Any] = {
        "id": 1000 + number,
        "version": 3,
        "section": "八（三）",
        "kind": ClauseKind.department_duty,
        "state": ClauseState.open,
        "owners": (owner(),),
        "deadline": date(2026, 12, 31),
        "deadline_text": "年底前",
        "recurrence": None,
        "follow_up": FollowUp.dated,
        "as_overdue": False,
        "past": False,
        "waived_as": None,
        "reason": None,
        "merged_into": None,
        "task": None,
        "stays": None,
    }
    return ClauseLine(**{**facts, **changed}, number=number, text=text)


def clause(of: ClauseLine | None = None, **changed: Any) -> ClauseView:
    facts: dict[str, Any] = {
        "line": of or line(),
        "notice_id": 4,
        "notice": NOTICE,
        "original": None,
        "before": 1011,
        "after": 1013,
        "mergeable": (1013, 2, 13),
        "sentences": ((0, 10), (10, 20)),
        "place": 12,
        "of": 57,
        "today": TODAY,
    }
    return ClauseView(**{**facts, **changed})


def passage(**changed: Any) -> PassageView:
    facts: dict[str, Any] = {
        "id": 77,
        "version": 2,
        "notice_id": 4,
        "notice": NOTICE,
        "text": "各单位要加强宣传，营造良好氛围。",
        "state": PassageState.open,
        "near": (1012, 3, 12),
        "revision": 9,
        "after": 78,
        "place": 1,
        "of": 3,
    }
    return PassageView(**{**facts, **changed})


def name(called: str = "教育部门", **changed: Any) -> NameView:
    facts: dict[str, Any] = {"clauses": 2, "department": None, "resembles": ()}
    return NameView(**{**facts, **changed}, name=called)


def draft(**changed: Any) -> DraftView:
    facts: dict[str, Any] = {
        "notice_id": 4,
        "label": NOTICE,
        "title": "关于加快公共检测平台建设的意见",
        "state": NoticeState.draft,
        "revision": 9,
        "dated": date(2026, 11, 2),
        "issuer": "省政府办公厅",
        "total": 57,
        "ready": 7,
        "issued": 0,
        "waived": 0,
        "no_limit": 20,
        "passages_open": 1,
        "passages_decided": 2,
        "names": (
            name("省财政厅", department="省财政厅"),
            name("教育部门", resembles=((5, "省教育厅"),)),
            name("省数据局"),
        ),
        "undoable": None,
        "today": TODAY,
    }
    stays = {Stays.no_owner: 45, Stays.collective: 3, Stays.past_limit: 2}
    given = {**facts, "stays": stays, **changed}
    given["stays"] = {why: given["stays"].get(why, 0) for why in Stays}
    return DraftView(**given)


def recipient(department: str = "省财政厅", **changed: Any) -> Recipient:
    facts: dict[str, Any] = {
        "lead": 3,
        "cooperating": 2,
        "each": 0,
        "people": (("王敏", True), ("李强", False)),
        "is_new": False,
        "resembles": (),
    }
    return Recipient(**{**facts, **changed}, department=department)


def preview(*recipients: Recipient, **changed: Any) -> Preview:
    return Preview(draft(**changed), recipients or (recipient(),), changed.get("waived", 0))


def duty(text: str = TEXTS[1]) -> Duty:
    return Duty(
        text=text,
        start=0,
        end=len(text),
        section=None,
        kind=ClauseKind.department_duty,
        lead=(),
        cooperating=(),
        owners=(),
        deadline=None,
        deadline_text=None,
        recurrence=None,
    )


def change(number: int = 12, task: int | None = None, text: str = TEXTS[0]) -> Change:
    return Change(
        number,
        task,
        ClauseState.open if task is None else ClauseState.issued,
        frozenset({"text", "deadline"}),
        text,
        text,
        (),
        None,
    )


def revision(
    changed: tuple[Change, ...] = (),
    added: tuple[Duty, ...] = (),
    removed: tuple[Gone, ...] = (),
    label: str = NOTICE,
) -> RevisionView:
    return RevisionView(31, 4, label, Differences(4, 50, changed, added, removed))
