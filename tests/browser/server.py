"""Samverka as people meet it: a real server process on a database of its own, with people of every kind."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.clock import now
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.models import Job
from tests.fakes import identity_provider
from tests.installations import Installation

PASSWORD = "stenar i sjön 47"
PEOPLE = ("losenord", "kod", "nyckel", "drift")
"""People of no organisation, who sign in with a password, a code, a passkey; and one who runs the installation."""


@dataclass
class Server:
    """The running server, on a database of its own."""

    url: str
    database: str
    database_url: str
    installation: Installation
    provider: identity_provider.IdentityProvider

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask or change the database as its owner, committed at once."""
        with psycopg.connect(self.database_url, autocommit=True) as owner:
            cursor = owner.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def measure_of(self, organisation: str) -> int:
        """The key of the public measure that the demonstration gives an organisation."""
        rows = self.sql(
            "SELECT min(m.id) FROM plans_measure m JOIN collaborations_party p ON p.id = m.party_id"
            " JOIN organisations_organisation o ON o.id = p.organisation_id WHERE o.name = %s",
            organisation,
        )
        return int(rows[0][0])

    def party_of(self, organisation: str) -> int:
        rows = self.sql(
            "SELECT p.id FROM collaborations_party p JOIN organisations_organisation o ON o.id = p.organisation_id"
            " WHERE o.name = %s",
            organisation,
        )
        return int(rows[0][0])

    def job_of(self, person: str) -> int:
        """A job that runs for ever in the eyes of its page: no worker has it, the test moves it.

        It was heard of tomorrow, or the server's own worker would take it for lost on a slow day.
        """
        rows = self.sql(
            "INSERT INTO jobs_job (kind, title, person_id, state, done, total, doing, arguments, error,"
            " cancel_requested, created_at, started_at, seen_at)"
            " SELECT 'sample', 'Tar in statistik', id, 'running', 10, 200, 'N03921.csv', '{}', '', false,"
            " now(), now(), now() + interval '1 day' FROM access_user WHERE email = %s RETURNING id",
            f"{person}@demo.example",
        )
        return int(rows[0][0])


def fill() -> None:
    """What the demonstration's world lacks: people with passwords, and a job."""
    with acting_as(Actor.system("browser tests")):
        # The server knows only the real hasher, not the quick one of the tests.
        password = PBKDF2PasswordHasher().encode(PASSWORD, PBKDF2PasswordHasher().salt())
        for key in PEOPLE:
            User.objects.create(
                email=f"{key}@demo.example", name=key.capitalize(), password=password, is_operator=key == "drift"
            )
        anna = User.objects.get(email="anna@demo.example")
        Job.objects.create(kind="sample", title="Prov", person=anna, created_at=now())


def providers_file(home: Path, provider: identity_provider.IdentityProvider) -> Path:
    """One OIDC and one SAML provider, both at the same place."""
    file = home / "providers.toml"
    certificate = _certificate().replace("\n", "\\n")
    file.write_text(
        f"""
[[oidc]]
id = "regionen"
name = "Region Blekinge"
client_id = "{identity_provider.CLIENT}"
secret = "{identity_provider.SECRET}"
server_url = "{provider.url}"
email_domains = ["demo.example"]

[[saml]]
id = "kommunen"
name = "Olofströms kommun"
entity_id = "{provider.url}/saml"
sso_url = "{provider.url}/sso"
x509cert = "{certificate}"
email_domains = ["demo.example"]
""",
        encoding="utf-8",
    )
    return file


def _certificate() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "identity provider of the tests")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()
