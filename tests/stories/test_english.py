"""A department that reads English: from the assignment to the end, nothing unasked in Chinese."""

import re

from tasks.vocabulary import Role
from tests.stories.office import Office, Phone, buttons_of, text_of
from tests.stories.samples import SCHOOLS

NAMES = (
    "市住房城乡建设局",
    "市交通运输局",
    "市教育局",
    "王雅琴",
    "赵局",
    "周敏",
    "督查室",
    "控制台",
)
SAID = ("请按原计划推进", "请补民办学校", "仍属你局", "等待鉴定")
CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uff65]+")
RECORD = re.compile("申请由[-0-9]+延至[-0-9]+；原因：.*；进展：")
"""How a request is written down in the history, whoever reads it."""


async def left_in_chinese(phone: Phone) -> list[str]:
    """What stands in Chinese and is no name, no word of the notice and none that was typed."""
    found = []
    for message in (await phone.heard())[2:]:
        labels = [one["text"] for one in buttons_of(message)]
        for line in "\n".join([text_of(message), *labels]).split("\n"):
            bare = RECORD.sub("", line)
            for known in (*NAMES, *SAID, "云府办〔2026〕41号"):
                bare = bare.replace(known, "")
            found += [line for run in CHINESE.findall(bare) if run.strip("　") not in SCHOOLS]
    return found


async def test_from_the_assignment_to_the_end(office: Office) -> None:
    contact = await office.invite(Role.contact, "市教育局", "王雅琴")
    head = await office.invite(Role.head, "市教育局", "赵局")
    coordinator = await office.invite(Role.coordinator, name="周敏")
    everybody = (contact, head, coordinator)
    for phone in everybody:
        await phone.say("/lang en")
        await phone.sees("English from now on")
    await office.publish(SCHOOLS)
    await contact.sees("[Assignment]", "leads 3, cooperates in 1")
    await contact.press("Sign all")
    await office.at("2026-09-14 09:05")
    await contact.sees("[To do]", "You are not reminded of what you have answered.")

    await contact.say("Task 1 is 60% complete, the list is expected by 21 September")
    await contact.press("Correct", await contact.sees("#1: report recorded, please check:"))
    await contact.sees("#1: report recorded.", "in progress, 60%, expected 21 Sep")
    await contact.say("/task 1")
    await contact.press("Report progress")
    composer = await contact.sees("Last time (14 Sep): in progress, 60%")
    await contact.press("70%", composer)
    await contact.press("Send", composer)

    await contact.press("Ask for more time")
    request = await contact.sees("Reason: please choose one")
    await contact.press("9 Oct", request)
    await contact.press("Funds not in place", request)
    await contact.press("Send", request)
    await head.press("Endorse", await head.sees("[Extension request]", "Please endorse by 15 Sep"))
    asked = await coordinator.sees("[Extension request]", "Endorsed by 赵局")
    await coordinator.press("Refuse", asked)
    await coordinator.say("请按原计划推进")
    await contact.sees("Not granted, 25 Sep still holds.")

    await contact.say("/task 1")
    await contact.press("Ask to close")
    await coordinator.say("/task 1")
    await coordinator.press("Send back", await coordinator.sees("awaiting the head's endorsement"))
    await coordinator.say("请补民办学校")
    await contact.press("Ask to close", await contact.sees("[Sent back]", "请补民办学校"))
    await head.press("Endorse", await head.sees("For your endorsement: #1"))
    await coordinator.say("/queue")
    await coordinator.sees("endorsed by the head (赵局, 14 Sep), sent back 1 time before")
    await coordinator.say("/task 1")
    await coordinator.press("Close")
    await coordinator.press("Good", await coordinator.sees("You may grade it"))
    await contact.sees("#1", "graded “good”")
    await contact.say("#1 one more list")
    await contact.sees("#1 is closed; your words are kept on file.")

    await contact.say("/task 3")
    await contact.press("Not ours")
    await contact.press("Another does it already")
    await contact.sees("#3: the office has your reason for declining.")
    await coordinator.press("Refuse", await coordinator.sees("[Not ours]"))
    await coordinator.say("仍属你局")
    await contact.sees("#3", "It stays with you. Reason:")
    await coordinator.say("/pause 3 等待鉴定")
    await contact.sees("#3", "paused, because:")
    await coordinator.say("/task 3")
    await coordinator.press("Resume")
    await contact.sees("#3", "the clock runs again.")
    await coordinator.say("/task 4")
    await coordinator.press("End task")
    await coordinator.press("Policy changed")
    await contact.sees("#4", "ended, no more reports are needed.")
    for words in ("/log 1", "my tasks", "Summary", "overdue", "/help", "/task 2"):
        await contact.say(words)
    await contact.sees("endorsed the extension request")
    await contact.sees("市教育局: 2 open tasks")
    await contact.sees("As of 14 Sep")
    await coordinator.say("unanswered")
    await coordinator.sees("Not bound")
    for phone in everybody:
        assert await left_in_chinese(phone) == []
