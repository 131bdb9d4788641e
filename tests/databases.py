"""Test databases: one template with the demo's world, built once, and a clone for each who needs one of their own."""

import fcntl
import functools
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.utils import timezone
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]


def worker() -> str:
    """Of this process alone: two runs in one checkout do not share databases."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


@functools.cache  # a run keeps its template, also when somebody edits meanwhile
def _fingerprint() -> str:
    """Of everything that a template is made of; also of the checkout, because servers are shared."""
    digest = hashlib.sha256(str(ROOT).encode())
    sources = [
        *ROOT.glob("src/samverka/**/migrations/*.py"),
        *ROOT.glob("src/samverka/**/reference/*"),
        *ROOT.glob("src/samverka/**/facts/*"),
        *ROOT.glob("src/samverka/**/models.py"),
        *ROOT.glob("src/samverka/**/services*.py"),
        *ROOT.glob("src/samverka/**/services/**/*.py"),
        *ROOT.glob("src/samverka/demo/*.py"),
        *ROOT.glob("src/samverka/foundation/database/*.py"),
    ]
    for file in sorted(sources):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"] or None,
        user=owner["USER"] or None,
        password=owner["PASSWORD"] or None,
        dbname=_maintenance_database(),
        autocommit=True,
    ) as connection:
        yield connection


_ORIGINAL = settings.DATABASES["owner"]["NAME"]


def _maintenance_database() -> str:
    return str(_ORIGINAL)


def point_at(name: str) -> None:
    """Let both aliases use this database."""
    from samverka.foundation.database.names import app_password, app_role

    template = f"samverka_test_{_fingerprint()}"
    for alias in ("default", "owner"):
        connections[alias].close()
        for target in (settings.DATABASES[alias], connections[alias].settings_dict):
            target["NAME"] = name
    for target in (settings.DATABASES["default"], connections["default"].settings_dict):
        # A clone keeps the grants of its template, so it keeps the template's role.
        target["USER"] = app_role(template)
        target["PASSWORD"] = app_password(settings.SECRET_KEY, template)


def template() -> str:
    """The name of the template database; built by whoever comes first."""
    name = f"samverka_test_{_fingerprint()}"
    lock = Path(os.environ["SAMVERKA_DATA_DIR"]) / "template.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with _server() as server:
            # datistemplate is set last: a template that was half built when killed is built again.
            row = server.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name]).fetchone()
            if row and row[0]:
                _drop_clones(server, of=name)
                return name
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            for (old,) in server.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, 'samverka_test_') AND datistemplate "
                "AND datname <> %s AND shobj_description(oid, 'pg_database') = %s",
                [name, str(ROOT)],
            ).fetchall():
                if _drop_clones(server, of=old):
                    continue  # a run that began before somebody edited still needs it
                server.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(old)))
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(str(ROOT))))
            _build(name)
            server.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))
    return name


def _drop_clones(server: psycopg.Connection[Any], *, of: str) -> bool:
    """Drop the clones that a killed run has left behind; says whether there are others, of a run that goes on."""
    lives = False
    rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{of}_"]).fetchall()
    for (clone_name,) in rows:
        pid = next((int(part) for part in clone_name.split("_") if part.isdigit() and len(part) < 8), None)
        if pid is not None and not Path(f"/proc/{pid}").exists():
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(clone_name)))
        else:
            lives = True
    return lives


def _build(name: str) -> None:
    from samverka.demo.services import load_demo
    from samverka.foundation.database.migration import bring_up_to_date
    from samverka.statistics.services import load_reference_definitions
    from samverka.territory.services import load_reference_areas

    point_at(name)
    bring_up_to_date()
    load_reference_areas()
    load_reference_definitions()
    load_demo(now=timezone.now())
    for alias in ("default", "owner"):
        connections[alias].close()


def clone(name: str) -> str:
    """A fresh copy of the template under this name (made unique for the worker and checkout)."""
    source = template()
    full = f"{source}_{name}"
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(full)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(full), sql.Identifier(source)))
    return full


def drop(full: str) -> None:
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(full)))


def url_of(full: str) -> str:
    """The owner's address of a database, for programs that are given DATABASE_URL."""
    from urllib.parse import quote

    owner = settings.DATABASES["owner"]
    secret = f":{quote(owner['PASSWORD'], safe='')}" if owner["PASSWORD"] else ""
    host, port = quote(str(owner["HOST"] or ""), safe=""), owner["PORT"] or "5432"
    return f"postgresql://{quote(owner['USER'], safe='')}{secret}@/{full}?host={host}&port={port}"
