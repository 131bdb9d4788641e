"""The one-click door exists only in a process that `samverka demo` started; nothing in the environment opens it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from samverka.config.env import NAMES, SettingsError, read

LOOK = """
import sys
from samverka.config import boot
boot()
from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
assert settings.DEMO is False
assert not apps.is_installed("samverka.demo")
for path in ("/demo/", "/demo/in/", "/demo/in/anna/"):
    try:
        resolve(path)
    except Resolver404:
        continue
    sys.exit(f"{path} resolves")
try:
    reverse("demo:enter")
except NoReverseMatch:
    pass
else:
    sys.exit("demo:enter has an address")
assert not any(name == "samverka.demo" or name.startswith("samverka.demo.") for name in sys.modules)
from django.test import Client
client = Client(SERVER_NAME="localhost", headers={"accept": "application/json"})
assert client.post("/demo/in/", {"member": "anna"}).status_code == 404
assert "_auth_user_id" not in client.session
print("no door")
"""


def _boot(environment: dict[str, str], directory: Path) -> subprocess.CompletedProcess[str]:
    database = settings.DATABASES["owner"]
    app = settings.DATABASES["default"]
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "SAMVERKA_DATA_DIR": str(directory),
        "SAMVERKA_SECRET_KEY": settings.SECRET_KEY,
        "SAMVERKA_LOG_LEVEL": "ERROR",
        "DATABASE_URL": _url(database),
        "DATABASE_APP_URL": _url(app),
    }
    return subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=directory,
        env={**given, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _url(database: dict[str, Any]) -> str:
    from urllib.parse import quote

    secret = f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    port = f"&port={database['PORT']}" if database["PORT"] else ""
    host = quote(str(database["HOST"] or ""), safe="")
    return f"postgresql://{quote(database['USER'], safe='')}{secret}@/{database['NAME']}?host={host}{port}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "environment",
    [{}, {"DEMO": "1"}, {"DJANGO_DEMO": "true"}, {"SAMVERKA_DEBUG": "true"}, {"DJANGO_SETTINGS_MODULE": ""}],
    ids=["plain", "DEMO", "DJANGO_DEMO", "debug", "no settings module"],
)
def test_a_process_that_is_not_the_demo_has_no_door(environment: dict[str, str], tmp_path: Path) -> None:
    environment = {name: value for name, value in environment.items() if value}
    found = _boot(environment, tmp_path)
    assert found.stdout.strip() == "no door", found.stderr[-2000:]


@pytest.mark.django_db
def test_a_setting_called_demo_stops_the_process(tmp_path: Path) -> None:
    found = _boot({"SAMVERKA_DEMO": "true"}, tmp_path)
    assert found.returncode != 0
    assert "SAMVERKA_DEMO is not a setting of Samverka" in found.stderr


def test_no_setting_speaks_of_the_demo() -> None:
    assert [name for name in NAMES.values() if "DEMO" in name] == []
    with pytest.raises(SettingsError, match="SAMVERKA_DEMO"):
        read({"SAMVERKA_DEMO": "1", "SAMVERKA_SECRET_KEY": "x" * 40})


def test_these_tests_do_run_with_the_door() -> None:
    """Or the tests above would compare nothing with nothing."""
    assert settings.DEMO
    assert connections["default"].vendor == "postgresql"
