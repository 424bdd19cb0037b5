"""Who else took part in a contact, the gender staff want known, and which fact a row of the audit was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(64)
CODE = sa.String(32)


def upgrade() -> None:
    op.add_column("contact", sa.Column("interpreter", ID))
    op.add_column("contact", _counted("interpreter_wait_ms", sa.BigInteger))
    op.add_column("contact", _counted("transfers", sa.Integer))
    op.create_table(
        "contact_person",
        sa.Column("call", ID, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("staff", ID, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("talk_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("call", "position", name=op.f("pk_contact_person")),
        sa.ForeignKeyConstraint(
            ["call"], ["contact.call"], name=op.f("fk_contact_person_call_contact"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("talk_ms >= 0", name=op.f("ck_contact_person_talk_ms")),
    )
    op.add_column("account", sa.Column("gender", CODE))
    # An index, not a constraint: SQLite adds no unique column to a table that is there. What refuses to change rows of
    # the audit stays in place: no row changes.
    op.add_column("audit", sa.Column("fact", ID))
    op.create_index(op.f("ix_audit_fact"), "audit", ["fact"], unique=True)


def downgrade() -> None:
    # Column by column, as in 0003.
    op.drop_index(op.f("ix_audit_fact"), "audit")
    op.drop_column("audit", "fact")
    op.drop_column("account", "gender")
    op.drop_table("contact_person")
    for name in ("transfers", "interpreter_wait_ms", "interpreter"):
        op.drop_column("contact", name)


def _counted(name: str, kind: type[sa.Integer]) -> sa.Column[int]:
    # With its check: SQLite adds none to a table that is there.
    check = sa.CheckConstraint(f"{name} >= 0", name=op.f(f"ck_contact_{name}"))
    return sa.Column(name, kind, check, nullable=False, server_default="0")
