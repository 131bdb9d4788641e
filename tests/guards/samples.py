"""Something to ask each address about, in the demo's world: what the cast shares, and what is Eva's alone.

A new address with arguments gets a provider here; the guard of addresses says so when it is forgotten.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone

from samverka.collaborations.models import Collaboration, Party
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.clock import today
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.models import Job
from samverka.goals.models import Goal
from samverka.organisations.models import Membership, Organisation
from samverka.picture.content.gathering import gather as gather_picture
from samverka.plans.models import Measure
from samverka.reports.content import gather
from samverka.reports.models import Report
from samverka.statistics.models import FocusArea, Indicator
from samverka.statistics.services import focusing
from samverka.statistics.services.definitions import seal_of as definition_seal
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.services import seal_of
from tests.guards import rows

SYSTEM = Actor.system("samples")
SHARED, PRIVATE = "blekinges-unga-lyfter", "barnens-basta-galler"


@dataclass(frozen=True)
class Sample:
    """Arguments of an address, and what is posted to it."""

    arguments: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


Samples = dict[str, Sample]
PLAIN: Samples = {"": Sample()}


def collaboration(slug: str) -> Collaboration:
    return Collaboration.objects.get(slug=slug)


def party(organisation: str) -> Party:
    return Party.objects.get(organisation__name=organisation, collaboration__slug__in=(SHARED, PRIVATE))


def membership(person: str) -> Membership:
    return Membership.objects.select_related("organisation").get(person__email=f"{person}@demo.example")


def job_of(person: str) -> Job:
    return rows.job(User.objects.get(email=f"{person}@demo.example"))


def goal(slug: str, *, public: bool) -> Goal:
    found = Goal.objects.filter(collaboration__slug=slug, is_public=public).first()
    return found or rows.goal(collaboration(slug), is_public=public)


def measure(organisation: str, *, public: bool) -> Measure:
    found = Measure.objects.filter(party__organisation__name=organisation, is_public=public).first()
    own = party(organisation)
    return found or rows.measure(goal(own.collaboration.slug, public=public), own, is_public=public)


def report(slug: str, *, public: bool) -> Report:
    """A report with its figures and its files, though not set in type."""
    place = collaboration(slug)
    content = gather(actor=SYSTEM, collaboration=place, title="Prov", number=1, is_public=public, now=timezone.now())
    made = rows.report(place, is_public=public, content=content)
    rows.report_file(made)
    return made


def by_key(**objects: Any) -> Samples:
    return {name: Sample({"key": found.pk}) for name, found in objects.items()}


def with_data(samples: Samples, **data: Any) -> Samples:
    return {name: Sample(sample.arguments, data) for name, sample in samples.items()}


def _collaborations(**more: Any) -> Samples:
    return {"shared": Sample({"slug": SHARED, **more}), "private": Sample({"slug": PRIVATE, **more})}


def _parties(**data: Any) -> Samples:
    samples = by_key(Olofström=party("Olofströms kommun"), lead=party("Region Blekinge"), private=_private_party())
    return with_data(samples, **data)


def _private_party() -> Party:
    found = collaboration(PRIVATE).parties.order_by("pk").first()
    assert found is not None
    return found


def _organisations(**data: Any) -> Samples:
    names = {"lead": "Region Blekinge", "Olofström": "Olofströms kommun", "elsewhere": "Region Kronoberg"}
    return with_data(by_key(**{k: Organisation.objects.get(name=name) for k, name in names.items()}), **data)


def _measures(**data: Any) -> Samples:
    own = measure("Olofströms kommun", public=True)
    hidden = measure("Olofströms kommun", public=False)
    private = measure(_private_party().organisation.name, public=False)
    return with_data(by_key(Olofström=own, hidden=hidden, private=private), **data)


def _goals() -> Samples:
    return by_key(
        public=goal(SHARED, public=True), hidden=goal(SHARED, public=False), private=goal(PRIVATE, public=False)
    )


def _reports() -> Samples:
    goal(PRIVATE, public=False)
    return by_key(
        public=report(SHARED, public=True), hidden=report(SHARED, public=False), private=report(PRIVATE, public=False)
    )


def _arranged() -> Samples:
    return by_key(
        official=_indicator(),
        lead=rows.own_indicator(Organisation.objects.get(name="Region Blekinge"), is_public=False),
        private=rows.own_indicator(Organisation.objects.get(name="Region Kronoberg"), is_public=False),
    )


def _notes() -> Samples:
    return by_key(
        public=rows.note(collaboration(SHARED), is_public=True),
        hidden=rows.note(collaboration(SHARED), is_public=False),
        private=rows.note(collaboration(PRIVATE), is_public=False),
    )


def _snapshots(**more: Any) -> Samples:
    return {
        name: Sample({"key": rows.snapshot(place, content=picture_of(place)).pk, **more})
        for name, place in (("shared", collaboration(SHARED)), ("private", collaboration(PRIVATE)))
    }


def picture_of(place: Collaboration) -> Any:
    """The content of a snapshot of a collaboration as it is now."""
    return gather_picture(actor=SYSTEM, collaboration=place, title="Prov", number=1, now=timezone.now())


def _lent(**more: Any) -> Samples:
    place = collaboration(SHARED)
    link = rows.snapshot_link(rows.snapshot(place, content=picture_of(place)))
    return {"open": Sample({"token": link.token, **more}), "unknown": Sample({"token": "x" * 32, **more})}


DETAILS = {
    "name": "Ett prov",
    "citizen_value": "Prov.",
    "challenge": "Prov.",
    "starts_on": "2016-05-01",
    "phase": "preparing",
    "version": 1,
}


def _waiting_file() -> Samples:
    own = rows.own_indicator(Organisation.objects.get(name="Region Blekinge"), is_public=False)
    file = rows.figure_file(User.objects.get(email="anna@demo.example"), indicator=own)
    return {"Anna": Sample({"indicator": own.pk, "key": file.pk}, {"do": "discard"})}


PROVIDERS: dict[str, Callable[[], Samples]] = {
    "web:language": lambda: {"": Sample(data={"language": "en"})},
    "web:job": lambda: by_key(Anna=job_of("anna")),
    "web:cancel_job": lambda: by_key(Anna=job_of("anna")),
    "demo:enter": lambda: {
        "cast": Sample(data={"member": "bengt"}),
        "citizen": Sample(data={"member": "citizen"}),
        "stranger": Sample(data={"member": "mallory"}),
    },
    "collaborations:overview": _collaborations,
    "collaborations:tab": lambda: {
        **{f"shared {tab}": Sample({"slug": SHARED, "tab": tab}) for tab in ("lagesbild", "organisera", "styra")},
        **{f"shared {tab}": Sample({"slug": SHARED, "tab": tab}) for tab in ("leda", "arbeta", "okand")},
        "private": Sample({"slug": PRIVATE, "tab": "styra"}),
    },
    "collaborations:start": lambda: _organisations(**DETAILS, area=collaboration(SHARED).area_id, ends_on="2018-12-31"),
    "collaborations:change": lambda: with_data(_collaborations(), **DETAILS, area=collaboration(SHARED).area_id),
    "collaborations:add_party": lambda: with_data(
        _collaborations(),
        organisation=Organisation.objects.get(name="Region Kronoberg").pk,
        role="party",
        joined_on="2016-05-01",
    ),
    "collaborations:indicators": lambda: with_data(_collaborations(), indicator=_indicator().pk),
    "agreements:add": lambda: with_data(
        _collaborations(), title="Prov", kind="agreement", summary="Prov", starts_on="2016-05-01"
    ),
    "financing:add": lambda: with_data(_collaborations(), name="Prov", amount="1000"),
    "collaborations:end_party": lambda: _parties(left_on="2016-05-01"),
    "collaborations:benefit": lambda: _parties(own_benefit="Prov", version=1),
    "organisations:audit": _organisations,
    "organisations:add_member": lambda: _organisations(
        name="Ny Person", email="ny@example.org", role="member", starts_on="2016-05-01"
    ),
    "organisations:end_membership": lambda: with_data(
        by_key(Anna=membership("anna"), Bengt=membership("bengt"), Eva=membership("eva")), ends_on="2016-05-01"
    ),
    "organisations:api_keys": lambda: _organisations(name="Prov", ends_on=str(today())),
    "organisations:withdraw_api_key": lambda: by_key(
        **{who: rows.api_key(membership(who.lower()).organisation) for who in ("Anna", "Bengt", "Eva")}
    ),
    "picture:projection": lambda: {"a county": Sample({"code": "10"}), "unknown": Sample({"code": "9999"})},
    "picture:projection_chart": lambda: {"a county": Sample({"code": "10"})},
    "api:area": lambda: {"any": Sample({"code": "1080"})},
    "api:snapshot": lambda: {"unknown": Sample({"key": 1})},
    "api:shared": lambda: {"unknown": Sample({"token": "wrong"})},
    "api:indicator": lambda: {"any": Sample({"name": "kolada:N03921"})},
    "api:nothing": lambda: {"any": Sample({"rest": "nothing/here"})},
    "goals:adopt": lambda: with_data(
        _collaborations(),
        name="Prov",
        indicator=_indicator().pk,
        polarity="lower_is_better",
        baseline_year=2013,
        target_year=2017,
        percent_of_baseline="50",
        adopted_on="2016-05-01",
    ),
    "goals:detail": _goals,
    "goals:chart": _goals,
    "goals:table": _goals,
    "plans:add": lambda: _parties(
        goal=goal(SHARED, public=True).pk,
        title="Prov",
        responsible="Prov",
        starts_on="2016-05-01",
        ends_on="2016-06-01",
    ),
    "plans:measure": _measures,
    "plans:change": lambda: _measures(state="delayed", state_note="Prov", version=1),
    "followup:write": lambda: _parties(text="Prov", seen="", do="submit"),
    "followup:comparison": _parties,
    "reports:new": lambda: with_data(
        _collaborations(), title="Prov", readers="parterna", order_key="0f0e1b2c-0000-4000-8000-000000000000"
    ),
    "reports:detail": _reports,
    "reports:content": _reports,
    "reports:pdf": lambda: {
        name: Sample({**sample.arguments, "language": "sv"}) for name, sample in _reports().items()
    },
    "reports:chart": lambda: {
        name: Sample({**sample.arguments, "goal": goal(SHARED, public=True).pk}) for name, sample in _reports().items()
    },
    "picture:notes": _collaborations,
    "picture:new_note": lambda: with_data(
        _collaborations(), text="Prov", kind="scan", focus_area=FocusArea.objects.all()[0].pk
    ),
    "picture:change_note": lambda: with_data(
        _notes(), text="Prov", kind="scan", focus_area=FocusArea.objects.all()[0].pk, version=1
    ),
    "picture:remove_note": lambda: with_data(_notes(), version=1),
    "picture:comment": lambda: with_data(_collaborations(indicator=_indicator().pk, code="10"), text="Prov"),
    "picture:remove_comment": lambda: by_key(
        Bengt=rows.comment(collaboration(SHARED), written_by=User.objects.get(email="bengt@demo.example")),
        private=rows.comment(collaboration(PRIVATE)),
    ),
    "picture:new_snapshot": lambda: with_data(
        _collaborations(), title="Prov", order_key="0f0e1b2c-0000-4000-8000-000000000001"
    ),
    "picture:snapshot": _snapshots,
    "picture:compare_snapshot": _snapshots,
    "picture:share_snapshot": _snapshots,
    "picture:snapshot_file": lambda: _snapshots(name="siffror.csv"),
    "picture:snapshot_chart": lambda: _snapshots(indicator=_indicator().pk, kind="svg"),
    "picture:shared": _lent,
    "picture:shared_file": lambda: _lent(name="siffror.csv"),
    "picture:shared_chart": lambda: _lent(indicator=_indicator().pk, kind="svg"),
    "picture:area": lambda: {
        **{
            name: Sample({"code": code})
            for name, code in (("municipality", "1080"), ("county", "10"), ("nation", "00"))
        },
        "labour market": Sample({"code": _labour_market()}),
    },
    "picture:focus": lambda: {"any": Sample({"code": "1080", "focus": "arbete"})},
    "picture:indicator": lambda: (
        {
            name: Sample({"code": code, "key": _indicator().pk})
            for name, code in (("municipality", "1080"), ("county", "10"), ("nation", "00"))
        }
        | {"Eva's own": Sample({"code": "1080", "key": _evas_own().pk})}
    ),
    "picture:chart": lambda: (
        {
            kind: Sample({"code": "1080", "key": _indicator().pk, "kind": kind})
            for kind in ("tid", "karta", "rangordning", "fordelning", "delar")
        }
        | {"Eva's own": Sample({"code": "1080", "key": _evas_own().pk, "kind": "tid"})}
    ),
    "territory:nodes": lambda: {
        name: Sample(
            {"code": code}, {"seen": seal_of(dict.fromkeys(parts, "")), **{f"kommun_{part}": "Prov" for part in parts}}
        )
        for name, code, parts in (
            ("Blekinge", "10", ("1060", "1080", "1081", "1082", "1083")),
            ("Gotland", "09", ("0980",)),
        )
    },
    "statistics:similar": lambda: {"any": Sample({"code": "1060"})},
    "statistics:choose_comparison": lambda: {"Olofström": Sample({"code": "1060"}, {"standard": "1"})},
    "statistics:add_focus_area": lambda: _organisations(name="Prov", question="", order="5", indicators="N03921"),
    "statistics:change_focus_area": lambda: {
        name: Sample(
            {"key": found.pk},
            {"name": "Prov", "question": "", "order": "5", "indicators": "N03921", "seen": focusing.seal_of(found)},
        )
        for name, found in {
            "shared": FocusArea.objects.get(organisation=None, key="arbete"),
            "lead": rows.focus_area(Organisation.objects.get(name="Region Blekinge")),
        }.items()
    },
    "statistics:change": lambda: {
        name: Sample(
            {"key": found.pk}, {"name": "Prov", "polarity": "none", "measure": "other", "seen": definition_seal(found)}
        )
        for name, found in {
            "shared": _indicator(),
            "lead": rows.own_indicator(Organisation.objects.get(name="Region Blekinge"), is_public=True),
            "private": rows.own_indicator(Organisation.objects.get(name="Region Blekinge"), is_public=False),
        }.items()
    },
    "statistics:derive": lambda: {
        "": Sample(
            {},
            {
                "recipe": "sex_gap",
                "first": "N03921",
                "name": "Prov",
                "polarity": "none",
                "owner": str(Organisation.objects.get(name="Region Blekinge").pk),
            },
        )
    },
    "statistics:own": _organisations,
    "statistics:new_measurement": lambda: _organisations(
        name="Prov", definition="Prov", unit="%", measure="ratio", polarity="none"
    ),
    "statistics:figures_file": lambda: with_data(_arranged(), extracted_on="2016-05-01"),
    "statistics:template": lambda: {
        name: Sample({**sample.arguments, "kind": "csv"}) for name, sample in _arranged().items()
    },
    "statistics:preview": _waiting_file,
    "statistics:undo": lambda: {
        name: Sample(
            {**sample.arguments, "extraction": rows.extraction(Indicator.objects.get(pk=sample.arguments["key"])).pk}
        )
        for name, sample in _arranged().items()
    },
    "statistics:indicator": lambda: by_key(any=_indicator()),
    "statistics:table": lambda: by_key(any=_indicator()),
    "statistics:revisions": lambda: by_key(any=_indicator()),
    "statistics:refreshed": lambda: by_key(any=rows.refresh()),
    "account_reset_password_from_key": lambda: {"wrong key": Sample({"uidb36": "1", "key": "wrong-key"})},
    "mfa_remove_webauthn": lambda: {"nobody's": Sample({"pk": 1})},
    "mfa_edit_webauthn": lambda: {"nobody's": Sample({"pk": 1})},
    **{
        f"saml_{step}": lambda: {"unknown": Sample({"organization_slug": "unknown"})}
        for step in ("acs", "finish_acs", "sls", "metadata", "login")
    },
    **{
        f"openid_connect_{step}": lambda: {"unknown": Sample({"provider_id": "unknown"})}
        for step in ("login", "callback")
    },
}
"""Address → its samples. An address without arguments needs none."""


def _labour_market() -> str:
    return Area.objects.filter(kind=AreaKind.LABOUR_MARKET).order_by("code")[0].code


def _evas_own() -> Indicator:
    """A measurement that Eva's organisation keeps to itself."""
    return rows.own_indicator(membership("eva").organisation, is_public=False)


def _indicator() -> Indicator:
    return Indicator.objects.get(source_key="N03921")


def samples_of(name: str) -> Samples:
    """The samples of an address, made in the test's transaction by the system itself."""
    with acting_as(SYSTEM):
        return PROVIDERS[name]() if name in PROVIDERS else PLAIN


def path_of(name: str, sample: Sample) -> str:
    """The path of an address; one without a name is its own route."""
    return f"/{name}" if "/" in name else reverse(name, kwargs=sample.arguments)
