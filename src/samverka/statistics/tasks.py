"""The job that takes an uploaded file in."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.registry import Progress, register

from . import services


def import_upload(
    *, actor: Actor, arguments: dict[str, Any], upload: bytes | None, progress: Progress
) -> dict[str, Any]:
    """Read, check and take in one file: figures, or definitions. All of it is changed at once, or nothing."""
    name, content = str(arguments["name"]), upload or b""
    extracted_at = services.noon(date.fromisoformat(arguments["extracted_on"]))
    progress.report(done=0, total=1, doing=_("Läser och kontrollerar filen"))
    if services.is_definitions(content):
        definitions = services.read_definitions(content, name)
        with acting_as(actor):
            outcome = services.take_in_definitions(actor=actor, definitions=definitions, now=clock.now())
            progress.report(done=1, total=1, doing="")
    else:
        checked = services.read_file(content, name)
        total = checked.read or 1

        def tell(written: int, _total: int) -> None:
            progress.report(done=written, total=total, doing=_("Skriver siffrorna"))

        with acting_as(actor):
            outcome = services.import_file(
                actor=actor, checked=checked, extracted_at=extracted_at, now=clock.now(), told=tell
            )
            progress.report(done=total, total=total, doing="")  # here a cancellation still undoes everything
    return {"outcomes": [outcome.as_json()]}


register(services.JOB_KIND, import_upload, result_template="statistics/import_result.html")
