"""The jobs: taking an uploaded file in, and fetching from the sources.

Every process registers them as it starts, and few do them: what the work needs is imported when it begins.
"""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.registry import JobFailure, Progress, register

from .enums import JOB_KIND, REFRESH_KIND


def import_upload(
    *, actor: Actor, arguments: dict[str, Any], upload: bytes | None, progress: Progress
) -> dict[str, Any]:
    """Read, check and take in one file: figures, or definitions. All of it is changed at once, or nothing."""
    from . import services

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
                actor=actor,
                checked=checked,
                extracted_at=extracted_at,
                ordered_at=datetime.fromisoformat(arguments["ordered_at"]),
                now=clock.now(),
                told=tell,
            )
            if outcome.indicator_id is not None:
                services.count_again(actor=actor, changed=[outcome.indicator_id], now=clock.now())
            progress.report(done=total, total=total, doing="")  # here a cancellation still undoes everything
    return {"outcomes": [outcome.as_json()]}


def refresh(*, actor: Actor, arguments: dict[str, Any], upload: bytes | None, progress: Progress) -> dict[str, Any]:
    """Fetch from the sources. Begun again after its worker died, it continues where it was."""
    from . import services

    try:
        runs = services.refresh(
            actor=actor,
            source=arguments["source"] or None,
            keys=arguments["keys"],
            full=arguments["full"],
            told=lambda done, total, doing: progress.report(done=done, total=total, doing=doing),
        )
    except services.BusyError:
        raise JobFailure(
            _("En annan uppdatering från samma källa pågår. Vänta tills den är klar och försök igen.")
        ) from None
    except services.UnknownIndicatorsError as error:
        raise JobFailure(
            _("Det finns ingen indikator att hämta med beteckningen %(keys)s.") % {"keys": error}
        ) from None
    if not runs:
        raise JobFailure(_("Det finns ingen indikator att hämta från källan. Lägg till indikatorer under Statistik."))
    return {"refreshes": [run.pk for run in runs]}


register(REFRESH_KIND, refresh, result_template="statistics/refresh_result.html")
register(JOB_KIND, import_upload, result_template="statistics/import_result.html")
