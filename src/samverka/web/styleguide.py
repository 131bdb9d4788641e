"""Every part of the interface with sample figures: to look at, and for the tests to walk through."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from samverka.foundation.access.doors import public

PAGES = {
    "": "ui/styleguide.html",
    "goal": "ui/styleguide_goal.html",
    "conflict": "ui/conflict.html",
    "400": "400.html",
    "403": "403.html",
    "404": "404.html",
    "409": "409.html",
    "413": "413.html",
    "429": "429.html",
    "500": "500.html",
    "503": "503.html",
}


class SampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label=_("Åtgärd"), max_length=80, help_text=_("En mening som börjar med ett verb."))
    text = forms.CharField(label=_("Läget just nu"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    hours = forms.DecimalField(label=_("Timmar per vecka"), min_value=0, max_value=40)
    start = forms.DateField(label=_("Börjar"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    status = forms.ChoiceField(
        label=_("Hur långt har ni kommit?"),
        choices=[("planned", _("Planerad")), ("ongoing", _("Pågår")), ("done", _("Klar"))],
        widget=forms.RadioSelect,
    )
    party = forms.ChoiceField(
        label=_("Ansvarig part"), choices=[("", _("Välj")), ("1080", "Karlskrona"), ("1081", "Ronneby")]
    )
    public = forms.BooleanField(label=_("Visa på den offentliga sidan"), required=False)
    attachment = forms.FileField(label=_("Bilaga"), required=False)


# Kolada N03921, extracted 2024-08-30: municipality, 2013, 2017, 2017 women, 2017 men.
MUNICIPALITIES = [
    ("Karlshamn", 12.498788, 8.359077, 7.045977, 9.424548),
    ("Karlskrona", 12.710052, 6.838306, 5.3497, 7.957063),
    ("Olofström", 17.796053, 10.098974, 7.79703, 11.939314),
    ("Ronneby", 17.353865, 11.563055, 10.37241, 12.543178),
    ("Sölvesborg", 15.51102, 9.090909, 8.270282, 9.831248),
]


@public(reason="Sample figures only; served in debug alone.")
def styleguide(request: HttpRequest) -> HttpResponse:
    """`?page=goal` shows a whole page; the other pages are the errors and the conflict."""
    page = request.GET.get("page", "")
    if page not in PAGES:
        raise Http404
    typed = {"wrong-title": "", "wrong-hours": "41", "wrong-text": "Tolv ungdomar har börjat sommarjobba."}
    context: dict[str, Any] = {
        "tabs": [
            {"label": label, "url": "?page=goal", "current": label == "Styra"}
            for label in ("Lägesbild", "Organisera", "Styra", "Leda", "Arbeta")
        ],
        "rows": [
            {"name": name, "start": start, "now": now, "target": start / 2, "women": women, "men": men}
            for name, start, now, women, men in MUNICIPALITIES
        ],
        "extracted": date(2024, 8, 30),
        "form": SampleForm(),
        "wrong_form": SampleForm(typed, prefix="wrong"),
        "page_obj": Paginator(range(60), 20).page(2),
        "verdicts": ["ahead", "on_the_way", "behind", "cannot_tell"],
        "statuses": ["planned", "ongoing", "done", "delayed", "stopped"],
        "presences": ["ok", "preliminary", "missing", "not_reported", "suppressed", "not_joined", "declined"],
        "downloads": [("CSV", "#"), ("XLSX", "#")],
        "conflict": {
            "who": "Bengt Ek",
            "what": "åtgärden Sommarjobb med handledare",
            "when": datetime(2017, 3, 14, 9, 12, tzinfo=UTC),
            "fields": [
                (
                    "Läget just nu",
                    "Tolv ungdomar har börjat.",
                    "Tio ungdomar har börjat, två väntar på handledare.",
                ),
                ("Hur långt har ni kommit?", "Pågår", "Försenad"),
            ],
            "hidden": [("text", "Tolv ungdomar har börjat."), ("version", "4")],
            "action": "",
            "back": "?page=goal",
        },
    }
    return render(request, PAGES[page], context)
