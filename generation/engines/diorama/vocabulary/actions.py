"""What subjects do: one row per action, with the verb forms that name it in a prompt."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class Action(NamedTuple):
    """One action. `verb` is the third person that captions use ("a cat *runs*").

    `travels` says that the subject leaves its place; `wants_target` that it needs a second
    subject ("a dog chases a ball").
    """

    name: str
    verb: str
    plural_verb: str
    words: tuple[str, ...]
    travels: bool
    wants_target: bool

    def said(self, *, plural: bool, transitive: bool) -> str:
        """Return the verb as captions write it."""
        if transitive and self.name in TRANSITIVE:
            return TRANSITIVE[self.name][plural]
        return self.plural_verb if plural else self.verb


# Verbs that change when a noun follows: singular and plural.
TRANSITIVE = MappingProxyType({"look": ("looks at", "look at"), "play": ("plays", "play")})


# name | verb | plural verb | other words (base, -ing and past forms are made) | flags
_ROWS = """
    idle   | stands  | stand  | stand,standing,stood,wait,waits,waiting,rest,rests,resting,sit,sits,sitting,sat,still | -
    walk   | walks   | walk   | stroll,strolls,strolling,wander,wanders,wandering,march,marches,marching,crawl,crawls,crawling | t
    run    | runs    | run    | running,ran,sprint,sprints,sprinting,gallop,gallops,galloping,race,races,racing,rush,rushes,hurry,hurries | t
    jump   | jumps   | jump   | hop,hops,hopping,leap,leaps,leaping,skip,skips,skipping | -
    bounce | bounces | bounce | bouncing | -
    roll   | rolls   | roll   | tumble,tumbles,tumbling | t
    fly    | flies   | fly    | flying,flew,soar,soars,soaring,glide,glides,gliding | t
    float  | floats  | float  | hover,hovers,hovering,drift,drifts,drifting,levitate,levitates,levitating | -
    swim   | swims   | swim   | swimming,swam,dive,dives,diving | t
    drive  | drives  | drive  | driving,drove,ride,rides,riding,cruise,cruises,cruising | t
    sail   | sails   | sail   | row,rows,rowing | t
    launch | launches| launch | launching,lift off,lifts off,lifting off,take off,takes off,taking off,blast off,blasts off,rise,rises,rising | -
    fall   | falls   | fall   | falling,fell,drop,drops,dropping,crash,crashes,crashing | -
    spin   | spins   | spin   | spinning,spun,rotate,rotates,rotating,twirl,twirls,twirling,turn around | -
    slide  | slides  | slide  | sliding,slid,skate,skates,skating,skateboard,skateboards,skateboarding,ski,skis,skiing,surf,surfs,surfing | t
    dance  | dances  | dance  | dancing,groove,grooves,grooving,party,parties,partying | -
    chase  | chases  | chase  | chasing,follow,follows,following,hunt,hunts,hunting | tw
    kick   | kicks   | kick   | hit,hits,hitting,push,pushes,pushing,throw,throws,throwing,play with,plays with,playing with | w
    sleep  | sleeps  | sleep  | sleeping,slept,asleep,nap,naps,napping,snore,snores,snoring,dream,dreams,dreaming | -
    eat    | eats    | eat    | eating,ate,graze,grazes,grazing,chew,chews,chewing,munch,munches,munching | -
    sing   | sings   | sing   | singing,sang,howl,howls,howling | -
    talk   | talks   | talk   | talking,speak,speaks,speaking,chat,chats,chatting | -
    wave   | waves   | wave   | waving,greet,greets,greeting | -
    play   | plays music | play music | playing music,perform,performs,performing,play,plays,playing,drumming | -
    look   | looks around | look around | look,looks,looking,watch,watches,watching,stare,stares,staring,search,searches,searching | -
    sway   | sways   | sway   | swaying,swing,swings,swinging,rock,rocks,rocking | -
    shake  | shakes  | shake  | shaking,tremble,trembles,trembling,shiver,shivers,shivering,wobble,wobbles,wobbling,ring,rings,ringing | -
    glow   | glows   | glow   | glowing,shine,shines,shining,shimmer,shimmers,shimmering,burn,burns,burning,flicker,flickers,flickering | -
"""


def _forms(verb: str, plural_verb: str, more: str) -> tuple[str, ...]:
    base = plural_verb.split(maxsplit=1)[0]
    stem = base.removesuffix("e")
    rest = plural_verb[len(base) :]
    made = (verb, plural_verb, f"{stem}ing{rest}", f"{stem}ed{rest}")
    return (*made, *more.split(","))


def _read(row: str) -> Action:
    name, verb, plural_verb, more, flags = (cell.strip() for cell in row.split("|"))
    return Action(
        name=name,
        verb=verb,
        plural_verb=plural_verb,
        words=_forms(verb, plural_verb, more),
        travels="t" in flags,
        wants_target="w" in flags,
    )


ACTIONS = MappingProxyType(
    {action.name: action for action in map(_read, _ROWS.strip().splitlines())}
)
