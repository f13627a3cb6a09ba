"""Files both ways: names, sizes, limits, and the bytes themselves."""

import struct
from io import BytesIO

import aiohttp
import pytest

from tests.sandbox.client import TOKEN, Desk, Json

MEGABYTE = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480)


async def _person_sends(
    desk: Desk, person: int, data: bytes, name: str, **fields: str
) -> tuple[int, Json]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("person", str(person))
    form.add_field("file", BytesIO(data), filename=name, content_type="application/octet-stream")
    for key, value in fields.items():
        form.add_field(key, value)
    async with desk.http.post(f"{desk.sandbox.url}/sandbox/file", data=form) as answer:
        return answer.status, await answer.json()


async def _bot_sends(desk: Desk, kind: str, person: int, data: bytes, name: str) -> Json:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("chat_id", str(person))
    form.add_field(kind, BytesIO(data), filename=name, content_type="application/octet-stream")
    url = f"{desk.sandbox.url}/bot{TOKEN}/send{kind.title()}"
    async with desk.http.post(url, data=form) as answer:
        body: Json = await answer.json()
        return body


async def _fetch(desk: Desk, file_id: str) -> bytes:
    path = (await desk.result("getFile", file_id=file_id))["file_path"]
    async with desk.http.get(f"{desk.sandbox.url}/file/bot{TOKEN}/{path}") as answer:
        assert answer.status == 200
        return await answer.read()


@pytest.mark.parametrize(
    "name",
    ["关于校车安全的通知（9月）.docx", "无后缀", "a b&c#d?.x y", "..\\..\\怪名.t/t", "甲.😀"],
)
async def test_a_file_from_a_person_keeps_its_name_and_bytes(desk: Desk, name: str) -> None:
    person = await desk.person()
    status, said = await _person_sends(desk, person, b"\x00\xff" * 50, name, caption="请查收")
    assert status == 200
    message = (await desk.updates(offset=said["update_id"]))[0]["message"]
    assert message["message_id"] == said["message_id"]
    assert message["caption"] == "请查收"
    assert message["document"]["file_name"] == name
    assert message["document"]["file_size"] == 100
    assert await _fetch(desk, message["document"]["file_id"]) == b"\x00\xff" * 50


async def test_a_file_from_the_bot_keeps_its_name_and_can_be_sent_again(desk: Desk) -> None:
    person = await desk.person()
    sent = (await _bot_sends(desk, "document", person, b"ledger", "督办台账.xlsx"))["result"]
    assert sent["document"]["file_name"] == "督办台账.xlsx"
    again = await desk.result(
        "sendDocument", chat_id=person, document=sent["document"]["file_id"], caption="再发"
    )
    assert again["document"] == sent["document"]
    assert await _fetch(desk, again["document"]["file_id"]) == b"ledger"
    url = f"{desk.sandbox.url}/sandbox/download/{sent['document']['file_id']}"
    async with desk.http.get(url) as answer:
        assert await answer.read() == b"ledger"
        assert answer.headers["Content-Disposition"].startswith("attachment")


async def test_a_photo_has_its_size_and_must_be_one(desk: Desk) -> None:
    person = await desk.person()
    status, _ = await _person_sends(desk, person, PNG, "现场.png", **{"as": "photo"})
    assert status == 200
    photo = (await desk.last(person))["photo"][-1]
    assert (photo["width"], photo["height"]) == (640, 480)
    assert (await _bot_sends(desk, "photo", person, PNG, "a.png"))["ok"]
    refused = await _bot_sends(desk, "photo", person, b"no picture", "a.png")
    assert refused["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    status, answer = await _person_sends(desk, person, b"no", "a.png", **{"as": "photo"})
    assert (status, answer["error"]) == (400, "That file is not a picture.")


async def test_the_bot_cannot_fetch_more_than_20_megabytes(desk: Desk) -> None:
    person = await desk.person()
    for size, fits in ((20 * MEGABYTE, True), (20 * MEGABYTE + 1, False)):
        await _person_sends(desk, person, b"x" * size, "大.bin")
        document = (await desk.last(person))["document"]
        assert document["file_size"] == size
        body = await desk.bot("getFile", file_id=document["file_id"])
        assert body["ok"] is fits
    assert body["description"] == "Bad Request: file is too big"


async def test_the_bot_cannot_send_too_much_or_nothing(desk: Desk) -> None:
    person = await desk.person()
    assert (await _bot_sends(desk, "document", person, b"x" * 50 * MEGABYTE, "a"))["ok"]
    long = await _bot_sends(desk, "document", person, b"x" * (50 * MEGABYTE + 1), "a")
    assert (long["error_code"], long["description"]) == (413, "Request Entity Too Large")
    empty = await _bot_sends(desk, "document", person, b"", "a")
    assert empty["description"] == "Bad Request: file must be non-empty"
    photo = await _bot_sends(desk, "photo", person, PNG + b"x" * 10 * MEGABYTE, "a.png")
    assert photo["error_code"] == 413


async def test_a_caption_holds_1024_characters_counted_after_parsing(desk: Desk) -> None:
    person = await desk.person()
    sent = (await _bot_sends(desk, "document", person, b"x", "a.txt"))["result"]
    document = sent["document"]["file_id"]
    call = {"chat_id": person, "document": document, "parse_mode": "HTML"}
    await desk.result("sendDocument", **call, caption=f"<b>{'督' * 1024}</b>")
    reason = await desk.refusal("sendDocument", **call, caption="督" * 1025)
    assert reason == "Bad Request: message caption is too long"
    where = {"chat_id": person, "message_id": sent["message_id"]}
    assert "no text in the message" in await desk.refusal("editMessageText", **where, text="x")
    edited = await desk.result("editMessageCaption", **where, caption="新说明")
    assert edited["caption"] == "新说明"


@pytest.mark.parametrize("given", ["https://example.org/a.pdf", "BQAC-nothing", "attach://none"])
async def test_a_file_that_is_not_here_is_refused(desk: Desk, given: str) -> None:
    person = await desk.person()
    body = await desk.bot("sendDocument", chat_id=person, document=given)
    assert body["error_code"] == 400


async def test_only_the_bot_downloads_and_only_what_there_is(desk: Desk) -> None:
    person = await desk.person()
    await _person_sends(desk, person, b"x", "a.txt")
    file_id = (await desk.last(person))["document"]["file_id"]
    path = (await desk.result("getFile", file_id=file_id))["file_path"]
    for token, where, status in (("9:x", path, 401), (TOKEN, "documents/none", 404)):
        async with desk.http.get(f"{desk.sandbox.url}/file/bot{token}/{where}") as answer:
            assert answer.status == status


async def test_a_file_request_without_a_file_is_refused_in_words(desk: Desk) -> None:
    status, answer = await desk.try_post("file", person=1)
    assert (status, answer["error"]) == (400, "Send the file in a multipart form.")
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("person", str(await desk.person()))
    async with desk.http.post(f"{desk.sandbox.url}/sandbox/file", data=form) as given:
        assert given.status == 400
        assert (await given.json())["error"] == "`file` must be a file in a multipart form."
