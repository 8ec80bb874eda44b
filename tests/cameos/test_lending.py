"""Who may use a likeness, and what is written down about it."""

import threading
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.actions import block
from cameos import actions, policies
from cameos.models import Cameo, Receipt
from cameos.spec import Terms
from tests.racing import in_another_connection

pytestmark = pytest.mark.django_db


def borrow(by, *cast, inherited=(), render_id=None):
    return actions.borrow(
        cast, by=by, render_id=render_id or uuid4(), prompt="at the beach", inherited=inherited
    )


def lend_to(cameo, terms, *, allows_remix=True):
    actions.set_terms(cameo, by=cameo.owner, terms=Terms(terms, allows_remix))


@pytest.mark.parametrize(
    ("terms", "owner", "approved", "mutual", "stranger"),
    [
        ("only_me", True, False, False, False),
        ("approved", True, True, False, False),
        ("mutuals", True, True, True, False),
        ("everyone", True, True, True, True),
    ],
)
def test_terms_decide_who_may_use_a_likeness(  # noqa: PLR0913, PLR0917 - the cast and the row of the table
    ana, ben, cleo, person, anas, terms, owner, approved, mutual, stranger
):
    dora = person("dora")
    actions.lend(anas, to=dora, by=ana)
    lend_to(anas, terms)
    anas.refresh_from_db()
    found = [policies.may_use(user, anas) for user in (ana, dora, ben, cleo)]
    assert found == [owner, approved, mutual, stranger]
    listed = [Cameo.objects.lent_to(user).exists() for user in (ana, dora, ben, cleo)]
    assert listed == found


def test_a_block_ends_every_permission(ana, ben, anas):
    lend_to(anas, "everyone")
    block(ben, by=ana)
    assert not Cameo.objects.lent_to(ben).exists()
    with pytest.raises(actions.CameoNotLentError):
        borrow(ben, "@ana")


def test_a_new_likeness_is_lent_to_nobody(ana, ben, anas):
    assert anas.terms == "only_me"
    assert borrow(ana, "ana")[0].cameo_id == anas.pk
    with pytest.raises(actions.CameoNotLentError):
        borrow(ben, "ana")


def test_one_likeness_that_is_not_lent_refuses_them_all(ana, ben, cameo_of, anas):
    cameo_of(ben)
    lend_to(anas, "everyone")
    with pytest.raises(actions.CameoNotLentError) as caught, transaction.atomic():
        borrow(ana, "ana", "@ben")
    assert caught.value.facts["handle"] == "ben"
    assert not Receipt.objects.exists()


def test_a_handle_without_a_likeness_gets_the_same_answer(ana, cleo):
    with pytest.raises(actions.CameoNotLentError) as caught:
        borrow(ana, "@cleo")
    assert "@cleo has not lent you" in caught.value.detail


def test_a_remix_keeps_a_likeness_only_if_its_owner_allows_remixes(ana, ben, anas):
    lend_to(anas, "mutuals", allows_remix=False)
    with pytest.raises(actions.CameoNotLentError):
        borrow(ben, inherited=[anas.pk])
    lend_to(anas, "mutuals", allows_remix=True)
    assert borrow(ben, inherited=[anas.pk])[0].is_inherited


def test_a_loan_that_ended_stops_a_queued_render(ana, cleo, anas):
    lend_to(anas, "approved")
    actions.lend(anas, to=cleo, by=ana)
    render_id = uuid4()
    borrow(cleo, "ana", render_id=render_id)
    assert actions.check_still_lent(render_id, by=cleo)[0].handle == "ana"
    actions.end_loan(anas, to=cleo, by=ana)
    with pytest.raises(actions.CameoNotLentError):
        actions.check_still_lent(render_id, by=cleo)


def test_revoking_hides_the_likeness_at_once_and_stops_queued_renders(ana, ben, anas):
    lend_to(anas, "everyone")
    render_id = uuid4()
    borrow(ben, "ana", render_id=render_id)
    assert anas.pk not in Cameo.objects.unusable().values_list("pk", flat=True)
    actions.revoke(anas, by=ana)
    assert anas.pk in Cameo.objects.unusable().values_list("pk", flat=True)
    with pytest.raises(actions.CameoNotLentError):
        actions.check_still_lent(render_id, by=ben)
    with pytest.raises(actions.CameoNotLentError):
        borrow(ben, "ana")


def test_only_its_owner_can_change_a_likeness(ben, anas):
    for act in (actions.pause, actions.revoke, actions.erase):
        with pytest.raises(Exception, match="Only the person"):
            act(anas, by=ben)


def test_a_pause_hides_and_ends(ana, anas):
    actions.pause(anas, by=ana)
    assert Cameo.objects.unusable().get() == anas
    actions.resume(anas, by=ana)
    assert not Cameo.objects.unusable().exists()


def test_every_use_leaves_a_signed_receipt_in_a_chain(ana, anas):
    for _ in range(3):
        borrow(ana, "ana")
    rows = list(Receipt.objects.order_by("sequence"))
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert rows[1].previous_digest == rows[0].digest
    assert rows[0].terms_snapshot["terms"] == "only_me"
    assert list(actions.verify_receipts(anas)) == []
    call_command("verify_receipts")


def test_a_borrow_that_is_repeated_writes_one_receipt(ana, anas):
    render_id = uuid4()
    borrow(ana, "ana", render_id=render_id)
    borrow(ana, "ana", "ana", render_id=render_id)
    assert Receipt.objects.count() == 1


def tamper(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cameos_receipt DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE cameos_receipt ENABLE TRIGGER USER")


def test_the_database_refuses_to_change_or_drop_a_receipt(ana, anas):
    borrow(ana, "ana")
    for act in (lambda: Receipt.objects.update(sequence=9), Receipt.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_changed_receipt_is_found_even_behind_the_databases_back(ana, anas):
    for _ in range(3):
        borrow(ana, "ana")
    tamper("UPDATE cameos_receipt SET prompt_digest = %s WHERE sequence = 2", "0" * 64)
    assert [(link.sequence, link.problem) for link in actions.verify_receipts(anas)] == [
        (2, "its content was changed")
    ]
    with pytest.raises(CommandError):
        call_command("verify_receipts")


def test_a_receipt_that_was_taken_out_is_missed(ana, anas):
    for _ in range(3):
        borrow(ana, "ana")
    tamper("DELETE FROM cameos_receipt WHERE sequence = 2")
    problems = [link.problem for link in actions.verify_receipts(anas)]
    assert problems == ["receipts 2 to 2 are missing", "it does not follow the receipt before it"]


def test_a_receipt_signed_with_another_key_is_found(ana, anas, settings, tmp_path):
    borrow(ana, "ana")
    settings.KEYS_DIR = tmp_path / "other"
    assert [link.problem for link in actions.verify_receipts(anas)] == ["its signature is not ours"]


def test_owners_hear_of_each_use_once_and_never_of_their_own(ana, ben, anas):
    lend_to(anas, "mutuals")
    render_id = uuid4()
    borrow(ben, "ana", render_id=render_id)
    actions.tell_owners_of_use(render_id)
    actions.tell_owners_of_use(render_id)
    own = uuid4()
    borrow(ana, "ana", render_id=own)
    actions.tell_owners_of_use(own)
    notice = ana.notices.get(kind="likeness")
    assert "@ben" in notice.text
    assert str(render_id) in notice.url


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("take_back", "when"),
    [
        (lambda cameo, ana, _: actions.revoke(cameo, by=ana), lambda cameo: cameo.revoked_at),
        (lambda cameo, ana, _: actions.erase(cameo, by=ana), lambda cameo: cameo.erased_at),
        (
            lambda cameo, ana, ben: actions.end_loan(cameo, to=ben, by=ana),
            lambda cameo: cameo.loans.get().ended_at,
        ),
    ],
    ids=["revoke", "erase", "end_loan"],
)
def test_what_waits_for_a_use_is_recorded_after_it(ana, ben, anas, take_back, when):
    lend_to(anas, "approved")
    actions.lend(anas, to=ben, by=ana)
    seen_by_ana = Cameo.objects.get(pk=anas.pk)
    with transaction.atomic():
        Cameo.objects.select_for_update().get(pk=anas.pk)
        late = in_another_connection(lambda: take_back(seen_by_ana, ana, ben))
        borrow(ben, "ana")
    late.join(timeout=10)
    anas.refresh_from_db()
    assert Receipt.objects.get().created_at < when(anas)
    with pytest.raises(actions.CameoNotLentError), transaction.atomic():
        borrow(ben, "ana")


def test_a_likeness_is_taken_back_whatever_state_its_owner_last_saw(ana, anas):
    seen_by_ana = Cameo.objects.get(pk=anas.pk)
    anas.move(Cameo.State.PAUSED)
    actions.revoke(seen_by_ana, by=ana)
    assert seen_by_ana.state == Cameo.State.REVOKED


@pytest.mark.django_db(transaction=True)
def test_a_revocation_and_a_borrow_never_both_succeed_in_the_wrong_order(ana, ben, anas):
    lend_to(anas, "everyone")
    outcomes = []
    start = threading.Barrier(2)

    def run(act):
        try:
            start.wait(timeout=5)
            act()
        except actions.CameoNotLentError:
            outcomes.append("refused")
        finally:
            connection.close()

    def use():
        with transaction.atomic():
            borrow(ben, "ana")
        outcomes.append("lent")

    def revoke():
        actions.revoke(Cameo.objects.get(pk=anas.pk), by=ana)

    threads = [threading.Thread(target=run, args=(act,)) for act in (use, revoke)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    anas.refresh_from_db()
    assert anas.state == Cameo.State.REVOKED
    lent = Receipt.objects.count()
    assert outcomes == (["lent"] if lent else ["refused"])
    if lent:
        assert Receipt.objects.get().created_at <= anas.revoked_at
