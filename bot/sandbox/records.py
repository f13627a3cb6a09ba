"""What the chat is made of: people, groups, the bot, kept messages, presses and files.

Plain records that know how the Bot API shows them, and nothing else.
"""

from dataclasses import dataclass, field

Message = dict[str, object]

# A person's id is also the id of their private chat.
FIRST_PERSON = 7001
# A supergroup's id is -100 followed by its own number.
FIRST_SUPERGROUP = -1002000000001
FIRST_GROUP = -4000001


@dataclass(slots=True)
class Person:
    """Somebody with a phone; `id` is also the id of their private chat with the bot.

    `about` is for the page alone: who they are in an office; the bot never sees it.
    """

    id: int
    name: str
    about: str = ""
    username: str | None = None
    language: str = "zh-hans"
    started: bool = False
    blocked: bool = False

    def user(self) -> dict[str, object]:
        """The User object."""
        shown: dict[str, object] = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            shown["username"] = self.username
        return shown | {"language_code": self.language}

    def chat(self) -> dict[str, object]:
        """The private Chat object."""
        shown: dict[str, object] = {"id": self.id, "first_name": self.name, "type": "private"}
        if self.username:
            shown["username"] = self.username
        return shown


@dataclass(slots=True)
class Group:
    """A group; `bot` is the bot's status in it, `moved_to` its id after an upgrade."""

    id: int
    title: str
    kind: str
    members: set[int]
    bot: str = "member"
    forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    moved_to: int | None = None

    def chat(self) -> dict[str, object]:
        """The Chat object."""
        shown: dict[str, object] = {"id": self.id, "title": self.title, "type": self.kind}
        return shown | ({"is_forum": True} if self.forum else {})


@dataclass(slots=True)
class Bot:
    """The bot that lives here: the first whose token was seen."""

    token: str = ""
    id: int = 0
    name: str = "督办"
    username: str = "duban_sandbox_bot"
    commands: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, dict[str, object]] = field(default_factory=dict)

    def user(self) -> dict[str, object]:
        """The User object."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }


@dataclass(slots=True)
class Kept:
    """A message as it stands now, and when it first appeared."""

    body: Message
    created: int
    deleted: bool = False
    # Only messages without a keyboard, or with an inline one, can be edited (Bot API,
    # "Updating messages").
    fixed: bool = False


@dataclass(slots=True)
class Query:
    """A button press that waits for its answer; `at` is monotonic seconds."""

    person: int
    at: float
    answered: bool = False


@dataclass(slots=True)
class StoredFile:
    """A file on the server; `path` is what getFile tells."""

    id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes
    photo_size: tuple[int, int] | None = None
