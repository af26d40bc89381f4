"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, Integer, String, TypeDecorator
from sqlalchemy.orm import mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant.  Refuses naive values, stores UTC, answers aware UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone is ambiguous: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_column(states: type[StrEnum]) -> Enum:
    """A string column that takes only the members of ``states``."""
    return Enum(
        states,
        native_enum=False,
        length=40,
        validate_strings=True,
        create_constraint=False,  # a new state then needs no table rebuild on SQLite
        values_callable=lambda members: [member.value for member in members],
    )


PrimaryKey = Annotated[int, mapped_column(Integer, primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Short = Annotated[str, mapped_column(String(200))]
Code = Annotated[str, mapped_column(String(40))]
Hash = Annotated[str, mapped_column(String(64))]
Words = Annotated[list[str], mapped_column(JSON, default=list)]
Facts = Annotated[dict[str, Any], mapped_column(JSON, default=dict)]
