"""The tables of accounts and of the audit.

| table | one row is | key |
|---|---|---|
| ``account`` | one member of the staff | ``id``, the name they sign in with |
| ``account_language`` | one language they speak | ``account``, ``language`` |
| ``kiosk`` | one kiosk | ``id`` |
| ``audit`` | one thing somebody did; rows are never changed (a trigger refuses) | ``number`` |

``revision``: number of the last change. ``sign_in_epoch``: sign-ins that were given under a lower one are void. Both
grow with the clock, so that an account brought back from a backup is not held for an old one. Passwords are argon2id
hashes; the second factor's secret is encrypted, enrolment codes are hashed with the key that lies outside the data
folder; device tokens are random and kept as SHA-256. Times are milliseconds since the Unix epoch. ``gender``: only when
its owner wants it known, for visitors who wish to be served by a woman or a man. ``fact``: stream id of the desk's fact
that the row was made from, if it was; no two rows have the same.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from bridge.database.metadata import CODE, ID, metadata

NAME = String(80)
LINE = String(200)
HASH = String(255)

account = Table(
    "account",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("role", CODE, nullable=False),
    Column("provider", NAME, nullable=False),
    Column("municipality", CODE),
    Column("gender", CODE),
    Column("active", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("password", HASH),
    Column("must_change", Boolean, nullable=False),
    Column("totp", HASH),
    Column("totp_step", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("sign_in_epoch", BigInteger, nullable=False),
)

account_language = Table(
    "account_language",
    metadata,
    Column("account", ID, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("language", CODE, primary_key=True),
    Column("level", CODE, nullable=False),
)

kiosk = Table(
    "kiosk",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("municipality", CODE, nullable=False),
    Column("place", LINE, nullable=False),
    Column("hours", LINE, nullable=False),
    Column("contact", LINE, nullable=False),
    Column("path_policy", CODE, nullable=False, server_default=text("''")),
    Column("active", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("code", HASH, unique=True),
    Column("code_until", BigInteger),
    Column("device", HASH, unique=True),
    Column("device_since", BigInteger),
    Column("revision", BigInteger, nullable=False),
    Column("sign_in_epoch", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", ID, nullable=False),
    Column("deed", CODE, nullable=False),
    Column("about", ID, nullable=False),
    Column("detail", LINE, nullable=False),
    Column("fact", ID),
    Index(None, "about", "number"),
    Index(None, "actor", "number"),
    Index(None, "fact", unique=True),
)
