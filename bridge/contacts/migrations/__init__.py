"""The revisions of the contacts' tables, run by ``bridge.contacts.schema``."""
