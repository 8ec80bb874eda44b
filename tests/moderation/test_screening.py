"""The prompt gate and the output gate."""

import numpy as np
import pytest

from core.subjects import SubjectRef
from moderation import actions
from moderation.models import Case, Event, Standing, Verdict
from moderation.spec import Outcome, Stage

pytestmark = pytest.mark.django_db


def moving(seconds=3, rate=1.0):
    """Frames that are neither blank nor frozen nor flashing."""
    shape = (int(seconds * rate), 32, 18, 3)
    ramp = np.linspace(0, 120, 32 * 18 * 3).reshape(1, 32, 18, 3)
    return (ramp + np.arange(shape[0]).reshape(-1, 1, 1, 1) * 2).astype(np.uint8)


def tone(seconds=1.0):
    return (0.3 * np.sin(np.linspace(0, 2000, int(16_000 * seconds)))).astype(np.float32)


def review(subject, **changes):
    facts = {
        "digest": "d" * 64,
        "frames": moving(),
        "audio": tone(),
        "transcript": "",
        "prompt": "a red ball bounces on a wet street",
    } | changes
    return actions.review_media(subject, **facts)


@pytest.fixture
def render():
    return SubjectRef("clip", "0192f0c0-0000-7000-8000-000000000001")


def test_a_harmless_prompt_passes_and_the_verdict_is_kept(ana):
    verdict = actions.screen_prompt("a red ball bounces on a wet street at night, rain", by=ana)
    assert verdict.outcome == Outcome.ALLOW
    assert Verdict.objects.get().stage == Stage.PROMPT


def test_a_refusal_names_rule_span_change_and_appeal(ana):
    text = "in the park, a n-u-d-e woman walks"
    with pytest.raises(actions.PromptRefusedError) as caught:
        actions.screen_prompt(text, by=ana)
    facts = caught.value.facts
    assert facts["rule"]["code"] == "sexual"
    assert text[slice(*facts["span"])] == "n-u-d-e" == facts["text"]
    assert "dressed" in facts["change"]
    assert facts["appeal"]["slip"]
    assert caught.value.field == "prompt"


def test_a_refusal_does_not_show_scores_or_detectors(ana):
    with pytest.raises(actions.PromptRefusedError) as caught:
        actions.screen_prompt("hardcore sex video", by=ana)
    assert "value" not in str(caught.value.facts["reasons"])
    assert "prompt_rules" not in str(caught.value.facts["reasons"])


def test_a_rule_broken_in_steps_along_a_lineage_is_refused(ana):
    actions.screen_prompt("slowly the camera turns in her lingerie shop", by=ana)
    with pytest.raises(actions.PromptRefusedError) as caught:
        actions.screen_prompt(
            "now she wears lingerie", by=ana, lineage=["a schoolgirl in a sunny classroom"]
        )
    assert caught.value.facts["rule"]["code"] == "sexual-minors"


def test_a_person_who_lent_their_likeness_may_be_named(ana):
    with pytest.raises(actions.PromptRefusedError):
        actions.screen_prompt("Taylor Swift plays the tuba", by=ana)
    verdict = actions.screen_prompt("Taylor Swift plays the tuba", by=ana, granted=["Taylor Swift"])
    assert verdict.outcome == Outcome.ALLOW


def test_a_doubtful_prompt_is_held_for_a_person_not_refused(ana):
    verdict = actions.screen_prompt("a nude marble statue in a museum", by=ana)
    assert verdict.outcome == Outcome.HOLD


def test_a_comment_may_name_a_singer_but_not_threaten(ana):
    said = actions.screen_text("looks like a Taylor Swift video", by=ana)
    assert said.outcome == Outcome.ALLOW
    with pytest.raises(actions.TextRefusedError):
        actions.screen_text("i know where you live", by=ana)


def test_a_clean_clip_is_allowed_and_stands_clear(render):
    verdict = review(render)
    assert verdict.outcome == Outcome.ALLOW
    assert verdict.subject_digest == "d" * 64
    assert set(verdict.versions) == {"prompt_rules", "sound", "frames"}
    assert Standing.objects.get().state == Standing.State.CLEAR
    assert not Case.objects.exists()


def test_a_blank_clip_is_held_and_opens_one_case(render):
    for _ in range(2):
        verdict = review(render, frames=np.zeros((3, 32, 18, 3), np.uint8))
        assert verdict.outcome == Outcome.HOLD
    assert Case.objects.get().queue == "output"
    assert Standing.objects.get().state == Standing.State.HELD


def test_spoken_words_are_judged_like_written_ones(render):
    verdict = review(render, transcript="heil hitler")
    assert verdict.outcome == Outcome.REFUSE


def test_a_classifier_that_fails_makes_a_hold(render, settings):
    settings.MODERATION_CLASSIFIERS = settings.MODERATION_CLASSIFIERS | {
        "weights": {
            "BACKEND": "moderation.classifiers.fake.Scripted",
            "OPTIONS": {"fails": True, "accepts": ["frames"]},
        }
    }
    verdict = review(render)
    assert verdict.outcome == Outcome.HOLD
    assert verdict.reasons[0]["note"] == "weights failed"


def test_a_medium_that_nobody_looks_at_makes_a_hold(render, settings):
    kept = {"prompt_rules": settings.MODERATION_CLASSIFIERS["prompt_rules"]}
    settings.MODERATION_CLASSIFIERS = kept
    verdict = review(render)
    assert verdict.outcome == Outcome.HOLD
    assert {reason["note"] for reason in verdict.reasons} == {
        "no classifier for audio",
        "no classifier for frames",
    }


def test_nothing_more_is_measured_once_something_refuses(render, settings):
    settings.MODERATION_CLASSIFIERS = settings.MODERATION_CLASSIFIERS | {
        "weights": {
            "BACKEND": "moderation.classifiers.fake.Scripted",
            "OPTIONS": {"fails": True, "accepts": ["frames"]},
        }
    }
    verdict = review(render, prompt="gore and guts spilling out")
    assert verdict.outcome == Outcome.REFUSE
    assert "weights" not in verdict.versions


def test_events_and_verdicts_cannot_be_changed(render):
    from django.db import IntegrityError, transaction

    review(render)
    for rows in (Verdict.objects, Event.objects):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(outcome="refuse")
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all()._raw_delete("default")


def test_thresholds_are_rows_that_old_verdicts_keep(render, mod):
    first = review(render, prompt="a nude marble statue in a museum")
    values = first.thresholds.values | {"sexual.art": {"label": 0.5}}
    actions.set_thresholds(values, by=mod, note="Museums are fine here.")
    second = review(render, prompt="a nude marble statue in a museum")
    assert (first.outcome, second.outcome) == (Outcome.HOLD, Outcome.LABEL)
    assert second.thresholds_id > first.thresholds_id
