"""What crosses the wire about likenesses. Pictures, digests of them and findings never do."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cameos.actions import receipts
from cameos.models import Cameo, Receipt


class CaptureRequest(serializers.Serializer[Any]):
    """Whose likeness to record: a person's own, or an invented character."""

    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(Cameo.Kind.choices, default=Cameo.Kind.PERSON)


class RecordingRequest(serializers.Serializer[Any]):
    """One recording (or, of a character, one picture) with the consent of the person in it."""

    file = serializers.FileField()
    consent = serializers.BooleanField()


class TermsRequest(serializers.Serializer[Any]):
    """Who may use the likeness, and how. What is left out stays."""

    terms = serializers.ChoiceField(Cameo.Terms.choices, required=False)
    allows_remix = serializers.BooleanField(required=False)
    rules_text = serializers.CharField(max_length=500, required=False, allow_blank=True)


class CameoCard(serializers.ModelSerializer[Cameo]):
    """A likeness as others see it."""

    handle = serializers.CharField(source="owner.handle")

    class Meta:
        model = Cameo
        fields = [
            "id",
            "handle",
            "name",
            "kind",
            "terms",
            "allows_remix",
            "rules_text",
            "assurance",
        ]


class OwnCameoCard(CameoCard):
    """A likeness as its owner sees it. `challenge` is there while a recording is awaited.

    Made from `with_hold`; only a likeness that was begun a moment ago can do without.
    """

    is_on_hold = serializers.BooleanField(read_only=True, default=False)
    challenge = serializers.SerializerMethodField()

    class Meta(CameoCard.Meta):
        fields = [
            *CameoCard.Meta.fields, "state", "is_on_hold", "challenge", "challenge_expires_at",
            "created_at", "revoked_at", "erased_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_challenge(self, cameo: Cameo) -> dict[str, Any] | None:
        is_open = cameo.state == Cameo.State.CAPTURING
        return cameo.challenge or None if is_open else None


class ReceiptCard(serializers.ModelSerializer[Receipt]):
    """One use.

    `statement` in canonical JSON has the sha256 `digest`, which `signature` (Ed25519) signs.
    """

    statement = serializers.SerializerMethodField()
    borrower = serializers.CharField(source="borrower.handle")

    class Meta:
        model = Receipt
        fields = ["id", "sequence", "borrower", "statement", "digest", "signature", "created_at"]

    @extend_schema_field(serializers.DictField())
    def get_statement(self, receipt: Receipt) -> dict[str, Any]:
        return receipts.statement_of(receipt)
