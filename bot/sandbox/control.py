"""The control API: what tests, the demo and the page ask of the sandbox, as JSON.

Each function takes the parsed request and returns the answer's document. A request that
cannot be done raises ControlError, whose sentence becomes `{"error": …}`.

    GET  people                      POST people  name, about?, username?, language?
    POST say     person, text, chat?, reply_to?, topic?
    POST press   person, message_id, label | data, chat?
    POST edit    person, message_id, text, chat?
    POST file    (multipart) person, file, caption?, as=photo?, album?, chat?, reply_to?, topic?
    POST raw     update
    GET  faults                      POST faults  kind, method?, person?, times?, retry_after?
    GET  groups                      POST groups  title, members, topics?, bot?, type? |
                                                  group, add?, remove?, bot?, topic?,
                                                  drop_topic?, migrate?
    GET  clock                       POST clock   advance_minutes | to, asleep?
    GET  play                        POST play
    GET  messages  person, after?, wait?
    GET  calls     after?, wait?
    GET  toasts    after?, wait?, person?
    GET  download/FILE_ID

`messages`, `calls` and `toasts` answer `{"items": […], "next": N}`; `wait` seconds are spent
on waiting for the first item. `to` is a moment, `next_working_day` or `next_reminder`. An
order of faults without a method spares getUpdates.
"""

from urllib.parse import unquote

from bot.sandbox import groups, people
from bot.sandbox.api import method_named
from bot.sandbox.chat import World
from bot.sandbox.faults import KINDS, Fault, Faults
from bot.sandbox.methods_files import picture_size
from bot.sandbox.records import Group, Person
from bot.sandbox.refusals import ControlError
from bot.sandbox.validate import Upload, Value

Document = dict[str, object]


def text_of(request: Document, key: str, *, default: str | None = None) -> str:
    """A text field; raises ControlError where it is missing or no text."""
    value = request.get(key, default)
    if not isinstance(value, str):
        raise ControlError(f"`{key}` must be a text.")
    return value


def whole(value: object, key: str, default: int) -> int:
    """A whole number, also one written as text; raises ControlError for anything else."""
    if value is None:
        return default
    try:
        if isinstance(value, bool):
            raise ValueError
        return int(value) if isinstance(value, int | str) else _no_number()
    except ValueError:
        raise ControlError(f"`{key}` must be a whole number.") from None


def _no_number() -> int:
    raise ValueError


def shown(person: Person) -> Document:
    """A person as the control API tells it."""
    return {
        "id": person.id,
        "chat_id": person.id,
        "name": person.name,
        "about": person.about,
        "username": person.username,
        "started": person.started,
        "blocked": person.blocked,
    }


def add_person(world: World, request: Document) -> Document:
    """POST /sandbox/people."""
    name = text_of(request, "name").strip()
    if not 1 <= len(name) <= 64:
        raise ControlError("`name` must have 1 to 64 characters.")
    username = request.get("username")
    if username is not None and not isinstance(username, str):
        raise ControlError("`username` must be a text.")
    language = text_of(request, "language", default="zh-hans")
    about = text_of(request, "about", default="")
    made = people.add_person(world, name, about=about, username=username, language=language)
    return shown(made)


def say(world: World, request: Document) -> Document:
    """POST /sandbox/say."""
    person = world.person(request.get("person"))
    text = text_of(request, "text")
    if not text:
        raise ControlError("`text` must not be empty.")
    return people.say(
        world,
        person,
        text,
        chat=request.get("chat"),
        reply_to=request.get("reply_to"),
        topic=request.get("topic"),
    )


def press(world: World, request: Document) -> Document:
    """POST /sandbox/press."""
    person = world.person(request.get("person"))
    if ("label" in request) == ("data" in request):
        raise ControlError("Give either `label` or `data`.")
    key = "label" if "label" in request else "data"
    wanted = text_of(request, key)
    if not wanted:
        raise ControlError(f"`{key}` must not be empty.")
    return people.press(
        world,
        person,
        request.get("message_id"),
        label=wanted if key == "label" else None,
        data=wanted if key == "data" else None,
        chat=request.get("chat"),
    )


def edit(world: World, request: Document) -> Document:
    """POST /sandbox/edit."""
    person = world.person(request.get("person"))
    text = text_of(request, "text")
    if not text:
        raise ControlError("`text` must not be empty.")
    return people.edit(world, person, request.get("message_id"), text, chat=request.get("chat"))


def send_file(world: World, fields: dict[str, Value]) -> Document:
    """POST /sandbox/file; a picture goes as a photo when `as` is `photo`, sound and film as
    `voice`, `audio` or `video`. Files with the same `album` are one album."""
    person = world.person(whole(fields.get("person"), "person", 0))
    upload = fields.get("file")
    if not isinstance(upload, Upload):
        raise ControlError("`file` must be a file in a multipart form.")
    size = picture_size(upload.data) if fields.get("as") == "photo" else None
    if fields.get("as") == "photo" and size is None:
        raise ControlError("That file is not a picture.")
    sort = str(fields.get("as") or "document")
    if sort not in people.SORTS:
        raise ControlError(f"`as` must be one of: {', '.join(people.SORTS)}.")
    caption = fields.get("caption") or ""
    album = str(fields.get("album") or "")
    optional = {
        key: whole(fields[key], key, 0) for key in ("chat", "reply_to", "topic") if fields.get(key)
    }
    room = world.room(person, optional.get("chat"))
    if room is person and person.blocked:
        raise ControlError(f"{person.name} has blocked the bot; send the fault 'none' first.")
    stored = world.keep_file(
        upload.data,
        unquote(upload.name),  # some clients percent-encode what is not ASCII
        upload.mime,
        kind="photos" if size else "documents",
        photo_size=size,
    )
    return people.send_file(
        world, person, stored, caption=str(caption), sort=sort, album=album, **optional
    )


def raw(world: World, request: Document) -> Document:
    """POST /sandbox/raw: the given body is the next update, however odd it is."""
    update = request.get("update")
    if not isinstance(update, dict):
        raise ControlError("`update` must be an object.")
    return {"update_id": world.updates.put_raw(update)}


def order_fault(world: World, faults: Faults, request: Document) -> Document:
    """POST /sandbox/faults."""
    kind = request.get("kind")
    if kind not in KINDS:
        raise ControlError(f"`kind` must be one of: {', '.join(KINDS)}.")
    method = request.get("method")
    if method is not None:
        method = method_named(text_of(request, "method"))
        if method is None:
            raise ControlError(f"There is no method {request['method']!r} here to fail.")
    person = None if request.get("person") is None else world.person(request["person"])
    if kind == "none":
        faults.clear(method=method, person=person.id if person else None)
        for one in [person] if person else list(world.people.values()):
            if method is None:
                people.set_blocked(world, one, blocked=False)
    elif kind == "blocked":
        if person is None:
            raise ControlError("`blocked` needs a `person`.")
        people.set_blocked(world, person, blocked=True)
    else:
        times = whole(request.get("times"), "times", 1)
        wait = whole(request.get("retry_after"), "retry_after", 3)
        faults.order(Fault(str(kind), method, person.id if person else None, times, wait))
    return list_faults(world, faults)


def list_faults(world: World, faults: Faults) -> Document:
    """GET /sandbox/faults: the open orders, and who has blocked the bot."""
    blocked = [person.id for person in world.people.values() if person.blocked]
    return {"items": faults.shown(), "blocked": blocked}


def change_group(world: World, request: Document) -> Document:
    """POST /sandbox/groups: found a group, or with `group` change the one with that id."""
    if "group" not in request:
        return groups.shown(_found(world, request))
    number = request["group"]
    group = world.groups.get(number) if isinstance(number, int) else None
    if group is None:
        raise ControlError(f"There is no group with the id {number!r}.")
    add = _people(world, request.get("add", []), "add")
    remove = _people(world, request.get("remove", []), "remove")
    status, topic = text_of(request, "bot", default=group.bot), request.get("topic")
    groups.check_status(status)
    if topic is not None:
        _check_topics(group.kind == "group", [topic])
    dropped = request.get("drop_topic")
    if dropped is not None and dropped not in group.topics:
        raise ControlError(f"There is no topic {dropped!r} in that group.")
    groups.change_members(world, group, add=add, remove=remove)
    by = _someone(world, group)
    groups.set_bot(world, group, status, by=by)
    if isinstance(topic, str):
        group.forum = True
        groups.new_topic(world, group, topic, by=by.user())
    if isinstance(dropped, int):
        groups.drop_topic(world, group, dropped)
    if request.get("migrate") is True:
        group = groups.migrate(world, group)
    world.count_change()
    return groups.shown(group)


def _found(world: World, request: Document) -> Group:
    title = text_of(request, "title").strip()
    if not 1 <= len(title) <= 128:
        raise ControlError("`title` must have 1 to 128 characters.")
    topics = request.get("topics", [])
    if not isinstance(topics, list):
        raise ControlError("`topics` must be a list of names.")
    _check_topics(request.get("type") == "group", topics)
    return groups.found(
        world,
        title,
        _people(world, request.get("members", []), "members"),
        topics=topics,
        bot=text_of(request, "bot", default="member"),
        basic=request.get("type") == "group",
    )


def _check_topics(basic: bool, names: list[object]) -> None:
    if basic and names:
        raise ControlError("Only supergroups have topics.")
    if any(not isinstance(name, str) or not 1 <= len(name) <= 128 for name in names):
        raise ControlError("A topic's name must have 1 to 128 characters.")


def _people(world: World, given: object, key: str) -> list[Person]:
    if not isinstance(given, list):
        raise ControlError(f"`{key}` must be a list of person ids.")
    return [world.person(number) for number in given]


def _someone(world: World, group: Group) -> Person:
    if not group.members:
        raise ControlError("Nobody is left in that group.")
    return world.people[min(group.members)]
