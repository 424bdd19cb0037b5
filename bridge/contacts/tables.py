"""The tables of contacts: one row per call, and four tables of what a call has several of.

| table | one row is | key |
|---|---|---|
| ``contact`` | one call, visit or phone call, as its highest version says | ``call`` |
| ``contact_topic`` | one topic of a call | ``call``, ``topic`` |
| ``contact_onward`` | one place the visitor was guided onward to | ``call``, ``place`` |
| ``contact_offer`` | one offer of a call, in the order they were made (from 0) | ``call``, ``position`` |
| ``contact_person`` | one of the staff who took part, in the record's order (from 0) | ``call``, ``position`` |

Columns are named as the fields of ``bridge.domain.contact``. Enums are kept as their values, so that an older
bridge can count what a newer one wrote. Durations are milliseconds, in 64 bits: 32 overflow after 24 days.
A test holds these tables against what the migrations make.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
)

from bridge.database.metadata import CODE, ID, metadata

contact = Table(
    "contact",
    metadata,
    Column("call", ID, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("channel", CODE, nullable=False),
    Column("kiosk", ID, nullable=False),
    Column("municipality", CODE, nullable=False),
    Column("language_asked", CODE, nullable=False),
    Column("language_served", CODE),
    Column("served_how", CODE, nullable=False),
    Column("began_on", Date, nullable=False),
    Column("began_hour", Integer, nullable=False),
    Column("wait_ms", BigInteger, nullable=False),
    Column("offer_ms", BigInteger, nullable=False),
    Column("talk_ms", BigInteger, nullable=False),
    Column("wrap_up_ms", BigInteger, nullable=False),
    Column("end_reason", CODE, nullable=False),
    Column("advisor", ID),
    Column("outcome", CODE),
    Column("route", CODE),
    Column("route_changes", Integer, nullable=False, server_default="0"),
    Column("no_route", CODE),
    Column("connect_ms", BigInteger),
    Column("good_s", Integer, nullable=False, server_default="0"),
    Column("fair_s", Integer, nullable=False, server_default="0"),
    Column("poor_s", Integer, nullable=False, server_default="0"),
    Column("trouble", CODE, nullable=False, server_default="none"),
    Column("interpreter", ID),
    Column("interpreter_wait_ms", BigInteger, nullable=False, server_default="0"),
    Column("transfers", Integer, nullable=False, server_default="0"),
    CheckConstraint("began_hour BETWEEN 0 AND 23", name="began_hour"),
    CheckConstraint("wait_ms >= 0 AND offer_ms >= 0 AND talk_ms >= 0 AND wrap_up_ms >= 0", name="durations"),
    CheckConstraint("interpreter_wait_ms >= 0", name="interpreter_wait_ms"),
    CheckConstraint("transfers >= 0", name="transfers"),
    Index(None, "began_on", "began_hour"),
    Index(None, "municipality", "began_on"),
    Index(None, "language_asked", "began_on"),
)


def _of_contact() -> Column[str]:
    return Column("call", ID, ForeignKey("contact.call", ondelete="CASCADE"), primary_key=True)


contact_topic = Table("contact_topic", metadata, _of_contact(), Column("topic", CODE, primary_key=True))

contact_onward = Table("contact_onward", metadata, _of_contact(), Column("place", CODE, primary_key=True))

contact_offer = Table(
    "contact_offer",
    metadata,
    _of_contact(),
    Column("position", Integer, primary_key=True),
    Column("staff", ID, nullable=False),
    Column("outcome", CODE, nullable=False),
    Column("rang_ms", BigInteger, nullable=False),
    CheckConstraint("rang_ms >= 0", name="rang_ms"),
)

contact_person = Table(
    "contact_person",
    metadata,
    _of_contact(),
    Column("position", Integer, primary_key=True),
    Column("staff", ID, nullable=False),
    Column("role", CODE, nullable=False),
    Column("talk_ms", BigInteger, nullable=False),
    CheckConstraint("talk_ms >= 0", name="talk_ms"),
)
