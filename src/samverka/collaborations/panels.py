"""What this room itself puts on the five tabs: the challenge, the parties, who leads."""

from typing import Any

from django.template.loader import render_to_string

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows
from samverka.foundation.ui.kept import kept
from samverka.organisations.queries import coordinators_of

from . import queries
from .enums import PartyRole, Tab
from .models import Collaboration
from .registry import Panel, register_panel


def _situation(actor: Actor, collaboration: Collaboration) -> dict[str, Any]:
    indicators = queries.followed_by(actor, collaboration)
    figures = kept(
        lambda: render_to_string(
            "collaborations/panels/situation_figures.html",
            {"collaboration": collaboration, "followed": queries.situation_of(collaboration, indicators)},
        ),
        of=("situation", collaboration.area, *queries.followed_state(actor, collaboration)),
    )
    return {
        "collaboration": collaboration,
        "figures": figures if indicators else "",
        "may_change": allows(actor, Action.CHANGE_COLLABORATION, collaboration),
    }


def _challenge(actor: Actor, collaboration: Collaboration) -> dict[str, Any]:
    return {"collaboration": collaboration}


def _parties(actor: Actor, collaboration: Collaboration) -> dict[str, Any]:
    parties = list(queries.parties_of(collaboration))
    rows = [(party, allows(actor, Action.WRITE_BENEFIT, party)) for party in parties]
    may_change = allows(actor, Action.CHANGE_COLLABORATION, collaboration)
    return {
        "rows": kept(
            lambda: render_to_string("collaborations/panels/party_rows.html", {"rows": rows, "may_change": may_change}),
            of=("parties", may_change, *((party, party.organisation, may_write) for party, may_write in rows)),
            shared=False,
        ),
        "collaboration": collaboration,
        "may_change": may_change,
        "not_joined": queries.not_joined(collaboration),
        "without_benefit": sum(1 for party in parties if party.left_on is None and not party.own_benefit),
    }


def _lead(actor: Actor, collaboration: Collaboration) -> dict[str, Any]:
    lead = next(
        (party for party in queries.parties_of(collaboration) if party.role == PartyRole.LEAD and not party.left_on),
        None,
    )
    # Names and addresses of people are for those who work together, not for the public page.
    is_party = bool(queries.seats_in(actor, collaboration))
    return {"lead": lead, "people": coordinators_of(lead.organisation) if lead and is_party else []}


register_panel(
    Panel(
        key="situation",
        tab=Tab.SITUATION,
        order=10,
        template="collaborations/panels/situation.html",
        context=_situation,
    )
)
register_panel(
    Panel(
        key="challenge", tab=Tab.ORGANISE, order=5, template="collaborations/panels/challenge.html", context=_challenge
    )
)
register_panel(
    Panel(key="parties", tab=Tab.ORGANISE, order=10, template="collaborations/panels/parties.html", context=_parties)
)
register_panel(Panel(key="lead", tab=Tab.LEAD, order=10, template="collaborations/panels/lead.html", context=_lead))
