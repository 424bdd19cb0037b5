"""Accounts of staff and kiosks, and the audit, whose rows cannot be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(64)
CODE = sa.String(32)
NAME = sa.String(80)
LINE = sa.String(200)
HASH = sa.String(255)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("provider", NAME, nullable=False),
        sa.Column("municipality", CODE),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("password", HASH),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("totp", HASH),
        sa.Column("totp_step", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("sign_in_epoch", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "account_language",
        sa.Column("account", ID, nullable=False),
        sa.Column("language", CODE, nullable=False),
        sa.Column("level", CODE, nullable=False),
        sa.PrimaryKeyConstraint("account", "language", name=op.f("pk_account_language")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_account_language_account_account"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "kiosk",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("municipality", CODE, nullable=False),
        sa.Column("place", LINE, nullable=False),
        sa.Column("hours", LINE, nullable=False),
        sa.Column("contact", LINE, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("code", HASH),
        sa.Column("code_until", sa.BigInteger),
        sa.Column("device", HASH),
        sa.Column("device_since", sa.BigInteger),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("sign_in_epoch", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("code", name=op.f("uq_kiosk_code")),
        sa.UniqueConstraint("device", name=op.f("uq_kiosk_device")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", ID, nullable=False),
        sa.Column("deed", CODE, nullable=False),
        sa.Column("about", ID, nullable=False),
        sa.Column("detail", LINE, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_about_number"), "audit", ["about", "number"])
    op.create_index(op.f("ix_audit_actor_number"), "audit", ["actor", "number"])
    for statement in _GUARD[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in ("audit", "kiosk", "account_language", "account"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_append_only()")


_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
_GUARD = {
    "sqlite": (
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {_REFUSE}",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {_REFUSE}",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    ),
}
