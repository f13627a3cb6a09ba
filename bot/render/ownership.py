"""PURE. Whose task it is: declines and their answers, the choice of a department or a contact,
and the draft that a lead puts together of what the others answered."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.callbacks import Press, Verb, encode
from bot.render.buttons import acting, button, keyboard, openers
from bot.render.lines import limit, short_name, title
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, brief, cut, quoted
from tasks.cooperation import Share
from tasks.views.cards import CardView
from tasks.views.cooperation import Consolidation
from tasks.views.ownership import DeclineView, DelegateView, ReassignView
from tasks.vocabulary import ENDED_STATES, Silence

CHIPS = ("not_ours", "other_does")
"""Reasons for declining that one tap can say."""

COPIED = 3000
"""UTF-16 units of a draft that is shown to be copied."""


def declined(voice: Voice, view: DeclineView) -> tuple[Message, ...]:
    """申请改办, to the coordinators at once, with what they may answer."""
    number, day = view.card.task.number, voice.day(view.said_on, view.card.today)
    lines = [
        voice.say("ownership.declined", title=title(voice, view.card.task)),
        voice.say("ownership.by", department=view.department, role=view.role, day=day),
        quoted(view.reason),
        limit(voice, view.card),
    ]
    buttons: list[Button] = []
    if view.judged is None:
        lines.append(voice.say("decline_gone", task=number))
    else:
        lines.append(voice.say("ownership.answer_by", day=view.answer_by))
        buttons = [
            button(
                voice,
                "reassign",
                Press(Verb.reassign, (view.part, view.judged), "asked"),
                "primary",
            ),
            button(voice, "refuse_decline", Press(Verb.refuse_decline, (view.judged,)), "danger"),
        ]
    return fit(lines, keyboard(buttons, openers(voice, [number])))


def owner_told(
    voice: Voice, card: CardView, event: str, facts: Mapping[str, Any]
) -> tuple[Message, ...]:
    """What was decided, to those whom it concerns."""
    number = card.task.number
    told = {**facts, "task": number, "text": brief(card.task.text)}
    lines = [voice.say(f"ownership.{event}", **told)]
    if event == "kept":
        lines.append(quoted(str(facts.get("reason", ""))))
    if event in ("kept", "moved"):
        lines.append(voice.signature())
    shown = acting(voice, card) if event in ("kept", "delegated") else []
    return fit(lines, keyboard(shown or openers(voice, [number])))


def ask_decline(voice: Voice, card: CardView, until: object) -> tuple[Message, ...]:
    """Why it is not theirs: chips, or words."""
    number = card.task.number
    lines = [voice.say("ownership.ask", task=number)]
    if until is not None:
        lines.append(voice.say("ownership.until", day=until))
    chips = [
        Button(
            voice.plain(f"ownership.reasons.{chip}"), encode(Press(Verb.decline, (number,), chip))
        )
        for chip in CHIPS
    ]
    other = button(voice, "other_reason", Press(Verb.decline, (number,), "other"))
    return fit(lines, keyboard([*chips, other]))


def reassign(voice: Voice, view: ReassignView) -> tuple[Message, ...]:
    """To whom a part goes."""
    number = view.card.task.number
    lines = [
        voice.say(
            "ownership.to",
            task=number,
            text=brief(view.card.task.text),
            department=view.department,
            role=view.role,
        ),
    ]
    if view.reason is not None:
        lines += [voice.say("ownership.reason"), quoted(view.reason)]
    if view.pages > 1:
        lines.append(voice.say("ownership.page", page=view.page + 1, pages=view.pages))
    if not view.choices:
        lines.append(voice.say("ownership.nobody", task=number))
    judged = view.judged or 0
    chosen = [
        button(
            voice,
            "reassign_part",
            Press(Verb.reassign, (view.part, unit, judged), "to"),
            department=short_name(name),
        )
        for unit, name in view.choices
    ]
    turning = []
    if view.page > 0:
        turning.append(button(voice, "before", Press(Verb.reassign, (view.part, view.page - 1))))
    if view.page + 1 < view.pages:
        turning.append(button(voice, "after", Press(Verb.reassign, (view.part, view.page + 1))))
    typed = button(voice, "type_department", Press(Verb.reassign, (view.part, judged), "typed"))
    others = [part for part in view.card.task.parts if part.state not in ENDED_STATES]
    if view.judged is None and len(others) > 1:
        turning.append(button(voice, "other_part", Press(Verb.reassign, (number,), "of")))
    return fit(lines, keyboard(chosen, [*turning, typed]))


def reassign_which(
    voice: Voice, number: int, parts: Iterable[tuple[int, str]]
) -> tuple[Message, ...]:
    """Whose part of a task goes to somebody else."""
    buttons = [
        button(voice, "reassign_part", Press(Verb.reassign, (part,)), department=short_name(name))
        for part, name in parts
    ]
    return fit([voice.say("ownership.which", task=number)], keyboard(buttons))


def delegate(voice: Voice, view: DelegateView) -> tuple[Message, ...]:
    """Which contact is in charge."""
    if not view.contacts:
        return fit([voice.say("ownership.delegate_nobody", task=view.task)])
    lines = [voice.say("ownership.delegate", task=view.task)]
    if view.chosen is not None:
        lines.append(voice.say("ownership.delegate_now", name=view.chosen))
    buttons = [
        button(
            voice, "person", Press(Verb.delegate, (view.task, person), "to"), name=cut(name, 24)
        )
        for person, name in view.contacts
    ]
    nobody = []
    if view.chosen is not None:
        nobody.append(button(voice, "undelegate", Press(Verb.delegate, (view.task,), "off")))
    return fit(lines, keyboard(buttons, nobody))


def consolidation(
    voice: Voice, card: CardView, found: Consolidation, *, copied: bool = False
) -> tuple[Message, ...]:
    """What the cooperating departments answered, to be adopted or corrected; `copied`: the
    bare draft, to be sent back corrected."""
    if copied:
        return fit([quoted(found.text, COPIED)])
    number = found.task
    if not found.sources:
        said = voice.say("consolidation.nobody", task=number, text=brief(card.task.text))
        return fit([said, *cooperated(voice, found)], keyboard(openers(voice, [number])))
    lines = [voice.say("consolidation.title", task=number, text=brief(card.task.text))]
    for share in found.shares:
        if share.said:
            lines.append(voice.say("consolidation.share", department=share.department))
            lines += [quoted(one.text) for one in share.words]
        else:
            facts = {"department": share.department, "why": share.silence}
            lines.append(voice.say("consolidation.silent", **facts))
    lines.append(voice.say("consolidation.how"))
    adopt = Press(Verb.adopt_draft, (number, found.sources[-1]))
    return fit(
        lines,
        keyboard(
            [
                button(voice, "adopt_draft", adopt, "success"),
                button(voice, "edit_draft", Press(Verb.consolidate, (number,), "edit")),
            ]
        ),
    )


def cooperated(voice: Voice, found: Consolidation) -> list[Html]:
    """Who of the cooperating departments answered, and who did not, by name and reason."""
    lines = []
    if found.answered:
        names = voice.names((short_name(name) for name in found.answered), 4)
        lines.append(voice.say("consolidation.answered", names=names))
    for why in Silence:
        silent = [_name(share) for share in found.silent if share.silence is why]
        if silent:
            facts = {"why": why, "names": voice.names(silent, 4)}
            lines.append(voice.say("consolidation.unheard", **facts))
    return lines


def _name(share: Share) -> str:
    return short_name(share.department)
