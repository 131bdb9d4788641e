"""How a goal goes, in words: the answer that a page begins with, the summary of a chart, what the verdict assumes."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samverka.foundation.ui.figures import NO_BREAK_SPACE, number_text
from samverka_engine.series.verdict import Judgement, Reason, Verdict

from .models import Goal
from .queries import Line, Place, Progress

DECIMALS = 1
MOST_DECIMALS = 4

WHY_NOT: dict[Reason, Promise] = {
    Reason.NO_TARGET: gettext_lazy("inget målvärde är satt."),
    Reason.NO_BASELINE: gettext_lazy("utgångsåret har inget värde."),
    Reason.NO_OBSERVATION_AFTER_BASELINE: gettext_lazy("inget år efter utgångsåret är rapporterat än."),
    Reason.TOO_OLD: gettext_lazy("den senaste uppgiften är för gammal."),
    Reason.LATEST_MISSING: gettext_lazy("källan saknar uppgift för det senaste året."),
    Reason.LATEST_SUPPRESSED: gettext_lazy("den senaste uppgiften rör för få personer för att visas."),
    Reason.LATEST_NOT_JOINED: gettext_lazy("området var inte med det senaste året."),
    Reason.TARGET_YEAR_MISSING: gettext_lazy("källan saknar uppgift för målåret."),
    Reason.TARGET_YEAR_SUPPRESSED: gettext_lazy("uppgiften för målåret rör för få personer för att visas."),
    Reason.TARGET_YEAR_NOT_JOINED: gettext_lazy("området var inte med under målåret."),
}


def amount(value: float, unit: str, decimals: int = DECIMALS) -> str:
    """A figure with its unit, as everywhere else on the screen."""
    return f"{number_text(value, decimals)}{NO_BREAK_SPACE}{unit}" if unit else number_text(value, decimals)


def difference(value: float, unit: str, decimals: int = DECIMALS) -> str:
    """A difference between two figures: between two shares it is percentage points, not per cent."""
    return amount(value, _("procentenheter") if unit == "%" else unit, decimals)


def apart(value: float, other: float) -> int:
    """How many decimals two different figures need to look different: a missed target must not read 7,1 mot 7,1."""
    for decimals in range(DECIMALS, MOST_DECIMALS):
        if value == other or number_text(value, decimals) != number_text(other, decimals):
            return decimals
    return MOST_DECIMALS


def answer(progress: Progress) -> str:
    """How the goal goes in one or two sentences: the heading of its page."""
    goal, line = progress.goal, progress.whole.total
    judgement, unit = line.judgement, goal.indicator.unit
    judged = judgement.judged
    if judged is None or line.target is None:
        why = WHY_NOT[judgement.reason]
        return _("Det går inte att säga hur det går: %(why)s") % {"why": why}
    decimals = apart(judged.value, judged.expected)
    facts = {
        "area": line.area.name,
        "value": amount(judged.value, unit, decimals),
        "target": amount(judged.expected, unit, decimals),
        "year": judged.year,
    }
    if judgement.reason is Reason.TARGET_MISSED:
        missed = _("Målet nåddes inte: %(value)s mot %(target)s år %(year)s.") % facts
        return " ".join([missed, *_afterwards(goal, judgement, unit)])
    if judgement.reason is Reason.TARGET_MET and judgement.verdict is Verdict.AHEAD:
        return _("Målet nåddes med marginal: %(value)s mot %(target)s år %(year)s.") % facts
    if judgement.reason is Reason.TARGET_MET:
        return _("Målet nåddes: %(value)s mot %(target)s år %(year)s.") % facts
    if judgement.verdict is Verdict.AHEAD:
        return _("%(area)s ligger före: %(value)s mot %(target)s på vägen till målet.") % facts
    if judgement.verdict is Verdict.BEHIND:
        return _("%(area)s ligger efter: %(value)s mot %(target)s på vägen till målet.") % facts
    return _("%(area)s är på väg: %(value)s mot %(target)s på vägen till målet.") % facts


def verdict_word(judgement: Judgement) -> str:
    """The verdict as a word. Once the target year is reported the promise is kept or not, no longer on its way."""
    if judgement.reason is Reason.TARGET_MISSED:
        return _("nådde inte målet")
    if judgement.reason is Reason.TARGET_MET:
        return _("nådde målet med marginal") if judgement.verdict is Verdict.AHEAD else _("nådde målet")
    return ""


def promise(progress: Progress) -> str:
    """What was promised for the whole area, in one sentence."""
    goal, target = progress.goal, progress.whole.total.target
    if target is None:
        return _("Inget målvärde är satt.")
    return _("Från %(baseline)s år %(baseline_year)s till %(target)s år %(target_year)s.") % {
        "baseline": amount(target.baseline_value, goal.indicator.unit),
        "baseline_year": goal.baseline_year,
        "target": amount(target.target_value, goal.indicator.unit),
        "target_year": goal.target_year,
    }


def summary(progress: Progress, place: Place) -> str:
    """What the chart of a place shows, in words: where each line began, where it stood in the year that counts."""
    goal, unit = progress.goal, progress.goal.indicator.unit
    reported = [figure.year for line in place.lines for figure in line.figures]
    newest = max(reported, default=goal.baseline_year)
    end = min(newest, goal.target_year)
    named = [
        (place.area.name, place.total),
        (_("kvinnor"), place.women),
        (_("män"), place.men),
        (progress.comparison.area.name, progress.comparison),
    ]
    told = ", ".join(_move(name, line, goal.baseline_year, end, unit) for name, line in named if line is not None)
    facts = {"start": goal.baseline_year, "end": end, "told": told}
    sentences = [
        _("Från %(start)s till %(end)s: %(told)s.") % facts
        if end > goal.baseline_year
        else _("År %(start)s: %(told)s.") % facts
    ]
    if place.total.target is not None:
        target = amount(place.total.target.target_value, unit)
        sentences.append(_("Målet %(year)s: %(target)s.") % {"year": goal.target_year, "target": target})
    latest = place.total.at(newest)
    if newest > end and latest is not None and latest.value is not None:
        sentences.append(_("År %(year)s: %(value)s.") % {"year": newest, "value": amount(latest.value, unit)})
    return " ".join(sentences)


def assumptions(progress: Progress) -> list[str]:
    """Every choice behind the verdict that somebody else could have made otherwise."""
    goal, judgement = progress.goal, progress.whole.total.judgement
    return list(_assumed(goal, judgement))


def _afterwards(goal: Goal, judgement: Judgement, unit: str) -> Iterator[str]:
    """What came after a promise that was not kept."""
    first, latest = judgement.first_year_met, judgement.latest
    if latest is None or latest.year <= goal.target_year:
        return
    if first is None:
        yield _("Nivån är inte nådd än: %(value)s år %(year)s.") % {
            "value": amount(latest.value, unit, apart(latest.value, latest.expected)),
            "year": latest.year,
        }
        return
    if first < goal.target_year:
        yield _("Nivån nåddes %(year)s men höll inte till målåret.") % {"year": first}
    elif any(year < first for year in judgement.years_without_value):
        yield _("Det nåddes senast %(year)s.") % {"year": first}
    else:
        yield _("Det nåddes %(year)s.") % {"year": first}
    if first > goal.target_year and not latest.at_target:
        yield _("År %(year)s var det %(value)s.") % {"value": amount(latest.value, unit), "year": latest.year}


def _move(name: str, line: Line, start: int, end: int, unit: str) -> str:
    """From where to where one line went; where it is, when the two years are the same."""
    first, last = line.at(start), line.at(end)
    if first is None or last is None or first.value is None or last.value is None:
        return _("%(name)s uppgift saknas") % {"name": name}
    if start == end:
        return _("%(name)s %(value)s") % {"name": name, "value": amount(last.value, unit)}
    return _("%(name)s från %(first)s till %(last)s") % {
        "name": name,
        "first": amount(first.value, unit),
        "last": amount(last.value, unit),
    }


def _assumed(goal: Goal, judgement: Judgement) -> Iterator[str]:
    band, unit = judgement.band, goal.indicator.unit
    for code in judgement.assumptions:
        name, _equals, value = code.partition("=")
        if name == "linear_path":
            yield _("Vägen till målet är en rak linje från %(start)s till %(end)s.") % {
                "start": goal.baseline_year,
                "end": goal.target_year,
            }
        elif name == "tolerance" and band is not None:
            yield _("På vägen räknas en avvikelse på högst %(band)s som på väg: %(share)s %% av hela vägen.") % {
                "band": difference(band, unit),
                "share": number_text(float(value) * 100),
            }
        elif name == "level_tolerance" and band is not None:
            yield _("En avvikelse på högst %(band)s räknas som på väg: %(share)s %% av nivån.") % {
                "band": difference(band, unit),
                "share": number_text(float(value) * 100),
            }
        elif name == "no_tolerance_in_target_year":
            yield _("Under målåret finns ingen marginal: sämre än målet är inte nått, hur lite det än är.")
        elif name == "max_age_years":
            yield _("Före målåret får den senaste uppgiften vara högst %(years)s år gammal.") % {"years": value}
        elif name == "as_of_year":
            yield _("Bara uppgifter till och med %(year)s räknas.") % {"year": value}
        elif name == "as_of_newest_row":
            yield _("Alla uppgifter som källan har räknas.")
    if judgement.revised_baseline is not None:
        yield _("Källan har senare ändrat utgångsvärdet till %(value)s. Det avtalade värdet gäller.") % {
            "value": amount(judgement.revised_baseline, unit, DECIMALS + 1)
        }
