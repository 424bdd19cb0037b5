"""Logs that hold ids and codes only: also those of libraries, also when something fails that nobody foresaw."""

import logging
import sys
import traceback
from types import TracebackType

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _WithoutValues(logging.Formatter):
    """Traces show where something failed and of what kind it is; what the error says may quote what was sent."""

    def formatException(self, ei: ExceptionInfo) -> str:
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")


def log_to_stderr(level: str) -> None:
    """Begin to log: ours from ``level`` on. Libraries say what goes wrong and no more, at every level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutValues(_FORMAT))
    logging.getLogger("bridge").setLevel(level.upper())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def library_log(name: str) -> logging.Logger:
    """The log of a library that works on what strangers send: where it stumbled and over what kind of error, no more.

    Its own words would quote headers, addresses and frames.
    """
    library = logging.getLogger(name)
    library.setLevel(logging.WARNING)
    if _where_only not in library.filters:
        library.addFilter(_where_only)
    return library


def _where_only(record: logging.LogRecord) -> bool:
    kind = record.exc_info[0] if record.exc_info else None
    record.msg = f"{record.module}.{record.funcName}{f': {kind.__name__}' if kind else ''}"
    record.args, record.exc_info, record.exc_text = (), None, None
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True
