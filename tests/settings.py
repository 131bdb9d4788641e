"""Settings of the tests: the real ones, on an embedded server of the tests' own unless DATABASE_URL says otherwise."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("SAMVERKA_DATA_DIR", str(ROOT / ".samverka" / "test"))
os.environ.setdefault("SAMVERKA_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")
os.environ.setdefault("SAMVERKA_LOG_LEVEL", "WARNING")

if "DATABASE_URL" not in os.environ:
    from samverka.foundation.database.embedded import ensure_running

    ensure_running(Path(os.environ["SAMVERKA_DATA_DIR"]), durable=False)  # a lost test database is no loss

import samverka.config as _config  # noqa: E402  the settings read the environment that is set above

_config._DEMO = True  # the demo's world is the tests' world; the door's absence elsewhere has its own test

from samverka.config.settings import *  # noqa: E402, F403
from samverka.config.settings import DATABASES, STATIC_ROOT  # noqa: E402

for _connection in DATABASES.values():
    _connection["OPTIONS"] = {k: v for k, v in _connection["OPTIONS"].items() if k != "pool"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing directory, and warnings are errors here
KEEP_PIECES = False  # tests change figures behind the program's back; tests/integration/test_kept_pieces.py turns it on
