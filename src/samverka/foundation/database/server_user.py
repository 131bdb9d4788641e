"""The system user that runs the embedded server: oneself, or another one when oneself is root.

PostgreSQL refuses to run as root. A root user (a container, a CI machine) therefore hands the server to the
owner of an existing data directory, or to a system user of its own. Directories above the data directory are
never opened up for that user: where it cannot walk in, the server's processes get the one capability that
lets them.
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "pgserver"


class ServerUserError(Exception):
    """Nobody can run the server here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ServerUser:
    """Who runs the server's programs, and by what means.

    `uid` and `gid` own the server's files. `drop` says that this process is root and must become that user.
    """

    uid: int
    gid: int
    drop: bool

    def own(self, path: Path) -> None:
        """Give a path to the server's user."""
        if self.drop:
            os.chown(path, self.uid, self.gid)

    def run(
        self, argv: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as this user and return what it said, whatever its exit code.

        Raises:
            ServerUserError: the user cannot reach the program or the directory.
            subprocess.TimeoutExpired: the program did not end in time.
        """
        command = [str(part) for part in argv]
        identity: dict[str, object] = {}
        if self.drop and _open_to_others(cwd) and _open_to_others(Path(command[0])):
            identity = {"user": self.uid, "group": self.gid, "extra_groups": []}
        elif self.drop:
            command = [*self._keep_access(cwd), *command]
        return subprocess.run(  # type: ignore[call-overload, no-any-return]  # noqa: S603  our own programs
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            **identity,
        )

    def _keep_access(self, path: Path) -> list[str]:
        """The prefix that becomes the user but still walks through directories which are root's alone."""
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            reason = (
                f"The system user that runs PostgreSQL cannot reach {path}: a directory above is closed to "
                "others. Run as an ordinary user, or put the directory where others may walk in."
            )
            raise ServerUserError(reason)
        return [
            setpriv,
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            "--inh-caps=-all,+dac_override",
            "--ambient-caps=+dac_override",
            "--",
        ]


def server_user(cluster: Path) -> ServerUser:
    """The user for the server whose files are, or will be, in `cluster`.

    Raises:
        ServerUserError: this is root, and the system user cannot be made.
    """
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid(), drop=False)
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return ServerUser(owner.st_uid, owner.st_gid, drop=True)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _make_system_user()
    return ServerUser(entry.pw_uid, entry.pw_gid, drop=True)


def _make_system_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    said = "useradd is missing"
    if useradd is not None:
        made = subprocess.run(  # noqa: S603  a fixed command
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            capture_output=True,
            text=True,
            check=False,
        )
        said = made.stderr.strip()
    try:
        # Another process may have made the user a moment ago, so what counts is that it exists.
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        reason = (
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made ({said}). "
            "Make it, or run as an ordinary user."
        )
        raise ServerUserError(reason) from None


def _open_to_others(path: Path) -> bool:
    """Whether any user may walk from the root to `path` (a directory, or a program to run)."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in [path, *path.parents] if step != path or path.is_file())
