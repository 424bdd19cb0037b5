"""The first tables: contacts with their topics, onward places and offers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(64)
CODE = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("call", ID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("kiosk", ID, nullable=False),
        sa.Column("municipality", CODE, nullable=False),
        sa.Column("language_asked", CODE, nullable=False),
        sa.Column("language_served", CODE),
        sa.Column("served_how", CODE, nullable=False),
        sa.Column("began_on", sa.Date, nullable=False),
        sa.Column("began_hour", sa.Integer, nullable=False),
        sa.Column("wait_ms", sa.BigInteger, nullable=False),
        sa.Column("offer_ms", sa.BigInteger, nullable=False),
        sa.Column("talk_ms", sa.BigInteger, nullable=False),
        sa.Column("wrap_up_ms", sa.BigInteger, nullable=False),
        sa.Column("end_reason", CODE, nullable=False),
        sa.Column("advisor", ID),
        sa.Column("outcome", CODE),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_contact")),
        sa.CheckConstraint("began_hour BETWEEN 0 AND 23", name=op.f("ck_contact_began_hour")),
        sa.CheckConstraint(
            "wait_ms >= 0 AND offer_ms >= 0 AND talk_ms >= 0 AND wrap_up_ms >= 0",
            name=op.f("ck_contact_durations"),
        ),
    )
    for first, second in (
        ("began_on", "began_hour"),
        ("municipality", "began_on"),
        ("language_asked", "began_on"),
    ):
        op.create_index(op.f(f"ix_contact_{first}_{second}"), "contact", [first, second])
    op.create_table(
        "contact_topic",
        sa.Column("call", ID, nullable=False),
        sa.Column("topic", CODE, nullable=False),
        sa.PrimaryKeyConstraint("call", "topic", name=op.f("pk_contact_topic")),
        _of_contact("contact_topic"),
    )
    op.create_table(
        "contact_onward",
        sa.Column("call", ID, nullable=False),
        sa.Column("place", CODE, nullable=False),
        sa.PrimaryKeyConstraint("call", "place", name=op.f("pk_contact_onward")),
        _of_contact("contact_onward"),
    )
    op.create_table(
        "contact_offer",
        sa.Column("call", ID, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("staff", ID, nullable=False),
        sa.Column("outcome", CODE, nullable=False),
        sa.Column("rang_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("call", "position", name=op.f("pk_contact_offer")),
        _of_contact("contact_offer"),
        sa.CheckConstraint("rang_ms >= 0", name=op.f("ck_contact_offer_rang_ms")),
    )


def downgrade() -> None:
    for table in ("contact_offer", "contact_onward", "contact_topic", "contact"):
        op.drop_table(table)


def _of_contact(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["call"], ["contact.call"], name=op.f(f"fk_{table}_call_contact"), ondelete="CASCADE"
    )
