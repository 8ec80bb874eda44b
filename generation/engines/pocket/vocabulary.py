"""The part of the diorama's vocabulary that Pocket learns; names and phrases are the diorama's
own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from generation.engines.diorama.vocabulary.actions import ACTIONS as ALL_ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES as ALL_PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS as ALL_SUBJECTS
from generation.engines.diorama.vocabulary.words import COLOURS as ALL_COLOURS
from generation.engines.diorama.vocabulary.words import TIME_WORDS, WEATHER_WORDS

# What each subject can do. A fish that drives would only teach the model to ignore words.
REPERTOIRE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ball": ("bounce", "jump", "spin", "idle"),
        "cube": ("bounce", "jump", "spin", "idle"),
        "balloon": ("bounce", "fly", "spin", "idle"),
        "dog": ("walk", "run", "jump", "sing", "idle"),
        "cat": ("walk", "run", "jump", "sing", "idle"),
        "rabbit": ("run", "jump", "sing", "idle"),
        "frog": ("jump", "sing", "bounce", "idle"),
        "duck": ("walk", "fly", "sing", "jump", "idle"),
        "bird": ("fly", "walk", "sing", "idle"),
        "fish": ("fly", "jump", "spin", "idle"),
        "car": ("drive", "jump", "spin", "idle"),
        "robot": ("walk", "run", "jump", "sing", "spin", "idle"),
    }
)
SUBJECTS = tuple(REPERTOIRE)
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
ACTIONS = ("bounce", "jump", "walk", "run", "fly", "drive", "spin", "sing", "idle")
PLACES = ("meadow", "forest", "street", "beach", "desert", "snowfield", "room", "moon")
# A roof or no air: no weather there.
SHELTERED = ("room", "moon")
WEATHERS = ("clear", "rain", "snow", "fog")
TIMES = ("day", "sunset", "night")
COUNTS = (1, 2, 3)
SIZES = ("small", "medium", "big")

# What the model is asked to name, and what the metrics score. Order is the index in every tensor.
ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "subject": SUBJECTS,
        "colour": COLOURS,
        "action": ACTIONS,
        "place": PLACES,
        "weather": WEATHERS,
        "time": TIMES,
        "count": tuple(str(count) for count in COUNTS),
        "size": SIZES,
    }
)

PIGMENTS = MappingProxyType({name: ALL_COLOURS[name] for name in COLOURS})
GRAVITY = MappingProxyType({name: ALL_PLACES[name].gravity for name in PLACES})
GROUND = MappingProxyType({name: ALL_PLACES[name].ground for name in PLACES})


def noun(subject: str, *, count: int) -> str:
    """The diorama's word for one or several of a subject."""
    return ALL_SUBJECTS[subject].plural if count > 1 else subject


def verb(action: str, *, count: int) -> str:
    """The diorama's verb form for one or several actors."""
    row = ALL_ACTIONS[action]
    return row.plural_verb if count > 1 else row.verb


def place_phrase(place: str) -> str:
    """Where, as captions say it."""
    return ALL_PLACES[place].phrase


def weather_phrase(weather: str) -> str:
    """Which weather, as captions say it; clear weather goes without saying."""
    return "" if weather == "clear" else WEATHER_WORDS[weather][0]


def time_phrase(time: str) -> str:
    """When, as captions say it."""
    return TIME_WORDS[time][0]


def is_held_out(subject: str, colour: str, place: str) -> bool:
    """Whether this combination is kept from training: one in eight, spread evenly over all words.

    Each word appears in seven eighths of its combinations, so a held-out clip asks for nothing but
    a new meeting of known words.
    """
    mark = 3 * SUBJECTS.index(subject) + 5 * COLOURS.index(colour) + 7 * PLACES.index(place)
    return mark % 8 == 0
