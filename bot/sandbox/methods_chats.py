"""Bot API methods about chats: who is in them, their topics, leaving them."""

from bot.sandbox.chat import World
from bot.sandbox.groups import drop_topic, new_topic
from bot.sandbox.people import member
from bot.sandbox.records import Group, Person
from bot.sandbox.refusals import bad
from bot.sandbox.validate import Parameters

_GIFTS = dict.fromkeys(
    (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    ),
    False,
)


def get_chat(world: World, call: Parameters) -> dict[str, object]:
    """getChat: ChatFullInfo."""
    room = world.destination(call.chat())
    return room.chat() | {
        "accent_color_id": room.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": _GIFTS,
    }


def get_chat_member(world: World, call: Parameters) -> dict[str, object]:
    """getChatMember."""
    room = world.destination(call.chat())
    number = call.integer("user_id")
    if number == world.bot.id:
        status = room.bot if isinstance(room, Group) else "member"
        return member(world.bot.user(), status)
    person = world.people.get(number)
    if person is None:
        raise bad("user not found")
    inside = number in room.members if isinstance(room, Group) else number == room.id
    return member(person.user(), "member" if inside else "left")


def get_chat_member_count(world: World, call: Parameters) -> int:
    """getChatMemberCount."""
    room = world.destination(call.chat())
    return len(room.members) + 1 if isinstance(room, Group) else 2


def get_chat_administrators(world: World, call: Parameters) -> list[object]:
    """getChatAdministrators: the person listed first owns a group."""
    group = _group(world, call)
    owner = world.people[min(group.members)] if group.members else None
    found: list[object] = [member(owner.user(), "creator")] if owner else []
    if group.bot == "administrator":
        found.append(member(world.bot.user(), "administrator"))
    return found


def leave_chat(world: World, call: Parameters) -> bool:
    """leaveChat."""
    group = _group(world, call)
    group.bot = "left"
    world.count_change()
    return True


def create_forum_topic(world: World, call: Parameters) -> dict[str, object]:
    """createForumTopic."""
    group = _group(world, call)
    if not group.forum:
        raise bad("the chat is not a forum")
    if group.bot != "administrator":
        raise bad("not enough rights to create a topic")
    name = call.string("name")
    if not 1 <= len(name) <= 128:
        raise bad("TOPIC_NAME_INVALID")
    number = new_topic(world, group, name, by=world.bot.user())
    return {"message_thread_id": number, "name": name, "icon_color": 7322096}


def change_forum_topic(world: World, call: Parameters, change: str) -> bool:
    """editForumTopic, closeForumTopic, reopenForumTopic, deleteForumTopic."""
    group = _group(world, call)
    number = call.integer("message_thread_id")
    if number not in group.topics:
        raise bad("message thread not found")
    if change == "close":
        group.closed_topics.add(number)
    elif change == "reopen":
        group.closed_topics.discard(number)
    elif change == "delete":
        drop_topic(world, group, number)
    elif name := call.string("name"):
        group.topics[number] = name[:128]
    world.count_change()
    return True


def pin(world: World, call: Parameters) -> bool:
    """pinChatMessage and unpinChatMessage; the page does not draw pins."""
    room = world.destination(call.chat())
    if "message_id" in call and world.message(room.id, call.integer("message_id")) is None:
        raise bad("message to pin not found")
    return True


def _group(world: World, call: Parameters) -> Group:
    room = world.destination(call.chat())
    if isinstance(room, Person):
        raise bad("chat is not a group chat")
    return room
