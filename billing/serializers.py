from __future__ import annotations

from typing import Any

from rest_framework import serializers

from billing.models import LedgerEntry
from billing.spec import PLANS


class PlanCard(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=sorted(PLANS))
    name = serializers.CharField()
    price_cents = serializers.IntegerField()
    daily_credits = serializers.IntegerField()
    monthly_credits = serializers.IntegerField()
    concurrent_renders = serializers.IntegerField()
    seconds_max = serializers.FloatField()
    lines_max = serializers.IntegerField()
    priority = serializers.IntegerField()


class BalanceCard(serializers.Serializer[Any]):
    credits = serializers.IntegerField(help_text="All credits, held ones included.")
    held = serializers.IntegerField(help_text="Promised to renders that have not ended.")
    available = serializers.IntegerField()
    daily = serializers.IntegerField(
        help_text="The part of `credits` that vanishes at `renews_at`."
    )
    daily_grant = serializers.IntegerField()
    renews_at = serializers.DateTimeField()
    plan = PlanCard()


class EntryCard(serializers.ModelSerializer[LedgerEntry]):
    class Meta:
        model = LedgerEntry
        fields = ["id", "kind", "amount", "source_kind", "source_id", "created_at"]


class CheckoutRequest(serializers.Serializer[Any]):
    plan = serializers.ChoiceField(
        choices=[code for code, plan in PLANS.items() if plan.price_cents]
    )


class PaymentPage(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="Send the browser there.")
