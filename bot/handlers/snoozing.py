"""稍后提醒 in chat: the digest's button asks when, a choice says until when."""

from collections.abc import Callable

from bot.callbacks import Press, Verb
from bot.handlers.context import Talk
from bot.views import SNOOZE
from tasks.errors import Refused, Stale
from tasks.services import snoozing
from tasks.services.post import Kind
from tasks.services.snoozing import Later


def _snooze(talk: Talk, press: Press, message_id: int | None) -> str | None:
    if not press.name:
        _when(talk, press.ids)
        return None
    done = snoozing.snooze(talk.session, talk.office, talk.act, press.ids, Later(press.name))
    code = "snoozed_partly" if done.kept else "snoozed"
    edit = {} if message_id is None else {"edit": message_id}
    facts = {
        "about": talk.voice.tasks(done.tasks),
        "kept": talk.voice.tasks(done.kept),
        "again_at": done.until.isoformat(),
    }
    talk.put(Kind.answer, code=code, facts=facts, tasks=list(done.tasks), **edit)
    return None


def _when(talk: Talk, numbers: tuple[int, ...]) -> None:
    if not snoozing.asked(talk.session, talk.act, numbers):
        raise Stale("snooze_nothing")
    if not snoozing.choices(talk.session, talk.office, talk.act, numbers):
        raise Refused("snooze_too_late", tasks=numbers)
    talk.view(SNOOZE, tasks=list(numbers))


SNOOZE_VERBS: dict[Verb, Callable[[Talk, Press, int | None], str | None]] = {Verb.snooze: _snooze}
