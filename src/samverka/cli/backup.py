"""`samverka backup FILE`: the whole database in one file, while the system runs."""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

import click

from samverka.cli import archive
from samverka.cli.client_programs import Program, connection_string, require_known_server
from samverka.cli.failures import Exit, Failure
from samverka.cli.session import session


@click.command(short_help="Write the database into a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database, as it is at one moment, into FILE. The system may run meanwhile.

    The file is checked before it gets its name, and an existing file is never overwritten. It holds
    everything that the database holds, personal data too, but not the secret key: keep both, and keep them
    apart.
    """
    if file.exists():
        raise _exists(file)
    if not file.parent.is_dir():
        raise Failure(
            f"There is no directory {file.parent}.",
            remedy="Make it, or give another path.",
            code=Exit.REFUSED,
        )
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    with session():
        try:
            _write(part)
            _name(part, file)
        except OSError as error:
            raise Failure(
                f"The backup could not be written: {error.strerror}.",
                remedy="Free some space, or give a path where you may write.",
            ) from None
        finally:
            part.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB, checked.")


def _write(part: Path) -> None:
    from django.db import connections, transaction
    from django.db.migrations.recorder import MigrationRecorder
    from django.utils import timezone

    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        # The manifest and the dump see the same moment: pg_dump takes over this transaction's snapshot.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        major = require_known_server()
        migrations = [f"{app}.{name}" for app, name in MigrationRecorder(owner).applied_migrations()]
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "w+b") as file,
            Program(
                "pg_dump", f"--dbname={connection_string()}", "--format=custom", f"--snapshot={snapshot}",
                "--no-owner", "--no-privileges", "--no-publications", "--no-subscriptions",
                "--lock-wait-timeout=60000",
                stdout=subprocess.PIPE,
            ) as pg_dump,
        ):  # fmt: skip
            archive.write(file, pg_dump.reader, migrations=migrations, postgresql=major, now=timezone.now())
            if not pg_dump.succeeded():
                raise Failure(
                    f"pg_dump failed: {pg_dump.last_words()}",
                    remedy="Mend what it names; samverka doctor may tell more.",
                )
            file.flush()
            os.fsync(file.fileno())
    _check(part)


def _check(part: Path) -> None:
    """Read the archive back from the disk, every byte, and let pg_restore read its table of contents."""
    with tempfile.TemporaryFile(dir=part.parent) as dump:
        archive.unpack(part, dump)
        with Program("pg_restore", "--list", stdin=dump, stdout=subprocess.PIPE) as pg_restore:
            contents = pg_restore.reader.read()
            if not pg_restore.succeeded() or b"TABLE DATA" not in contents:
                raise Failure(
                    f"The backup does not read back: {pg_restore.last_words()}",
                    remedy="Run samverka migrate if the database is empty; else check the disk.",
                )


def _name(part: Path, file: Path) -> None:
    """Give the finished file its name, without ever taking it from another."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise _exists(file) from None
    except OSError:
        # Some disks know no links; between this look and the renaming another program could still be quicker.
        if file.exists():
            raise _exists(file) from None
        part.rename(file)
    with contextlib.suppress(OSError):
        directory = os.open(file.parent, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


def _exists(file: Path) -> Failure:
    return Failure(f"{file} exists already.", remedy="Give another name.", code=Exit.REFUSED)
