"""How the parts are joined."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import get_resolver

ROOT = Path(settings.BASE_DIR)
READERS = {"text", "flag", "number", "whole", "names", "secret", "json"}


def _settings_read() -> set[str]:
    """Return the names of the variables that settings.py reads, from its syntax tree."""
    tree = ast.parse((ROOT / "config" / "settings.py").read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr in READERS
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_setting_is_in_the_example_and_back() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    shown = {line.split("=")[0] for line in lines if "=" in line and not line.startswith("#")}
    assert shown == _settings_read()


def test_the_web_process_loads_no_model_library() -> None:
    script = (
        "import config.asgi, sys; print([m for m in ('torch', 'diffusers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.django_db
def test_the_system_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_the_models_have_their_migrations() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_address_takes_a_video_but_a_capture() -> None:
    """P1: the views that read uploaded files can be counted on one hand."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("*/views/*.py")
        if "request.FILES" in path.read_text(encoding="utf-8")
        or "FileField" in path.read_text(encoding="utf-8")
    ]
    # The third reads pictures for /references, and its action cleans nothing but pictures.
    taking = {"cameos/views/api.py", "cameos/views/pages.py", "generation/serializers/library.py"}
    assert set(found) <= taking
    assert get_resolver().url_patterns


def test_operations_of_the_api_are_named_by_a_verb_and_what_it_acts_on() -> None:
    """Clients are generated from them: `clips_list` beside `edit_clip` would be two languages."""
    text = (ROOT / "docs" / "openapi.yaml").read_text()
    names = re.findall(r"operationId: (\S+)", text)
    generated = [name for name in names if name.endswith(("_create", "_list", "_retrieve"))]
    nouns = [name for name in names if "_" not in name]
    assert (generated, nouns, len(names)) == ([], [], len(set(names)))
