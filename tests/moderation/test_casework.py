"""Cases, decisions, appeals and reports, through the front door."""

import threading
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from cameos.models import Cameo
from core import fingerprints
from core.models import AuditEntry
from core.subjects import SubjectRef
from generation.models import Render
from moderation import actions
from moderation.actions.standing import project, standing_of
from moderation.models import Appeal, Case, Event, Report, Standing, Verdict
from moderation.queries import bank_scores
from tests.factories import make_clip

pytestmark = pytest.mark.django_db

REASON = {"rule": "likeness-capture", "reason": "One person, alone."}


@pytest.fixture
def mia(person):
    return person("mia", is_moderator=True)


@pytest.fixture
def cameo(ana):
    row = Cameo.objects.create(owner=ana, name="Ana", consented_at=timezone.now())
    row.move(Cameo.State.VERIFYING)
    return row


@pytest.fixture
def case(cameo):
    return actions.open_case(SubjectRef("cameo", str(cameo.pk)))


def decide(case, by, outcome="allow", **changes):
    case.refresh_from_db()
    facts = {"outcome": outcome, "version": case.version} | REASON | changes
    return actions.decide(case, by=by, **facts)


def test_a_decision_moves_the_subject_tells_its_owner_and_is_audited(ana, mod, cameo, case):
    verdict = decide(case, mod)
    cameo.refresh_from_db()
    case.refresh_from_db()
    assert (cameo.state, case.state) == ("active", "decided")
    assert verdict.decided_by == mod
    assert case.decision == verdict
    entry = AuditEntry.objects.get(verb="case.decided")
    assert (entry.actor, entry.reason) == (mod, REASON["reason"])
    notice = ana.notices.get(kind="decision")
    assert notice.url == f"/decisions/{verdict.pk}/"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": "  "}, "reason"),
        ({"rule": ""}, "rule"),
        ({"rule": "no-such-rule"}, "rule"),
        ({"version": 99}, "changed"),
    ],
)
def test_a_decision_needs_a_rule_a_reason_and_the_case_as_it_is(mod, case, changes, error):
    with pytest.raises(Exception, match=error):
        decide(case, mod, **changes)
    assert not Verdict.objects.by_people().exists()


def test_nobody_decides_about_themself(person, cameo, case):
    owner = cameo.owner
    owner.is_moderator = True
    owner.save()
    with pytest.raises(actions.NotYourCaseError):
        decide(case, owner)


def test_a_claimed_case_is_closed_to_other_reviewers(mod, mia, case):
    actions.claim_case(case, by=mod)
    with pytest.raises(actions.CaseTakenError):
        actions.claim_case(Case.objects.get(pk=case.pk), by=mia)
    with pytest.raises(actions.CaseTakenError):
        decide(case, mia)
    assert decide(case, mod).decided_by == mod


def test_a_lapsed_claim_is_free_again_and_the_first_reviewer_comes_too_late(mod, mia, case):
    actions.claim_case(case, by=mod)
    seen_by_mod = case.version
    Case.objects.filter(pk=case.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    actions.claim_case(Case.objects.get(pk=case.pk), by=mia)
    with pytest.raises(actions.CaseTakenError):
        decide(case, mod, version=seen_by_mod)
    actions.release_case(Case.objects.get(pk=case.pk), by=mia)
    with pytest.raises(actions.CaseMovedError):
        decide(case, mod, version=seen_by_mod)


def test_renewing_a_claim_keeps_the_version_that_the_page_shows(mod, case):
    version = actions.claim_case(case, by=mod).version
    assert actions.claim_case(Case.objects.get(pk=case.pk), by=mod).version == version


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_exactly_one_gets_the_case(mod, mia, case):
    got, start = [], threading.Barrier(2)

    def run(reviewer):
        try:
            start.wait(timeout=5)
            actions.claim_case(Case.objects.get(pk=case.pk), by=reviewer)
            got.append(reviewer.handle)
        except actions.CaseTakenError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(reviewer,)) for reviewer in (mod, mia)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert len(got) == 1


def test_an_escalated_case_goes_to_the_top_and_is_free_for_others(mod, mia, case):
    actions.claim_case(case, by=mod)
    actions.escalate(case, by=mod, reason="I know this person.", version=case.version)
    case.refresh_from_db()
    assert (case.state, case.assignee) == ("escalated", None)
    actions.claim_case(case, by=mia)
    decide(case, mia)
    case.refresh_from_db()
    assert case.state == "decided"


def test_an_appeal_is_decided_by_somebody_else_and_once(ana, mod, mia, cameo, case):
    verdict = decide(case, mod, "refuse")
    appeal = actions.appeal(verdict, by=ana, text="That is me.")
    case.refresh_from_db()
    assert (case.state, case.queue) == ("appealed", "appeals")
    with pytest.raises(actions.NotYourCaseError):
        actions.claim_case(case, by=mod)
    with pytest.raises(actions.NotYourCaseError):
        decide(case, mod)
    decide(case, mia, "allow")
    for row in (appeal, case, cameo):
        row.refresh_from_db()
    assert (appeal.state, case.state, cameo.state) == ("overturned", "final", "active")
    with pytest.raises(actions.AppealNotPossibleError):
        actions.appeal(verdict, by=ana, text="Again.")


def test_only_the_refused_person_may_appeal_and_only_in_time(ana, ben, mod, case):
    verdict = decide(case, mod, "refuse")
    with pytest.raises(actions.AppealNotPossibleError):
        actions.appeal(verdict, by=ben, text="I speak for her.")
    verdict.created_at -= timedelta(days=21)
    with pytest.raises(actions.AppealNotPossibleError):
        actions.appeal(verdict, by=ana, text="Late.")


def test_a_refused_prompt_is_appealed_by_its_slip_even_after_a_rollback(ana, as_ana, mod):
    text = "a nude woman on a beach"
    with pytest.raises(actions.PromptRefusedError) as caught:
        actions.screen_prompt(text, by=ana)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE moderation_verdict DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM moderation_verdict")
        cursor.execute("ALTER TABLE moderation_verdict ENABLE TRIGGER USER")
    slip = caught.value.facts["appeal"]["slip"]
    answer = as_ana.post("/api/v1/moderation/appeals", {"slip": slip, "text": "It is a lipstick."})
    assert answer.status_code == 201
    case = Case.objects.get()
    assert case.subject_kind == "prompt"
    assert Appeal.objects.get().judged_text == text
    decide(case, mod, "allow", rule="sexual")
    assert actions.screen_prompt(text, by=ana).decided_by == mod


def test_a_slip_works_for_nobody_else_and_not_when_changed(ana, as_ben):
    with pytest.raises(actions.PromptRefusedError) as caught:
        actions.screen_prompt("a nude woman", by=ana)
    slip = caught.value.facts["appeal"]["slip"]
    for given in (slip, slip[:-2] + "zz"):
        answer = as_ben.post("/api/v1/moderation/appeals", {"slip": given, "text": "Mine."})
        assert answer.json()["code"] == "slip_not_ours"


def test_a_person_outranks_every_machine_on_the_same_bytes(ana, mod):
    from tests.moderation.test_screening import review

    subject = SubjectRef("clip", "0192f0c0-0000-7000-8000-00000000000a")
    held = review(subject, prompt="a nude marble statue in a museum", owner_id=ana.pk)
    case = Case.objects.get()
    human = decide(case, mod, "allow", rule="sexual")
    assert human.subject_digest == held.subject_digest
    again = review(subject, prompt="a nude marble statue in a museum", owner_id=ana.pk)
    assert again == human


def test_reports_are_limited_deduplicated_and_answered(cleo, as_cleo, ana, mod, cameo, case):
    decide(case, mod)
    Cameo.objects.filter(pk=cameo.pk).update(terms="everyone")
    body = {"subject_kind": "cameo", "subject_id": str(cameo.pk), "rule": "likeness"}
    first = as_cleo.post("/api/v1/moderation/reports", body)
    second = as_cleo.post("/api/v1/moderation/reports", body)
    assert (first.status_code, second.json()["id"]) == (201, first.json()["id"])
    open_case = Case.objects.live().get()
    decide(open_case, mod, "allow", rule="likeness")
    assert Report.objects.get().answer == "allow"
    assert "keeps the rules" in cleo.notices.get(kind="report").text
    Report.objects.bulk_create(
        Report(
            reporter=cleo,
            subject_kind="clip",
            subject_id=str(n),
            rule_id="hate",
            case=open_case,
        )
        for n in range(15)
    )
    answer = as_cleo.post("/api/v1/moderation/reports", body)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_reports")


def test_what_one_may_not_see_cannot_be_reported(as_cleo, cameo):
    body = {"subject_kind": "cameo", "subject_id": str(cameo.pk), "rule": "likeness"}
    assert as_cleo.post("/api/v1/moderation/reports", body).status_code == 404
    body["subject_id"] = "not-a-key"
    assert as_cleo.post("/api/v1/moderation/reports", body).status_code == 404


def test_enough_reports_hide_something_until_somebody_looks(person, mod):
    subject = SubjectRef("clip", "0192f0c0-0000-7000-8000-00000000000b")
    for name in ("one", "two", "three"):
        assert standing_of(subject) == "clear"
        actions.report(subject, by=person(f"rep_{name}"), rule="hate")
    assert standing_of(subject) == "suspended"
    assert [str(key) for key in Standing.objects.hiding("clip")] == [subject.id]
    decide(Case.objects.live().get(), mod, "allow", rule="hate")
    assert not Standing.objects.hiding("clip").exists()


def test_a_take_down_hides_and_a_restoration_shows_again(mod, ana):
    subject = SubjectRef("user", str(ana.pk))
    actions.take_down(subject, by=mod, rule="hate", reason="Slurs in the profile.")
    assert list(User.objects.filter(pk__in=Standing.objects.hiding("user"))) == [ana]
    actions.restore(subject, by=mod, reason="Was somebody else.")
    assert not Standing.objects.hiding("user").exists()
    with pytest.raises(actions.NotTakenDownError):
        actions.restore(subject, by=mod, reason="Again.")
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs == {"subject.taken_down", "subject.restored"}


def test_a_take_down_remembers_the_pictures_until_it_is_taken_back(mod, ana):
    pictures = np.random.default_rng(7).integers(0, 255, (4, 64, 64, 3), dtype=np.uint8)
    fingerprint = fingerprints.of_frames(pictures, every_s=0.5)
    clip = make_clip(ana)
    Render.objects.filter(pk=clip.render_id).update(fingerprint=fingerprint.to_bytes())
    subject = SubjectRef("clip", str(clip.pk))
    actions.take_down(subject, by=mod, rule="violence", reason="Blood.")
    assert [score.rule for score in bank_scores(fingerprint)] == ["removed"]
    actions.restore(subject, by=mod, reason="It was paint.")
    assert not bank_scores(fingerprint)


def test_the_standing_is_what_its_events_add_up_to(person, mod):
    subject = SubjectRef("clip", "0192f0c0-0000-7000-8000-00000000000c")
    for name in ("one", "two", "three"):
        actions.report(subject, by=person(f"rep_{name}"), rule="hate")
    decide(Case.objects.live().get(), mod, "refuse", rule="hate")
    actions.report(subject, by=person("rep_late"), rule="hate")
    assert standing_of(subject) == project(subject) == "refused"
    actions.restore(subject, by=mod, reason="Was wrong.")
    assert standing_of(subject) == project(subject) == "clear"
    assert Event.objects.count() > 6


def test_the_cast_meets_the_console(as_nobody, as_ana, as_mod, case):
    pages = ["/console/", f"/console/cases/{case.pk}/"]
    assert [as_nobody.get(page).status_code for page in pages] == [302, 302]
    assert [as_ana.get(page).status_code for page in pages] == [403, 403]
    assert [as_mod.get(page).status_code for page in pages] == [200, 200]
    assert as_ana.get("/api/v1/moderation/cases").status_code == 403
    assert as_mod.get("/api/v1/moderation/cases").json()[0]["id"] == str(case.pk)


def test_a_case_is_decided_in_the_console_and_the_next_one_comes(as_mod, case, cameo):
    as_mod.post("/console/next/")
    case.refresh_from_db()
    page = as_mod.get(f"/console/cases/{case.pk}/").content.decode()
    assert 'class="veiled"' in page or "Evidence" not in page
    assert f'name="version" value="{case.version}"' in page
    body = {"outcome": "allow", "then": "next", "version": case.version} | REASON
    answer = as_mod.post(f"/console/cases/{case.pk}/decide/", body, format="multipart")
    assert answer.headers["Location"] == "/console/"
    cameo.refresh_from_db()
    assert cameo.state == "active"


def test_everybody_reads_the_rules_and_only_the_owner_reads_a_decision(
    as_nobody, as_ana, as_ben, mod, case
):
    assert "No nudity" in as_nobody.get("/rules/").content.decode()
    verdict = decide(case, mod, "refuse")
    assert as_ben.get(f"/decisions/{verdict.pk}/").status_code == 404
    page = as_ana.get(f"/decisions/{verdict.pk}/").content.decode()
    assert REASON["reason"] in page
    assert "Send appeal" in page
    listed = as_ana.get("/api/v1/moderation/decisions").json()["items"]
    assert listed[0]["reasons"][0]["said"] == REASON["reason"]


def test_a_prompt_can_be_tried_for_nothing(as_ana):
    answer = as_ana.post("/api/v1/moderation/check", {"prompt": "a n.u.d.e man"}).json()
    assert answer["outcome"] == "refuse"
    assert answer["reasons"][0]["text"] == "n.u.d.e"
    assert not Verdict.objects.exists()


def test_the_queue_costs_the_same_for_one_case_and_for_many(
    as_mod, person, django_assert_max_num_queries
):
    for count in range(6):
        owner = person(f"owner_{count}")
        actions.open_case(SubjectRef("cameo", f"{count}"), owner_id=owner.pk)
    # session, user, cases with owner, verdict and assignee, counts per queue
    with django_assert_max_num_queries(4):
        as_mod.get("/console/")
