"""What `samverka doctor` finds out: one function a check, each naming what is wrong and how to mend it."""

import enum
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 15
LOW_SPACE, NO_SPACE = 2 * 2**30, 200 * 2**20
WAITED_TOO_LONG = timedelta(minutes=5)
CLOCKS_APART, CLOCKS_FAR_APART = timedelta(seconds=2), timedelta(seconds=30)
COUNTIES, MUNICIPALITIES = 21, 290


class Level(enum.Enum):
    """How bad it is. Only FAIL makes the doctor's exit code 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """What a check found, in sentences; a remedy stands with everything that is not OK."""

    level: Level
    says: str
    remedy: str = ""


Check = Callable[[], Iterator[Finding]]


def ok(says: str) -> Finding:
    return Finding(Level.OK, says)


def warn(says: str, *, remedy: str) -> Finding:
    return Finding(Level.WARN, says, remedy)


def fail(says: str, *, remedy: str) -> Finding:
    return Finding(Level.FAIL, says, remedy)


# --- before Django: these work when everything else is broken
# ---------------------------------------------------


def python() -> Iterator[Finding]:
    now = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield fail(f"This is Python {now}.", remedy="Install Python 3.11 or newer and set up Samverka with it.")
    else:
        yield ok(f"Python {now}")


def packages() -> Iterator[Finding]:
    wanted = [Requirement(line) for line in metadata.requires("samverka") or []]
    wanted = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong = []
    for one in wanted:
        try:
            found = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{one.name} is missing")
            continue
        if not one.specifier.contains(found, prereleases=True):
            wrong.append(f"{one.name} is {found}, but must be {one.specifier}")
    if wrong:
        yield fail(
            "; ".join(wrong) + ".",
            remedy="Install requirements/runtime.txt again (in a checkout: make ready).",
        )
    else:
        yield ok(f"all {len(wanted)} packages are in place")


def environment() -> Iterator[Finding]:
    """Each variable by itself, so that several mistakes are all named at once."""
    from samverka.config.env import NAMES, SettingsError, read

    harmless = {NAMES["secret_key"]: "x" * 50}  # given, so that reading makes no file
    given = [name for name in sorted(os.environ) if name in NAMES.values() or name.startswith("SAMVERKA_")]
    sound = True
    for name in given:
        try:
            read({**harmless, name: os.environ[name]})
        except SettingsError as error:
            sound = False
            yield fail(str(error), remedy=f"Correct {name} where it is set, or unset it.")
    if sound:
        yield ok(f"{', '.join(given) or 'no variable'} set")


def data_directory() -> Iterator[Finding]:
    from samverka.config.env import NAMES

    place = Path(os.environ.get(NAMES["data_dir"], "").strip() or ".samverka").absolute()
    remedy = "Mend its permissions, run as its owner, or set SAMVERKA_DATA_DIR to another directory."
    probe = place / f".doctor.{os.getpid()}"
    try:
        place.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
        free = shutil.disk_usage(place).free
    except OSError as error:
        yield fail(f"{place} cannot be written to ({error.strerror}).", remedy=remedy)
        return
    says = f"{place} has {free / 2**30:.1f} GiB free"
    if free < NO_SPACE:
        yield fail(f"{says}.", remedy="Free some space; the database stops when the disk is full.")
    elif free < LOW_SPACE:
        yield warn(f"{says}.", remedy="Free some space, or move the directory to a larger disk.")
    else:
        yield ok(says)


OUTSIDE: dict[str, Check] = {
    "Python": python,
    "packages": packages,
    "environment": environment,
    "data directory": data_directory,
}


# --- with Django and the database
# ------------------------------------------------------------------------------


def _ask(question: str, *values: str | list[str]) -> list[tuple[object, ...]]:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())


def database() -> Iterator[Finding]:
    ((number, version),) = _ask("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
    if int(str(number)) // 10000 < OLDEST_POSTGRESQL:
        yield fail(
            f"The server is PostgreSQL {version}.",
            remedy=f"Upgrade it to PostgreSQL {OLDEST_POSTGRESQL} or newer.",
        )
    else:
        yield ok(f"PostgreSQL {version} answers")


def migrations() -> Iterator[Finding]:
    from samverka.foundation.database.migration import pending

    waiting = pending()
    if waiting:
        yield fail(
            f"{len(waiting)} migrations are pending, the first is {waiting[0]}.",
            remedy="Run samverka migrate.",
        )
    else:
        yield ok("the tables are up to date")


def application_role() -> Iterator[Finding]:
    import psycopg
    from django.conf import settings

    role, owner = settings.DATABASES["default"]["USER"], settings.DATABASES["owner"]["USER"]
    migrate = "Run samverka migrate."
    found = _ask("SELECT rolsuper OR rolbypassrls, rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = %s", role)
    if not found:
        yield fail(f"The application's role {role} does not exist.", remedy=migrate)
        return
    sound = True
    above_rules, creates = found[0]
    if above_rules:
        sound = False
        yield fail(
            f"The application's role {role} is above row-level security (SUPERUSER or BYPASSRLS).",
            remedy=f'ALTER ROLE "{role}" NOSUPERUSER NOBYPASSRLS;'
            if role != owner
            else "Give the application a role of its own in DATABASE_APP_URL.",
        )
    if creates:
        sound = False
        yield warn(
            f"The application's role {role} may create roles or databases.",
            remedy=f'ALTER ROLE "{role}" NOCREATEROLE NOCREATEDB;',
        )
    owned = [
        str(name)
        for (name,) in _ask(
            "SELECT c.relname FROM pg_class c WHERE pg_get_userbyid(c.relowner) = %s"
            " AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1",
            role,
        )
    ]
    if owned:
        sound = False
        yield fail(
            f"The application's role {role} owns {len(owned)} tables, such as {owned[0]}, and row-level "
            "security does not hold for a table's owner.",
            remedy=f'ALTER TABLE "{owned[0]}" OWNER TO "{owner}"; and so on'
            if role != owner
            else "Give the application a role of its own in DATABASE_APP_URL.",
        )
    application = settings.DATABASES["default"]
    try:
        # Past the pool, which would wait for better times and then not say why.
        psycopg.connect(
            host=application["HOST"],
            port=application["PORT"] or None,
            user=role,
            password=application["PASSWORD"],
            dbname=application["NAME"],
            connect_timeout=10,
            **{name: value for name, value in application["OPTIONS"].items() if name != "pool"},
        ).close()
    except psycopg.OperationalError as error:
        sound = False
        yield fail(f"The application's role {role} cannot sign in: {str(error).strip()}", remedy=migrate)
    if sound:
        yield ok(f"{role} owns no table and is under row-level security")


def row_security() -> Iterator[Finding]:
    from samverka.foundation.database.roles import guarded_models

    tables = sorted(model._meta.db_table for model in guarded_models() if model.row_security)
    state = {
        str(name): (enabled, policies)
        for name, enabled, policies in _ask(
            "SELECT c.relname, c.relrowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)"
            " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)",
            tables,
        )
    }
    sound = True
    for table in tables:
        enabled, policies = state.get(table, (None, 0))
        if enabled is None:
            continue  # not there yet: the migrations' check tells
        if not enabled:
            sound = False
            yield fail(
                f"Row-level security is off on {table}: the application may read every row.",
                remedy=f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;',
            )
        if not policies:
            sound = False
            yield fail(
                f"{table} has lost its row-level security policies.",
                remedy="Restore the database from a backup.",
            )
    if sound:
        yield ok(f"on for {', '.join(sorted(state)) or 'no table yet'}")


def reference_areas() -> Iterator[Finding]:
    from samverka.territory.enums import AreaKind
    from samverka.territory.models import Area

    areas = Area.objects.using("owner")
    counties = areas.filter(kind=AreaKind.COUNTY).count()
    municipalities = areas.filter(kind=AreaKind.MUNICIPALITY).count()
    says = f"{counties} counties and {municipalities} municipalities"
    if (counties, municipalities) != (COUNTIES, MUNICIPALITIES):
        yield fail(f"There are {says}, not {COUNTIES} and {MUNICIPALITIES}.", remedy="Run samverka migrate.")
    else:
        yield ok(says)


def messages() -> Iterator[Finding]:
    from django.conf import settings

    sources = [source for root in settings.LOCALE_PATHS for source in Path(root).glob("*/LC_MESSAGES/django.po")]
    stale = [
        source.parent.parent.name
        for source in sources
        if not (compiled := source.with_suffix(".mo")).exists() or compiled.stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        yield fail(
            f"The translations are not compiled ({', '.join(sorted(stale))}), so people get Swedish only.",
            remedy="In a checkout: make ready. Otherwise install the package again.",
        )
    else:
        yield ok(f"{len(sources)} catalogues are compiled")


def safety() -> Iterator[Finding]:
    from django.conf import settings

    sound = True
    if settings.DEBUG:
        sound = False
        yield warn(
            "SAMVERKA_DEBUG is on: error pages show the program's insides.",
            remedy="Unset it where others can reach it.",
        )
    if len(set(settings.SECRET_KEY)) < 10:
        sound = False
        yield fail(
            "The secret key is easy to guess, and whoever has it can sign in as anyone.",
            remedy="Make one (openssl rand -base64 48) and run samverka migrate; people must sign in again.",
        )
    file = settings.ENVIRONMENT.data_dir / "secret_key"
    if file.exists() and file.stat().st_mode & 0o077:
        sound = False
        yield fail(f"Other users of this machine can read {file}.", remedy=f"chmod 600 {file}")
    if sound:
        yield ok("debug is off and the secret key is sound")


def worker() -> Iterator[Finding]:
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.using("owner").ready().order_by("enqueued_at")
    oldest = waiting.values_list("enqueued_at", flat=True).first()
    if oldest is not None and timezone.now() - oldest > WAITED_TOO_LONG:
        minutes = int((timezone.now() - oldest).total_seconds() // 60)
        yield fail(
            f"{waiting.count()} jobs wait, the oldest for {minutes} minutes: no worker takes them.",
            remedy="Start one with samverka worker (samverka serve does so by itself), or read its log.",
        )
    else:
        yield ok("no job has waited long")


def clock() -> Iterator[Finding]:
    from django.utils import timezone

    before = timezone.now()
    ((there,),) = _ask("SELECT clock_timestamp()")
    after = timezone.now()
    # The answer was made some time between question and arrival; only what lies outside can be the clocks'
    # fault.
    apart = max(before - there, there - after, timedelta())  # type: ignore[operator]
    says = f"the clocks of this machine and the database are {apart.total_seconds():.1f} seconds apart"
    remedy = "Let both machines take their time from the same time service (NTP)."
    if apart > CLOCKS_FAR_APART:
        yield fail(f"{says}.", remedy=remedy)
    elif apart > CLOCKS_APART:
        yield warn(f"{says}.", remedy=remedy)
    else:
        yield ok(says)


INSIDE: dict[str, Check] = {
    "database": database,
    "migrations": migrations,
    "application role": application_role,
    "row-level security": row_security,
    "reference areas": reference_areas,
    "translations": messages,
    "safety": safety,
    "worker": worker,
    "clock": clock,
}
