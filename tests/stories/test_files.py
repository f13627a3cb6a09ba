"""A coordinator sends the file of a notice: it becomes a draft, or is refused with a reason."""

from sqlalchemy import select

from tasks.drafting import Upload
from tasks.models import Notice
from tests.rules.file_samples import docx
from tests.stories.conftest import both_databases
from tests.stories.office import Office
from tests.stories.samples import SCHOOLS


@both_databases
async def test_a_text_file_becomes_a_draft(office: Office) -> None:
    li = await office.invite("coordinator", name="李明")
    await li.send("校园安全.txt", SCHOOLS.encode())
    card = await li.sees("云府办〔2026〕41号")
    assert len(await li.heard()) == 2  # the welcome, and one message for the file
    with office.db.reading() as session:
        notice = session.scalars(select(Notice)).one()
        upload = session.scalars(select(Upload)).one()
        assert notice.file_name == "校园安全.txt"
        assert notice.text.strip() == SCHOOLS.strip()
        assert (upload.notice_id, upload.message_id) == (notice.id, card["message_id"])
        assert upload.attempts == 1


async def test_a_word_file_becomes_a_draft(office: Office) -> None:
    li = await office.invite("coordinator", name="李明")
    await li.send("道路维护.docx", docx())
    await li.sees("云府办〔2027〕5号")
