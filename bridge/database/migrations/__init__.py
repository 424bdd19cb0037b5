"""The revisions of the tables, run by ``bridge.database.schema``."""
