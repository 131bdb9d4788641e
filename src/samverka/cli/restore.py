"""`samverka restore FILE`: a backup becomes the database, whole or not at all."""

import subprocess
import tempfile
from pathlib import Path
from typing import IO

import click

from samverka.cli import archive
from samverka.cli.client_programs import Program, connection_string, require_known_server
from samverka.cli.failures import Exit, Failure
from samverka.cli.migrate import bring_up_to_date
from samverka.cli.session import close_connections, session

# Until the commit others see and use the old tables: they were only renamed in a transaction not theirs, and
# they are locked no sooner than at its end. An abrupt end of this program, of psql or of the server leaves
# them as they were: the commit is the last line that psql gets to read.
BEFORE = b"""
BEGIN;
ALTER SCHEMA public RENAME TO samverka_replaced;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
DO $$
DECLARE extension name;
BEGIN
    FOR extension IN SELECT extname FROM pg_extension WHERE extnamespace = 'samverka_replaced'::regnamespace
    LOOP
        EXECUTE format('ALTER EXTENSION %I SET SCHEMA public', extension);
    END LOOP;
END $$;
"""
AFTER = b"""
SET lock_timeout = '60s';
DROP SCHEMA samverka_replaced CASCADE;
COMMIT;
"""


@click.command(short_help="Make a backup the database.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace everything that the database holds now.")
def restore(file: Path, replace: bool) -> None:  # noqa: FBT001  click's flags
    """Make the backup in FILE the database, then migrate it to this release.

    Refuses a database that is not empty unless --replace is given. The system may run meanwhile and shows
    the old data until the restore is complete; what people save in the meantime is replaced. A restore that
    fails or is interrupted leaves everything as it was.
    """
    with session(), tempfile.TemporaryFile() as dump:
        manifest = archive.unpack(file, dump)
        _refuse_newer(manifest)
        if not replace:
            _refuse_full()
        _restore(dump)
        close_connections()
        waiting, _ = bring_up_to_date()
    click.echo(f"Restored the backup of {manifest.created_at}.")
    if waiting:
        click.echo(f"{len(waiting)} migrations were applied to bring it up to date.")


def _refuse_newer(manifest: archive.Manifest) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise Failure(
            f"The backup was made by Samverka {manifest.samverka} and holds migrations that are not known "
            f"here, such as {unknown[0]}.",
            remedy="Install that release or a later one, then restore.",
            code=Exit.REFUSED,
        )


def _refuse_full() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        tables = cursor.fetchone()[0]
    if tables:
        raise Failure(
            f"The database is not empty: it holds {tables} tables.",
            remedy="Make a backup of it if you may need it, then run samverka restore --replace.",
            code=Exit.REFUSED,
        )


def _restore(dump: IO[bytes]) -> None:
    major = require_known_server()
    close_connections()  # an idle transaction of our own would hold up the last step
    with (
        Program(
            "pg_restore", "--file=-", "--no-owner", "--no-privileges", stdin=dump, stdout=subprocess.PIPE
        ) as pg_restore,
        Program(
            "psql", f"--dbname={connection_string()}", "--no-psqlrc", "--quiet",
            "--set=ON_ERROR_STOP=1", "--file=-", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        ) as psql,
    ):  # fmt: skip
        try:
            psql.writer.write(BEFORE)
            first = pg_restore.reader.read(1 << 16)
            if major < 17:  # pg_restore switches off a time limit that older servers do not have
                first = first.replace(b"SET transaction_timeout = 0;\n", b"", 1)
            psql.writer.write(first)
            while chunk := pg_restore.reader.read(1 << 20):
                psql.writer.write(chunk)
            if not pg_restore.succeeded():
                raise _failed(f"pg_restore failed: {pg_restore.last_words()}")
            psql.writer.write(AFTER)
            psql.writer.close()
        except BrokenPipeError:
            pass  # psql met an error and ended; its own words say more than the pipe's
        if not psql.succeeded():
            raise _failed(f"PostgreSQL refused the backup: {psql.last_words()}")


def _failed(happened: str) -> Failure:
    return Failure(
        happened,
        kept="The database is as it was before.",
        remedy="Mend what is named above, then run the same command again.",
    )
