"""The components: what they say to those who see, those who listen, and those without JavaScript."""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from samverka.foundation.ui.figures import Presence
from samverka.foundation.ui.templatetags.ui import VERDICT_SHAPES, VERDICT_WORDS
from samverka_engine.series.verdict import Status, Verdict


def render(source: str, **context: object) -> str:
    with override("sv"):
        return Template("{% load ui %}" + source).render(Context(context))


def test_every_verdict_and_status_of_the_engine_can_be_shown() -> None:
    assert set(VERDICT_WORDS) == set(VERDICT_SHAPES) == set(Verdict)
    assert set(Status) <= set(Presence)


@pytest.mark.parametrize("value", list(Verdict))
def test_a_verdict_has_a_shape_and_a_word_also_when_compact(value: Verdict) -> None:
    for tag in ("{% verdict value %}", "{% verdict value compact=True %}"):
        html = render(tag, value=value)
        assert 'aria-hidden="true"' in html
        assert str(VERDICT_WORDS[value]) in html


def test_a_swedish_name_is_marked_where_the_page_is_english_and_nowhere_else() -> None:
    source = "{{ name|swedish }}|{{ title|marking:name }}|{% figure 3 'kr/inv' %}|{% figure 3 '%' %}"
    given = {"name": "Arbetslöshet & <mer>", "title": "Arbetslöshet & <mer>: Karlskrona over time"}
    assert "lang=" not in render(source, **given)
    with override("en"):
        name, title, unit, share = Template("{% load ui %}" + source).render(Context(given)).split("|")
    assert name == '<span lang="sv">Arbetslöshet &amp; &lt;mer&gt;</span>'
    assert title == f"{name}: Karlskrona over time"
    assert '<span lang="sv">kr/inv</span>' in unit
    assert "lang=" not in share


def test_a_marked_title_of_a_chart_is_no_markup_in_its_alternative_text() -> None:
    with override("en"):
        source = "{% load ui %}{% chart title=name|swedish image_url='x.svg' %}{% endchart %}"
        html = Template(source).render(Context({"name": "Kvinnor & män"}))
    assert 'alt="Kvinnor &amp; män"' in html
    assert '<figcaption><span lang="sv">Kvinnor &amp; män</span></figcaption>' in html


def test_words_from_people_are_escaped() -> None:
    evil = "<script>x</script>"
    sources = [
        "{% notice 'info' title=evil %}{{ evil }}{% endnotice %}",
        "{% empty_state title=evil %}{{ evil }}{% endempty_state %}",
        "{% table_region label=evil %}{{ evil }}{% endtable_region %}",
        "{% chart title=evil image_url=evil summary=evil %}{{ evil }}{% endchart %}",
        "{% figure 1 evil %}",
        "{% headline value=1 unit=evil label=evil %}",
        "{% source_line source=evil note=evil url=evil %}",
        "{% breadcrumbs evil evil %}",
        "{% collaboration_header name=evil tabs=tabs status=evil value=evil %}",
        "{% progress_panel label=evil done=1 total=2 text=evil %}",
    ]
    tabs = [{"label": evil, "url": evil, "current": False}]
    for source in sources:
        html = render(source, evil=evil, tabs=tabs)
        assert "&lt;script&gt;" in html, source
        assert "<script>" not in html, source


def test_a_headline_names_target_and_start_with_their_years() -> None:
    html = render(
        "{% headline value=8.4 unit='%' verdict='behind' target=7.1 target_year=2017 baseline=14.2 "
        "baseline_year=2013 %}"
    )
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    for expected in ("8,4", "efter", "mål 2017", "7,1", "utgångsvärde 2013", "14,2"):
        assert expected in text


def test_a_headline_without_a_target_says_nothing_about_one() -> None:
    assert "mål" not in render("{% headline value=8.4 unit='%' %}")


def test_tabs_tell_which_one_is_open() -> None:
    tabs = [
        {"label": "Styra", "url": "/s", "current": "page"},
        {"label": "Leda", "url": "/l", "current": False},
    ]
    html = render("{% collaboration_header name='X' tabs=tabs parties=1 %}", tabs=tabs)
    assert re.findall(r'href="([^"]+)" aria-current="page"', html) == ["/s"]
    assert "1 part" in html
    assert "parter" not in html


def test_progress_fetches_itself_only_while_there_is_something_to_wait_for() -> None:
    source = "{% progress_panel label='Import' done=1200 total=5000 state=state poll_url='/p' cancel_url='/c' %}"
    for state in ("waiting", "running"):
        html = render(source, state=state)
        assert 'hx-get="/p"' in html
        assert "Uppdatera" in html
        assert 'action="/c"' in html
    for state in ("done", "failed", "cancelled"):
        html = render(source, state=state)
        assert "hx-get" not in html
        assert "/c" not in html


def test_the_bar_gets_plain_numbers_and_the_reader_gets_readable_ones() -> None:
    html = render("{% progress_panel label='Import' done=1200 total=5000 state='running' %}")
    assert 'max="5000" value="1200"' in html
    assert "1\u202f200 av 5\u202f000" in html


def test_work_of_unknown_length_has_no_false_share() -> None:
    html = render("{% progress_panel label='Import' done=0 total=None state='running' %}")
    assert "<progress" in html
    assert "value=" not in html
    assert " av " not in html


def test_pagination_keeps_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/", {"q": "sfi", "page": "2"})
    html = render("{% pagination page %}", request=request, page=Paginator(range(60), 20).page(2))
    assert "q=sfi&amp;page=1" in html
    assert "q=sfi&amp;page=3" in html
    assert "Sida 2 av 3" in html


def test_one_page_needs_no_pagination() -> None:
    page = Paginator(range(3), 20).page(1)
    assert render("{% pagination page %}", request=RequestFactory().get("/"), page=page).strip() == ""


class Answer(forms.Form):
    text = forms.CharField(label="Läget", help_text="Två meningar.")
    note = forms.CharField(label="Övrigt", required=False)
    status = forms.ChoiceField(label="Hur långt", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    public = forms.BooleanField(label="Visa", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


def test_what_is_wrong_stands_beside_the_field_and_at_the_top() -> None:
    with override("sv"):
        html = str(Answer({"version": "1"}))
    summary = html[: html.index('class="field')]
    assert 'href="#id_text"' in summary
    assert 'href="#id_status_0"' in summary
    assert 'id="id_status_0"' in html
    described = re.search(r'<input[^>]*name="text"[^>]*aria-describedby="([^"]+)"', html)
    assert described is not None
    for target in described[1].split():
        assert f'id="{target}"' in html


def test_only_what_may_be_left_out_is_called_optional() -> None:
    with override("sv"):
        html = str(Answer())
    assert html.count("frivilligt") == 1
    assert "error-summary" not in html


def test_a_hidden_field_is_sent_but_has_no_label() -> None:
    html = str(Answer(initial={"version": 7}))
    assert html.count('name="version"') == 1
    assert 'for="id_version"' not in html


def test_messages_that_are_errors_interrupt_and_others_do_not() -> None:
    messages = [SimpleNamespace(level_tag="error"), SimpleNamespace(level_tag="success")]
    html = render("{% include 'ui/components/messages.html' %}", messages=messages)
    assert re.findall(r'notice--(\w+)" role="(\w+)"', html) == [("error", "alert"), ("success", "status")]
