"""Dates of the call for exhibitors move from the edition into a call of its own.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("exhibitor_call_opens_at", "exhibitor_call_closes_at")


def _moment() -> sa.types.TypeEngine:
    return sa.DateTime(timezone=True)


EDITION = sa.table(
    "edition",
    sa.column("id", sa.Integer),
    sa.column("created_at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in COLUMNS),
)
CALL = sa.table(
    "call",
    sa.column("id", sa.Integer),
    sa.column("edition_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("opens_at", sa.DateTime(timezone=True)),
    sa.column("closes_at", sa.DateTime(timezone=True)),
    sa.column("texts", sa.JSON),
    sa.column("papers_wanted", sa.JSON),
    sa.column("most_exhibits", sa.Integer),
    sa.column("most_offers", sa.Integer),
    sa.column("most_passes", sa.Integer),
    sa.column("version", sa.Integer),
    sa.column("changed_at", sa.DateTime(timezone=True)),
)
APPLICATION = sa.table(
    "application",
    sa.column("edition_id", sa.Integer),
    sa.column("call_id", sa.Integer),
)


def upgrade() -> None:
    connection = op.get_bind()
    opens, closes = (EDITION.c[name] for name in COLUMNS)
    rows = connection.execute(
        sa.select(EDITION.c.id, opens, closes, EDITION.c.created_at).where(
            sa.or_(opens.is_not(None), closes.is_not(None)),
            EDITION.c.id.not_in(sa.select(CALL.c.edition_id).where(CALL.c.kind == "exhibitors")),
        )
    ).all()
    for edition_id, opens_at, closes_at, created_at in rows:
        connection.execute(
            CALL.insert().values(
                edition_id=edition_id,
                kind="exhibitors",
                opens_at=opens_at,
                closes_at=closes_at,
                texts={},
                papers_wanted=[],
                most_exhibits=20,
                most_offers=10,
                most_passes=6,
                version=1,
                changed_at=created_at,
            )
        )
    its_call = (
        sa.select(CALL.c.id)
        .where(CALL.c.edition_id == APPLICATION.c.edition_id, CALL.c.kind == "exhibitors")
        .scalar_subquery()
    )
    connection.execute(
        APPLICATION.update().where(APPLICATION.c.call_id.is_(None)).values(call_id=its_call)
    )
    with op.batch_alter_table("edition") as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)


def downgrade() -> None:
    """Back into the edition; a second window, texts and questions have no place there."""
    with op.batch_alter_table("edition") as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, _moment(), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(CALL.c.edition_id, CALL.c.opens_at, CALL.c.closes_at).where(
            CALL.c.kind == "exhibitors"
        )
    ).all()
    for edition_id, opens_at, closes_at in rows:
        connection.execute(
            EDITION.update()
            .where(EDITION.c.id == edition_id)
            .values(exhibitor_call_opens_at=opens_at, exhibitor_call_closes_at=closes_at)
        )
