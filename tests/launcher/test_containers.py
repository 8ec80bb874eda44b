"""The container files fit the code: as far as that can be told without an engine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from config import settings
from launcher.environment import UV_REQUIREMENT
from launcher.home import CHECKOUT

DOCKER = CHECKOUT / "docker"
INSTRUCTIONS = {
    *("ARG", "CMD", "COMMENT", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK"),
    *("LABEL", "RUN", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


@pytest.fixture(params=["web", "worker-gpu"])
def recipe(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    """The instructions of one Dockerfile."""
    with (DOCKER / f"{request.param}.Dockerfile").open("rb") as file:
        return DockerfileParser(fileobj=file).structure


def values(recipe: list[dict[str, str]], instruction: str) -> list[str]:
    return [step["value"] for step in recipe if step["instruction"] == instruction]


def test_a_dockerfile_is_made_of_known_instructions(recipe: list[dict[str, str]]) -> None:
    assert {step["instruction"] for step in recipe} <= INSTRUCTIONS


def test_an_image_runs_as_nobody_special_from_a_release_that_is_named(
    recipe: list[dict[str, str]],
) -> None:
    last_stage = recipe[max(i for i, s in enumerate(recipe) if s["instruction"] == "FROM") :]
    assert values(last_stage, "USER") == ["10001"]
    for base in values(recipe, "FROM"):
        assert re.search(r":[0-9][\w.-]+", base), base


def test_everything_that_is_copied_exists(recipe: list[dict[str, str]]) -> None:
    for words in (line.split() for line in values(recipe, "COPY")):
        if not words[0].startswith("--from"):
            assert all((CHECKOUT / source).exists() for source in words[:-1]), words


def test_an_image_installs_from_a_lock_by_the_launchers_uv(recipe: list[dict[str, str]]) -> None:
    runs = " ".join(values(recipe, "RUN"))
    assert UV_REQUIREMENT in runs
    assert "--require-hashes" in runs


def test_compose_names_only_what_it_declares(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("depends_on", [])) <= set(services), name
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            is_the_operators = source.startswith("${")
            known = source in compose["volumes"] or (DOCKER / source).is_file()
            assert known or is_the_operators, (name, mount)
        build = service.get("build")
        assert build is None or (DOCKER / build["context"] / build["dockerfile"]).is_file(), name


def test_every_image_of_compose_is_ours_or_a_named_release(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        image = service["image"]
        assert "build" in service or re.search(r":[a-z]*[0-9]", image), image
        assert not service.get("privileged")


def test_compose_sets_only_settings_that_exist(compose: dict[str, Any]) -> None:
    source = Path(settings.__file__).read_text()
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', source))
    for name in compose["services"]["api"]["environment"]:
        assert name.removesuffix("_FILE") in read, name


def test_every_command_of_compose_is_one_that_serve_knows(compose: dict[str, Any]) -> None:
    script = (DOCKER / "serve").read_text()
    known = set(re.findall(r"^(\w+)\)", script, flags=re.MULTILINE))
    asked = {
        service["command"][0]
        for service in compose["services"].values()
        if isinstance(service.get("command"), list)
    }
    assert asked == known


def test_serve_says_what_it_can_do() -> None:
    done = subprocess.run([DOCKER / "serve", "dance"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "worker <queue>" in done.stderr


def test_secrets_are_made_once_and_only_their_owner_may_enter(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets"
    script.write_text((DOCKER / "make-secrets").read_text())
    subprocess.run(["sh", script], check=True)
    secrets = tmp_path / "secrets"
    first = {path.name: path.read_text() for path in secrets.iterdir()}
    subprocess.run(["sh", script], check=True)

    assert {path.name: path.read_text() for path in secrets.iterdir()} == first
    assert len(first["secret_key"]) == 64
    assert first["database_password"] in first["database_url"]
    assert first["stripe_api_key"] == ""
    assert secrets.stat().st_mode & 0o777 == 0o700
