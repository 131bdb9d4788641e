"""A paragraph for a party's annual report, from the same figures as the screen's, in the reader's language."""

from django.utils import timezone
from django.utils.translation import gettext as _

from samverka.collaborations.models import Party
from samverka.foundation.ui.figures import NO_BREAK_SPACE, figure_text, number_text
from samverka.goals.queries import Line
from samverka_engine.series.verdict import Verdict

from .comparison import Comparison


def paragraph_of(party: Party, comparison: Comparison) -> str:
    """Whole sentences: the goal, the way to where it stands, women and men, others, the promise, the source."""
    said = [
        _("%(party)s är part i samverkan %(collaboration)s. Det gemensamma målet är ”%(goal)s”.")
        % {"party": party, "collaboration": party.collaboration, "goal": comparison.goal},
        _way(comparison),
        _sexes(comparison),
        _others(comparison),
        _promise(comparison),
        _since(comparison),
        _source(comparison),
    ]
    return " ".join(sentence for sentence in said if sentence)


def answer_of(comparison: Comparison) -> str:
    """How it goes in the party's own area, in one line: the heading of its page."""
    line, standing = comparison.line, comparison.standing
    if standing is None or line.target is None:
        return f"{line.area.name}: {comparison.goal}"
    words = {
        "area": line.area.name,
        "year": standing.year,
        "value": _short(comparison, standing.value),
        "target": _short(comparison, line.target.target_value),
        "target_year": comparison.goal.target_year,
    }
    if line.judgement.target_met is True:
        return _("%(area)s nådde målet %(year)s: %(value)s mot %(target)s") % words
    if line.judgement.target_met is False:
        return _("%(area)s nådde inte målet %(year)s: %(value)s mot %(target)s") % words
    verdicts = {
        Verdict.AHEAD: _("%(area)s ligger före: %(value)s %(year)s, målet %(target_year)s är %(target)s"),
        Verdict.ON_THE_WAY: _("%(area)s är på väg: %(value)s %(year)s, målet %(target_year)s är %(target)s"),
        Verdict.BEHIND: _("%(area)s ligger efter: %(value)s %(year)s, målet %(target_year)s är %(target)s"),
        Verdict.CANNOT_TELL: _("%(area)s: %(value)s %(year)s, målet %(target_year)s är %(target)s"),
    }
    return verdicts[line.judgement.verdict] % words


def _way(comparison: Comparison) -> str:
    line, standing, goal = comparison.line, comparison.standing, comparison.goal
    words = {"name": _short_name(comparison), "area": line.area.name, "start_year": goal.baseline_year}
    if standing is None:
        return _("För %(area)s finns ännu ingen uppgift om ”%(name)s” efter %(start_year)s.") % words
    words |= {"year": standing.year, "now": _figure(comparison, standing.value)}
    if line.target is None:
        return _("”%(name)s” var %(now)s i %(area)s %(year)s.") % words
    start, now = (number_text(value, comparison.decimals) for value in (line.target.baseline_value, standing.value))
    words["start"] = _figure(comparison, line.target.baseline_value)
    if start == now:
        return _("Nyckeltalet ”%(name)s” var i %(area)s %(now)s både %(start_year)s och %(year)s.") % words
    if standing.value < line.target.baseline_value:
        return _("Nyckeltalet ”%(name)s” sjönk i %(area)s från %(start)s %(start_year)s till %(now)s %(year)s.") % words
    return _("Nyckeltalet ”%(name)s” steg i %(area)s från %(start)s %(start_year)s till %(now)s %(year)s.") % words


def _promise(comparison: Comparison) -> str:
    line, judgement, goal = comparison.line, comparison.line.judgement, comparison.goal
    if line.target is None:
        return _("Något eget målvärde för %(area)s är inte bestämt.") % {"area": line.area.name}
    words = {"year": goal.target_year, "target": _figure(comparison, line.target.target_value)}
    if judgement.target_met is True:
        return _("Målet för %(year)s var %(target)s, och det nåddes.") % words
    if judgement.target_met is False:
        missed = _("Målet för %(year)s var %(target)s, och det nåddes inte.") % words
        met = judgement.first_year_met
        if met is None or met < goal.target_year:
            return missed
        return f"{missed} {_later(judgement.years_without_value, met)}"
    verdicts = {
        Verdict.AHEAD: _("Målet för %(year)s är %(target)s, och utvecklingen ligger före den väntade."),
        Verdict.ON_THE_WAY: _("Målet för %(year)s är %(target)s, och utvecklingen följer den väntade."),
        Verdict.BEHIND: _("Målet för %(year)s är %(target)s, och utvecklingen ligger efter den väntade."),
        Verdict.CANNOT_TELL: _("Målet för %(year)s är %(target)s. Det går inte att säga om det nås."),
    }
    return verdicts[judgement.verdict] % words


def _later(years_without_value: tuple[int, ...], met: int) -> str:
    """A year without a figure before the first one at the target may have been the first."""
    if any(year < met for year in years_without_value):
        return _("Målnivån nåddes senast %(year)s.") % {"year": met}
    return _("Målnivån nåddes %(year)s.") % {"year": met}


def _sexes(comparison: Comparison) -> str:
    women, men = (line.at(comparison.year) if line else None for line in (comparison.own.women, comparison.own.men))
    if women and men and women.value is not None and men.value is not None:
        return _("För kvinnor var värdet %(women)s och för män %(men)s.") % {
            "women": _figure(comparison, women.value),
            "men": _figure(comparison, men.value),
        }
    if comparison.goal.indicator.by_sex and comparison.standing:
        return _("Källan har ingen uppgift om kvinnor och män var för sig för %(year)s.") % {"year": comparison.year}
    return ""


def _others(comparison: Comparison) -> str:
    others = [(line.area.name, _value_at(line, comparison.year)) for line in comparison.around]
    known = [(name, _figure(comparison, value)) for name, value in others if value is not None]
    if not known or comparison.standing is None:
        return ""
    if len(known) == 1:
        return _("Samma år var det %(value)s i %(area)s.") % {"area": _in_sentence(known[0][0]), "value": known[0][1]}
    return _("Samma år var det %(value)s i %(area)s och %(other_value)s i %(other)s.") % {
        "area": _in_sentence(known[0][0]),
        "value": known[0][1],
        "other": _in_sentence(known[1][0]),
        "other_value": known[1][1],
    }


def _since(comparison: Comparison) -> str:
    latest = comparison.line.judgement.latest
    if latest is None or comparison.latest_year is None:
        return ""
    return _("Den senaste siffran för %(area)s är %(value)s (%(year)s).") % {
        "area": comparison.line.area.name,
        "value": _figure(comparison, latest.value),
        "year": latest.year,
    }


def _source(comparison: Comparison) -> str:
    indicator, extraction = comparison.goal.indicator, comparison.progress.extraction
    words = {"source": indicator.source.name, "key": indicator.source_key, "name": indicator.name}
    if extraction is None:
        return _("Källa: %(source)s, %(key)s, %(name)s.") % words
    words["day"] = timezone.localdate(extraction.extracted_at).isoformat()
    return _("Källa: %(source)s, %(key)s, %(name)s, uttag %(day)s.") % words


def _short_name(comparison: Comparison) -> str:
    """A source's names go from what is measured to how, between commas; the whole name stands with the source."""
    return comparison.goal.indicator.name.split(",")[0]


def _in_sentence(area: str) -> str:
    """The nation is called Riket in lists and riket in sentences; other areas have names of their own."""
    return _("riket") if area == "Riket" else area


def _value_at(line: Line, year: int) -> float | None:
    figure = line.at(year)
    return figure.value if figure else None


def _figure(comparison: Comparison, value: float) -> str:
    """The number with its unit as it is read in running text."""
    unit = comparison.goal.indicator.unit
    text = number_text(value, comparison.decimals)
    word = _("procent") if unit == "%" else unit
    return f"{text}{NO_BREAK_SPACE}{word}" if word else text


def _short(comparison: Comparison, value: float) -> str:
    """The number with its unit as in a table or a heading."""
    return figure_text(value, unit=comparison.goal.indicator.unit, decimals=comparison.decimals)
