"""The browser tests get a Chromium, or it is said loudly that they will not run."""

from collections.abc import Callable

import pytest
from tools import browser


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """A machine on which a Chromium appears once a certain program has been run. Gives the programs that were run."""

    def build(*, appears_with: str | None, root: bool = False) -> list[list[str]]:
        ran: list[list[str]] = []

        def succeeds(command: list[str]) -> bool:
            ran.append(command)
            return True

        def find() -> str | None:
            done = any(appears_with in " ".join(command) for command in ran) if appears_with else False
            return "/usr/bin/chromium" if done or appears_with == "" else None

        monkeypatch.setattr(browser, "_succeeds", succeeds)
        monkeypatch.setattr(browser, "find_chromium", find)
        monkeypatch.setattr(browser.os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
        monkeypatch.delenv("CI", raising=False)
        return ran

    return build


def test_an_installed_one_is_taken_and_nothing_is_run(
    machine: Callable[..., list[list[str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    ran = machine(appears_with="")
    assert browser.main() == 0
    assert capsys.readouterr().out == "/usr/bin/chromium\n"
    assert ran == []


def test_root_on_debian_gets_the_distributions(machine: Callable[..., list[list[str]]]) -> None:
    ran = machine(appears_with="install -y --no-install-recommends chromium", root=True)
    assert browser.main() == 0
    assert [command[:2] for command in ran] == [["apt-get", "update"], ["apt-get", "install"]]


def test_everybody_else_gets_playwrights(machine: Callable[..., list[list[str]]]) -> None:
    ran = machine(appears_with="playwright install chromium")
    assert browser.main() == 0
    assert len(ran) == 1


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("1", 1), ("", 0), ("false", 0)])
def test_without_any_ci_fails_and_other_machines_are_told_loudly(
    machine: Callable[..., list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    code: int,
) -> None:
    machine(appears_with=None, root=True)
    monkeypatch.setenv("CI", ci)
    assert browser.main() == code
    said = capsys.readouterr()
    assert "BROWSER TESTS WILL BE SKIPPED" in said.err
    assert said.out == ""
