"""What commands say: tables on a terminal, and why something cannot be done."""

import sys
from collections.abc import Sequence


class CommandError(Exception):
    """The command cannot be carried out; the text says why and what was expected."""


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell, two spaces apart."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")
