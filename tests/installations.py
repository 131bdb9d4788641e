"""Installations of Samverka as those who run one have them: a data directory, a database and the command."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql

from samverka.foundation.database import embedded
from samverka.foundation.database.names import app_password, app_role

DEMO_WORLD = """
from samverka.config import boot
boot(demo=True)
from django.utils import timezone
from samverka.demo.services import load_demo
load_demo(now=timezone.now())
"""
PATIENCE = 180.0
SECRET_KEY = "only for the tests of installations, 0123456789"


def _plain(row: Sequence[Any]) -> str:
    """A definition without casts and brackets: PostgreSQL writes `kind IN (…)` otherwise once it has read it back."""
    return re.sub(r"::character varying|::text|\[\]|[()]", "", " | ".join(map(str, row)))


def until(holds: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """Wait until something is so, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it never became so"
        time.sleep(0.05)
    return found


class Running:
    """A command that runs beside the test. Leaving the block kills what is left of it."""

    def __init__(self, command: Sequence[str], *, env: dict[str, str], cwd: Path) -> None:
        self.process = subprocess.Popen(
            command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def __enter__(self) -> "Running":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._reader.join(PATIENCE)
        assert self.process.stdout
        self.process.stdout.close()

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def address(self) -> str:
        """The address the command says it answers on."""

        def found() -> "re.Match[str] | None":
            assert self.process.poll() is None, self.said
            return re.search(r"(?:answers on|Open) (http://\S+?)/ ?", self.said + " ")

        match: re.Match[str] = until(found)
        return match[1]

    def ends(self) -> int:
        """Wait for its end and return the exit code."""
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code


class Installation:
    """One installation: its directory, its environment, its database as superuser or owner."""

    def __init__(self, home: Path, *, database_url: str | None = None) -> None:
        self.home = home
        self.data_dir = home / "data"
        self.database_url = database_url
        home.mkdir(parents=True, exist_ok=True)

    def env(self, **more: str) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SAMVERKA_", "DATABASE_", "DJANGO_"))}
        clean |= {"SAMVERKA_DATA_DIR": str(self.data_dir), "SAMVERKA_SECRET_KEY": SECRET_KEY, "PYTHONUNBUFFERED": "1"}
        if self.database_url:
            clean["DATABASE_URL"] = self.database_url
        return clean | more

    def samverka(self, *arguments: object, **env: str) -> "subprocess.CompletedProcess[str]":
        """Run the command to its end; stdout and stderr together in `stdout`."""
        return subprocess.run(
            [sys.executable, "-m", "samverka.cli.main", *map(str, arguments)],
            env=self.env(**env), cwd=self.home, text=True, timeout=300,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip

    def start(self, *arguments: object, **env: str) -> Running:
        """Run the command beside the test."""
        return Running(
            [sys.executable, "-m", "samverka.cli.main", *map(str, arguments)], env=self.env(**env), cwd=self.home
        )

    def python(self, code: str) -> None:
        """Run Python in this installation's environment."""
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.env(), cwd=self.home, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def url(self) -> str:
        """The owner's address of the database."""
        return self.database_url or embedded.ensure_running(self.data_dir).superuser_url("samverka")

    def connect(self) -> "psycopg.Connection[Any]":
        """A connection of the owner's that commits each statement."""
        return psycopg.connect(self.url(), autocommit=True)

    def connect_as_application(self) -> "psycopg.Connection[Any]":
        """A connection of the application's role."""
        with self.connect() as owner:
            name = owner.info.dbname
        return psycopg.connect(self.url(), user=app_role(name), password=app_password(SECRET_KEY, name))

    def digest(self) -> dict[str, Any]:
        """Of every table its number of rows and a digest of them all; and what stands around the rows."""
        with self.connect() as owner:
            tables = [name for (name,) in owner.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            )]  # fmt: skip
            rows: dict[str, Any] = {}
            for table in tables:
                query = sql.SQL("SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} t")
                rows[table] = owner.execute(query.format(sql.Identifier(table))).fetchone()
            around = {
                "policies": "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
                "secured": "SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY 1",
                "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
                "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
                "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                " ORDER BY 1, 2",
                "triggers": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
                " ORDER BY 1, 2",
                "rights": "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
                " WHERE table_schema = 'public' AND grantee LIKE '%\\_app' ORDER BY 1, 2",
            }
            for name, query_text in around.items():
                rows[f"({name})"] = [_plain(row) for row in owner.execute(query_text)]
        return rows

    def copy(self, home: Path) -> "Installation":
        """Another installation, like this one, whose server must not be running."""
        home.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", self.data_dir, home / "data"], check=True)  # which keeps the server's own user
        return Installation(home)

    def remove(self) -> None:
        """Stop the server and take everything away."""
        embedded.stop(self.data_dir)
        embedded.stop_if_unused(self.data_dir)
        shutil.rmtree(self.home, ignore_errors=True)


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What two digests do not share; empty when the databases are identical."""
    found = {}
    for name in sorted(one.keys() | other.keys()):
        left, right = one.get(name), other.get(name)
        if left != right:
            lists = isinstance(left, list) and isinstance(right, list)
            found[name] = sorted(set(map(str, left)) ^ set(map(str, right))) if lists else (left, right)
    return found


def get(url: str, *, timeout: float = 30) -> tuple[int, str, str]:
    """Status, content type and body of an address, also when it is an error."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:  # noqa: S310  our own server
            return response.status, response.headers["Content-Type"], response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()
