"""What the diorama reads in a prompt, and what it says about a scene."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from generation.engines.diorama import world
from generation.engines.diorama.briefing import understood
from generation.engines.diorama.caption import describe
from generation.engines.diorama.grammar import parse
from generation.engines.diorama.scene import Link
from generation.engines.diorama.vocabulary import reference, words
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS
from generation.spec import CastMember, Source


def test_the_vocabulary_is_as_large_as_promised():
    assert len(SUBJECTS) >= 40
    assert len(ACTIONS) >= 20
    assert len(PLACES) >= 15
    assert len(words.STYLE_WORDS) >= 10
    assert len(words.CAMERA_WORDS) >= 10


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_every_subject_is_read_in_singular_and_plural(name):
    subject = SUBJECTS[name]
    assert parse(f"a red {name}").nouns[0].subject == name
    several = parse(f"three {subject.plural} in a park").nouns[0]
    assert (several.subject, several.count) == (name, 3)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a big red dog", {"subject": "dog", "colour": "red", "size": "big", "count": 1}),
        ("a red big dog", {"subject": "dog", "colour": "red", "size": "big"}),
        ("tiny wooden ball", {"subject": "ball", "size": "tiny", "material": "wood"}),
        ("two sad puppies", {"subject": "dog", "feeling": "sad", "count": 2}),
        ("an orange cat", {"subject": "cat", "colour": "orange"}),
        ("a dancing robot", {"subject": "robot", "action": "dance"}),
        ("5 mice are running", {"subject": "mouse", "count": 5, "action": "run"}),
        ("someone is asleep", {"subject": "person", "action": "sleep"}),
        ("A CAR DRIVES!", {"subject": "car", "action": "drive"}),
    ],
)
def test_adjectives_counts_and_verbs_land_on_their_noun(prompt, expected):
    noun = parse(prompt).nouns[0]
    assert {name: getattr(noun, name) for name in expected} == expected


def test_every_subject_keeps_its_own_attributes():
    ball, cats = parse("a red ball and two blue cats run").nouns
    assert (ball.colour, ball.count, ball.action) == ("red", 1, "run")
    assert (cats.colour, cats.count, cats.action) == ("blue", 2, "run")


@pytest.mark.parametrize(
    ("words_between", "relation"),
    [
        ("sits on", "on"),
        ("stands on top of", "on"),
        ("hides under", "under"),
        ("sleeps next to", "beside"),
        ("waits behind", "behind"),
        ("sits in front of", "before"),
        ("flies over", "above"),
        ("chases", "target"),
    ],
)
def test_relations_point_at_the_second_noun(words_between, relation):
    cat, box = parse(f"a cat {words_between} a wooden box").nouns
    assert cat.link == Link(relation, 1)
    assert box.material == "wood"


def test_a_place_after_a_preposition_is_a_place_and_not_a_relation():
    brief = parse("a red ball bounces on a wet street at night, rain")
    assert (brief.place, brief.time, brief.weather, brief.is_wet) == (
        "street",
        "night",
        "rain",
        True,
    )
    assert brief.nouns[0].link is None


@pytest.mark.parametrize("prompt", ["a dog, no rain", "a dog without rain", "a dog and not rain"])
def test_what_is_denied_does_not_happen(prompt):
    assert parse(prompt).weather is None
    assert "rain" in parse(prompt).forbidden


def test_music_can_be_chosen_denied_and_silenced():
    assert parse("a cat, sad piano music").music == "sad"
    assert parse("a cat without music").music == ""
    assert parse("a cat, silent").is_silent
    assert parse("a girl plays a piano").nouns[1].subject == "piano"


def test_quoted_lines_know_their_speaker():
    brief = parse('a black cat says "Hello there" and a dog says "go away"')
    assert [(brief.nouns[n].subject, text) for n, text in brief.lines] == [
        ("cat", "Hello there"),
        ("dog", "go away"),
    ]


def test_words_outside_the_vocabulary_are_named():
    brief = parse("a cat with a xylophone of florp")
    assert brief.unknown == ("xylophone", "florp")
    told = understood(brief, handles=frozenset())
    assert told["not_understood"] == ["xylophone", "florp"]
    assert told["subjects"] == [{"subject": "cat", "count": 1}]


def test_a_handle_outside_the_cast_is_an_ordinary_person():
    scene = world.stage("@zoe dances", seed=1)
    assert (scene.actors[0].subject, scene.actors[0].handle) == ("person", None)
    assert understood(parse("@zoe dances"), handles=frozenset())["not_understood"] == ["@zoe"]


def test_cast_members_are_on_stage_even_unmentioned():
    scene = world.stage("a dog in a park", seed=1, cast=(CastMember("ana", "Ana"),))
    assert {actor.handle for actor in scene.actors} == {None, "ana"}
    assert "@ana" in describe(scene.brief)


@pytest.mark.parametrize(
    "prompt", ["", "...", "\x00\x00", '""', "@", "no no no", "🐕 " * 40, "and " * 400]
)
def test_any_text_at_all_becomes_a_scene(prompt):
    scene = world.stage(prompt, seed=3)
    assert scene.actors
    assert describe(scene.brief).endswith(".")


def _random_prompt(dice: random.Random) -> str:
    first, second = dice.sample(sorted(SUBJECTS), 2)
    action, place = dice.choice(sorted(ACTIONS)), dice.choice(sorted(PLACES))
    joint = dice.choice(["on", "under", "next to", "behind", "above", "in front of"])
    style = dice.choice(sorted(words.STYLE_WORDS))
    weather = dice.choice(sorted(words.WEATHER_WORDS))
    forms = [
        f"a red {first} and two {second} {action}",
        f"a {first} {action} {joint} a big blue {second}",
        f'a {first} chases a tiny {second}, the {second} says "hello"',
        f"three small happy {SUBJECTS[first].plural} {place} rain night zoom in neon",
        f"{style} {first} {action}, {weather}",
    ]
    return f"{dice.choice(forms)} {PLACES[place].phrase}"


def test_staging_a_caption_repeats_its_scene():
    dice = random.Random(20)  # noqa: S311 - the same prompts every time
    for number in range(250):
        brief = world.stage(_random_prompt(dice), seed=number).brief
        again = world.stage(describe(brief), seed=number + 1).brief
        assert again == brief, describe(brief)


PARENT = "a brown dog walks in a park by day"


def _remixed(prompt: str, strength: float = 0.6):
    return world.stage(prompt, seed=99, source=Source(PARENT, 5, strength))


def test_a_remix_keeps_what_it_does_not_mention():
    parent, child = world.stage(PARENT, seed=5), _remixed("now in snow at night")
    assert (child.brief.weather, child.brief.time) == ("snow", "night")
    assert child.brief.place == parent.brief.place == "park"
    assert child.brief.nouns == parent.brief.nouns
    assert [(a.x, a.z, a.height, a.seed) for a in child.actors] == [
        (a.x, a.z, a.height, a.seed) for a in parent.actors
    ]


def test_a_remix_overrides_the_attributes_of_a_subject_it_names():
    child = _remixed("a blue dog")
    assert [(n.subject, n.colour, n.action) for n in child.brief.nouns] == [("dog", "blue", "walk")]


def test_a_strong_remix_replaces_the_subject_and_a_weak_one_adds_to_it():
    assert [n.subject for n in _remixed("a cat", 0.6).brief.nouns] == ["cat"]
    assert [n.subject for n in _remixed("a cat", 0.3).brief.nouns] == ["dog", "cat"]


def test_a_remix_of_full_strength_forgets_its_parent():
    assert _remixed("a cat in a desert", 1.0) == world.stage("a cat in a desert", seed=99)


def test_a_remix_can_take_the_rain_away():
    scene = world.stage("no rain", seed=1, source=Source("a dog on a street, rain", 5))
    assert (scene.brief.weather, scene.brief.is_wet) == ("clear", False)


def test_the_page_of_the_vocabulary_is_current():
    page = (Path(__file__).parents[2] / "docs" / "diorama.md").read_text()
    assert reference.renewed(page) == page, "docs/diorama.md says how to renew it"
