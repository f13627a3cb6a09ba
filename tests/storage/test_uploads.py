"""Files that were sent: read in order, decided once, and struck out where they must not be."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tasks import inbox
from tasks.drafting import Upload
from tasks.errors import NotAllowed
from tasks.inbox import Incoming
from tasks.mailroom import Inbox, Outbox
from tasks.models import Notice
from tasks.reading import NoticeReading
from tasks.services import uploads
from tasks.vocabulary import Role, UploadState
from tests.storage.scene import Scene, duty, notice_of

CHAT = 1001


@pytest.fixture
def li(scene: Scene) -> int:
    return scene.join(Role.coordinator, name="李明")


def _send(
    scene: Scene,
    person: int,
    name: str | None = "通知.docx",
    size: int | None = 4_000,
    inbox_id: int | None = None,
) -> int:
    return scene.do(
        lambda session: (
            uploads.receive(
                session,
                scene.act(person, update_id=7),
                chat_id=CHAT,
                file_id="BQAC-1",
                file_name=name,
                size=size,
                inbox_id=inbox_id,
            ).id
        )
    )


def _keep(scene: Scene, person: int, number: int, notice: tuple[str, NoticeReading]) -> None:
    text, reading = notice
    scene.do(lambda session: uploads.keep(session, scene.act(person), number, text, reading))


def _progressed(scene: Scene, number: int, percent: int) -> None:
    scene.do(lambda session: uploads.progressed(session, number, percent, scene.now))


def _refuse(scene: Scene, number: int, code: str, **facts: Any) -> bool:
    return scene.do(lambda session: uploads.refuse(session, number, code, facts, scene.now))


def _found(scene: Scene, number: int) -> Upload:
    with scene.database.reading() as session:
        found = session.get_one(Upload, number)
        session.expunge(found)
        return found


def _owed(scene: Scene) -> list[tuple[str, dict[str, Any]]]:
    with scene.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "upload").order_by(Outbox.id))
        return [(row.key, row.facts) for row in rows]


def _notices(scene: Scene) -> list[tuple[str, str | None]]:
    with scene.database.reading() as session:
        return [(one.text, one.file_name) for one in session.scalars(select(Notice))]


ONE = notice_of(duty("整修道路。", lead=["交通局"]))
OTHER = notice_of(duty("整修道路。", lead=["交通局"], due=date(2026, 12, 1)), duty("清洗护栏。"))


def test_a_file_is_taken_in_the_order_in_which_it_came(scene: Scene, li: int) -> None:
    first, second = _send(scene, li), _send(scene, li)
    assert scene.do(uploads.anything_waits)
    with scene.database.reading() as session:
        ahead = [uploads.ahead_of(session, session.get_one(Upload, n)) for n in (first, second)]
    assert ahead == [0, 1]
    taken = scene.do(uploads.claim)
    assert taken is not None
    assert (taken.id, taken.attempts, taken.update_id) == (first, 1, 7)
    again = scene.do(uploads.claim)
    assert again is not None
    assert (again.id, again.attempts) == (first, 2)
    _keep(scene, li, first, ONE)
    last = scene.do(uploads.claim)
    assert last is not None
    assert last.id == second
    assert _refuse(scene, second, "broken_file")
    assert scene.do(uploads.claim) is None
    assert not scene.do(uploads.anything_waits)


def test_an_attempt_in_which_the_file_had_no_part_is_taken_back(scene: Scene, li: int) -> None:
    number = _send(scene, li)
    scene.do(uploads.claim)
    scene.do(lambda session: uploads.give_back(session, number))
    assert _found(scene, number).attempts == 0
    scene.do(uploads.claim)
    _keep(scene, li, number, ONE)
    scene.do(lambda session: uploads.give_back(session, number))
    assert _found(scene, number).attempts == 1


def test_a_file_becomes_a_notice_once(scene: Scene, li: int) -> None:
    number = _send(scene, li)
    _keep(scene, li, number, ONE)
    before = scene.everything()
    _keep(scene, li, number, OTHER)
    assert not _refuse(scene, number, "broken_file")
    _progressed(scene, number, 50)
    assert scene.everything() == before
    upload = _found(scene, number)
    assert (upload.state, upload.notice_id, upload.facts) == (UploadState.stored, 1, {})
    assert _notices(scene) == [(ONE[0], "通知.docx")]


def test_the_same_text_names_the_notice_that_holds_it(scene: Scene, li: int) -> None:
    first, second = _send(scene, li), _send(scene, li, "再发.txt")
    _keep(scene, li, first, ONE)
    _keep(scene, li, second, ONE)
    upload = _found(scene, second)
    assert (upload.state, upload.notice_id) == (UploadState.stored, 1)
    assert upload.facts == {"known": True}
    assert _notices(scene) == [(ONE[0], "通知.docx")]


def test_a_revised_text_waits_for_a_decision(scene: Scene, li: int) -> None:
    first, second = _send(scene, li), _send(scene, li, "修订.docx")
    _keep(scene, li, first, ONE)
    _keep(scene, li, second, OTHER)
    upload = _found(scene, second)
    assert (upload.state, upload.notice_id) == (UploadState.revises, 1)
    assert upload.text == OTHER[0]
    assert upload.reading == OTHER[1].as_document()
    assert len(_notices(scene)) == 1


def test_a_text_without_a_duty_is_refused(scene: Scene, li: int) -> None:
    number = _send(scene, li)
    _keep(scene, li, number, ("今天天气很好。", NoticeReading(ONE[1].header, (), ())))
    upload = _found(scene, number)
    assert (upload.state, upload.code) == (UploadState.refused, "no_duties")
    assert upload.notice_id is None


def test_a_text_without_a_duty_revises_nothing(scene: Scene, li: int) -> None:
    first, second = _send(scene, li), _send(scene, li)
    _keep(scene, li, first, ONE)
    _keep(scene, li, second, ("今天天气很好。", NoticeReading(ONE[1].header, (), ())))
    upload = _found(scene, second)
    assert (upload.state, upload.code) == (UploadState.refused, "no_duties")


@pytest.mark.parametrize("size", [20 * 1024 * 1024 + 1, 2**70])
def test_what_telegram_does_not_give_to_bots_is_refused_at_once(
    scene: Scene, li: int, size: int
) -> None:
    number = _send(scene, li, size=size)
    upload = _found(scene, number)
    assert (upload.state, upload.code) == (UploadState.refused, "file_too_large")
    assert upload.facts == {"limit_mb": 20}
    assert _owed(scene) == [(f"upload:{number}:0", {"upload": number})]


@pytest.mark.parametrize("size", [None, 0, 20 * 1024 * 1024])
def test_any_other_file_waits(scene: Scene, li: int, size: int | None) -> None:
    assert _found(scene, _send(scene, li, size=size)).state is UploadState.waiting


def test_only_the_office_sends_notices(scene: Scene) -> None:
    contact = scene.join(Role.contact, "交通局")
    leader = scene.join(Role.leader)
    before = scene.everything()
    for person in (contact, leader):
        with pytest.raises(NotAllowed):
            _send(scene, person)
    assert scene.everything() == before


def test_every_step_owes_a_row_of_its_own(scene: Scene, li: int) -> None:
    number = _send(scene, li)
    for percent in (10, 40, 40, 20, 130):
        _progressed(scene, number, percent)
    assert _found(scene, number).percent == 100
    _keep(scene, li, number, ONE)
    assert [key for key, _ in _owed(scene)] == [f"upload:{number}:{n}" for n in range(5)]
    assert all(facts == {"upload": number} for _, facts in _owed(scene))


def test_rows_of_the_tenth_file_are_not_taken_for_the_firsts(scene: Scene, li: int) -> None:
    numbers = [_send(scene, li) for _ in range(11)]
    _progressed(scene, numbers[0], 10)
    assert _owed(scene)[-1][0] == f"upload:{numbers[0]}:1"


def test_a_name_is_kept_as_far_as_it_can_be(scene: Scene, li: int) -> None:
    number = _send(scene, li, "长" * 400 + "\0\ud800.docx")
    kept = _found(scene, number).file_name
    assert kept is not None
    assert len(kept) == 255
    assert kept.endswith("长\ufffd\ufffd.docx")


def _stored(scene: Scene, update_id: int, chat: int, **message: Any) -> int:
    payload = json.dumps({"update_id": update_id, "message": {"message_id": 5, **message}})
    scene.do(
        lambda session: inbox.store(session, 1, [Incoming(update_id, chat, payload)], scene.now)
    )
    with scene.database.reading() as session:
        return session.scalars(select(Inbox.id).where(Inbox.update_id == update_id)).one()


def _payload(scene: Scene, inbox_id: int) -> dict[str, Any]:
    with scene.database.reading() as session:
        found: dict[str, Any] = json.loads(session.get_one(Inbox, inbox_id).payload)
    return found


def test_nothing_says_what_a_classified_file_was(scene: Scene, li: int) -> None:
    document = {
        "file_id": "BQAC-1",
        "file_unique_id": "AgAD_1",
        "file_name": "后山演练.docx",
        "file_size": 9,
        "thumbnail": {"file_id": "AAMC-1", "file_unique_id": "AQAD_1", "width": 9},
    }
    more = {"caption": "请导入后山演练", "caption_entities": [{"type": "bold"}]}
    own = _stored(scene, 1, CHAT, document=document, **more)
    reply = _stored(scene, 2, CHAT, text="看", reply_to_message={"document": document, **more})
    elsewhere = _stored(
        scene, 3, CHAT + 1, document={"file_unique_id": "AgADx1", "file_name": "b"}
    )
    alike = _stored(scene, 4, CHAT, document={"file_unique_id": "AgADx1", "file_name": "b"})
    number = _send(scene, li, "后山演练.docx", inbox_id=own)
    assert _refuse(scene, number, "classified_file")
    upload = _found(scene, number)
    assert (upload.file_name, upload.file_id, upload.facts) == (None, "", {})
    told = str(scene.everything())
    for words in ("后山演练", "BQAC-1", "AAMC-1", "AgAD_1", "AQAD_1"):
        assert words not in told
        assert json.dumps(words).strip('"').replace("\\", "\\\\") not in told
    struck = _payload(scene, own)["message"]
    assert struck["message_id"] == 5
    assert struck["document"]["file_size"] == 9
    assert struck["caption_entities"] == []
    assert _payload(scene, reply)["message"]["text"] == "看"
    for other in (elsewhere, alike):
        assert _payload(scene, other)["message"]["document"]["file_name"] == "b"


def test_another_refusal_strikes_nothing_out(scene: Scene, li: int) -> None:
    document = {"file_id": "BQAC-1", "file_unique_id": "A1", "file_name": "通知.docx"}
    own = _stored(scene, 1, CHAT, document=document)
    number = _send(scene, li, inbox_id=own)
    assert _refuse(scene, number, "broken_file")
    assert _payload(scene, own)["message"]["document"] == document
    assert _found(scene, number).file_name == "通知.docx"
