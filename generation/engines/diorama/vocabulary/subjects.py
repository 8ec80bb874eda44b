"""What may stand on the stage: one row per subject. Adding a row and a drawing adds a word."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal, NamedTuple

Kind = Literal["beast", "bird", "fish", "bug", "person", "vehicle", "thing", "plant"]


class Subject(NamedTuple):
    """One subject. `height` is in stage units (1 is the short side of a portrait canvas).

    `habit` is what it does when the prompt gives it nothing to do; `colour` names its natural
    colour, or "any" when nature has none and the seed chooses.
    """

    name: str
    kind: Kind
    height: float
    colour: str
    habit: str
    plural: str
    synonyms: tuple[str, ...]
    material: str

    @property
    def is_alive(self) -> bool:
        """Whether it has a face and may speak, eat or sleep."""
        return self.kind in {"beast", "bird", "fish", "bug", "person"}


# name | height | colour | habit | material | plural ("-" means add s) | synonyms
_ROWS: dict[Kind, str] = {
    "beast": """
        dog       .40 brown  walk  fur  -         puppy,hound,doggy,corgi,terrier
        cat       .36 orange walk  fur  -         kitten,kitty,tomcat
        fox       .36 rust   walk  fur  foxes     vixen
        wolf      .44 grey   walk  fur  wolves    husky
        lion      .50 gold   walk  fur  -         lioness
        tiger     .47 orange walk  fur  -         -
        bear      .54 brown  walk  fur  -         grizzly
        panda     .50 white  idle  fur  -         -
        rabbit    .30 cream  jump  fur  -         bunny,hare
        mouse     .20 grey   run   fur  mice      hamster,rat
        horse     .62 brown  run   fur  -         pony,stallion,mare
        unicorn   .62 white  run   fur  -         -
        cow       .54 white  eat   fur  -         bull,calf
        pig       .38 pink   walk  fur  -         piglet
        sheep     .40 cream  eat   fur  sheep     lamb
        goat      .42 cream  jump  fur  -         kid goat
        deer      .60 brown  walk  fur  deer      stag,reindeer,fawn
        giraffe   .86 gold   walk  fur  -         -
        elephant  .64 grey   walk  fur  -         -
        dinosaur  .66 green  walk  scales -       dino,trex,t-rex
        dragon    .58 red    fly   scales -       -
        frog      .24 green  jump  scales -       toad
        turtle    .26 green  walk  scales -       tortoise
        hedgehog  .22 brown  walk  fur  -         porcupine""",
    "bird": """
        bird      .22 blue   fly   feathers -     songbird,robin,sparrow,swallow
        crow      .25 black  fly   feathers -     raven,blackbird
        duck      .28 white  swim  feathers -     duckling,goose
        chicken   .32 white  walk  feathers -     hen,chick
        rooster   .38 rust   walk  feathers -     cockerel
        owl       .32 brown  idle  feathers -     -
        penguin   .38 navy   walk  feathers -     -
        parrot    .30 red    fly   feathers -     macaw
        flamingo  .56 pink   idle  feathers -     stork,heron""",
    "fish": """
        fish      .22 orange swim  scales fish    goldfish,clownfish
        whale     .52 navy   swim  scales -       -
        dolphin   .36 teal   swim  scales -       -
        shark     .40 grey   swim  scales -       -
        octopus   .42 purple swim  scales octopuses squid
        jellyfish .36 pink   float scales jellyfish -""",
    "bug": """
        bee       .18 yellow fly   fur  -         bumblebee,wasp
        butterfly .22 orange fly   paper butterflies moth
        ladybug   .18 red    walk  shell -        ladybird,beetle""",
    "person": """
        person    .66 any    walk  cloth people   human,someone,stranger
        woman     .68 any    walk  cloth women    lady,queen,grandmother
        man       .70 any    walk  cloth men      guy,king,grandfather
        girl      .56 any    walk  cloth -        sister,princess
        boy       .56 any    walk  cloth -        brother,child,prince
        chef      .68 white  idle  cloth -        cook,baker
        astronaut .64 white  float cloth -        spaceman,cosmonaut
        wizard    .70 purple idle  cloth -        witch,magician,sorcerer
        knight    .68 silver walk  metal -        -
        robot     .60 teal   walk  metal -        android
        ghost     .46 white  float cloth -        spirit,phantom
        snowman   .58 white  idle  snow snowmen   -
        monkey    .46 brown  dance fur  -         ape,chimpanzee""",
    "vehicle": """
        car       .34 any    drive metal -        automobile,taxi,sedan
        bus       .50 any    drive metal buses    coach,minibus
        truck     .46 any    drive metal -        lorry,pickup
        tractor   .42 any    drive metal -        -
        train     .44 any    drive metal -        locomotive,tram
        boat      .46 any    sail  wood -         ship,sailboat,yacht
        plane     .36 any    fly   metal -        airplane,aeroplane,jet
        helicopter .38 any   fly   metal -        chopper
        rocket    .64 white  launch metal -       spaceship,spacecraft
        ufo       .34 silver float metal -        flying saucer""",
    "thing": """
        ball      .22 any    bounce rubber -      football,basketball
        cube      .22 any    fall  wood -         block,box,crate,dice
        balloon   .34 any    float rubber -       -
        apple     .18 red    idle  fruit -        -
        pumpkin   .26 orange idle  fruit -        jack-o-lantern
        cup       .18 any    idle  stone -        mug,coffee
        teapot    .24 any    idle  stone -        kettle
        book      .22 any    idle  paper -        -
        lamp      .50 any    glow  metal -        lantern,streetlight
        candle    .26 cream  glow  wax  -         -
        clock     .30 any    idle  wood -         watch
        guitar    .50 brown  play  wood -         ukulele,violin
        piano     .50 black  play  wood -         keyboard
        drum      .30 red    play  wood -         -
        umbrella  .46 any    idle  cloth -        parasol
        kite      .34 any    fly   paper -        -
        cake      .28 pink   idle  cake -         cupcake
        gift      .24 any    idle  paper -        present,parcel
        star      .22 gold   glow  metal -        -
        bell      .26 gold   shake metal -        -
        chair     .36 any    idle  wood -         stool,bench
        mushroom  .26 red    idle  plant -        toadstool
        house     .80 any    idle  stone -        cottage,cabin,hut,home""",
    "plant": """
        tree      .86 green  sway  plant -        oak
        pine      .86 green  sway  plant -        fir,spruce,christmas tree
        palm      .84 green  sway  plant -        palm tree
        flower    .32 any    sway  plant -        rose,tulip,daisy,blossom
        sunflower .52 yellow sway  plant -        -
        cactus    .44 green  idle  plant cacti    cactuses""",
}


def _read(kind: Kind, row: str) -> Subject:
    name, height, colour, habit, material, plural, *synonyms = row.split(maxsplit=6)
    words = synonyms[0].split(",") if synonyms and synonyms[0] != "-" else []
    return Subject(
        name=name,
        kind=kind,
        height=float(height),
        colour=colour,
        habit=habit,
        plural=f"{name}s" if plural == "-" else plural,
        synonyms=tuple(words),
        material=material,
    )


SUBJECTS = MappingProxyType(
    {
        subject.name: subject
        for kind, table in _ROWS.items()
        for subject in (_read(kind, row) for row in table.strip().splitlines())
    }
)
