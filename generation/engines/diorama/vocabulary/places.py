"""Where a clip happens: one row per place."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class Place(NamedTuple):
    """One place. `ground` is the material that feet and balls touch.

    `gravity` is a share of the everyday pull, `has_sky` tells a room from a landscape and
    `bed` names the sound that is always there.
    """

    name: str
    phrase: str
    ground: str
    gravity: float
    has_sky: bool
    bed: str
    words: tuple[str, ...]


# name | phrase in captions | ground | gravity | sky | bed | words
_ROWS = """
    meadow     | in a meadow       | grass  | 1    | y | birds      | field,grass,grassland,prairie,hill,hills,lawn,countryside
    forest     | in a forest       | grass  | 1    | y | birds      | woods,woodland
    jungle     | in a jungle       | grass  | 1    | y | crickets   | rainforest
    park       | in a park         | grass  | 1    | y | birds      | playground
    garden     | in a garden       | grass  | 1    | y | birds      | backyard,yard,flowerbed
    farm       | on a farm         | grass  | 1    | y | birds      | barn,ranch,farmyard
    street     | on a street       | stone  | 1    | y | city       | road,city,town,downtown,alley,avenue,sidewalk,highway,village
    rooftop    | on a rooftop      | stone  | 1    | y | city       | roof,balcony
    station    | at a station      | stone  | 1    | y | crowd      | platform,railway,subway
    castle     | by a castle       | stone  | 1    | y | wind       | palace,fortress,kingdom
    beach      | on a beach        | sand   | 1    | y | sea        | shore,coast,seaside,island
    sea        | on the sea        | water  | 1    | y | sea        | ocean,waves,open water
    lake       | on a lake         | water  | 1    | y | river      | river,pond,stream,canal
    underwater | underwater        | sand   | .35  | n | underwater | under the sea,under water,under the ocean,coral reef,reef,seabed,deep sea
    desert     | in a desert       | sand   | 1    | y | wind       | dunes,sahara,canyon
    mountains  | in the mountains  | stone  | 1    | y | wind       | mountain,alps,peak,cliff,valley,volcano
    snowfield  | in a snowfield    | snow   | 1    | y | snow       | arctic,tundra,north pole,ice field,winter landscape,winter wonderland,antarctica
    moon       | on the moon       | sand   | .17  | n | space      | lunar surface,mars,planet,crater
    space      | in space          | air    | 0    | n | space      | outer space,galaxy,orbit,cosmos,universe
    sky        | in the sky        | air    | 1    | y | wind       | clouds,above the clouds,heaven,air
    room       | in a living room  | wood   | 1    | n | -          | room,living room,bedroom,house interior,indoors,inside,carpet
    kitchen    | in a kitchen      | stone  | 1    | n | -          | cooking room
    cafe       | in a cafe         | wood   | 1    | n | cafe       | café,restaurant,coffee shop,bar,diner
    library    | in a library      | wood   | 1    | n | -          | bookshop,study,classroom,school
    stage      | on a stage        | wood   | 1    | n | crowd      | theatre,theater,concert,concert hall,circus,disco,club
"""


def _read(row: str) -> Place:
    name, phrase, ground, gravity, sky, bed, words = (cell.strip() for cell in row.split("|"))
    return Place(
        name=name,
        phrase=phrase,
        ground=ground,
        gravity=float(gravity),
        has_sky=sky == "y",
        bed="" if bed == "-" else bed,
        words=tuple(words.split(",")),
    )


PLACES = MappingProxyType({place.name: place for place in map(_read, _ROWS.strip().splitlines())})
