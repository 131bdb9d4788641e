"""Every word on the screen can be read in Swedish and in English."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.utils import translation
from tools import messages

from tests.guards.house import ROOT, SAMVERKA, name_of, parsed, python_files, stale

TEMPLATES = sorted(SAMVERKA.rglob("templates/**/*.html"))
WORDS_OF_AN_ATTRIBUTE = {"title", "alt", "aria-label", "aria-description", "placeholder", "label"}

LITERAL: dict[tuple[str, str], str] = {
    ("ui/base.html", "– Samverka"): "the product's name is the same in all languages",
    ("ui/base.html", "Samverka"): "the product's name is the same in all languages",
    ("ui/bare.html", "– Samverka"): "the product's name is the same in all languages",
    ("ui/bare.html", "Samverka"): "the product's name is the same in all languages",
    ("ui/components/language.html", "Svenska"): "a language is offered in its own words",
    ("ui/components/language.html", "English"): "a language is offered in its own words",
    ("ui/components/language.html", "Visa sidan på svenska"): "a language is offered in its own words",
    ("ui/components/language.html", "Show the page in English"): "a language is offered in its own words",
    ("api/start.html", "Authorization: Bearer sv_…"): "a header, which is the same in all languages",
    (
        "api/start.html",
        'curl " ?indicator=kolada:N03921&within=10&first_year=2010&format=csv"',
    ): "a command, which is the same in all languages",
    (
        "statistics/import.html",
        "municipality,period,gender,value 0000,2022,T,6.4 0010,2022,K,7.1 1080,2022,M,",
    ): "the columns of a file, which are the same in all languages",
}
"""(template, text) → why it stands there untranslated."""

NOT_READ_BY_USERS = {
    "ui/styleguide.html": "sample texts for developers, served in debug alone",
    "ui/styleguide_goal.html": "sample texts for developers, served in debug alone",
}

SWEDISH_IN_CODE: dict[str, str] = {
    "src/samverka/statistics/models/indicators.py": "focus areas as the reference file names them",
    "src/samverka/statistics/queries/formulas.py": "units as the sources write them",
    "src/samverka/statistics/services/adding.py": "words of SCB's tables, by which dimensions are told",
    "src/samverka/statistics/services/deriving.py": "definitions of derived indicators, as the sources write theirs",
    "src/samverka/statistics/queries/comparisons.py": "what Kolada calls its general groups",
    "src/samverka/statistics/services/cubes.py": "words of others' tables, by which categories are told",
    "src/samverka/statistics/services/files/": "words of people's own files, by which columns and values are told",
    "src/samverka/territory/services/boundaries.py": "the ending of a county's name in others' files",
    "src/samverka_engine/matching/explain/outcomes.py": "words of people's own files, by which women and men are told",
    "src/samverka_engine/matching/scoring/forbidden.py": "names of columns that never enter a score",
    "src/samverka/demo/": "the demo's world is in Swedish, as the document that it retells",
    "src/samverka/cli/placement/words/refusals.py": "a command without Django; English stands beside it",
    "src/samverka/cli/placement/words/swedish.py": "a report made without Django; English stands beside it",
    "src/samverka/cli/demo.py": "before anybody has chosen a language, the terminal says it in both",
    "src/samverka/statistics/services/kolada.py": "how Kolada asks to be named as a source, whatever the language",
    "src/samverka/web/styleguide.py": "sample texts for developers, served in debug alone",
}
"""Files, or folders ending in a slash, that may hold Swedish words outside the translating functions."""


def _template_name(path: Path) -> str:
    return path.as_posix().split("/templates/")[-1]


class _Words(HTMLParser):
    """Collects what a reader would read: text, and the attributes that are read aloud or shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        self.found += [value for name, value in attrs if name in WORDS_OF_AN_ATTRIBUTE and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


_NOT_TEXT = re.compile(
    r"\{%\s*block page_class\s*%\}.*?\{%\s*endblock\b.*?%\}"  # names of classes, not words
    r"|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|\{#.*?#\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)


def literal_words(source: str) -> list[str]:
    """Texts with letters that stand in a template outside the translating tags."""
    parser = _Words()
    # `<{% if link %}a{% else %}button{% endif %}>`: what follows < must stay a name for the parser.
    parser.feed(re.sub(r"(</?) +", r"\1", _NOT_TEXT.sub(" ", source)))
    parser.close()
    texts = (" ".join(text.split()) for text in parser.found)
    return [text for text in texts if re.search(r"[^\W\d_]{2,}", text)]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<p title="{% translate "Ja" %}">{% translate "Nej" %} 12 · %</p>', []),
        ("<p>Text <b>fet</b></p>", ["Text", "fet"]),
        ('<img alt="Bild"><input placeholder="Skriv">', ["Bild", "Skriv"]),
        ("{% blocktranslate %}Hej {{ namn }}{% endblocktranslate %}{# kommentar #}<script>let ord</script>", []),
        ("<{% if x %}a{% else %}button{% endif %} class='x'>{{ y }}</{% if x %}a{% else %}button{% endif %}>", []),
        ('<a {% if x %}class="lugn"{% endif %}>{{ y|default:"ingen" }}</a>', []),
    ],
)
def test_the_guard_itself_tells_words_from_markup(source: str, words: list[str]) -> None:
    assert literal_words(source) == words


def test_no_template_holds_words_outside_the_translating_tags() -> None:
    found = {
        (_template_name(path), text)
        for path in TEMPLATES
        if _template_name(path) not in NOT_READ_BY_USERS
        for text in literal_words(path.read_text(encoding="utf-8"))
    }
    assert sorted(found - LITERAL.keys()) == [], "put them in {% translate %}, or give a reason in LITERAL"
    assert stale(LITERAL, found) == []
    assert stale(NOT_READ_BY_USERS, map(_template_name, TEMPLATES)) == []


def _swedish_outside_translation(tree: ast.Module) -> Iterator[str]:
    excused: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if function in messages.FUNCTIONS:
                excused |= {id(part) for argument in node.args for part in ast.walk(argument)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            excused.add(id(node.value))  # a docstring
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in excused
            and re.search(r"[åäöÅÄÖ]", node.value)
        ):
            yield node.value


def test_no_code_holds_swedish_words_outside_the_translating_functions() -> None:
    found = {name_of(path): list(_swedish_outside_translation(parsed(path))) for path in python_files()}
    used = set()
    unexcused = {}
    for name, words in found.items():
        reasons = [entry for entry in SWEDISH_IN_CODE if name == entry or name.startswith(entry.rstrip("/") + "/")]
        if words and reasons:
            used |= set(reasons)
        elif words:
            unexcused[name] = words
    assert unexcused == {}
    assert stale(SWEDISH_IN_CODE, used) == []


def test_the_catalogue_is_in_line_complete_and_true_to_its_placeholders() -> None:
    assert messages.faults() == []


def test_there_is_one_catalogue() -> None:
    assert [name_of(path) for path in ROOT.glob("src/**/*.po")] == [name_of(messages.CATALOGUE)]


def test_no_other_package_puts_its_own_swedish_in_the_place_of_ours() -> None:
    """Keys are looked up in Django's and allauth's Swedish catalogues too; a word that they know differently would
    come out as theirs."""
    with translation.override("sv"):
        changed = {}
        for _file, text, context in messages.extract():
            key = text if isinstance(text, str) else text[0]
            shown = translation.pgettext(context, key) if context else translation.gettext(key)
            if shown != key:
                changed[key] = shown
    assert changed == {}, "give the message a context"


def test_extraction_understands_every_form_of_the_translating_tags() -> None:
    source = """
    {% translate "Spara" as save %}{% translate 'Alla %' %}{% translate "till" context "datum" %}
    {% blocktranslate trimmed count n=rows|length %}
      {{ n }} part
    {% plural %}
      {{ n }} parter
    {% endblocktranslate %}
    {% blocktranslate with a=b asvar z %}Hej "{{ a }}" 'x' 50 %{% endblocktranslate %}
    {% blocktranslate context "x" trimmed %} två
      rader {% endblocktranslate %}
    {% notice "warning" title=_("Avtalet") %}{{ _("Ja")|default:_("Nej") }}
    {# _("inte") #}{% comment %}{% translate "bort" %}{% endcomment %}<p>it's _("raw") don't</p>
    """
    assert [found[1:] for found in messages.from_template(source, "t.html")] == [
        ("Spara", None),
        ("Alla %%", None),
        ("till", "datum"),
        (("%(n)s part", "%(n)s parter"), None),
        ("Hej \"%(a)s\" 'x' 50 %%", None),
        ("två rader", "x"),
        ("Avtalet", None),
        ("Ja", None),
        ("Nej", None),
    ]


def test_extraction_refuses_what_would_never_be_found() -> None:
    with pytest.raises(messages.SourceError, match="shows %%"):
        list(messages.from_template('{% notice title=_("50 %") %}', "t.html"))
    with pytest.raises(messages.SourceError, match="other block tags"):
        list(messages.from_template("{% blocktranslate %}{% if x %}y{% endif %}{% endblocktranslate %}", "t.html"))
    assert [found[1:] for found in messages.from_python(b'_("a" "b"); _(v); ngettext_lazy("p", "q", "n")', "p.py")] == [
        ("ab", None),
        (("p", "q"), None),
    ]


@pytest.mark.parametrize(
    ("key", "string", "wrong"),
    [
        ("%(a)s av %(b)s", "%(a)s of %(b)s", 0),
        ("%(a)s av %(b)s", "%(a)s of", 1),
        ("{name} är", "{nam} is", 1),
        ("100 %% av %s", "100 %% of %s", 0),
        ("av %s", "of %d", 1),
        ("kant ", "edge", 1),
    ],
)
def test_a_translation_keeps_its_placeholders_and_edges(key: str, string: str, wrong: int) -> None:
    assert len(messages.mismatches(Message(key, string))) == wrong
