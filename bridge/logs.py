"""Logs that hold ids and codes only, also those of libraries."""

import logging


def library_log(name: str) -> logging.Logger:
    """A library's log, without what it says of each packet, and without traces: they may quote what was sent."""
    library = logging.getLogger(name)
    library.setLevel(logging.WARNING)
    if _without_trace not in library.filters:
        library.addFilter(_without_trace)
    return library


def _without_trace(record: logging.LogRecord) -> bool:
    kind = record.exc_info[0] if record.exc_info else None
    if kind is not None:
        record.msg, record.args = "%s (%s)", (str(record.msg).split("%")[0].strip(), kind.__name__)
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True
