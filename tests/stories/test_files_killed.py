"""The bot is killed while it reads a sent file: the file is read again and imported once."""

import asyncio
import io
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import aiohttp
from sqlalchemy import func, select

from tasks.drafting import Upload
from tasks.models import Notice
from tasks.services.acts import Act
from tasks.services.directory import invite
from tasks.services.uploads import MAX_ATTEMPTS
from tasks.vocabulary import Role, UploadState
from tests.stories.office import text_of
from tests.stories.test_files import LONG
from tests.stories.test_kill import Patient, patient

__all__ = ["patient"]


async def test_killed_while_reading_it_imports_a_file_once(patient: Patient) -> None:
    await _send(patient)
    for attempt in range(1, MAX_ATTEMPTS):
        await _until(patient, partial(_is_tried, attempt))
        await asyncio.sleep(0.5)
        assert await patient.nursery.end(signal.SIGKILL) == -signal.SIGKILL
        assert _upload(patient).state is UploadState.waiting, "it was faster than the test"
        await patient.begin()
    upload = await _until(patient, lambda upload: upload.state is not UploadState.waiting)
    await patient.drained()
    assert (upload.state, upload.attempts) == (UploadState.stored, MAX_ATTEMPTS)
    with patient.database.reading() as session:
        notices = select(func.count()).where(Notice.file_name == "很长的通知.txt")
        assert session.scalar(notices) == 1
    assert "云府办〔2026〕41号" in text_of((await patient.heard("李明"))[-1])


async def test_killed_once_too_often_it_gives_the_file_up(patient: Patient) -> None:
    await _send(patient)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        await _until(patient, partial(_is_tried, attempt))
        assert await patient.nursery.end(signal.SIGKILL) == -signal.SIGKILL
        assert _upload(patient).state is UploadState.waiting, "it was faster than the test"
        await patient.begin()
    upload = await _until(patient, lambda upload: upload.state is not UploadState.waiting)
    await patient.drained()
    assert (upload.state, upload.code) == (UploadState.refused, "upload_failed")
    assert "文件处理三次未成功" in text_of((await patient.heard("李明"))[-1])


async def _send(patient: Patient) -> None:
    """A coordinator opens the bot and sends a file that takes seconds to read."""
    now = datetime.now(UTC)
    act = Act(now, now, "控制台", granted=frozenset({Role.admin}))
    with patient.database.transaction() as session:
        code = invite(session, act, Role.coordinator, name="李明").code
    person = (await patient.desk.post("people", name="李明"))["id"]
    patient.people["李明"] = person
    await patient.desk.post("say", person=person, text=f"/start {code}")
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("person", str(person))
    form.add_field("file", io.BytesIO(LONG.encode()), filename="很长的通知.txt")
    url = f"{patient.sandbox.url}/sandbox/file"
    async with patient.desk.http.post(url, data=form) as answer:
        assert answer.status < 300, await answer.text()


def _upload(patient: Patient) -> Upload:
    with patient.database.reading() as session:
        found = session.scalars(select(Upload)).one()
        session.expunge(found)
    return found


def _is_tried(times: int, upload: Upload) -> bool:
    return upload.attempts == times


async def _until(patient: Patient, come_so_far: Callable[[Upload], bool]) -> Upload:
    """The file, once it has come so far."""
    for _ in range(1_200):
        with patient.database.reading() as session:
            there = session.scalar(select(func.count()).select_from(Upload))
        if there and come_so_far(found := _upload(patient)):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(patient.log())
