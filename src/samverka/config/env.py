"""Every setting that comes from outside, read once, typed, and refused loudly when it is unusable."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class SettingsError(Exception):
    """A setting is unusable. The message names the setting, what is wrong, and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The environment variables that Samverka reads; the comment of each field is its documentation."""

    database_url: str | None
    """DATABASE_URL. The owner's connection to PostgreSQL 15 or newer (postgresql://user:password@host/name).
    Unset: an embedded server in the data directory."""
    database_app_url: str | None
    """DATABASE_APP_URL. The application's own connection, a role that owns no table. Unset: a role named after the
    database, made by `samverka migrate`, with a password derived from the secret key."""
    data_dir: Path
    """SAMVERKA_DATA_DIR. Where the embedded server and the generated secret key live. Default: .samverka in the
    current directory."""
    secret_key: str
    """SAMVERKA_SECRET_KEY. At least 32 characters. Unset: generated once into the data directory."""
    debug: bool
    """SAMVERKA_DEBUG. true or false (default): error details and /styleguide. Never true where others can reach it."""
    base_url: str
    """SAMVERKA_BASE_URL. The address people use, for links in mail and passkeys. Default: http://127.0.0.1:8000."""
    allowed_hosts: tuple[str, ...]
    """SAMVERKA_ALLOWED_HOSTS. Host names, separated by commas. Default: the host of the base URL, localhost and
    127.0.0.1."""
    sign_in_providers: Path | None
    """SAMVERKA_SIGN_IN_PROVIDERS. A TOML file with the organisations' own OIDC and SAML sign-in."""
    email_url: str | None
    """SAMVERKA_EMAIL_URL. smtp://user:password@host:587 or smtps://…:465. Unset: mail is written to the log."""
    email_from: str
    """SAMVERKA_EMAIL_FROM. The sender of mail. Default: samverka@localhost."""
    behind_proxy: bool
    """SAMVERKA_BEHIND_PROXY. true when a proxy ends TLS and sets X-Forwarded-Proto. Default: false."""
    kolada_url: str
    """SAMVERKA_KOLADA_URL. Where Kolada's API v3 answers. Default: https://api.kolada.se/v3."""
    scb_url: str
    """SAMVERKA_SCB_URL. Where Statistics Sweden's PxWebApi 2 answers. Default:
    https://statistikdatabasen.scb.se/api/v2."""
    log_level: str
    """SAMVERKA_LOG_LEVEL. DEBUG, INFO (default), WARNING or ERROR."""


NAMES: dict[str, str] = {
    f.name: f.name.upper() if f.name.startswith("database") else f"SAMVERKA_{f.name.upper()}"
    for f in fields(Environment)
}
"""Field of `Environment` → name of its environment variable."""


def read(source: Mapping[str, str] = os.environ) -> Environment:
    """Read and check all settings.

    Raises:
        SettingsError: a value cannot be used, or a SAMVERKA_ variable is unknown (most often misspelt).
    """
    unknown = sorted(k for k in source if k.startswith("SAMVERKA_") and k not in NAMES.values())
    if unknown:
        known = ", ".join(sorted(NAMES.values()))
        raise SettingsError(f"{unknown[0]} is not a setting of Samverka. Remove it or correct it to one of: {known}.")

    def text(field: str) -> str | None:
        return source.get(NAMES[field], "").strip() or None

    def address(field: str, default: str) -> str:
        found = (text(field) or default).rstrip("/")
        parts = urlsplit(found)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SettingsError(f"{NAMES[field]} is {found!r}. Write a whole address, such as {default}.")
        return found

    base_url = (text("base_url") or "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            f"SAMVERKA_BASE_URL is {base_url!r}. Write a whole address, such as https://samverka.example.se."
        )
    hosts = text("allowed_hosts")
    data_dir = Path(text("data_dir") or ".samverka").absolute()
    providers = text("sign_in_providers")
    log_level = (text("log_level") or "INFO").upper()
    if log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise SettingsError(f"SAMVERKA_LOG_LEVEL is {log_level!r}. Use DEBUG, INFO, WARNING or ERROR.")
    for name in ("database_url", "database_app_url"):
        value = text(name)
        if value is not None:
            database_settings(value, name=NAMES[name])
    return Environment(
        database_url=text("database_url"),
        database_app_url=text("database_app_url"),
        data_dir=data_dir,
        secret_key=_secret_key(text("secret_key"), data_dir),
        debug=_flag(source, "debug"),
        base_url=base_url,
        allowed_hosts=tuple(h.strip() for h in hosts.split(",") if h.strip())
        if hosts
        else tuple(dict.fromkeys([parts.hostname, "localhost", "127.0.0.1"])),
        sign_in_providers=_existing(providers) if providers else None,
        email_url=text("email_url"),
        email_from=text("email_from") or "samverka@localhost",
        behind_proxy=_flag(source, "behind_proxy"),
        kolada_url=address("kolada_url", "https://api.kolada.se/v3"),
        scb_url=address("scb_url", "https://statistikdatabasen.scb.se/api/v2"),
        log_level=log_level,
    )


def database_settings(url: str, *, name: str = "DATABASE_URL") -> dict[str, Any]:
    """A PostgreSQL address as Django's database settings.

    Raises:
        SettingsError: the address is not PostgreSQL's, or names no database.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(
            f"{name} cannot be read: {error}. Write postgresql://user:password@host:5432/name."
        ) from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingsError(f"{name} must begin with postgresql://. Samverka runs on PostgreSQL only.")
    if not parts.path.strip("/"):
        raise SettingsError(f"{name} names no database. Add it at the end: postgresql://user:password@host/samverka.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", None) or (str(port) if port else ""),
        "OPTIONS": options,
    }


def _flag(source: Mapping[str, str], field: str) -> bool:
    value = source.get(NAMES[field], "").strip().lower()
    if value in {"", "0", "false", "no"}:
        return False
    if value in {"1", "true", "yes"}:
        return True
    raise SettingsError(f"{NAMES[field]} is {value!r}. Use true or false.")


def _existing(path: str) -> Path:
    found = Path(path)
    if not found.is_file():
        raise SettingsError(
            f"SAMVERKA_SIGN_IN_PROVIDERS names {path}, which is not a file. Correct the path or unset it."
        )
    return found


def _secret_key(given: str | None, data_dir: Path) -> str:
    if given is not None:
        if len(given) < 32:
            raise SettingsError(
                "SAMVERKA_SECRET_KEY is shorter than 32 characters. Make one with: openssl rand -base64 48"
            )
        return given
    file = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            # Written aside, then linked: of two processes that start together one wins, and both read a whole key.
            draft = data_dir / f"secret_key.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
            draft.unlink()
        key = file.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"The data directory {data_dir} cannot be used ({error.strerror}). "
            "Give another one in SAMVERKA_DATA_DIR, or mend its permissions."
        ) from None
    if len(key) < 32:
        raise SettingsError(f"{file} holds no usable key. Remove it, and a new one is made; people must sign in again.")
    return key
