"""English spelling to sound, by ordered rules that look at the letters around.

The form (left context, letters, right context, sounds; first match wins) is that of Elovitz et al.,
"Automatic translation of English text to phonetics by means of letter-to-sound rules", NRL Report
7948, 1976. The rules are ours.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from generation.engines.diorama.sound.lexicon import LETTER_NAMES, LEXICON
from generation.engines.diorama.sound.phonemes import VOICELESS, VOWELS

# In contexts: V is a vowel letter, C a consonant letter, * "a vowel somewhere before". Fields:
# left/letters/right/sounds.
_RULES = """
^/a/$/AX  /ation//EY SH AX N  *C/able/$/AX B AX L  /aught//AO T  /augh//AE F  /air//EH R
/are/$/EH R  w/ar//AO R  /ar/V/EH R  *C/ard/$/ER D  *C/ar/$/ER  /ar//AA R  /au//AO  /aw//AO  /ay//EY
/ai/n?$/EY  /ai//EY  /all//AO L  /al/k/AO  /alm//AA M  w/a/[tns]/AA  *C/age/$/IH JH  /ange//EY N JH
/a/ste$/EY  *C/al/l?y?$/AX L  *C/ance/$/AX N S  *C/ant/s?$/AX N T  *C/an/s?$/AX N  *C/ate/$/EY T
/a/[bcdfgkmnpstvz]e(s|d|r|rs|ly|ful|less)?$/EY  /a/le(s|d|r)?$/EY
^C+/a/[bcdgkmnpstvz](ing|y|ies)$/EY  /a/Cion/EY  /a/C(ious|ient)/EY  ^/a/[bglmrvw][aeiou]/AX
^/a/(cc|ff|ll|nn|pp|ss|tt)V/AX  *C/a/$/AX  /a/$/AA  /aa//AA  /ae//IY  /a//AE
*/e/$/  /e/$/IY  (s|x|z|ch|sh|[cg])/es/$/IH Z  */es/$/Z  [td]/ed/$/IH D  */ed/$/D  /eer//IH R
/ear/[nlt]/ER  /ear//IH R  /eau//OW  /ea/d$/EH  /ea/[sv]ure/EH  /ea//IY  /ee//IY  /eigh//EY
/eir/$/EH R  /ei//IY  [fvmkphb]/ew//Y UW  /ew//UW  /eu//Y UW  /ey/s?$/IY  /ey//EY  /ere/$/IH R
/er/[aeiou]/EH R  /er//ER  ^(b|d|r|pr)/e/C[aeiouy]/IH  ^/ex/[aeiou]/IH G Z  ^/ex//IH K S
*/e/(ly|ful|less|ness|ment)/  *C/ent/(s|ly)?$/AX N T  *C/ence/$/AX N S  *C/ess/$/AX S
*C/est/$/IH S T  *C/et/s?$/AX T  *C/e/[nlm]s?$/AX  /e/Ce$/IY  /e/[bcdgkmtv][iu]/EH  ^C+/e/$/IY
/eo//IY AX  /e//EH
^/i/$/AY  /igh//AY  /ign/$/AY N  /ind/s?$/AY N D  /ild/$/AY L D  /ire/(d|s)?$/AY ER
/ir/[aeiou]/IH R  /ir//ER  ^C*/ie/$/AY  /ie/$/IY  ^C*/ied/$/AY D  /ied/$/IY D  ^C*/ies/$/AY Z
/ies/$/IY Z  /ier/$/IY ER  /iest/$/IY AX S T  /iece//IY S  /ie//IY  /ious//IY AX S  /ion//Y AX N
/ique//IY K  /ize//AY Z  /ise/$/AY Z  /i/[bcdfgklmnpstvz]e(s|d|r|rs|ly)?$/AY
^C+/i/[bcdfgklmnptvz](ing|y)$/AY  ^C*/i/C?l?$/IH  /ia//IY AX  /io//IY OW  *C/ity/$/IH T IY  /i/$/IY
/i//IH
/oo/k/UH  /oor//AO R  /oo/d(s|en)?$/UH  /oo//UW  /ought//AO T  /ough//AO  /our//AO R
/ous/(ly)?$/AX S  /ould//UH D  /ou//AW  /ow/[lnde]/AW  /ow//OW  /oy//OY  /oi//OY  /oar//AO R
/oa//OW  /oe/s?$/OW  w/or//ER  /ore/s?$/AO R  *C/or/s?$/ER  /or//AO R
/o/[bcdfgklmnpstvz]e(s|d|r|rs|ly)?$/OW  ^C+/o/[bcdfgklmnptvz](ing|y)$/OW  /o/l[dt]/OW  /o/st$/OW
/o/ll$/OW  /oth/er/AH DH  /o/ng/AO  /o/(ss|ff|g$)/AO  *C/o/[nm]s?$/AX  ^/o/Ce/OW  /o/$/OW  /o/es$/OW
/o/(tion|sion|cean)/OW  /o/[aeiu]/OW  /o//AA
^/uni//Y UW N IH  ^/un//AH N  /ur/[aeiou]/UH R  /ur//ER  q/u//W  g/u/[aeiy]/  /ue/$/UW  /ui/[^n]/UW
[rljs]/u/C(e|es|ed|er|ing)$/UW  /u/[bcdfgklmnptv](e|es|ed|er|ing)$/Y UW  [rljs]/u/C[aeiou]/UW
/u/[bcdfgkmtv][aiou]/Y UW  [fpb]/u/ll/UH  /u/sion/UW  /uy//AY  /u/$/UW  /u//AH
^/y//Y  ^C+/y/$/AY  /ying/$/IY IH NG  /y/$/IY  /y/Ce$/AY  C/y//IH  /y//IY
m/b/$/  /bb//B  /b//B
/cc/[eiy]/K S  /cc//K  /ck//K  /cial//SH AX L  /cious//SH AX S  /cian//SH AX N  s/ch//K  /ch/[rl]/K
/ch//CH  s/c/[eiy]/  /c/[eiy]/S  /c//K
/dge//JH  /dg//JH  /dd//D  /d//D
/ff//F  /fly/$/F L AY  /f//F
/ght//T  ^/gh//G  /gh//  /gg//G  ^/gn//N  /gn/$/N  /gue/$/G  /g/er$/G  /g/i[rf]/G  /g/[eiy]/JH
/g//G
/h/C/  V/h/$/  /h//HH
/j//JH
^/kn//N  /kk//K  /k//K
[^aeiouyrl]/les/$/AX L Z  [^aeiouyrl]/led/$/AX L D  [^aeiouyrl]/le/$/AX L  /ll//L  /l//L
/mm//M  /m//M
m/n/$/  /ng/(s|ed|ing)?$/NG  /ng/e/N JH  /ng//NG G  /nn//N  /n/[kxq]/NG  /n//N
/ph//F  /pp//P  ^/ps//S  /p//P
/que/$/K  /qu//K W  /q//K
/rr//R  /rh//R  /r//R
/sh//SH  /ssion//SH AX N  V/sion//ZH AX N  /sion//SH AX N  V/sure//ZH ER  /ssure//SH ER  /sch//S K
/ss//S  /st/(le|en)$/S  V/s/[aeiou]/Z  /s/m$/Z AX  [ui]/s/$/S  /s/$/Z  /s//S
/tion//SH AX N  /tious//SH AX S  /tial//SH AX L  /tch//CH  /ture//CH ER  /th/er$/DH  /th/e$/DH
/th//TH  /tt//T  /t//T
/v//V
^/wr//R  ^/who//HH UW  /wh//W  V/w/$/  /w//W
^/x//Z  /x//K S
/zz//Z  /z//Z
/'s/$/Z  /'//
"""


class Rule(NamedTuple):
    """Say `letters` as `sounds` where what stands before and after fits."""

    left: re.Pattern[str]
    letters: str
    right: re.Pattern[str]
    sounds: tuple[str, ...]


def _context(pattern: str) -> str:
    return pattern.replace("V", "[aeiouy]").replace("C", "[bcdfghjklmnpqrstvwxz]")


def _left(pattern: str) -> str:
    if pattern.startswith("*"):
        return "[aeiouy].*" + _context(pattern[1:])
    return _context(pattern)


def _rules() -> dict[str, list[Rule]]:
    table: dict[str, list[Rule]] = {}
    for line in re.split(r"\s{2,}|\n", _RULES.strip()):
        left, letters, right, sounds = line.strip().split("/")
        rule = Rule(
            re.compile(f"(?:{_left(left)})$"),
            letters,
            re.compile(_context(right)),
            tuple(sounds.split()),
        )
        table.setdefault(letters[0], []).append(rule)
    return table


RULES = _rules()


@lru_cache(maxsize=4096)
def pronounce(word: str) -> tuple[str, ...]:
    """Give the sounds of one word of plain letters and apostrophes, in lower case."""
    if word in LEXICON:
        return LEXICON[word]
    if len(word) > 1 and not re.search("[aeiouy]", word):
        return spell(word)
    return _voiced_endings(_by_rule(word))


def spell(word: str) -> tuple[str, ...]:
    """Say a word letter by letter."""
    return tuple(sound for letter in word for sound in LETTER_NAMES.get(letter, "").split())


def stressed_index(sounds: tuple[str, ...]) -> int:
    """Find the accented vowel: the last before -tion and its kin, else the first full one."""
    full = [k for k, sound in enumerate(sounds) if sound in VOWELS and sound != "AX"]
    if not full:
        return next((k for k, sound in enumerate(sounds) if sound in VOWELS), -1)
    if sounds[-3:] in {("SH", "AX", "N"), ("ZH", "AX", "N"), ("SH", "AX", "S"), ("SH", "AX", "L")}:
        return full[-1]
    # A light prefix (re-, be-, de-) leaves the accent to the stem.
    is_prefixed = (
        len(full) > 1 and full[0] <= 1 and sounds[full[0]] == "IH" and sounds[0] in {"B", "D", "R"}
    )
    return full[1] if is_prefixed else full[0]


def _by_rule(word: str) -> tuple[str, ...]:
    sounds: list[str] = []
    at = 0
    while at < len(word):
        rule = next((r for r in RULES.get(word[at], ()) if _fits(r, word, at)), None)
        if rule is not None:
            sounds += rule.sounds
        at += len(rule.letters) if rule else 1
    return tuple(sounds)


def _fits(rule: Rule, word: str, at: int) -> bool:
    if not word.startswith(rule.letters, at):
        return False
    end = at + len(rule.letters)
    return rule.right.match(word[end:]) is not None and rule.left.search(word[:at]) is not None


def _voiced_endings(sounds: tuple[str, ...]) -> tuple[str, ...]:
    # cats, not catz; jumped, not jumpd: a final Z or D takes after its neighbour.
    if len(sounds) > 1 and sounds[-2] in VOICELESS and sounds[-1] in {"Z", "D"}:
        return (*sounds[:-1], "S" if sounds[-1] == "Z" else "T")
    return sounds
