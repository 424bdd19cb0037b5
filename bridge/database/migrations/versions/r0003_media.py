"""How the media of a contact travelled and how well, and the path policy of a kiosk."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CODE = sa.String(32)

#: What a contact says of its media; those that were kept before say nothing.
MEDIA = (
    ("route", CODE, None),
    ("route_changes", sa.Integer, "0"),
    ("no_route", CODE, None),
    ("connect_ms", sa.BigInteger, None),
    ("good_s", sa.Integer, "0"),
    ("fair_s", sa.Integer, "0"),
    ("poor_s", sa.Integer, "0"),
    ("trouble", CODE, "none"),
)


def upgrade() -> None:
    for name, kind, default in MEDIA:
        op.add_column("contact", sa.Column(name, kind, nullable=default is None, server_default=default))
    op.add_column("kiosk", sa.Column("path_policy", CODE, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    # Column by column: a table that is made anew would take the rows that refer to it along (ON DELETE CASCADE).
    op.drop_column("kiosk", "path_policy")
    for name, _, _ in reversed(MEDIA):
        op.drop_column("contact", name)
