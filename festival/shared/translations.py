"""Translations of what people wrote: one row per text and language, missing ones visible."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from festival.extensions import Model, db
from festival.shared.columns import Code, PrimaryKey


class ContentTranslation(Model):
    """``field`` of ``entity`` number ``entity_id`` in ``locale``."""

    __tablename__ = "content_translation"
    __table_args__ = (UniqueConstraint("entity", "entity_id", "field", "locale"),)

    id: Mapped[PrimaryKey]
    entity: Mapped[Code]
    """Table name, for example ``programme_session``."""
    entity_id: Mapped[int]
    field: Mapped[Code]
    locale: Mapped[Code]
    text: Mapped[str] = mapped_column(Text)


Texts = dict[int, dict[str, dict[str, str]]]


def translations_of(entity: str, *, ids: Iterable[int] | None = None) -> Texts:
    """entity id → locale → field → text, in one query."""
    query = select(ContentTranslation).where(ContentTranslation.entity == entity)
    if ids is not None:
        query = query.where(ContentTranslation.entity_id.in_(list(ids)))
    found: Texts = {}
    for row in db.session.scalars(query):
        found.setdefault(row.entity_id, {}).setdefault(row.locale, {})[row.field] = row.text
    return found


def translate(entity: str, entity_id: int, *, field: str, locale: str, text: str) -> None:
    """Set, replace or (with an empty text) remove one translation."""
    row = db.session.scalar(
        select(ContentTranslation).where(
            ContentTranslation.entity == entity,
            ContentTranslation.entity_id == entity_id,
            ContentTranslation.field == field,
            ContentTranslation.locale == locale,
        )
    )
    if row is None and text:
        db.session.add(
            ContentTranslation(
                entity=entity, entity_id=entity_id, field=field, locale=locale, text=text
            )
        )
    elif row is not None and text:
        row.text = text
    elif row is not None:
        db.session.delete(row)
