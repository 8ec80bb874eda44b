"""`check`: what a machine can decide about the code without using it."""

import difflib
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from launcher.console import say
from launcher.environment import prepare_environment
from launcher.home import CHECKOUT, find_home
from launcher.locking import outdated
from launcher.stack import disposable_services

OPENAPI = CHECKOUT / "docs/openapi.yaml"
# [text](target) outside code spans; images are links with "!" before them.
MARKDOWN_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
PYTHON_PACKAGES = [
    *("config", "core", "accounts", "billing", "moderation", "cameos", "generation", "social"),
    *("feed", "launcher", "training", "bench"),
]

Outcome = tuple[bool, str]


@dataclass(frozen=True)
class Check:
    """One question: `ask` answers whether all is well, and what is not."""

    name: str
    ask: Callable[[Mapping[str, str]], Outcome]


def run_checks(arguments: Sequence[str]) -> int:
    """Ask every check, or those that `arguments` name; 1 if any is not content."""
    home = find_home(os.environ)
    prepare_environment(home, group="dev")
    chosen = [check for check in CHECKS if not arguments or check.name in arguments]
    if not chosen:
        say(f"There is no check of that name. There are: {', '.join(c.name for c in CHECKS)}")
        return 2
    with disposable_services(home, environ=os.environ) as env:
        failed = [check.name for check in chosen if not passes(check, env)]
    if failed:
        say(f"\nNot in order: {', '.join(failed)}")
        return 1
    say("\nAll in order.")
    return 0


def passes(check: Check, env: Mapping[str, str]) -> bool:
    """Ask one check and print its line, with everything it said if it is not content."""
    started = time.monotonic()
    is_well, words = check.ask(env)
    say(f"  {'✓' if is_well else '✗'} {check.name} ({time.monotonic() - started:.1f} s)")
    if not is_well:
        say("\n".join(f"      {line}" for line in words.strip().splitlines()))
    return is_well


def tool(name: str, *arguments: str) -> Check:
    """A check that is a program: well when it ends with 0."""

    def ask(env: Mapping[str, str]) -> Outcome:
        return outcome_of(arguments, env)

    return Check(name, ask)


def outcome_of(argv: Sequence[str], env: Mapping[str, str]) -> Outcome:
    """Run a program of the environment in the checkout."""
    done = subprocess.run(argv, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def templates_formatted(env: Mapping[str, str]) -> Outcome:
    """Ask djade about every template."""
    pages = [str(path) for path in sorted((CHECKOUT / "templates").rglob("*.html"))]
    if not pages:
        return True, ""
    return outcome_of(["djade", "--check", "--target-version", "5.2", *pages], env)


def api_description_current(env: Mapping[str, str]) -> Outcome:
    """Compare docs/openapi.yaml with what the code describes now; warnings count as errors."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        make = ["python", "manage.py", "spectacular", "--file", str(fresh), "--validate"]
        made, words = outcome_of([*make, "--fail-on-warn"], env)
        if not made:
            return False, words
        now = fresh.read_text().splitlines()
    kept = OPENAPI.read_text().splitlines() if OPENAPI.exists() else []
    changes = list(
        difflib.unified_diff(kept, now, "docs/openapi.yaml", "the code", lineterm="", n=1)
    )
    way_out = "Write it anew: ./afterimage manage spectacular --file docs/openapi.yaml"
    return not changes, "\n".join([*changes[:30], way_out])


def document_links_lead_somewhere(_: Mapping[str, str]) -> Outcome:
    """Look for relative links in the documents that name no file."""
    pages = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(CHECKOUT)}: {target}"
        for page in sorted(pages)
        for target in MARKDOWN_LINK.findall(page.read_text())
        if not leads_somewhere(page, target)
    ]
    return not broken, "\n".join(broken)


def leads_somewhere(page: Path, target: str) -> bool:
    """Say whether a link is outside the tree, inside its own page, or names a file that exists."""
    path = unquote(target.partition("#")[0])
    if not path or "://" in target or target.startswith("mailto:"):
        return True
    return (page.parent / path).exists()


def locks_current(_: Mapping[str, str]) -> Outcome:
    """Compare the ranges in pyproject.toml with those that the lock files were made from."""
    late = outdated()
    return not late, f"{', '.join(late)}: write anew with ./afterimage lock"


CHECKS = [
    tool("format", "ruff", "format", "--check", "--output-format", "concise", "."),
    tool("lint", "ruff", "check", "--output-format", "concise", "."),
    tool("imports", "lint-imports", "--no-cache"),
    tool("types", "mypy", *PYTHON_PACKAGES),
    Check("templates", templates_formatted),
    tool("system", "python", "manage.py", "check", "--fail-level", "WARNING"),
    tool("migrations", "python", "manage.py", "makemigrations", "--check", "--dry-run"),
    Check("openapi", api_description_current),
    Check("locks", locks_current),
    Check("links", document_links_lead_somewhere),
]
