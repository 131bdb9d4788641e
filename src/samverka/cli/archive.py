"""The backup file: a zip archive with PostgreSQL's own dump and a manifest that says what it is.

    database.dump    pg_dump's custom format, stored as it is; pg_restore reads it without Samverka
    manifest.json    by what and when it was made, its migrations, the dump's length and SHA-256

Written last, the manifest proves that the archive is whole.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from samverka.cli.failures import Exit, Failure

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says about itself. `created_at` is ISO 8601 with offset, `migrations` are app.name."""

    format: int
    samverka: str
    postgresql: int
    created_at: str
    migrations: list[str]
    dump_bytes: int
    dump_sha256: str


def write(file: IO[bytes], dump: IO[bytes], *, migrations: Sequence[str], postgresql: int, now: datetime) -> Manifest:
    """Write an archive from a dump that streams in. The manifest comes last; without it this is no backup."""
    digest, length = hashlib.sha256(), 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(DUMP, "w", force_zip64=True) as entry:
            while chunk := dump.read(CHUNK):
                digest.update(chunk)
                length += len(chunk)
                entry.write(chunk)
        manifest = Manifest(
            format=FORMAT,
            samverka=version("samverka"),
            postgresql=postgresql,
            created_at=now.isoformat(timespec="seconds"),
            migrations=sorted(migrations),
            dump_bytes=length,
            dump_sha256=digest.hexdigest(),
        )
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
    return manifest


def unpack(path: Path, dump: IO[bytes]) -> Manifest:
    """Copy the dump out of an archive, ready to be read, and return its manifest, having checked every byte.

    Raises:
        Failure: the file is no backup, is damaged, or is of a later format.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            if manifest.format != FORMAT:
                raise Failure(
                    f"{path} is a backup of format {manifest.format}; this release reads format {FORMAT}.",
                    remedy="Restore it with the release that made it, or a later one.",
                    code=Exit.REFUSED,
                )
            digest, length = hashlib.sha256(), 0
            with archive.open(DUMP) as entry:
                while chunk := entry.read(CHUNK):
                    digest.update(chunk)
                    length += len(chunk)
                    dump.write(chunk)
    except FileNotFoundError:
        raise Failure(f"There is no file {path}.", remedy="Correct the path.", code=Exit.REFUSED) from None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, KeyError, TypeError, ValueError, EOFError, OSError) as error:
        raise Failure(
            f"{path} is not a whole backup ({error}).", remedy="Take another backup file.", code=Exit.REFUSED
        ) from None
    if (digest.hexdigest(), length) != (manifest.dump_sha256, manifest.dump_bytes):
        raise Failure(
            f"{path} is damaged: its contents do not match its checksum.",
            remedy="Take another backup file.",
            code=Exit.REFUSED,
        )
    dump.flush()
    dump.seek(0)
    return manifest
