"""PURE. 交办: who would be told what, what went out, and what a revised text changes."""

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard
from bot.render.drafts import back
from bot.render.message import Button, Message
from bot.render.paging import one_page
from bot.render.voice import Voice
from bot.render.wording import Html, brief, cut
from tasks.views.drafts import DraftView
from tasks.views.issuing import Preview, Recipient
from tasks.views.revisions import RevisionView

TOLD = 20
"""Departments that a preview names."""

CHANGES = 12
"""Differences of each sort that a revision lists."""


def preview(voice: Voice, given: Preview) -> tuple[Message, ...]:
    """What issuing would do now."""
    view = given.draft
    if not view.ready:
        said = [voice.say("issue.nothing", label=cut(view.label, 40)), *_stays(voice, view)]
        return one_page(said, keyboard([back(voice, view.notice_id)]))
    lines = [voice.say("issue.title", label=cut(view.label, 60)), *recipients(voice, given)]
    alike = [one for one in given.recipients if one.is_new and one.resembles]
    if alike:
        lines.append(voice.say("issue.alike", n=len(alike)))
    if given.information:
        lines.append(voice.say("issue.information", n=given.information))
    lines += _stays(voice, view)
    sure = button(
        voice,
        "issue",
        Press(Verb.issue, (view.notice_id, view.revision)),
        "primary",
        n=view.ready,
    )
    more: list[Button] = []
    if alike:
        more.append(button(voice, "names", Press(Verb.names, (view.notice_id,)), n=len(alike)))
    return one_page(lines, keyboard([sure], [*more, back(voice, view.notice_id)]))


def recipients(voice: Voice, given: Preview) -> list[Html]:
    """How much would go out, and who would be handed what."""
    lines = [voice.say("issue.all", n=given.draft.ready, departments=len(given.recipients))]
    lines += [_recipient(voice, one) for one in given.recipients[:TOLD]]
    if len(given.recipients) > TOLD:
        lines.append(voice.say("issue.more", n=len(given.recipients) - TOLD))
    return lines


def _recipient(voice: Voice, one: Recipient) -> Html:
    counts = [
        voice.plain(f"issue.{key}", n=n)
        for key, n in (("lead", one.lead), ("cooperating", one.cooperating), ("each", one.each))
        if n
    ]
    bound = [name for name, is_bound in one.people if is_bound]
    if one.is_new:
        people = voice.plain("issue.is_new")
    elif bound:
        people = voice.plain("issue.people", names=voice.names(bound, 2))
    else:
        people = voice.plain("issue.unbound" if one.people else "issue.nobody")
    name = cut(one.department, 30)
    return voice.say("issue.line", name=name, counts=voice.listed(counts), people=people)


def _stays(voice: Voice, view: DraftView) -> list[Html]:
    left = sum(view.stays.values())
    if not left and not view.passages_open:
        return []
    why = [voice.plain(f"draft.{why.value}", n=n) for why, n in view.stays.items() if n]
    lines = [voice.say("issue.stays", n=left, why=voice.listed(why))] if left else []
    if view.passages_open:
        lines.append(voice.say("issue.passages", n=view.passages_open))
    return lines


def issued(voice: Voice, view: DraftView, n: int, left: int) -> tuple[Message, ...]:
    """What went out, and what is left to decide."""
    lines = [voice.say("issue.done", label=cut(view.label, 60), n=n)]
    if left:
        lines.append(voice.say("issue.left", n=left))
    summary = button(voice, "summary", Press(Verb.view, (view.notice_id, 0), "summary"))
    return one_page(lines, keyboard([summary, back(voice, view.notice_id, "draft")]))


def revision(voice: Voice, view: RevisionView) -> tuple[Message, ...]:
    """What a revised text changes, and what to do with it."""
    found = view.found
    lines = [
        voice.say("revision.title", label=cut(view.label, 60)),
        voice.say(
            "revision.counts",
            unchanged=found.unchanged,
            changed=len(found.changed),
            added=len(found.added),
            removed=len(found.removed),
        ),
    ]
    for change in found.changed[:CHANGES]:
        what = voice.listed(voice.term_of("aspect", one) for one in sorted(change.aspects))
        lines.append(
            voice.say(
                "revision.changed" if change.task is None else "revision.changed_task",
                number=change.number,
                task=change.task or 0,
                what=what,
                text=brief(change.text, 44),
            )
        )
    lines += [
        voice.say("revision.added", text=brief(duty.text, 44)) for duty in found.added[:CHANGES]
    ]
    for gone in found.removed[:CHANGES]:
        lines.append(
            voice.say(
                "revision.removed" if gone.task is None else "revision.removed_task",
                number=gone.number,
                task=gone.task or 0,
                text=brief(gone.text, 44),
            )
        )
    listed = (found.changed, found.added, found.removed)
    more = sum(max(0, len(one) - CHANGES) for one in listed)
    if more:
        lines.append(voice.say("lists.rest", n=more))
    numbers = [one.task for one in found.changed] + [one.task for one in found.removed]
    if any(number is not None for number in numbers):
        lines.append(voice.say("revision.tasks_stay"))
    ways = [
        button(voice, "adopt_revise", Press(Verb.adopt, (view.upload_id,), "revise"), "primary"),
        button(voice, "adopt_new", Press(Verb.adopt, (view.upload_id,), "new")),
        button(voice, "adopt_drop", Press(Verb.adopt, (view.upload_id,), "drop")),
    ]
    return one_page(lines, keyboard(ways))
