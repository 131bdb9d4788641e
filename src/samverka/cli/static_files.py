"""The static files as they are served: gathered from all apps, named by version, and compressed."""

import fcntl
import hashlib
import os


def gather() -> None:
    """Gather the static files into the data directory, unless these very ones are there. Django is ready."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return  # then they are served from where they lie
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            found = os.stat(storage.path(path))
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    root = settings.STATIC_ROOT
    root.mkdir(parents=True, exist_ok=True)
    stamp = root / ".gathered"
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != digest.hexdigest():
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(digest.hexdigest())
