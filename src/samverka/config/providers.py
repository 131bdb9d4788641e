"""The organisations' own sign-in, OIDC and SAML, from one TOML file."""

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from samverka.config.env import SettingsError

REQUIRED = {
    "oidc": ("id", "name", "client_id", "secret", "server_url"),
    "saml": ("id", "name", "entity_id", "sso_url", "x509cert"),
}


def sign_in_providers(file: Path | None) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS. `docs/operations.md` shows a file.

    Raises:
        SettingsError: the file is not TOML, or an entry lacks something.
    """
    found: dict[str, Any] = {"openid_connect": {"APPS": []}, "saml": {"APPS": []}}
    if file is None:
        return found
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} cannot be read as TOML: {error}.") from None
    for kind in content:
        if kind not in REQUIRED:
            raise SettingsError(f"{file}: [[{kind}]] is unknown. Use [[oidc]] or [[saml]].")
    for kind, required in REQUIRED.items():
        entries = content.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise SettingsError(f"{file}: write [[{kind}]], with two brackets on each side, above every entry.")
        for entry in entries:
            _check(file, kind, entry, required)
    _check_unique(file, content)
    found["openid_connect"]["APPS"] = [
        {
            "provider_id": entry["id"],
            "name": entry["name"],
            "client_id": entry["client_id"],
            "secret": entry["secret"],
            "settings": {
                "server_url": entry["server_url"],
                "oauth_pkce_enabled": True,
                "email_domains": _domains(entry),
            },
        }
        for entry in content.get("oidc", [])
    ]
    found["saml"]["APPS"] = [
        {
            "provider_id": entry["entity_id"],
            "client_id": entry["id"],
            "name": entry["name"],
            "settings": {
                "attribute_mapping": {
                    "uid": entry.get("uid_attribute", "urn:oasis:names:tc:SAML:attribute:subject-id"),
                    "email": entry.get("email_attribute", "urn:oid:0.9.2342.19200300.100.1.3"),
                    "email_verified": "email_verified",
                },
                "idp": {
                    "entity_id": entry["entity_id"],
                    "sso_url": entry["sso_url"],
                    "slo_url": entry.get("slo_url", ""),
                    "x509cert": entry["x509cert"],
                },
                "email_domains": _domains(entry),
                # Hardly any SAML provider says that an address is verified; within its own domains it need not.
                "verified_email": _domains(entry),
                "advanced": {"strict": True, "want_assertion_signed": True, "reject_idp_initiated_sso": True},
            },
        }
        for entry in content.get("saml", [])
    ]
    return found


def _check(file: Path, kind: str, entry: dict[str, Any], required: tuple[str, ...]) -> None:
    lacking = [key for key in required if not entry.get(key)]
    if lacking:
        raise SettingsError(f"{file}: a [[{kind}]] entry lacks {', '.join(lacking)}.")
    wrong = [key for key in required if not isinstance(entry[key], str)]
    if wrong:
        raise SettingsError(f"{file}: {wrong[0]} of a [[{kind}]] entry is no text. Put it in quotation marks.")
    domains = entry.get("email_domains")
    if not isinstance(domains, list) or not domains or not all(isinstance(d, str) and d for d in domains):
        # Without them, whoever runs one organisation's sign-in could come in as anybody in another.
        raise SettingsError(
            f'{file}: {entry["id"]} lacks email_domains, a list of the domains that it speaks for: ["region.se"].'
        )
    for key in ("server_url", "sso_url"):
        # It goes into the content security policy, where a space or a semicolon would begin something else.
        parts = urlsplit(entry.get(key, "https://none"))
        if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"[\s;,]", parts.netloc):
            raise SettingsError(f"{file}: {key} of {entry['id']} is no whole address, such as https://id.region.se.")


def _check_unique(file: Path, content: dict[str, Any]) -> None:
    """An account is known by its provider's key and its own: providers with the same key would share accounts."""
    names = [
        *(entry["id"] for entry in content.get("oidc", [])),
        *(entry["entity_id"] for entry in content.get("saml", [])),
    ]
    slugs = [entry["id"] for entry in content.get("saml", [])]
    for keys in (names, slugs):
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise SettingsError(f"{file}: {twice} stands twice. Give every entry an id of its own.")


def _domains(entry: dict[str, Any]) -> list[str]:
    """The domains whose addresses the provider may speak for."""
    return [domain.lower() for domain in entry["email_domains"]]


def provider_origins(providers: dict[str, Any]) -> list[str]:
    """The origins that a sign-in form ends at, for the content security policy."""
    addresses = [app["settings"]["server_url"] for app in providers["openid_connect"]["APPS"]]
    addresses += [app["settings"]["idp"]["sso_url"] for app in providers["saml"]["APPS"]]
    return sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses)})
