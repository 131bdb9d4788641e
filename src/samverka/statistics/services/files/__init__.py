"""Files of figures that people bring: matched, looked at, taken in, and taken back."""

from .columns import ROLE_LABELS, Columns, Role
from .previewing import LISTED, Difference, Preview, preview_of
from .taking_in import (
    AlreadyMeasured,
    FileRefused,
    Measurement,
    NotTheLatest,
    add_measurement,
    discard_file,
    match_columns,
    take_file_in,
    throw_old_files_away,
    undo_import,
    upload_file,
)
from .template import template_csv, template_xlsx

__all__ = [
    "LISTED",
    "ROLE_LABELS",
    "AlreadyMeasured",
    "Columns",
    "Difference",
    "FileRefused",
    "Measurement",
    "NotTheLatest",
    "Preview",
    "Role",
    "add_measurement",
    "discard_file",
    "match_columns",
    "preview_of",
    "take_file_in",
    "template_csv",
    "template_xlsx",
    "throw_old_files_away",
    "undo_import",
    "upload_file",
]
