"""Groups: what the bot hears there, topics, membership, the upgrade to a supergroup."""

from tests.sandbox.client import Desk, Json


async def _group(desk: Desk, **more: object) -> tuple[Json, int, int]:
    one, two = await desk.person("李娜"), await desk.person("王强")
    group = await desk.post("groups", title="督办工作群", members=[one, two], **more)
    return group, one, two


async def test_a_group_shows_on_every_members_screen_and_on_no_others(desk: Desk) -> None:
    group, one, two = await _group(desk)
    outside = await desk.person("赵敏")
    await desk.result("sendMessage", chat_id=group["id"], text="本周督办情况")
    for person, sees in ((one, True), (two, True), (outside, False)):
        items = (await desk.get("messages", person=person))["items"]
        assert any(m.get("text") == "本周督办情况" for m in items) is sees
    said = {"person": outside, "text": "我也在", "chat": group["id"]}
    status, answer = await desk.try_post("say", **said)
    assert status == 400
    assert answer["error"] == f"赵敏 is not in a chat with the id {group['id']}."
    assert (await desk.get("groups"))["items"] == [group]


async def test_privacy_mode_keeps_small_talk_from_the_bot(desk: Desk) -> None:
    group, one, _ = await _group(desk)
    sent = await desk.result("sendMessage", chat_id=group["id"], text="请反馈")

    async def hears(text: str, **more: object) -> bool:
        said = await desk.post("say", person=one, text=text, chat=group["id"], **more)
        return said["update_id"] is not None

    assert not await hears("大家下午好")
    assert await hears("/summary")
    assert await hears("/summary@duban_sandbox_bot")
    assert await hears("请 @duban_sandbox_bot 汇总")
    assert await hears("12号已完成", reply_to=sent["message_id"])
    await desk.post("groups", group=group["id"], bot="administrator")
    assert await hears("大家下午好")


async def test_joining_and_removal_of_the_bot_are_told(desk: Desk) -> None:
    group, *_ = await _group(desk)
    joined = (await desk.updates())[-1]["my_chat_member"]
    assert joined["new_chat_member"]["status"] == "member"
    assert joined["chat"]["id"] == group["id"]
    await desk.post("groups", group=group["id"], bot="kicked")
    assert (await desk.updates())[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    body = await desk.bot("sendMessage", chat_id=group["id"], text="x")
    assert body["error_code"] == 403
    assert body["description"] == "Forbidden: bot was kicked from the supergroup chat"


async def test_people_join_and_leave(desk: Desk) -> None:
    group, one, two = await _group(desk)
    third = await desk.person("赵敏")
    await desk.post("groups", group=group["id"], add=[third], remove=[two])
    members = await desk.result("getChatMemberCount", chat_id=group["id"])
    assert members == 3
    asked = {"chat_id": group["id"], "user_id": two}
    assert (await desk.result("getChatMember", **asked))["status"] == "left"
    joined, left = (await desk.updates())[-2:]
    assert joined["message"]["new_chat_members"][0]["id"] == third
    assert left["message"]["left_chat_member"]["id"] == two
    admins = await desk.result("getChatAdministrators", chat_id=group["id"])
    assert [(a["user"]["id"], a["status"]) for a in admins] == [(one, "creator")]


async def test_topics_keep_their_messages_apart(desk: Desk) -> None:
    group, one, _ = await _group(desk, topics=["校车", "食堂"], bot="administrator")
    buses, canteens = (topic["id"] for topic in group["topics"])
    where = {"chat_id": group["id"], "message_thread_id": buses}
    sent = await desk.result("sendMessage", **where, text="校车检查")
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (buses, True)
    said = await desk.post("say", person=one, text="食堂", chat=group["id"], topic=canteens)
    heard = (await desk.updates(offset=said["update_id"]))[0]["message"]
    assert heard["message_thread_id"] == canteens
    assert heard["chat"]["is_forum"] is True
    made = await desk.result("createForumTopic", chat_id=group["id"], name="汇总")
    assert made["message_thread_id"] not in {buses, canteens}
    await desk.result("closeForumTopic", **where)
    assert await desk.refusal("sendMessage", **where, text="x") == "Bad Request: TOPIC_CLOSED"
    gone = {"chat_id": group["id"], "message_thread_id": 999}
    reason = await desk.refusal("sendMessage", **gone, text="x")
    assert reason == "Bad Request: message thread not found"


async def test_a_deleted_topic_takes_its_messages_and_no_new_ones(desk: Desk) -> None:
    group, one, _ = await _group(desk, topics=["校车", "食堂"], bot="administrator")
    buses, canteens = (topic["id"] for topic in group["topics"])
    for topic in (buses, canteens):
        where = {"chat_id": group["id"], "message_thread_id": topic}
        await desk.result("sendMessage", **where, text=f"话题{topic}")
    left = await desk.post("groups", group=group["id"], drop_topic=buses)
    assert [topic["id"] for topic in left["topics"]] == [canteens]
    shown = [m.get("text") for m in (await desk.get("messages", person=one))["items"]]
    assert f"话题{canteens}" in shown
    assert f"话题{buses}" not in shown
    gone = {"chat_id": group["id"], "message_thread_id": buses}
    reason = await desk.refusal("sendMessage", **gone, text="x")
    assert reason == "Bad Request: message thread not found"
    status, _ = await desk.try_post("groups", group=group["id"], drop_topic=buses)
    assert status == 400
    await desk.result("deleteForumTopic", chat_id=group["id"], message_thread_id=canteens)
    assert (await desk.get("groups"))["items"][0]["topics"] == []


async def test_an_upgraded_group_answers_with_its_new_id(desk: Desk) -> None:
    group, one, _ = await _group(desk, type="group")
    assert group["type"] == "group"
    new = await desk.post("groups", group=group["id"], migrate=True)
    assert new["type"] == "supergroup"
    body = await desk.bot("sendMessage", chat_id=group["id"], text="x")
    assert body["error_code"] == 400
    assert body["parameters"] == {"migrate_to_chat_id": new["id"]}
    out, into = (await desk.updates())[-2:]
    assert out["message"]["migrate_to_chat_id"] == new["id"]
    assert into["message"]["migrate_from_chat_id"] == group["id"]
    await desk.result("sendMessage", chat_id=new["id"], text="搬好了")
    old = {"person": one, "text": "x", "chat": group["id"]}
    assert (await desk.try_post("say", **old))[0] == 400
    assert (await desk.try_post("groups", group=group["id"], migrate=True))[0] == 400


async def test_supergroups_count_their_own_messages(desk: Desk) -> None:
    group, one, _ = await _group(desk)
    in_group = await desk.post("say", person=one, text="/a", chat=group["id"])
    in_private = await desk.post("say", person=one, text="/b")
    assert in_group["message_id"] == 1
    assert in_private["message_id"] > 1


async def test_a_change_that_is_refused_changes_nothing(desk: Desk) -> None:
    group, _, two = await _group(desk)
    change = {"group": group["id"], "remove": [two]}
    for wrong in ({"bot": "king"}, {"topic": ""}, {"add": [99]}):
        status, _ = await desk.try_post("groups", **change, **wrong)
        assert status == 400
        assert (await desk.get("groups"))["items"] == [group]
    opened = await desk.post("groups", group=group["id"], topic="汇总")
    assert [topic["name"] for topic in opened["topics"]] == ["汇总"]
    chat = await desk.result("getChat", chat_id=group["id"])
    assert chat["is_forum"] is True
