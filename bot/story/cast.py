"""Who plays in the demo: names, roles, departments, and the group that one of them has."""

from dataclasses import dataclass

from tasks.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """One of the cast: a name, a role, and for department roles the department; `en` is how
    a step's name calls them."""

    name: str
    role: Role
    en: str
    department: str | None = None


COORDINATOR, LEADER = "周敏", "何志远"
EDUCATION, EDUCATION_DEPUTY = "王雅琴", "何平"
TRANSPORT, TRANSPORT_HEAD = "陈立群", "孙国平"
EMERGENCY, HOUSING, CITY, HEALTH = "刘晓东", "赵文静", "黄志强", "林美华"
FINANCE, WELFARE = "吴建国", "杨秀兰"

CAST: tuple[Actor, ...] = (
    Actor(COORDINATOR, Role.coordinator, "coordinator"),
    Actor(EDUCATION, Role.contact, "education", "市教育局"),
    Actor(TRANSPORT, Role.contact, "transport", "市交通运输局"),
    Actor(TRANSPORT_HEAD, Role.head, "head of transport", "市交通运输局"),
    Actor(EMERGENCY, Role.contact, "emergency", "市应急管理局"),
    Actor(CITY, Role.contact, "city management", "市城市管理局"),
    Actor(HOUSING, Role.contact, "housing", "市住房城乡建设局"),
    Actor(WELFARE, Role.contact, "welfare", "市民政局"),
    Actor(HEALTH, Role.contact, "health", "市卫生健康委"),
    Actor(FINANCE, Role.contact, "finance", "市财政局"),
    Actor(EDUCATION_DEPUTY, Role.contact, "education's second contact", "市教育局"),
    Actor(LEADER, Role.leader, "leader"),
)
CONTACTS = tuple(actor for actor in CAST if actor.role is Role.contact)

GROUP, GROUP_DEPARTMENT, GROUP_MEMBERS = "城管局督办群", "市城市管理局", (CITY, COORDINATOR)
"""A department's group, bound before the notice is handed out."""
