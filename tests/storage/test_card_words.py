"""What a card and a receipt say of words that were sent: nothing twice, nothing that is over."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.mailroom import Outbox
from tasks.services import closing, declines, deliveries, nodes
from tasks.services.post import Kind
from tasks.staff import Department
from tasks.vocabulary import Grade, Role
from tests.storage.chat import Chats, chats
from tests.storage.scene import Scene, duty

YEAR_END = date(2026, 12, 31)


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局", "苏敏")


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator)


@pytest.fixture
def number(scene: Scene, contact: int) -> int:
    text = "整修学校操场。"
    (number,) = scene.publish(duty(text, lead=["教育局"], cooperating=["财政局"], due=YEAR_END))
    return number


def _talk(scene: Scene, person: int) -> tuple[Chats, int]:
    talking = chats(scene)
    chat = talking.chat_of(person)
    talking.shown(chat)
    return talking, chat


def test_the_old_contact_reads_who_has_the_share_now(
    scene: Scene, coordinator: int, number: int
) -> None:
    helper = scene.join(Role.contact, "财政局", "何明")
    third = scene.join(Role.contact, "民政局")
    assert third
    talking, chat = _talk(scene, helper)

    def pass_on(name_of_unit: str, to: str) -> None:
        part = next(one for one in scene.task(number).parts if one.department == name_of_unit)
        act = scene.act(coordinator)
        with scene.database.reading() as session:
            unit = session.scalars(select(Department.id).where(Department.name == to)).one()
        scene.do(lambda s: declines.reassign(s, scene.office, act, part.id, unit))

    pass_on("财政局", "民政局")
    assert "状态 已转办民政局\n" in talking.say(chat, f"/task {number}")


def test_a_decline_that_was_pressed_refers_nobody_to_the_office(
    scene: Scene, contact: int, number: int
) -> None:
    talking, chat = _talk(scene, contact)
    shown = talking.say(chat, f"{number}号不属于我们单位职责")
    assert "请联系" not in shown
    talking.press(chat, f"{number}不属本单位")
    assert scene.states(number)[0] == "declined"
    shown = talking.say(chat, f"{number}号不属于我们单位职责")
    assert "请联系" not in shown


def test_words_after_the_end_wait_for_nobody(
    scene: Scene, contact: int, coordinator: int, number: int
) -> None:
    scene.close(coordinator, scene.submit(contact, number))
    talking, chat = _talk(scene, contact)
    assert "已存档" in talking.say(chat, f"{number}号完成50%")
    card = talking.say(chat, f"/task {number}")
    assert f"{number}号完成50%" in card
    assert "待确认" not in card
    assert "50%（" not in card


def test_the_next_step_stands_once(scene: Scene, contact: int, number: int) -> None:
    talking, chat = _talk(scene, contact)
    talking.say(chat, f"{number}号完成50%，下一步：铺设跑道")
    assert talking.say(chat, f"/task {number}").count("铺设跑道") == 1
    # Where the words are folded away, the step is told beside them.
    talking.say(chat, f"{number}号完成50%，" + "平整场地并清运渣土，" * 20 + "下一步：铺设看台")
    assert "　下一步：铺设看台" in talking.say(chat, f"/task {number}")


def test_a_day_after_a_limit_that_has_passed_is_no_warning(
    scene: Scene, contact: int, number: int
) -> None:
    talking, chat = _talk(scene, contact)
    assert "将列滞后" in talking.say(chat, f"{number}号预计2027年3月1日完成")
    scene.go("2027-01-05 10:00")
    shown = talking.say(chat, f"{number}号预计2027年3月1日完成")
    assert "已超期" in shown
    assert "将列滞后" not in shown


@pytest.mark.parametrize("beside", ["{}号", "#{}", ""])
def test_a_refused_file_alone_is_no_answer(
    scene: Scene, contact: int, number: int, beside: str
) -> None:
    talking, chat = _talk(scene, contact)
    talking.say(chat, f"{number}号正在招标")
    shown = talking.send(chat, "x.exe", beside=beside.format(number))
    assert "“x.exe”未能留存" in shown
    assert "未记入反馈" in shown
    assert "正在招标" in talking.say(chat, f"/task {number}")


def test_a_refused_file_takes_nothing_from_words_and_a_kept_one_is_an_answer(
    scene: Scene, contact: int, number: int
) -> None:
    talking, chat = _talk(scene, contact)
    assert "文字已记入" in talking.send(chat, "x.exe", beside=f"{number}号已开工")
    assert "已开工" in talking.say(chat, f"/task {number}")
    assert "已记入反馈" in talking.send(chat, "x.pdf", beside=f"{number}号")


def _placed(scene: Scene, chat: int) -> None:
    """Let what was sent have its place in the chat."""

    def place(session: Session) -> None:
        sent = select(Outbox).where(Outbox.chat_id == chat, Outbox.message_id.is_(None))
        for row in session.scalars(sent.order_by(Outbox.id)):
            row.message_id = row.facts.get("edit") or 5000 + row.id
            deliveries.remember(session, chat, row.message_id, row.kind, (), scene.now)

    scene.do(place)


def test_what_is_confirmed_on_one_receipt_waits_on_no_other(
    scene: Scene, contact: int, number: int
) -> None:
    talking, chat = _talk(scene, contact)
    for words in (f"{number}号完成50%", "完成60%", "完成70%"):
        talking.say(chat, words)
        _placed(scene, chat)
        confirm = next(one.data for one in talking.buttons if "无误" in one.label)
        talking.press(chat, f"改{number}")
        _placed(scene, chat)
    with scene.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == Kind.receipt)).all()
        standing = {row.message_id for row in rows}
    assert len(standing) == 3
    assert confirm is not None
    talking.press_data(chat, confirm)
    with scene.database.reading() as session:
        last = select(Outbox).order_by(Outbox.id.desc()).limit(4)
        redrawn = {row.facts.get("edit") for row in session.scalars(last)} & standing
    assert redrawn == standing
    assert [one.label for one in talking.buttons if "无误" in one.label] == []


def test_the_history_names_the_grade_and_marks_what_was_corrected(
    scene: Scene, contact: int, coordinator: int, number: int
) -> None:
    talking, chat = _talk(scene, contact)
    talking.say(chat, f"{number}号完成50%")
    talking.press(chat, f"改{number}")
    talking.say(chat, "完成60%")
    scene.close(coordinator, scene.submit(contact, number))
    act = scene.act(coordinator)
    scene.do(lambda session: closing.grade(session, act, number, Grade.good))
    history = talking.say(talking.chat_of(coordinator), f"/log {number}")
    assert f"反馈：{number}号完成50%" in history
    assert "反馈（更正）：完成60%" in history
    assert "评级：较好" in history
    assert "评级" in talking.say(chat, f"/log {number}")
    assert "评级：较好" not in talking.say(chat, f"/log {number}")


def test_the_notice_of_milestones_leads_to_them(
    scene: Scene, contact: int, coordinator: int, number: int
) -> None:
    talking, chat = _talk(scene, contact)
    act = scene.act(coordinator)
    given = nodes.read_nodes("11月20日 完成设计", scene.now.date(), 2026)
    scene.do(lambda session: nodes.add_nodes(session, scene.office, act, number, given))
    assert "完成设计" in talking.shown(chat)
    assert "○ 11-20 完成设计" in talking.press(chat, "节点")
    assert "✓ 11-20 完成设计" in talking.press(chat, "完成设计") + talking.say(
        chat, f"/task {number}"
    )


def test_the_office_reads_whose_request_waits(
    scene: Scene, contact: int, coordinator: int, number: int
) -> None:
    scene.submit(contact, number)
    office = chats(scene)
    assert "教育局的申请待处理" in office.say(office.chat_of(coordinator), f"/task {number}")


def test_what_was_tapped_stands_once(scene: Scene, contact: int, number: int) -> None:
    talking, chat = _talk(scene, contact)
    talking.say(chat, f"/report {number}")
    talking.press(chat, "70%")
    talking.press(chat, "经费")
    talking.press(chat, "提交")
    card = talking.say(chat, f"/task {number}")
    assert "上次反馈 11-2 进行中，70%；问题：经费" in card
    assert "进度70%" not in card
    # What no reading says stays: that there is no problem, and what comes next.
    talking.say(chat, f"/report {number}")
    talking.press(chat, "90%")
    talking.press(chat, "无问题")
    talking.press(chat, "提交")
    assert "进度90%，暂无问题" in talking.say(chat, f"/task {number}")
    talking.say(chat, f"/report {number}")
    talking.press(chat, "90%")
    talking.press(chat, "下一步")
    talking.say(chat, "铺设跑道")
    card = talking.say(chat, f"/task {number}")
    assert "　下一步：铺设跑道" in card
    assert "进度90%" not in card
