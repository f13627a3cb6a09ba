"""The tables of who there is: departments, people, what they may do, who stands in for whom,
which groups are bound.

Nothing here judges anything: `services.directory` and its neighbours keep the rules.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.tables import Base
from tasks.vocabulary import Role


class Department(Base):
    """单位: an organisation unit, known by its name and its aliases."""

    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    aliases: Mapped[list["Alias"]] = relationship(
        back_populates="department", order_by="Alias.id", cascade="all, delete-orphan"
    )
    grants: Mapped[list["Grant"]] = relationship(back_populates="department", order_by="Grant.id")


class Alias(Base):
    """Another name under which notices know a department."""

    __tablename__ = "alias"
    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    department: Mapped[Department] = relationship(back_populates="aliases")


class Person(Base):
    """人员: somebody who was invited; `chat_id` is set once the invitation was used.

    `unreachable_at`: when Telegram last said that nothing can be delivered to them.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(8))
    chat_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    created_at: Mapped[datetime]
    bound_at: Mapped[datetime | None]
    unreachable_at: Mapped[datetime | None]
    grants: Mapped[list["Grant"]] = relationship(back_populates="person", order_by="Grant.id")


class Grant(Base):
    """One role of a person, for department roles in one department."""

    __tablename__ = "grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "department_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    person: Mapped[Person] = relationship(back_populates="grants")
    department: Mapped[Department | None] = relationship(back_populates="grants")


class Invitation(Base):
    """A one-time code that binds a chat account to a person; only its hash is kept."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class Absence(Base):
    """外出: from `since` to `until` (local days of the office, both included) a person is not
    asked; `deputy_id` is asked instead. `returned_at`: when they were told what waits."""

    __tablename__ = "absence"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    until: Mapped[date]
    told_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys="Absence.person_id")
    deputy: Mapped[Person | None] = relationship(foreign_keys="Absence.deputy_id")


class Group(Base):
    """A group chat, or one topic of it, that was bound by a code.

    `department_id`: whose digests it receives; None for a group of the issuing office.
    `thread_id`: the forum topic, None for the group itself. `left_at`: the bot was removed.
    """

    __tablename__ = "group"
    __table_args__ = (UniqueConstraint("chat_id", "thread_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    title: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(8))
    bound_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    department: Mapped[Department | None] = relationship()


class GroupCode(Base):
    """A one-time code that binds a group; only its hash is kept."""

    __tablename__ = "group_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    department: Mapped[Department | None] = relationship()


class WrongCode(Base):
    """A code that somebody tried and that is none: after a few of them one has to wait."""

    __tablename__ = "wrong_code"
    __table_args__ = (Index("ix_wrong_code_chat_id_at", "chat_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
