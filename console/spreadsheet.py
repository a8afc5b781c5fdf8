"""Tables to take along (导出): CSV as RFC 4180 has it, for Excel, and no cell of it a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

FORMULA = "=+-@"
# Excel takes a file without this mark for one in the local encoding.
BYTE_ORDER_MARK = "\ufeff"


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Line by line, so that a long table is never held whole."""
    yield BYTE_ORDER_MARK + _line(head)
    for row in rows:
        yield _line(row)


def harmless(cell: object) -> str:
    """As text; what a spreadsheet would take for a formula gets a leading '."""
    text = str(cell)
    first = unicodedata.normalize("NFKC", text.lstrip()[:1]).replace("\u2212", "-")
    return f"'{text}" if first in tuple(FORMULA) or text[:1] in ("\t", "\r", "\n") else text


def _line(cells: Sequence[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()
