"""Every operation from its request to its finished clip, through the front door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from generation.actions import working

Made = Callable[..., dict[str, Any]]


@pytest.fixture
def made_by_ana(as_ana: APIClient) -> Made:
    def make(url: str = "/api/v1/renders", **wish: Any) -> dict[str, Any]:
        answer = as_ana.post(url, wish)
        assert answer.status_code == 202, answer.content
        working.work_once("default")
        render: dict[str, Any] = as_ana.get(f"/api/v1/renders/{answer.json()['id']}").json()
        assert render["state"] == "ready", (wish, render["problem_text"])
        assert abs(render["media"]["duration_s"] - render["seconds"]) < 0.1
        return render

    return make


def test_a_board_is_made_and_one_of_its_shots_again(made_by_ana: Made) -> None:
    shots = [
        {"prompt": "a street", "seconds": 0.5},
        {"prompt": "a window", "seconds": 0.5, "transition": "dissolve", "transition_s": 0.2},
    ]
    board = made_by_ana(prompt="one evening", shots=shots, seed=7)
    assert [(one["start_s"], one["end_s"]) for one in board["shots"]] == [(0, 0.5), (0.5, 1)]
    again = made_by_ana(f"/api/v1/renders/{board['id']}/rerolls", shot=1, seed=8)
    assert [one["seed"] for one in again["shots"]] == [7, 8]
    assert again["stack"] == board["id"]


def test_a_clip_is_extended_changed_cut_and_joined(made_by_ana: Made) -> None:
    first = made_by_ana(prompt="a red ball", seconds=0.5)
    second = made_by_ana(
        prompt="a blue ball", seconds=0.5, schedule=[{"at_s": 0.25, "prompt": "x"}]
    )
    own = {"parent": first["id"]}
    made_by_ana(operation="extend", seconds=0.5, **own)
    region = {"kind": "box", "box": [0, 0, 0.5, 0.5]}
    made_by_ana(operation="edit", prompt="a hat", edit={"region": region}, **own)
    made_by_ana(operation="resound", sound={"music": "sad"}, **own)
    both = [first["id"], second["id"]]
    joined = made_by_ana(operation="stitch", parents=both)
    assert joined["seconds"] == pytest.approx(1, abs=0.05)
    cut = made_by_ana(
        operation="trim", parent=joined["id"], pieces=[{"start_s": 0.25, "end_s": 0.75}]
    )
    assert cut["price"] == 0
    made_by_ana(operation="blend", parents=both, prompt="halfway", seconds=0.5)


def test_stills_come_before_a_preview_and_that_before_the_final(made_by_ana: Made) -> None:
    preview = made_by_ana(prompt="a fox", seconds=0.5, purpose="preview", seed=7)
    final = made_by_ana(f"/api/v1/renders/{preview['id']}/takes", purpose="final")
    assert (final["seed"], final["stack"], preview["lines"]) == (7, preview["id"], 360)
