"""The catalogue of messages, without a gettext on the machine: `python -m tools.messages update|compile|check`.

Message keys are Swedish, the interface's first language, so only English has a catalogue. References name files
without line numbers: moving a line changes no catalogue.
"""

import ast
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
CATALOGUE = SOURCE / "samverka" / "foundation" / "i18n" / "locale" / "en" / "LC_MESSAGES" / "django.po"

HEADER = """# The English of Samverka. Keys are Swedish; `make messages` brings the keys in line with the code.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

_CONTEXT, _SINGULAR, _PLURAL = "context", "singular", "plural"
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "_": (_SINGULAR,),
    "gettext": (_SINGULAR,),
    "gettext_lazy": (_SINGULAR,),
    "_lazy": (_SINGULAR,),
    "gettext_noop": (_SINGULAR,),
    "ngettext": (_SINGULAR, _PLURAL),
    "ngettext_lazy": (_SINGULAR, _PLURAL),
    "pgettext": (_CONTEXT, _SINGULAR),
    "pgettext_lazy": (_CONTEXT, _SINGULAR),
    "npgettext": (_CONTEXT, _SINGULAR, _PLURAL),
    "npgettext_lazy": (_CONTEXT, _SINGULAR, _PLURAL),
}
"""What each function of `django.utils.translation` means by its first arguments."""

_STRING = r"""u?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_CALL = re.compile(rf"(?<![\w.])({'|'.join(FUNCTIONS)})\(({_STRING}(?:\s*,\s*{_STRING})*)")
_ALIAS = re.compile(r"import \w*gettext\w* as (\w+)")
_NAMED = re.compile(r"%\((\w+)\)[a-z]|(?<!%)(?:%%)*(%[sd])")
_BRACED = re.compile(r"\{(\w*)[^{}]*\}")

Found = tuple[str, str | tuple[str, str], str | None]
"""File (relative to the repository), message or (singular, plural), context."""


class SourceError(Exception):
    """A source file has a message that would never be found in the catalogue; the text says where and why."""


def extract() -> Iterator[Found]:
    """Every message of the code and the templates.

    Raises:
        SourceError: a template or a Python file cannot be read as messages.
    """
    for path in sorted(SOURCE.rglob("*.py")):
        yield from from_python(path.read_bytes(), path.relative_to(ROOT).as_posix())
    for path in sorted(p for suffix in ("html", "txt") for p in SOURCE.rglob(f"templates/**/*.{suffix}")):
        yield from from_template(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())


def from_python(source: bytes, name: str) -> Iterator[Found]:
    """The messages of a Python file.

    Raises:
        SourceError: it calls a translating function by a name that is not in FUNCTIONS, or on something built.
    """
    for alias in _ALIAS.findall(source.decode()):
        if alias not in FUNCTIONS:
            raise SourceError(f"{name}: a translating function is called {alias} here; use one of {list(FUNCTIONS)}.")
    keywords: Any = FUNCTIONS
    for found in extract_python(BytesIO(source), keywords, [], {}):
        function, arguments = cast("tuple[str, Any]", found[1:3])  # one text, or a tuple with None for what is no text
        given = arguments if isinstance(arguments, tuple) else (arguments,)
        yield from _message(name, function, [a for a in given if isinstance(a, str)], complete=None not in given[:2])


def from_template(source: str, name: str) -> Iterator[Found]:
    """The messages of a Django template: `translate` and `blocktranslate` in all their forms, and `_("…")`.

    Django turns the tags into function calls and everything else into X; the calls are read out of that.
    """
    try:
        calls = templatize(source, origin=name)
    except SyntaxError as error:
        raise SourceError(f"{name}: {error}") from None
    for function, arguments in _CALL.findall(calls):
        texts = [ast.literal_eval(text) for text in re.findall(_STRING, arguments)]
        if function == "_" and "%" in texts[0]:
            raise SourceError(f'{name}: _("{texts[0]}") shows %% on the page. Use translate … as with a % in it.')
        yield from _message(name, function, texts, complete=True)


def _message(name: str, function: str, texts: list[str], *, complete: bool) -> Iterator[Found]:
    roles = FUNCTIONS[function]
    if len(texts) < len(roles):
        if not complete and texts:
            raise SourceError(f"{name}: {function}({texts[0]!r}, …) is given something that is no literal text.")
        return  # a call on a variable: its text is a literal somewhere else
    parts = dict(zip(roles, texts, strict=False))
    if not parts[_SINGULAR]:
        return
    plural = parts.get(_PLURAL)
    yield name, (parts[_SINGULAR], plural) if plural else parts[_SINGULAR], parts.get(_CONTEXT)


def template() -> Catalog:
    """The catalogue as the code has it, nothing translated."""
    catalog = Catalog(locale="en", fuzzy=False, charset="utf-8")
    for name, text, context in extract():
        catalog.add(text, locations=[(name, 0)], context=context)
    for message in catalog:
        message.locations = sorted(set(message.locations))
    return catalog


def current() -> Catalog:
    """The catalogue as it is on disk.

    Raises:
        SourceError: it cannot be read.
    """
    if not CATALOGUE.exists():
        return Catalog(locale="en", fuzzy=False)
    try:
        return read_po(BytesIO(CATALOGUE.read_bytes()), locale="en", abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise SourceError(f"{CATALOGUE.relative_to(ROOT)}: {error}") from None


def updated() -> str:
    """The text of the catalogue in line with the code: what is new is empty, what is gone is gone."""
    known = {(m.context, _texts(m.id)[0]): m for m in current() if m.id}
    merged = template()
    for message in merged:
        if not message.id:
            continue
        before = known.get((message.context, _texts(message.id)[0]))
        if before is None:
            continue
        strings = _texts(before.string)
        message.string = (strings[0], strings[1] if len(strings) > 1 else "") if message.pluralizable else strings[0]
        if "fuzzy" in before.flags:
            message.flags.add("fuzzy")
        message.user_comments = before.user_comments
    buffer = BytesIO()
    write_po(buffer, merged, width=100, sort_output=True, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return HEADER + buffer.getvalue().decode()


def faults() -> list[str]:
    """What is wrong with the catalogue: one line each, empty when all is well."""
    found = []
    if not CATALOGUE.exists() or CATALOGUE.read_text(encoding="utf-8") != updated():
        found.append("the catalogue is not in line with the code: run make messages")
    for message in current():
        if not message.id:
            continue
        key = _texts(message.id)[0]
        if "fuzzy" in message.flags:
            found.append(f"fuzzy: {key!r}")
        if not all(_texts(message.string)):
            found.append(f"not translated: {key!r}")
            continue
        found += mismatches(message)
    return found


def mismatches(message: Message) -> list[str]:
    """Placeholders and edges that differ between a message and its translation."""
    keys, strings = _texts(message.id), _texts(message.string)
    found = []
    allowed = set().union(*(placeholders(key) for key in keys))
    for key, string in zip(keys, strings, strict=False):
        had, has = placeholders(key), placeholders(string)
        # One form of a plural may leave the number out ("one party"); it may never hold what the code does not give.
        if has - allowed or (had - has and not message.pluralizable):
            found.append(f"placeholders of {key!r} are {sorted(had)}, of its translation {sorted(has)}")
        if (key[:1].isspace(), key[-1:].isspace()) != (string[:1].isspace(), string[-1:].isspace()):
            found.append(f"blank space round {key!r} differs in its translation")
    return found


def _texts(forms: Any) -> list[str]:
    """Singular and plural, or the one form there is."""
    return [forms] if isinstance(forms, str) else [str(form) for form in forms or ("",)]


def placeholders(text: str) -> set[str]:
    """`%(name)s`, `%s` and `{name}` of a message."""
    percent = {named or bare for named, bare in _NAMED.findall(text)}
    return percent | {f"{{{name}}}" for name in _BRACED.findall(text)}


def compile_catalogue() -> bool:
    """Compile to .mo beside the catalogue unless that is done; whoever reads meanwhile sees the old or the new file.
    Returns whether it wrote."""
    target = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.exists():
        return False
    if target.exists() and target.stat().st_mtime_ns > CATALOGUE.stat().st_mtime_ns:
        return False
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".django", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            write_mo(file, current())
        Path(draft).chmod(0o644)
        Path(draft).replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
    return True


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    match arguments:
        case ["update"]:
            text = updated()
            CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
            CATALOGUE.write_text(text, encoding="utf-8")
            compile_catalogue()
            left = [line for line in faults() if line.startswith("not translated")]
            click.echo("\n  ".join([f"{CATALOGUE.relative_to(ROOT)}: {len(left)} messages to translate", *left]))
        case ["compile"]:
            compile_catalogue()
        case ["check"]:
            wrong = faults()
            click.echo("\n".join(wrong))
            return 1 if wrong else 0
        case _:
            click.echo(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SourceError as broken:
        sys.exit(str(broken))
