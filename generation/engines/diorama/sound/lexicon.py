"""Words that English spells against its own rules, and the small words that carry no stress."""

from __future__ import annotations

_IRREGULAR = """
a AX|an AE N|the DH AX|of AH V|to T UW|too T UW|two T UW|do D UW|does D AH Z|done D AH N|you Y UW
your Y AO R|yours Y AO R Z|who HH UW|whose HH UW Z|what W AH T|was W AH Z|were W ER|are AA R
our AW ER|hour AW ER|i AY|is IH Z|his HH IH Z|has HH AE Z|have HH AE V|having HH AE V IH NG|he HH IY
she SH IY|they DH EY|them DH EH M|their DH EH R|there DH EH R|then DH EH N|than DH AE N|that DH AE T
this DH IH S|these DH IY Z|those DH OW Z|with W IH DH|be B IY|been B IH N|as AE Z|us AH S|yes Y EH S
bus B AH S|gas G AE S|said S EH D|says S EH Z|one W AH N|once W AH N S|some S AH M|come K AH M
comes K AH M Z|coming K AH M IH NG|become B IH K AH M|something S AH M TH IH NG
someone S AH M W AH N|love L AH V|loves L AH V Z|lovely L AH V L IY|above AX B AH V|gone G AO N
none N AH N|money M AH N IY|honey HH AH N IY|monkey M AH NG K IY|month M AH N TH|mother M AH DH ER
brother B R AH DH ER|other AH DH ER|another AX N AH DH ER|son S AH N|won W AH N|front F R AH N T
wonder W AH N D ER|wonderful W AH N D ER F AX L|give G IH V|gives G IH V Z|live L IH V
lives L IH V Z|living L IH V IH NG|get G EH T|gets G EH T S|getting G EH T IH NG|girl G ER L
gift G IH F T|begin B IH G IH N|together T AX G EH DH ER|forget F ER G EH T|forever F ER EH V ER
never N EH V ER|ever EH V ER|every EH V R IY|everyone EH V R IY W AH N|everything EH V R IY TH IH NG
everybody EH V R IY B AA D IY|very V EH R IY|any EH N IY|anyone EH N IY W AH N|many M EH N IY
only OW N L IY|over OW V ER|open OW P AX N|now N AW|how HH AW|cow K AW|wow W AW|allow AX L AW
bow B OW|own OW N|know N OW|known N OW N|knows N OW Z|grown G R OW N|blown B L OW N|shown SH OW N
would W UH D|could K UH D|should SH UH D|put P UH T|push P UH SH|bush B UH SH|sugar SH UH G ER
sure SH UH R|food F UW D|mood M UW D|moon M UW N|blood B L AH D|flood F L AH D|through TH R UW
though DH OW|although AO L DH OW|thought TH AO T|bought B AO T|brought B R AO T|tough T AH F
rough R AH F|enough IH N AH F|cough K AO F|laugh L AE F|laughing L AE F IH NG|work W ER K
word W ER D|world W ER L D|worm W ER M|worth W ER TH|sword S AO R D|people P IY P AX L
great G R EY T|break B R EY K|steak S T EY K|bear B EH R|pear P EH R|wear W EH R|tear T IH R
heart HH AA R T|hear HH IH R|here HH IH R|where W EH R|year Y IH R|beautiful B Y UW T AX F AX L
beauty B Y UW T IY|friend F R EH N D|friends F R EH N D Z|read R IY D|ready R EH D IY|head HH EH D
dead D EH D|bread B R EH D|heavy HH EH V IY|weather W EH DH ER|feather F EH DH ER|leather L EH DH ER
heaven HH EH V AX N|breath B R EH TH|death D EH TH|dream D R IY M|ocean OW SH AX N|idea AY D IY AX
area EH R IY AX|eye AY|eyes AY Z|buy B AY|bye B AY|goodbye G UH D B AY|hi HH AY|hello HH EH L OW
hey HH EY|okay OW K EY|ok OW K EY|please P L IY Z|thanks TH AE NG K S|welcome W EH L K AX M
sorry S AA R IY|alright AO L R AY T|woman W UH M AX N|women W IH M IH N|man M AE N|child CH AY L D
children CH IH L D R AX N|baby B EY B IY|water W AO T ER|watch W AA CH|want W AA N T
wants W AA N T S|wash W AA SH|warm W AO R M|war W AO R|walk W AO K|talk T AO K|half HH AE F
calm K AA M|father F AA DH ER|rather R AE DH ER|again AX G EH N|against AX G EH N S T
about AX B AW T|around AX R AW N D|away AX W EY|alone AX L OW N|along AX L AO NG|ago AX G OW
animal AE N AX M AX L|always AO L W EY Z|almost AO L M OW S T|already AO L R EH D IY|also AO L S OW
because B IH K AO Z|before B IH F AO R|believe B IH L IY V|between B IH T W IY N|build B IH L D
busy B IH Z IY|business B IH Z N AX S|city S IH T IY|pretty P R IH T IY|minute M IH N AX T
kitchen K IH CH AX N|mountain M AW N T AX N|captain K AE P T AX N|certain S ER T AX N|fire F AY ER
wind W IH N D|wild W AY L D|kind K AY N D|find F AY N D|mind M AY N D|behind B IH HH AY N D
climb K L AY M|island AY L AX N D|quiet K W AY AX T|science S AY AX N S|lion L AY AX N
giant JH AY AX N T|tiny T AY N IY|tiger T AY G ER|robot R OW B AA T|planet P L AE N AX T
magic M AE JH IH K|dragon D R AE G AX N|dinosaur D AY N AX S AO R|astronaut AE S T R AX N AO T
rocket R AA K AX T|wizard W IH Z ER D|ghost G OW S T|most M OW S T|lost L AO S T|cost K AO S T
both B OW TH|cold K OW L D|color K AH L ER|colour K AH L ER|move M UW V|movie M UW V IY
prove P R UW V|lose L UW Z|shoe SH UW|shoes SH UW Z|soup S UW P|group G R UW P|young Y AH NG
touch T AH CH|country K AH N T R IY|trouble T R AH B AX L|double D AH B AX L|cousin K AH Z AX N
house HH AW S|mouse M AW S|horse HH AO R S|nurse N ER S|goose G UW S|loose L UW S|course K AO R S
four F AO R|door D AO R|floor F L AO R|poor P UH R|pour P AO R|music M Y UW Z IH K|use Y UW Z
used Y UW Z D|future F Y UW CH ER|human HH Y UW M AX N|super S UW P ER|student S T UW D AX N T
guitar G IH T AA R|guess G EH S|guy G AY|guys G AY Z|guard G AA R D|fruit F R UW T|juice JH UW S
suit S UW T|listen L IH S AX N|often AO F AX N|castle K AE S AX L|whistle W IH S AX L
answer AE N S ER|honest AA N AX S T|school S K UW L|stomach S T AH M AX K|machine M AX SH IY N
chef SH EH F|special S P EH SH AX L|delicious D IH L IH SH AX S|picture P IH K CH ER
nature N EY CH ER|danger D EY N JH ER|stranger S T R EY N JH ER|change CH EY N JH
orange AO R AX N JH|video V IH D IY OW|radio R EY D IY OW|piano P IY AE N OW|pizza P IY T S AX
taxi T AE K S IY|police P AX L IY S|today T AX D EY|tonight T AX N AY T|tomorrow T AX M AA R OW
yesterday Y EH S T ER D EY|morning M AO R N IH NG|evening IY V N IH NG|birthday B ER TH D EY
monday M AH N D EY|tuesday T UW Z D EY|wednesday W EH N Z D EY|thursday TH ER Z D EY
friday F R AY D EY|saturday S AE T ER D EY|sunday S AH N D EY|happy HH AE P IY|zero Z IH R OW
three TH R IY|five F AY V|seven S EH V AX N|eight EY T|nine N AY N|ten T EH N|eleven IH L EH V AX N
twelve T W EH L V|thirteen TH ER T IY N|fifteen F IH F T IY N|eighteen EY T IY N
twenty T W EH N T IY|thirty TH ER T IY|forty F AO R T IY|fifty F IH F T IY|eighty EY T IY
hundred HH AH N D R AX D|thousand TH AW Z AX N D|million M IH L Y AX N|i'm AY M|i'll AY L|i've AY V
i'd AY D|you're Y AO R|we're W IH R|they're DH EH R|it's IH T S|that's DH AE T S|let's L EH T S
what's W AH T S|where's W EH R Z|there's DH EH R Z|who's HH UW Z|here's HH IH R Z|he's HH IY Z
she's SH IY Z|don't D OW N T|won't W OW N T|can't K AE N T|isn't IH Z AX N T|aren't AA R AX N T
wasn't W AH Z AX N T|didn't D IH D AX N T|doesn't D AH Z AX N T|couldn't K UH D AX N T
shouldn't SH UH D AX N T|wouldn't W UH D AX N T|ha HH AA|haha HH AA HH AA|hmm HH M|hm HH M|mm M
oh OW|ooh UW|ah AA|aha AA HH AA|uh AH|um AH M|la L AA|wanna W AA N AX|gonna G AO N AX|mr M IH S T ER
mrs M IH S AX Z|dr D AA K T ER|afterimage AE F T ER IH M AX JH|image IH M AX JH|camera K AE M R AX
banana B AX N AE N AX|tomato T AX M EY T OW|potato P AX T EY T OW|chocolate CH AO K L AX T
elephant EH L AX F AX N T|penguin P EH NG G W IH N|unicorn Y UW N AX K AO R N
universe Y UW N AX V ER S
"""

LEXICON: dict[str, tuple[str, ...]] = {
    entry.split()[0]: tuple(entry.split()[1:])
    for entry in _IRREGULAR.replace("\n", "|").split("|")
    if entry
}

# Said quickly, low and without an accent, unless one of them is all there is to say.
_UNSTRESSED = """
a an the of to in on at by for from with and or but as is are was were be been am do does did has
have had i you he she it we they me him her us them my your his its our their this that than then so
if can could will would should shall may might must not no
"""
WEAK = frozenset(_UNSTRESSED.split())

LETTER_NAMES: dict[str, str] = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY",
    "h": "EY CH", "i": "AY", "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N",
    "o": "OW", "p": "P IY", "q": "K Y UW", "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW",
    "v": "V IY", "w": "D AH B AX L Y UW", "x": "EH K S", "y": "W AY", "z": "Z IY",
}  # fmt: skip
