"""Groups and their topics: founding them, who joins, the upgrade to a supergroup."""

from bot.sandbox.chat import World
from bot.sandbox.people import membership
from bot.sandbox.records import FIRST_GROUP, FIRST_SUPERGROUP, Group, Person
from bot.sandbox.refusals import ControlError

STATUSES = ("member", "administrator", "left", "kicked")


def found(
    world: World,
    title: str,
    members: list[Person],
    *,
    topics: list[str],
    bot: str = "member",
    basic: bool = False,
) -> Group:
    """A new group with these people and the bot; topics make it a forum."""
    check_status(bot)
    if not members:
        raise ControlError("A group needs at least one member.")
    first, kind = (FIRST_GROUP, "group") if basic else (FIRST_SUPERGROUP, "supergroup")
    group = Group(
        first - len(world.groups), title, kind, {person.id for person in members}, "left"
    )
    group.forum = bool(topics)
    world.groups[group.id] = group
    for name in topics:
        new_topic(world, group, name, by=members[0].user())
    set_bot(world, group, bot, by=members[0])
    world.count_change()
    return group


def check_status(status: str) -> None:
    """Refuse what the bot cannot be in a group."""
    if status not in STATUSES:
        raise ControlError(f"`bot` must be one of: {', '.join(STATUSES)}.")


def set_bot(world: World, group: Group, status: str, *, by: Person) -> int | None:
    """Add, promote or remove the bot; it is told with my_chat_member."""
    check_status(status)
    was, group.bot = group.bot, status
    if was == status:
        return None
    change = membership(world, group, by, was=was, becomes=status)
    return world.updates.put("my_chat_member", change)


def new_topic(world: World, group: Group, name: str, *, by: dict[str, object]) -> int:
    """Open a topic; its id is that of the service message that opened it."""
    made = {"name": name, "icon_color": 7322096}
    message = world.post(group, by, forum_topic_created=made)
    number = int(str(message["message_id"]))
    group.topics[number] = name
    return number


def drop_topic(world: World, group: Group, number: int) -> None:
    """Delete a topic with everything that was said in it. The bot is not told, as in Telegram."""
    del group.topics[number]
    group.closed_topics.discard(number)
    for message_id in world.in_topic(group, number):
        world.delete(group.id, message_id)


def change_members(world: World, group: Group, *, add: list[Person], remove: list[Person]) -> None:
    """People join and leave; the bot sees the service messages."""
    for person in add:
        group.members.add(person.id)
        joined = world.post(group, person.user(), new_chat_members=[person.user()])
        world.updates.put("message", joined)
    for person in remove:
        left = world.post(group, person.user(), left_chat_member=person.user())
        group.members.discard(person.id)
        world.updates.put("message", left)


def migrate(world: World, group: Group) -> Group:
    """Upgrade a basic group: it gets a new id, and the old one answers with it."""
    if group.kind != "group" or group.moved_to is not None:
        raise ControlError("Only a basic group that was not upgraded yet can be.")
    new = Group(
        FIRST_SUPERGROUP - len(world.groups),
        group.title,
        "supergroup",
        set(group.members),
        group.bot,
    )
    world.groups[new.id] = new
    owner = world.people[min(group.members)]
    told = world.post(group, owner.user(), migrate_to_chat_id=new.id)
    world.updates.put("message", told)
    group.moved_to = new.id
    told = world.post(new, owner.user(), migrate_from_chat_id=group.id)
    world.updates.put("message", told)
    return new


def shown(group: Group) -> dict[str, object]:
    """A group as the control API tells it."""
    return {
        "id": group.id,
        "chat_id": group.id,
        "title": group.title,
        "type": group.kind,
        "members": sorted(group.members),
        "bot": group.bot,
        "topics": [{"id": number, "name": name} for number, name in group.topics.items()],
        "moved_to": group.moved_to,
    }
