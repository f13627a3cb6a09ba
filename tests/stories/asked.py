"""What the console would answer now, and presses with forged data."""

from typing import Any

from bot.cli.tasklist import as_document
from tasks.services.acts import Office as Rules
from tasks.views import desk, standings
from tasks.views.summary import summarise
from tests.stories.office import Json, Office, Phone, buttons_of


def rules(office: Office) -> Rules:
    """The office's calendar and policy."""
    return office.app.desk.office


def task(office: Office, number: int) -> dict[str, Any]:
    """`duban task show --json` without the timeline."""
    with office.db.reading() as session:
        found = standings.load(session, rules(office), office.app.clock.now(), numbers=[number])
        return as_document(found[0])


def timeline(office: Office, number: int) -> list[dict[str, Any]]:
    """The history of a task."""
    with office.db.reading() as session:
        return desk.timeline(session, number)


def summary(office: Office) -> dict[str, Any]:
    """`duban summary --json`."""
    with office.db.reading() as session:
        return summarise(session, rules(office), office.app.clock.now()).as_document()


def has_button(message: Json, label: str) -> bool:
    """Whether a button of the message contains these words."""
    return any(label in button["text"] for button in buttons_of(message))


def data_of(message: Json, label: str) -> str:
    """What the button with these words carries."""
    return next(
        str(button["callback_data"]) for button in buttons_of(message) if label in button["text"]
    )


async def message(phone: Phone, number: int) -> Json:
    """The message with that number as it stands now."""
    return next(one for one in await phone.screen() if one["message_id"] == number)


async def press(phone: Phone, label: str, on: Json | None = None) -> str:
    """Press a button; the toast that answers."""
    await phone.press(label, on)
    return await phone.toast()


async def press_data(phone: Phone, on: Json, data: str) -> str:
    """Press with data of one's own, as a forged client can; the toast that answers."""
    user = {"id": phone.id, "is_bot": False, "first_name": phone.name}
    query = {"id": f"{phone.id}{on['message_id']}7", "from": user, "message": on}
    forged = {"callback_query": {**query, "chat_instance": "1", "data": data}}
    await phone.office.control("raw", update=forged)
    await phone.office.settle()
    calls = await phone.office.calls("answerCallbackQuery")
    return str(calls[-1]["parameters"].get("text") or "")
