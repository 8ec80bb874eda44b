"""Everything that colours a scene: one table per attribute, from its name to the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, tuple[str, ...]]


def _table(rows: str) -> Words:
    """Read rows of `name: phrase in captions, other phrases`; the first phrase is what captions say."""
    table: dict[str, tuple[str, ...]] = {}
    for row in rows.strip().splitlines():
        name, _, words = row.partition(":")
        table[name.strip()] = tuple(word.strip() for word in words.split(","))
    return MappingProxyType(table)


# sRGB, chosen as gouache pigments: none fully saturated, so that any two sit together.
COLOURS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "red": (214, 64, 58),
        "orange": (232, 132, 52),
        "yellow": (244, 200, 72),
        "gold": (218, 168, 66),
        "green": (92, 158, 84),
        "teal": (58, 160, 158),
        "blue": (66, 120, 200),
        "navy": (48, 66, 118),
        "purple": (136, 88, 176),
        "pink": (238, 146, 168),
        "white": (244, 240, 232),
        "black": (52, 50, 58),
        "grey": (142, 144, 152),
        "silver": (188, 194, 204),
        "brown": (146, 98, 62),
        "rust": (204, 98, 48),
        "cream": (238, 220, 188),
    }
)
COLOUR_WORDS = _table("""
    red: red, crimson, scarlet, ruby
    orange: orange, tangerine
    yellow: yellow, lemon
    gold: golden, gold
    green: green, emerald, lime, olive
    teal: teal, turquoise, cyan, aqua
    blue: blue, azure, cobalt
    navy: navy, dark blue
    purple: purple, violet, lilac, lavender
    pink: pink, magenta, rosy
    white: white, ivory
    black: black, ebony
    grey: grey, gray
    silver: silver, silvery, chrome
    brown: brown, chestnut
    rust: rust, ginger, copper
    cream: cream, beige
""")
SIZES: Mapping[str, float] = MappingProxyType(
    {"tiny": 0.55, "small": 0.75, "medium": 1.0, "big": 1.28, "giant": 1.6}
)
SIZE_WORDS = _table("""
    tiny: tiny, miniature, teeny
    small: small, little, short
    medium: medium, medium-sized
    big: big, large, tall, fat
    giant: giant, huge, enormous, gigantic, massive
""")
COUNTS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("a", "an", "one", "1", "single", "another"), 1),
        **dict.fromkeys(("two", "2", "both", "couple", "pair"), 2),
        **dict.fromkeys(("three", "3", "few", "several", "some"), 3),
        **dict.fromkeys(("four", "4", "group"), 4),
        **dict.fromkeys(("five", "5", "many", "lots"), 5),
        **dict.fromkeys(("six", "6", "crowd", "dozens"), 6),
    }
)
COUNT_WORDS = ("", "a", "two", "three", "four", "five", "six")
MATERIAL_WORDS = _table("""
    wood: wooden, wood
    metal: metal, metallic, steel, iron
    glass: glass, crystal, transparent
    stone: stone, marble, concrete
    ice: ice, icy, frozen
    rubber: rubber, bouncy
    plush: plush, fluffy, knitted, woolen, stuffed
    papery: cardboard, origami
""")
FEELING_WORDS = _table("""
    happy: happy, cheerful, smiling, joyful, friendly
    sad: sad, lonely, unhappy, crying
    angry: angry, furious, grumpy
    sleepy: sleepy, tired, lazy
    scared: scared, frightened, surprised
""")
WEATHER_WORDS = _table("""
    clear: in clear weather, clear sky, sunny, sunshine, sun, clear
    cloudy: under clouds, cloudy, overcast
    rain: in the rain, rain, rainy, raining, rains, drizzle, puddles
    storm: in a storm, storm, stormy, thunderstorm, thunder, lightning
    snow: in the snow, snow, snowy, snowing, snows, snowfall, blizzard, winter, snowflakes
    fog: in the fog, fog, foggy, mist, misty, haze
    wind: in the wind, wind, windy, breeze
    leaves: in falling leaves, falling leaves, leaves, autumn, autumnal, fall season
    petals: in falling petals, falling petals, petals, cherry blossoms, spring
    fireflies: with fireflies, fireflies, firefly, glowworms
    confetti: with confetti, confetti, celebration, birthday party
""")
TIME_WORDS = _table("""
    dawn: at dawn, dawn, sunrise, early morning, daybreak
    day: by day, day, daytime, noon, morning, afternoon, midday
    sunset: at sunset, sunset, dusk, golden hour, evening, twilight
    night: at night, night, midnight, nighttime, moonlight, moonlit, under the stars, starry, starry night, dark
""")
CAMERA_WORDS = _table("""
    still: the camera stands still, still camera, static camera, static shot, locked camera, fixed camera
    pan left: the camera pans left, pan left, pans left, panning left
    pan right: the camera pans right, pan right, pans right, panning right, panning, camera pans, pan
    tilt up: the camera tilts up, tilt up, tilts up, crane up, looking up
    tilt down: the camera tilts down, tilt down, tilts down, crane down, looking down
    zoom in: the camera zooms in, zoom in, zooms in, zooming in, push in, dolly in, zoom, zooms
    zoom out: the camera zooms out, zoom out, zooms out, zooming out, pull back, dolly out
    follow: the camera follows, tracking shot, follow shot, camera follows, dolly shot
    orbit: the camera orbits, orbit, orbiting, orbits, circling camera
    handheld: handheld camera, handheld, shaky camera, shaky
    close: in close-up, close-up, close up, closeup, macro, portrait shot
    wide: in a wide shot, wide shot, wide angle, long shot, panorama, establishing shot
""")
STYLE_WORDS = _table("""
    diorama: diorama style, diorama, miniature world, tilt-shift
    paper: paper style, paper, paper cutout, paper cut, cutout, papercraft, paper theatre, collage
    watercolour: watercolour style, watercolour, watercolor, aquarelle, painted, painting, ink wash
    neon: neon style, neon, cyberpunk, synthwave, vaporwave, futuristic
    noir: noir style, noir, film noir, black and white, monochrome, black-and-white
    pixel: pixel style, pixel, pixel art, 8-bit, 8 bit, retro game, pixelated
    clay: clay style, clay, claymation, plasticine, stop motion, stop-motion
    felt: felt style, felt, wool, felted, needle felt
    anime: anime style, anime, manga, cartoon, cel shaded, ghibli
    sketch: sketch style, sketch, pencil, pencil drawing, charcoal, drawing, hand-drawn
    vintage: vintage style, vintage, old film, sepia, retro, super 8
    comic: comic style, comic, comic book, pop art, halftone, graphic novel
""")
MUSIC_WORDS = _table("""
    calm: calm, peaceful, relaxing, gentle, quiet, soft, lofi, ambient, dreamy
    happy: happy, cheerful, joyful, upbeat, funny, cute, sunny
    sad: sad, melancholic, melancholy, sorrowful, lonely
    tense: tense, scary, creepy, horror, suspenseful, dangerous
    epic: epic, heroic, dramatic, cinematic, majestic, triumphant
    playful: playful, silly, bouncy, quirky, circus
    mysterious: mysterious, magical, eerie, enchanted, mystical
    romantic: romantic, love, tender, sentimental
""")
MUSIC_NOUNS = (
    "music", "melody", "song", "tune", "soundtrack", "score", "jazz", "waltz", "piano",
    "guitar", "violin", "orchestra", "flute", "drums", "mood", "atmosphere",
)  # fmt: skip
SILENCE_WORDS = ("silent", "mute", "muted", "no sound", "without sound", "soundless", "in silence")
WET_WORDS = ("wet", "rain-soaked", "soaked", "puddled", "reflective")
RELATION_WORDS = _table("""
    on: on, on top of, onto, upon
    under: under, below, beneath, underneath
    beside: next to, beside, near, by, alongside, with
    behind: behind
    before: in front of
    above: above, over
""")
NEGATIONS = ("no", "without", "not", "never", "don't", "doesn't", "isn't", "aren't", "nothing")
