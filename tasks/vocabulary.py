"""PURE. The words of the trade as enums, one word per idea; their values are stored.

The Chinese term beside each member is the one that people see (README, "Glossary").
Nothing in this module decides anything: `workflow`, `due` and `classes` do.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person may be, as granted by an invitation."""

    contact = "contact"  # 联络员: answers for a department
    head = "head"  # 责任领导: answers for a department's contacts
    coordinator = "coordinator"  # 督查员: issues, judges, sees everything
    leader = "leader"  # 分管领导: issuer's side, reads
    admin = "admin"  # 管理员: runs the installation


DEPARTMENT_ROLES = frozenset({Role.contact, Role.head})
"""Roles that are held for one department; the others belong to the issuing office."""


class PartRole(StrEnum):
    """What a department is to a task."""

    lead = "lead"  # 牵头
    cooperating = "cooperating"  # 配合
    each = "each"  # 逐单位: a collective duty asked of every department in scope


class PartState(StrEnum):
    """How far one department's share of a task has come."""

    issued = "issued"  # 待签收
    signed = "signed"  # 已签收
    in_progress = "in_progress"  # 进行中
    submitted = "submitted"  # 待审核
    closed = "closed"  # 已办结
    declined = "declined"  # 改办待定
    paused = "paused"  # 暂停计时
    cancelled = "cancelled"  # 终止督办


OPEN_STATES = frozenset({PartState.issued, PartState.signed, PartState.in_progress})
"""States in which the department still owes work and may be reminded."""

ENDED_STATES = frozenset({PartState.closed, PartState.cancelled})
"""States from which nothing more is expected."""


class ClauseKind(StrEnum):
    """What sort of duty a clause states."""

    department_duty = "department_duty"  # at least one named organ
    collective_duty = "collective_duty"  # only classes of organs: 各地区, 各有关部门
    measure = "measure"  # a piece of work, no owner stated
    target = "target"  # a dated or numeric goal


class ClauseState(StrEnum):
    """What became of a clause."""

    open = "open"  # 未分解
    issued = "issued"  # 已立项
    waived = "waived"  # 不立项, with a reason
    merged = "merged"  # 已并入: another clause states it now


class FollowUp(StrEnum):
    """跟踪方式: how a clause will be followed up once it is a task."""

    dated = "dated"  # 定时限: reminded towards its limit
    once = "once"  # 一次性反馈: one answer is asked for, and no more
    standing = "standing"  # 长期: no limit, asked by the quarter


class WaiveReason(StrEnum):
    """Why a passage is not followed up."""

    principle = "principle"  # 原则性要求
    not_ours = "not_ours"  # 不属本级事权
    duplicate = "duplicate"  # 重复
    information = "information"  # 阅知: rides in the first message to every department
    dropped = "dropped"  # 修订稿已删: the revised notice says it no more
    other = "other"  # 其他, in the coordinator's words


class PassageState(StrEnum):
    """What became of a sentence that looks like a duty and was read as none."""

    open = "open"  # 未对应
    mapped = "mapped"  # 已对应: a clause states it
    waived = "waived"  # 不立项, with a reason


class UploadState(StrEnum):
    """How far a file that somebody sent has come."""

    waiting = "waiting"  # to be fetched and read
    stored = "stored"  # a notice holds it
    revises = "revises"  # an earlier notice differs from it: adopt it or drop it
    refused = "refused"  # it cannot be taken in
    dropped = "dropped"  # its sender decided against it


class NoticeState(StrEnum):
    """Whether a notice's tasks have been handed out."""

    draft = "draft"  # 拟稿
    issued = "issued"  # 已交办


class Pace(StrEnum):
    """A department's own word on the schedule."""

    ahead = "ahead"  # 超进度
    on_schedule = "on_schedule"  # 按序时
    behind = "behind"  # 滞后


class ProgressClass(StrEnum):
    """进展分类: the five classes of a summary; they add up to all issued tasks."""

    done = "done"  # 已办结
    ahead = "ahead"  # 超进度
    on_schedule = "on_schedule"  # 按序时
    behind = "behind"  # 滞后
    other = "other"  # 其他


class Light(StrEnum):
    """亮灯: how near the current limit is."""

    green = "green"
    yellow = "yellow"  # three working days or less
    red = "red"  # overdue
    grey = "grey"  # paused
    none = "none"  # no limit


class Outcome(StrEnum):
    """办结类型: how a task was closed."""

    finished = "finished"  # 已完成
    routine = "routine"  # 转入常态化
    merged = "merged"  # 合并
    ended = "ended"  # 终止


class Grade(StrEnum):
    """办结评级: the four grades of closing (domain.md b3); never shown in a group."""

    excellent = "excellent"  # 好
    good = "good"  # 较好
    fair = "fair"  # 一般
    poor = "poor"  # 差


class ExtensionState(StrEnum):
    """How far a request for more time has come; silence never grants it."""

    asked = "asked"  # 待审
    granted = "granted"  # 批准延期
    refused = "refused"  # 不同意
    withdrawn = "withdrawn"  # 已撤回


class Desk(StrEnum):
    """Whose turn it is to say something of an extension."""

    head = "head"  # 责任领导审签, one working day
    office = "office"  # 督查员
    leader = "leader"  # 分管领导, from the third on


class Endorsement(StrEnum):
    """Whether a head stands behind what a contact submitted."""

    awaited = "awaited"  # 待责任领导审签: within its working day
    signed = "signed"  # 已审签
    unsigned = "unsigned"  # 未经审签: the day passed


class EvidenceKind(StrEnum):
    """What sort of file came with an answer."""

    photo = "photo"
    document = "document"
    voice = "voice"
    audio = "audio"
    video = "video"


class EvidenceState(StrEnum):
    """Whether a file that came with an answer was copied."""

    waiting = "waiting"  # to be fetched
    stored = "stored"  # a copy stands in the data folder
    refused = "refused"  # it cannot be kept: too large, of no kind that is taken, classified


class Silence(StrEnum):
    """The three reasons why nothing was heard, never mixed."""

    not_bound = "not_bound"  # 未绑定
    not_delivered = "not_delivered"  # 未送达
    not_answered = "not_answered"  # 未反馈


class Delivery(StrEnum):
    """What became of a row in the outbox: named by what to do next."""

    waiting = "waiting"  # to be sent, perhaps later
    sent = "sent"
    unsure = "unsure"  # timed out: sent again, so a double is possible
    unreachable = "unreachable"  # blocked, or the chat is gone
    rejected = "rejected"  # our bug: never retried
    stale = "stale"  # no longer true when its turn came
