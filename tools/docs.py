"""The pages of documentation that are made out of the code: `python -m tools.docs` writes them, a guard compares."""

import ast
import inspect
import sys
from pathlib import Path

import click

from samverka.config import env

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ROOT / "docs" / "settings.md"

SETTINGS_HEAD = """\
# Settings

Made by `make docs` from `src/samverka/config/env.py`; write there, not here.

Every setting is an environment variable, read once when a process starts. One that cannot be used, or whose name is not
below, stops the process with a sentence that says what is wrong and how to mend it. `samverka doctor` checks them all.
There is no setting for the demonstration: only the command `samverka demo` starts one.
"""


def settings_page() -> str:
    """docs/settings.md: every field of `Environment`, with the docstring that stands under it."""
    [cls] = ast.parse(inspect.getsource(env.Environment)).body
    assert isinstance(cls, ast.ClassDef)  # noqa: S101  narrows the type
    parts = [SETTINGS_HEAD]
    for field, text in zip(cls.body, cls.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if not isinstance(text, ast.Expr) or not isinstance(text.value, ast.Constant):
            raise SystemExit(f"Environment.{field.target.id} has no docstring under it")
        name = env.NAMES[field.target.id]
        said = inspect.cleandoc(str(text.value.value))
        if not said.startswith(f"{name}. "):
            raise SystemExit(f"the docstring of Environment.{field.target.id} begins with {name} and a full stop")
        parts.append(f"## {name}\n\n{said.removeprefix(f'{name}. ')}\n")
    return "\n".join(parts)


PAGES = {SETTINGS: settings_page}


def main() -> int:
    """Write all pages. Returns the exit code."""
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")
        click.echo(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
