"""The organisations' own sign-in, OIDC and SAML, from one TOML file."""

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
        for entry in content.get(kind, []):
            lacking = [key for key in required if not entry.get(key)]
            if lacking:
                raise SettingsError(f"{file}: a [[{kind}]] entry lacks {', '.join(lacking)}.")
    found["openid_connect"]["APPS"] = [
        {
            "provider_id": entry["id"],
            "name": entry["name"],
            "client_id": entry["client_id"],
            "secret": entry["secret"],
            "settings": {"server_url": entry["server_url"], "oauth_pkce_enabled": True},
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
                "advanced": {"strict": True, "want_assertion_signed": True, "reject_idp_initiated_sso": True},
            },
        }
        for entry in content.get("saml", [])
    ]
    return found


def provider_origins(providers: dict[str, Any]) -> list[str]:
    """The origins that a sign-in form ends at, for the content security policy."""
    addresses = [app["settings"]["server_url"] for app in providers["openid_connect"]["APPS"]]
    addresses += [app["settings"]["idp"]["sso_url"] for app in providers["saml"]["APPS"]]
    return sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses)})
