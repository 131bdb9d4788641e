"""Make sure that the browser tests have a Chromium: `python -m tools.browser` prints the one they will use.

An installed one is taken as it is; otherwise a root user on Debian gets the distribution's, and everybody
else the one that Playwright downloads. Without any, CI=true fails and other machines are told loudly which
tests will be skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium on this machine, or None. Installs nothing."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright  # after the cheap ways: it starts a driver process

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def main() -> int:
    """Find or install a Chromium. Returns the exit code."""
    found = find_chromium()
    if found is None:
        for attempt in _ways_to_install():
            _say(f"No Chromium found; trying: {attempt[-1][0]} {' '.join(attempt[-1][1:])}")
            if all(_succeeds(command) for command in attempt) and (found := find_chromium()):
                break
    if found is not None:
        sys.stdout.write(f"{found}\n")
        return 0
    _say(
        "\nNo Chromium could be found or installed. THE BROWSER TESTS WILL BE SKIPPED.\n"
        "Install one (Debian: apt-get install chromium) and run this again.\n"
    )
    return 1 if os.environ.get("CI", "").lower() in {"1", "true"} else 0


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")


def _ways_to_install() -> list[list[list[str]]]:
    ways = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append([["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]])
    ways.append([[sys.executable, "-m", "playwright", "install", "chromium"]])
    return ways


def _succeeds(command: list[str]) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        # Their output goes to stderr: stdout carries the path alone.
        return subprocess.run(command, env=quiet, stdout=sys.stderr, check=False, timeout=900).returncode == 0  # noqa: S603  fixed commands
    except (OSError, subprocess.TimeoutExpired) as error:
        _say(f"{command[0]}: {error}")
        return False


if __name__ == "__main__":
    sys.exit(main())
