"""Whoever writes says who acts, and leaves a trace."""

import ast
from pathlib import Path

from samverka.foundation.audit.enums import ACTION_WORDS
from tests.guards.house import SAMVERKA, name_of, parsed, python_files, stale

WITHOUT_TRACE: dict[str, str] = {
    "samverka.foundation.audit.services.record": "it is the trace",
    "samverka.foundation.jobs.services.order": "the job itself says who ordered what; its work leaves the trace",
    "samverka.foundation.jobs.services.cancel": "the job itself says that its own person stopped it",
    "samverka.reports.services.order_report": "orders a job; the publishing leaves the trace",
    "samverka.statistics.services.adding.add_kpi": "what it takes in leaves the trace",
    "samverka.statistics.services.adding.search_kolada": "asks the source and writes nothing",
    "samverka.statistics.services.adding.search_scb": "asks the source and writes nothing",
    "samverka.statistics.services.adding.open_table": "asks the source and writes nothing",
    "samverka.statistics.services.adding.code_list": "asks the source and writes nothing",
    "samverka.statistics.services.ordering.order_import": "orders a job; what the job takes in leaves the trace",
    "samverka.statistics.services.ordering.order_refresh": "orders a job; what the job takes in leaves the trace",
}
"""Public functions of services that take an actor and do not call `record` → why."""

WITHOUT_ACTOR: dict[str, str] = {
    "samverka.foundation.jobs.services.pick_up_lost": "a worker starting; no person is behind it",
    "samverka.foundation.jobs.services.run": "a worker; the work itself acts as the person who ordered it",
    "samverka.statistics.services.shipped.load_reference_definitions": "the reference file is part of the program",
    "samverka.statistics.services.shipped.source": "a source of the reference file, which is part of the program",
}
"""Public functions of services that write without an actor → why nobody acts."""

MAY_WRITE: dict[str, str] = {
    "src/samverka/foundation/ui/charts.py": "keeps a drawn picture, which can be drawn again at any time",
}
"""Files outside services that write → why."""


def service_files() -> list[Path]:
    return [p for p in python_files() if p.name == "services.py" or p.parent.name == "services"]


def _module(path: Path) -> str:
    return name_of(path).removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _functions(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in parsed(path).body if isinstance(node, ast.FunctionDef)}


def _calls(node: ast.AST) -> set[str]:
    return {_name(call) for call in ast.walk(node) if isinstance(call, ast.Call)}


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _takes_actor(function: ast.FunctionDef) -> bool:
    arguments = function.args
    return any(argument.arg == "actor" for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs])


def _public() -> list[tuple[str, ast.FunctionDef, dict[str, ast.FunctionDef]]]:
    """(dotted name, function, all functions of its package of services) of every public function of services."""
    found = []
    for path in service_files():
        files = [path] if path.name == "services.py" else sorted(path.parent.glob("*.py"))
        all_functions = {name: function for file in files for name, function in _functions(file).items()}
        for name, function in _functions(path).items():
            if not name.startswith("_"):
                found.append((f"{_module(path)}.{name}", function, all_functions))
    return found


def _records(function: ast.FunctionDef, others: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """Whether it calls `record`, itself or through the functions beside it."""
    called = _calls(function)
    return "record" in called or any(
        _records(others[name], others, seen | {name}) for name in called & others.keys() if name not in seen
    )


def test_a_service_is_called_by_keyword_alone() -> None:
    positional = [
        name
        for name, function, _others in _public()
        if _takes_actor(function) and (function.args.args or function.args.posonlyargs or function.args.vararg)
    ]
    assert positional == []


def test_a_service_that_takes_an_actor_leaves_a_trace() -> None:
    silent = [name for name, function, others in _public() if _takes_actor(function) and not _records(function, others)]
    assert stale(silent, WITHOUT_TRACE) == [], "call record(…) in the same transaction, or say why not"
    assert stale(WITHOUT_TRACE, silent) == []


def test_what_writes_says_who_acts() -> None:
    """A public function of services that changes rows, without an actor, is a way round the rules."""
    writing = {"save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create"}
    nobody = [
        name for name, function, _others in _public() if not _takes_actor(function) and _calls(function) & writing
    ]
    assert stale(nobody, WITHOUT_ACTOR) == [], "take an actor, or say in WITHOUT_ACTOR why nobody acts"
    assert stale(WITHOUT_ACTOR, nobody) == []


def test_views_and_other_outer_rooms_never_write_rows_themselves() -> None:
    """Only services write; a view that saves would leave no trace."""
    outer = {"views", "forms", "panels", "api", "queries", "rules", "registry", "charts", "tasks", "receivers"}
    writing = {"save", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete"}
    found = {}
    for path in python_files():
        if SAMVERKA in path.parents and (path.stem in outer or path.parent.name in outer):
            written = sorted(_calls(parsed(path)) & writing)
            if written:
                found[name_of(path)] = written
    assert {name: calls for name, calls in found.items() if name not in MAY_WRITE} == {}
    assert stale(MAY_WRITE, found) == []


def _recorded_actions() -> set[str]:
    """The literal actions of all calls of `record`, and of a file's own `_record` that hands them on."""
    found = set()
    for path in python_files():
        for call in ast.walk(parsed(path)):
            if isinstance(call, ast.Call) and _name(call) in {"record", "_record"}:
                said = [keyword.value for keyword in call.keywords if keyword.arg == "action"] or call.args
                found |= {
                    constant.value
                    for argument in said
                    for constant in ast.walk(argument)
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
                }
    return found


def test_every_recorded_action_has_its_words_and_no_words_are_left_over() -> None:
    assert _recorded_actions() == ACTION_WORDS.keys()


def test_the_guard_finds_services() -> None:
    assert (SAMVERKA / "collaborations" / "services.py") in service_files()
    assert "samverka.collaborations.services.write_benefit" in {name for name, _f, _o in _public()}
