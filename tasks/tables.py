"""What every table shares: names of constraints, and how enums, dates and instants are kept."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase

from tasks.db import Instant
from tasks.due import StepKind
from tasks.vocabulary import (
    ClauseKind,
    ClauseState,
    FollowUp,
    NoticeState,
    Outcome,
    Pace,
    PartRole,
    PartState,
    Role,
    WaiveReason,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def stored(kind: type[StrEnum]) -> Enum:
    """A column that holds the values of an enum as text, checked when they are written."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        length=32,
        validate_strings=True,
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        date: Date,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        **{
            kind: stored(kind)
            for kind in (
                ClauseKind,
                ClauseState,
                FollowUp,
                NoticeState,
                Outcome,
                Pace,
                PartRole,
                PartState,
                Role,
                StepKind,
                WaiveReason,
            )
        },
    }
