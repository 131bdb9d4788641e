"""Reads the first sheet of a workbook in a process of its own: bytes on standard input, rows of texts as JSON out.

Run by its path, with nothing else of Samverka around it. A workbook of a few kilobytes can have one cell in its first
corner and one in its last, and the library that reads it then asks for hundreds of gigabytes and ends the process that
it runs in. Here that is this process, which may have a gigabyte and half a minute, and not the server.
"""

import io
import json
import resource
import sys
from datetime import date, datetime

MEMORY = 2**30
SECONDS = 30
NO_WORKBOOK = 3
"""What the process ends with when the file is none; any other end but 0 is the limits' doing."""


def text_of(cell: object) -> str:
    """A cell as it would be typed: 1080 and not 1080.0; a whole day as its year is not guessed at."""
    if isinstance(cell, bool):
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell).strip()


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine  # within the limits

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError):
        return NO_WORKBOOK
    json.dump([[text_of(cell) for cell in row] for row in rows], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
