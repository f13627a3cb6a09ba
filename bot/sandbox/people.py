"""What humans do: speak, press, edit, send a file, block the bot.

Each act changes the chat and queues the update a bot would get for it. In groups the bot
has Telegram's privacy mode: as a plain member it hears commands, mentions of itself and
replies to itself.
"""

from bot.sandbox.chat import World
from bot.sandbox.html import Entity, automatic
from bot.sandbox.keyboards import buttons, find_button
from bot.sandbox.records import FIRST_PERSON, Group, Message, Person, StoredFile
from bot.sandbox.refusals import ControlError

Said = dict[str, object]


def add_person(
    world: World,
    name: str,
    *,
    about: str = "",
    username: str | None = None,
    language: str = "zh-hans",
) -> Person:
    """Give somebody a phone; they have not opened the bot yet."""
    person = Person(FIRST_PERSON + len(world.people), name, about, username, language)
    world.people[person.id] = person
    world.count_change()
    return person


def say(
    world: World,
    person: Person,
    text: str,
    *,
    chat: object = None,
    reply_to: object = None,
    topic: object = None,
) -> Said:
    """Send a text to the bot or to a group; any characters pass, NUL and lone surrogates too.

    Returns `update_id` (None where privacy mode keeps it from the bot) and `message_id`.
    """
    return _speak(world, person, chat, reply_to, topic, text=text, entities=automatic(text, []))


def send_file(
    world: World,
    person: Person,
    stored: StoredFile,
    *,
    caption: str = "",
    sort: str = "document",
    album: str = "",
    chat: object = None,
    reply_to: object = None,
    topic: object = None,
) -> Said:
    """Send a file, as a photo where it was stored with a size."""
    content: dict[str, object] = attachment(stored, sort)
    if album:
        content["media_group_id"] = album
    if caption:
        content |= {"caption": caption, "caption_entities": automatic(caption, [])}
    return _speak(world, person, chat, reply_to, topic, **content)


SORTS = ("document", "photo", "voice", "audio", "video")
"""As what a person can send a file."""


def attachment(stored: StoredFile, sort: str = "document") -> dict[str, object]:
    """The `photo`, `document` or other field of a message that carries this file."""
    about: dict[str, object] = {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
    }
    if stored.photo_size:
        width, height = stored.photo_size
        return {"photo": [about | {"width": width, "height": height}]}
    if sort in {"voice", "audio", "video"}:
        # How long it is nobody asks the sandbox.
        about |= {"duration": 1, "mime_type": stored.mime}
        return {sort: about | ({"width": 320, "height": 240} if sort == "video" else {})}
    return {"document": about | {"file_name": stored.name, "mime_type": stored.mime}}


def _speak(
    world: World,
    person: Person,
    chat: object,
    reply_to: object,
    topic: object,
    **content: object,
) -> Said:
    room = world.room(person, chat)
    _may_speak(person, room)
    if topic is not None:
        if not isinstance(room, Group) or topic not in room.topics:
            raise ControlError(f"There is no topic {topic!r} in that chat.")
        content |= {"message_thread_id": topic, "is_topic_message": True}
    if reply_to is not None:
        quoted = world.quoted(room, reply_to) if isinstance(reply_to, int) else None
        if quoted is None:
            raise ControlError(f"There is no message {reply_to!r} in that chat to reply to.")
        content["reply_to_message"] = quoted
        if "message_thread_id" in quoted:
            content |= {k: quoted[k] for k in ("message_thread_id", "is_topic_message")}
    if isinstance(room, Person):
        person.started = True
    message = world.post(room, person.user(), **content)
    heard = _bot_hears(world, room, message)
    update = world.updates.put("message", message) if heard else None
    return {"update_id": update, "message_id": message["message_id"]}


def _may_speak(person: Person, room: Person | Group) -> None:
    if room is person and person.blocked:
        raise ControlError(f"{person.name} has blocked the bot; send the fault 'none' first.")
    if isinstance(room, Group) and room.moved_to is not None:
        raise ControlError(f"That group is now {room.moved_to}.")


def _bot_hears(world: World, room: Person | Group, message: Message) -> bool:
    if isinstance(room, Person) or room.bot == "administrator":
        return True
    if room.bot != "member":
        return False
    quoted = message.get("reply_to_message")
    if isinstance(quoted, dict) and quoted["from"]["id"] == world.bot.id:
        return True
    text = str(message.get("text", message.get("caption", "")))
    found = message.get("entities", message.get("caption_entities", []))
    marks = found if isinstance(found, list) else []
    commands = any(entity["type"] == "bot_command" for entity in marks)
    return commands or f"@{world.bot.username}".lower() in text.lower()


def edit(
    world: World, person: Person, message_id: object, text: str, *, chat: object = None
) -> Said:
    """Change the text (or the caption) of one's own message."""
    room = world.room(person, chat)
    _may_speak(person, room)
    body = _standing(world, room, message_id)
    sender = body["from"]
    if not isinstance(sender, dict) or sender["id"] != person.id:
        raise ControlError(f"Message {message_id!r} is not {person.name}'s own.")
    words, marks = ("text", "entities") if "text" in body else ("caption", "caption_entities")
    body[words] = text
    found: list[Entity] = automatic(text, [])
    body.pop(marks, None)
    if found:
        body[marks] = found
    edited = world.replace(room.id, int(str(message_id)), body)
    heard = _bot_hears(world, room, edited)
    update = world.updates.put("edited_message", edited) if heard else None
    return {"update_id": update, "message_id": message_id}


def press(
    world: World,
    person: Person,
    message_id: object,
    *,
    label: str | None = None,
    data: str | None = None,
    chat: object = None,
) -> Said:
    """Press a button that stands under a message now.

    Raises ControlError where there is no such button, or it is one that asks the bot nothing
    (a link, a Mini App, copied text).
    """
    room = world.room(person, chat)
    _may_speak(person, room)
    body = _standing(world, room, message_id)
    button = find_button(body.get("reply_markup"), label=label, data=data)
    if button is None:
        there = "、".join(str(b["text"]) for b in buttons(body.get("reply_markup")))
        asked = f"with the data {data!r}" if data is not None else f"labelled {label!r}"
        raise ControlError(
            f"Message {message_id!r} has no button {asked}; it has: {there or 'none'}."
        )
    if "callback_data" not in button:
        raise ControlError(f"The button {button['text']!r} sends nothing to the bot.")
    query = world.ask(person)
    update = world.updates.put(
        "callback_query",
        {
            "id": query,
            "from": person.user(),
            "message": body,
            "chat_instance": str(abs(room.id) * 7919 + 104729),
            "data": button["callback_data"],
        },
    )
    return {"update_id": update, "callback_query_id": query}


def _standing(world: World, room: Person | Group, message_id: object) -> Message:
    body = world.message(room.id, message_id) if isinstance(message_id, int) else None
    if body is None:
        raise ControlError(f"There is no message {message_id!r} in that chat.")
    return body


def set_blocked(world: World, person: Person, *, blocked: bool) -> int | None:
    """Block or unblock the bot; tells it with my_chat_member, unless nothing changes."""
    if person.blocked == blocked:
        return None
    person.blocked = blocked
    world.count_change()
    was, becomes = ("member", "kicked") if blocked else ("kicked", "member")
    return world.updates.put(
        "my_chat_member", membership(world, person, person, was=was, becomes=becomes)
    )


def membership(
    world: World, room: Person | Group, by: Person, *, was: str, becomes: str
) -> dict[str, object]:
    """A ChatMemberUpdated about the bot itself."""
    return {
        "chat": room.chat(),
        "from": by.user(),
        "date": int(world.now().timestamp()),
        "old_chat_member": member(world.bot.user(), was),
        "new_chat_member": member(world.bot.user(), becomes),
    }


def member(user: dict[str, object], status: str) -> dict[str, object]:
    """A ChatMember object with every field its status requires."""
    shown: dict[str, object] = {"status": status, "user": user}
    if status == "kicked":
        shown["until_date"] = 0
    elif status == "creator":
        shown["is_anonymous"] = False
    elif status == "administrator":
        shown |= dict.fromkeys(_ADMIN_RIGHTS, False)
        shown |= {"can_manage_chat": True, "can_manage_topics": True}
    return shown


_ADMIN_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
