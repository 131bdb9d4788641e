"""PostgreSQL's own programs (pg_dump, pg_restore, psql), run against the owner's connection."""

import contextlib
import os
import subprocess
import tempfile
from types import TracebackType
from typing import IO, Any, cast

from samverka.cli.failures import Exit, Failure


class Program:
    """A running program of PostgreSQL's. Leaving the block ends it if it still runs."""

    def __init__(self, name: str, *options: str, stdin: int | IO[Any] = subprocess.DEVNULL, stdout: int) -> None:
        from django.conf import settings

        from samverka.foundation.database.embedded import bin_dir

        # A file, so that a talkative program never waits for a reader; closed by __exit__.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        # The password goes by the environment: any user of the machine can read a program's arguments.
        environment |= {"PGPASSWORD": settings.DATABASES["owner"]["PASSWORD"], "LC_ALL": "C"}
        self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  our own programs
            [bin_dir() / name, *options], stdin=stdin, stdout=stdout, stderr=self._said, env=environment
        )

    def __enter__(self) -> "Program":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):  # what was left to write has no reader any more
                    stream.close()
        self.process.wait()
        self._said.close()

    @property
    def reader(self) -> IO[bytes]:
        """What the program writes."""
        return cast("IO[bytes]", self.process.stdout)

    @property
    def writer(self) -> IO[bytes]:
        """What the program reads."""
        return cast("IO[bytes]", self.process.stdin)

    def succeeded(self) -> bool:
        """Wait for the end; whether it was a good one."""
        return self.process.wait() == 0

    def last_words(self) -> str:
        """The end of what the program said went wrong."""
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return " ".join(lines[-3:]) or "it said nothing"


def connection_string() -> str:
    """The owner's connection as the programs take it, without the password."""
    from django.conf import settings
    from psycopg.conninfo import make_conninfo

    owner = settings.DATABASES["owner"]
    given = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "dbname": owner["NAME"]}
    return make_conninfo(**{key: value for key, value in given.items() if value}, **owner["OPTIONS"])


def require_known_server() -> int:
    """The server's major version.

    Raises:
        Failure: the server is newer than the programs, which would then refuse it.
    """
    from django.db import connections

    from samverka.foundation.database.cluster import MAJOR

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        major = int(cursor.fetchone()[0])
    if major > MAJOR:
        raise Failure(
            f"The server is PostgreSQL {major}; Samverka's own programs know up to {MAJOR}.",
            remedy=f"Use pg_dump and pg_restore of PostgreSQL {major} themselves.",
            code=Exit.REFUSED,
        )
    return major
