"""What a quoted line becomes: words in time and a moving mouth, with or without espeak-ng."""

import os
import shutil
import stat

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz
from scipy.signal import resample_poly

from generation.engines.diorama.sound import play
from generation.engines.diorama.sound.letters import pronounce
from generation.engines.diorama.sound.phonemes import PHONEMES
from generation.engines.diorama.sound.reading import number_words, plain, read
from generation.engines.diorama.sound.spec import Score, SoundBed, SpokenLine
from generation.engines.diorama.sound.voice import Speaker, plan, say, speaker

RATE = 48_000
LINES = (
    SpokenLine("Hello there! I love the rain.", "dog", 0.3, 7),
    SpokenLine("So do I, you know?", "cat", 0.5, 8, is_child=True),
)


@pytest.fixture
def without_espeak(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture(params=["our own voice", "espeak-ng"])
def each_voice(request, monkeypatch, tmp_path):
    program = shutil.which("espeak-ng")
    if request.param == "our own voice":
        monkeypatch.setenv("PATH", str(tmp_path))
    elif program is None:
        pytest.skip("espeak-ng is not installed")
    return request.param


def spoken(*lines, seconds=6.0, **parts):
    return play(Score(seconds, 24, 5, lines=lines, **parts))


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("making", "M EY K IH NG"),
        ("knight", "N AY T"),
        ("nation", "N EY SH AX N"),
        ("jumped", "JH AH M P T"),
        ("cats", "K AE T S"),
        ("wanted", "W AA N T IH D"),
        ("little", "L IH T AX L"),
        ("phone", "F OW N"),
        ("queen", "K W IY N"),
        ("bright", "B R AY T"),
        ("surfing", "S ER F IH NG"),
        ("butterfly", "B AH T ER F L AY"),
        ("don't", "D OW N T"),
        ("tv", "T IY V IY"),
    ],
)
def test_a_word_is_said_as_english_says_it(word, sounds):
    assert " ".join(pronounce(word)) == sounds


def test_numbers_and_signs_are_spelled_out():
    assert number_words(25) == "twenty five"
    assert number_words(1234) == "one thousand two hundred thirty four"
    assert number_words(999_999).endswith("nine hundred ninety nine")
    says = [word for reading in read("5% & 1,000 of A.I.", seconds_max=5) for word in reading.says]
    assert says[:5] == ["five", "percent", "and", "one", "thousand"]


@pytest.mark.parametrize("text", ["Привет", "你好", "café", "안녕", "こんにちは", "naïve"])
def test_every_script_can_be_said(text):
    assert plain(text).isascii()
    assert read(text, seconds_max=3)[0].sounds


@pytest.mark.parametrize("text", ["", "   ", "?!…", "🎉🎉", "[[]] <>"])
def test_a_line_without_words_is_silence(text, without_espeak):
    played = spoken(SpokenLine(text, "dog", 0.2, 1))
    assert played.words == ()
    assert not played.sound.any()
    assert not played.mouths["dog"].any()


def test_words_come_in_order_inside_the_clip_and_speakers_take_turns(each_voice):
    played = spoken(*LINES)
    assert [word.text for word in played.words] == [
        "Hello",
        "there",
        "I",
        "love",
        "the",
        "rain",
        "So",
        "do",
        "I",
        "you",
        "know",
    ]
    assert [word.speaker for word in played.words] == ["dog"] * 6 + ["cat"] * 5
    edges = [edge for word in played.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert 0.25 < edges[0] < 0.35
    assert edges[-1] <= 6.0
    assert all(word.end_s - word.start_s > 0.02 for word in played.words)


def test_the_mouth_follows_the_voice(each_voice):
    played = spoken(*LINES)
    mono = played.sound.mean(axis=0).astype(np.float64)
    loudness = np.sqrt((mono.reshape(-1, RATE // 24) ** 2).mean(axis=1))
    mouths = played.mouths["dog"] + played.mouths["cat"]
    assert played.mouths["dog"].dtype == np.float32
    assert mouths.shape == (144,)
    assert 0 <= mouths.min() < mouths.max() <= 1
    assert np.corrcoef(mouths, loudness)[0, 1] >= 0.9
    assert not (played.mouths["dog"] * played.mouths["cat"]).any()


def test_words_are_where_the_sound_is(each_voice):
    played = spoken(SpokenLine("Stop. Now. Please. Wait.", "dog", 0.2, 7))
    mono = played.sound.mean(axis=0).astype(np.float64)
    inside = np.zeros(len(mono), dtype=bool)
    for word in played.words:
        inside[round(word.start_s * RATE) : round(word.end_s * RATE)] = True
    assert (mono[inside] ** 2).sum() > 0.97 * (mono**2).sum()


@pytest.mark.parametrize("seconds", [3.0, 2.0, 1.0])
def test_a_line_that_is_too_long_is_hurried_and_then_cut_at_a_word(seconds, each_voice):
    text = "One two three four five six seven eight nine ten eleven twelve thirteen"
    played = spoken(SpokenLine(text, "dog", 0.4, 3), seconds=seconds)
    assert 0 < len(played.words) < 13
    assert [word.text for word in played.words] == text.split()[: len(played.words)]
    assert played.words[-1].end_s <= seconds
    assert np.abs(played.sound[:, -RATE // 100 :]).max() < 0.05


def test_a_hurried_line_keeps_all_its_words_where_it_fits(each_voice):
    text = "The little robot is dancing in the rain tonight"
    easy = spoken(SpokenLine(text, "dog", 0.0, 3), seconds=8.0)
    length = easy.words[-1].end_s / 1.15
    hurried = spoken(SpokenLine(text, "dog", 0.0, 3), seconds=length + 0.12)
    assert len(hurried.words) == 9


def test_rain_and_music_give_way_to_speech(without_espeak):
    bed = SoundBed("wind", 0.8, 0.0, 5.0)
    line = SpokenLine("Listen to me now please", "dog", 1.5, 4)
    for parts in ({"beds": (bed,)}, {"music": "calm"}):
        alone = spoken(seconds=5.0, **parts).sound
        under = spoken(line, seconds=5.0, **parts).sound - spoken(line, seconds=5.0).sound
        talking = slice(round(1.8 * RATE), round(2.4 * RATE))
        lowered = 10 * np.log10((under[:, talking] ** 2).mean() / (alone[:, talking] ** 2).mean())
        before = 10 * np.log10(
            (under[:, : RATE // 2] ** 2).mean() / (alone[:, : RATE // 2] ** 2).mean()
        )
        assert lowered < -5
        assert abs(before) < 1


def test_a_seed_is_a_voice_and_a_child_speaks_higher():
    assert speaker(1, is_child=False) == speaker(1, is_child=False)
    pitches = {speaker(seed, is_child=False).pitch_hz for seed in range(12)}
    assert len(pitches) == 12
    assert min(pitches) < 135
    assert max(pitches) > 170
    assert speaker(1, is_child=True).pitch_hz > 250


@pytest.mark.parametrize("word", ["father", "sea", "zoo", "cat", "bird"])
def test_vowels_have_the_formants_that_make_them_that_vowel(word):
    who = Speaker(110.0, 1.0, 0.02, 1.0)
    readings = read(word, seconds_max=3)
    voice = resample_poly(say(readings, who, pace=1.0, rate=RATE).wave, 1, 4)
    vowel = next(s for s in plan(readings, pace=1.0) if s.phoneme.kind == "vowel")
    middle = round((vowel.at_s + vowel.seconds / 2) * 12_000)
    found = formants_hz(voice[middle - 240 : middle + 240], 12_000)
    for measured, wanted in zip(found[:2], vowel.phoneme.start[:2], strict=True):
        assert abs(measured - wanted) < 0.12 * wanted + 30


def formants_hz(wave, rate, order=14):
    """Roots of linear prediction, narrow ones only, lowest first."""
    x = np.append(wave[0], wave[1:] - 0.97 * wave[:-1]) * np.hamming(len(wave))
    lags = np.correlate(x, x, "full")[len(x) - 1 : len(x) + order]
    roots = np.roots(np.append(1, -solve_toeplitz(lags[:order], lags[1 : order + 1])))
    roots = roots[roots.imag > 0]
    hz, width = np.angle(roots) * rate / (2 * np.pi), -np.log(np.abs(roots)) * rate / np.pi
    return sorted(hz[(width < 500) & (hz > 150)])


def test_vowels_are_louder_than_the_closures_of_stops():
    readings = read("paper", seconds_max=3)
    wave = say(readings, Speaker(110.0, 1.0, 0.02, 1.0), pace=1.0, rate=RATE).wave
    levels = {}
    for sounded in plan(readings, pace=1.0):
        start = round(sounded.at_s * RATE)
        # The first half of a stop is its closure.
        part = wave[start : start + round(0.5 * sounded.seconds * RATE)]
        levels.setdefault(sounded.phoneme.kind, []).append(float(np.sqrt((part**2).mean())))
    assert min(levels["vowel"]) > 8 * levels["stop"][1]


def test_a_question_ends_higher_than_a_statement(without_espeak):
    def last_pitch_hz(text):
        wave = say(
            read(text, seconds_max=4), Speaker(110.0, 1.0, 0.0, 1.0), pace=1.0, rate=RATE
        ).wave
        tail = wave[-round(0.12 * RATE) : -round(0.04 * RATE)]
        lags = np.correlate(tail, tail, "full")[len(tail) - 1 :]
        return RATE / (RATE // 300 + int(np.argmax(lags[RATE // 300 : RATE // 60])))

    assert last_pitch_hz("Are you here now?") > 1.2 * last_pitch_hz("We are here now.")


@pytest.mark.parametrize("script", ["exit 3", "echo nonsense", "cat /dev/null"])
def test_a_broken_espeak_is_replaced_by_our_own_voice(script, monkeypatch, tmp_path):
    program = tmp_path / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin:/usr/bin")
    played = spoken(LINES[0])
    assert len(played.words) == 6


def test_markup_in_a_line_is_not_obeyed(each_voice):
    played = spoken(SpokenLine("<audio src='x'/> [[h@l'oU]] $(reboot) -v ru; hi", "dog", 0.1, 2))
    assert played.words[-1].text == "hi"


def test_every_phoneme_has_a_length_and_formants():
    assert all(phoneme.ms > 0 for phoneme in PHONEMES.values())
