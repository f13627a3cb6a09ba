"""Bot API methods that put, change and remove messages, and answer presses."""

import time

from bot.sandbox.chat import World
from bot.sandbox.keyboards import check_markup
from bot.sandbox.people import attachment
from bot.sandbox.records import Group, Message, Person
from bot.sandbox.refusals import bad
from bot.sandbox.validate import Parameters

MAX_TOAST = 200  # Bot API, answerCallbackQuery.text

_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(world: World, call: Parameters) -> Message:
    """sendMessage."""
    text, entities = call.text()
    content: dict[str, object] = {"text": text, "entities": entities}
    if options := call.mapping("link_preview_options"):
        content["link_preview_options"] = options
    return deliver(world, call, content)


def deliver(world: World, call: Parameters, content: dict[str, object]) -> Message:
    """Post content as the bot: topic, reply and keyboard are the same for every kind."""
    room = world.destination(call.chat())
    content = _mentioning(world, content)
    markup = _markup(call, inline_only=False)
    if "message_thread_id" in call:
        content |= _topic(room, call.integer("message_thread_id"))
    if "reply_parameters" in call:
        quoted = _reply(world, room, call)
        if quoted is not None:
            content["reply_to_message"] = quoted
    if call.boolean("protect_content"):
        content["has_protected_content"] = True
    if markup and "inline_keyboard" in markup and markup["inline_keyboard"]:
        content["reply_markup"] = markup
    message = world.post(room, world.bot.user(), **content)
    if markup and "inline_keyboard" not in markup:
        world.show_keyboard(room.id, int(str(message["message_id"])), markup)
    return message


def _markup(call: Parameters, *, inline_only: bool) -> dict[str, object] | None:
    markup = call.mapping("reply_markup")
    return None if markup is None else check_markup(markup, inline_only=inline_only)


def _mentioning(world: World, content: dict[str, object]) -> dict[str, object]:
    """Content whose mentions carry the whole User; of a stranger no mention is made."""
    content = dict(content)
    for key in ("entities", "caption_entities"):
        found = content.get(key)
        if isinstance(found, list):
            content[key] = [one for given in found if (one := _mention(world, given))]
    return content


def _mention(world: World, entity: dict[str, object]) -> dict[str, object] | None:
    if entity["type"] != "text_mention":
        return entity
    user = entity.get("user")
    person = world.people.get(user["id"]) if isinstance(user, dict) and "id" in user else None
    return {**entity, "user": person.user()} if person else None


def _topic(room: Person | Group, topic: int) -> dict[str, object]:
    if not isinstance(room, Group) or topic not in room.topics:
        raise bad("message thread not found")
    if topic in room.closed_topics:
        raise bad("TOPIC_CLOSED")
    return {"message_thread_id": topic, "is_topic_message": True}


def _reply(world: World, room: Person | Group, call: Parameters) -> Message | None:
    wanted = call.mapping("reply_parameters") or {}
    number = wanted.get("message_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise bad("can't parse ReplyParameters: Can't find field \"message_id\"")
    other = wanted.get("chat_id", room.id)
    quoted = world.quoted(room, number) if other == room.id else None
    if quoted is None and wanted.get("allow_sending_without_reply") is not True:
        raise bad("message to be replied not found")
    return quoted


def _to_edit(world: World, call: Parameters) -> tuple[Person | Group, Message]:
    if "inline_message_id" in call:
        raise bad("MESSAGE_ID_INVALID")
    call.check(("chat_id", "message_id"))
    room = world.destination(call.chat())
    body = world.message(room.id, call.integer("message_id"))
    if body is None:
        raise bad("message to edit not found")
    sender = body["from"]
    own = isinstance(sender, dict) and sender["id"] == world.bot.id
    if not own or not world.editable(room.id, int(str(body["message_id"]))):
        raise bad("message can't be edited")
    return room, body


def _edit(world: World, call: Parameters, changes: dict[str, object]) -> Message:
    room, old = _to_edit(world, call)
    if "text" in changes and "text" not in old:
        raise bad("there is no text in the message to edit")
    if "caption" in changes and "text" in old:
        raise bad("there is no caption in the message to edit")
    markup = _markup(call, inline_only=True)
    # An edit without a keyboard takes the keyboard away, as the Bot API has it.
    changes["reply_markup"] = markup if markup and markup["inline_keyboard"] else None
    changes = _mentioning(world, changes)
    new = {k: v for k, v in {**old, **changes}.items() if v not in (None, [])}
    if new == old:
        raise bad(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    return world.replace(room.id, int(str(old["message_id"])), new)


def edit_message_text(world: World, call: Parameters) -> Message:
    """editMessageText."""
    text, entities = call.text()
    options = call.mapping("link_preview_options")
    return _edit(
        world, call, {"text": text, "entities": entities, "link_preview_options": options}
    )


def edit_message_caption(world: World, call: Parameters) -> Message:
    """editMessageCaption."""
    text, entities = call.caption()
    return _edit(world, call, {"caption": text or None, "caption_entities": entities})


def edit_message_reply_markup(world: World, call: Parameters) -> Message:
    """editMessageReplyMarkup."""
    return _edit(world, call, {})


def delete_message(world: World, call: Parameters) -> bool:
    """deleteMessage; in a private chat the bot may also remove what the person wrote."""
    room = world.destination(call.chat())
    number = call.integer("message_id")
    body = world.message(room.id, number)
    if body is None:
        raise bad("message to delete not found")
    sender = body["from"]
    own = isinstance(sender, dict) and sender["id"] == world.bot.id
    if isinstance(room, Group) and not own and room.bot != "administrator":
        raise bad("message can't be deleted")
    if world.now().timestamp() - int(str(body["date"])) > 48 * 3600:
        raise bad("message can't be deleted for everyone")
    world.delete(room.id, number)
    return True


def delete_messages(world: World, call: Parameters) -> bool:
    """deleteMessages; those that cannot be found are skipped."""
    room = world.destination(call.chat())
    numbers = call.array("message_ids") or []
    if not 1 <= len(numbers) <= 100:
        raise bad("there must be 1-100 message identifiers")
    for number in numbers:
        if not isinstance(number, int):
            raise bad("can't parse message identifier as Number")
        if world.message(room.id, number) is not None:
            world.delete(room.id, number)
    return True


def forward_or_copy(world: World, call: Parameters, *, forward: bool) -> Message:
    """forwardMessage (the Message) and copyMessage (to be cut down to its id)."""
    source = world.destination(call.chat("from_chat_id"))
    body = world.message(source.id, call.integer("message_id"))
    if body is None:
        raise bad(f"message to {'forward' if forward else 'copy'} not found")
    kept = ("text", "entities", "caption", "caption_entities", "document", "photo")
    content = {key: body[key] for key in kept if key in body}
    if forward:
        origin = {"type": "user", "date": body["date"], "sender_user": body["from"]}
        content["forward_origin"] = origin
    elif "caption" in call:
        content["caption"], content["caption_entities"] = call.caption()
    return deliver(world, call, content)


def answer_callback_query(world: World, call: Parameters) -> bool:
    """answerCallbackQuery: the toast over the chat, once per press and soon."""
    text = call.string("text")
    if len(text) > MAX_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    number = call.string("callback_query_id")
    query = world.queries.get(number)
    stale = query is None or query.answered or time.monotonic() - query.at > world.query_life
    if query is None or stale:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    query.answered = True
    world.toasts.add(
        {
            "person": query.person,
            "callback_query_id": number,
            "text": text,
            "show_alert": call.boolean("show_alert"),
            "at": int(world.now().timestamp()),
        }
    )
    world.count_change()
    return True


def send_chat_action(world: World, call: Parameters) -> bool:
    """sendChatAction."""
    world.destination(call.chat())
    if call.string("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    return True


def set_message_reaction(world: World, call: Parameters) -> bool:
    """setMessageReaction; a bot may set one reaction, kept beside the message."""
    room = world.destination(call.chat())
    number = call.integer("message_id")
    body = world.message(room.id, number)
    if body is None:
        raise bad("message to react not found")
    reactions = call.array("reaction") or []
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for item in reactions:
        if not isinstance(item, dict) or item.get("type") not in {"emoji", "custom_emoji", "paid"}:
            raise bad("can't parse ReactionType")
        if item["type"] == "emoji" and not isinstance(item.get("emoji"), str):
            raise bad("REACTION_INVALID")
    world.reactions[room.id, number] = reactions
    world.count_change()
    return True


def send_stored(world: World, call: Parameters, file_id: str, kind: str) -> Message:
    """Send a file the server has, as a document or photo."""
    caption, entities = call.caption()
    stored = world.files.get(file_id)
    if stored is None or (kind == "photo") != (stored.photo_size is not None):
        raise bad("wrong file identifier/HTTP URL specified")
    content: dict[str, object] = attachment(stored)
    content |= {"caption": caption or None, "caption_entities": entities}
    return deliver(world, call, content)
