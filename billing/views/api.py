from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import SignedInRequest, signed_in
from billing.actions import payments
from billing.actions.credits import grant_daily
from billing.gateways import ForgedEventError
from billing.models import LedgerEntry
from billing.serializers import BalanceCard, CheckoutRequest, EntryCard, PaymentPage, PlanCard
from billing.spec import PLANS
from core.errors import problem
from core.paging import CursorPages


class PlansView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="list_plans", responses=PlanCard(many=True))
    def get(self, request: SignedInRequest) -> Response:
        return Response(PlanCard(PLANS.values(), many=True).data)


class BalanceView(APIView):
    """Reading one's balance turns the day, so that what is shown is what the ledger says."""

    @extend_schema(operation_id="get_balance", responses=BalanceCard)
    def get(self, request: SignedInRequest) -> Response:
        balance = grant_daily(request.user, on=timezone.now().date())
        return Response(BalanceCard(balance).data)


@extend_schema_view(get=extend_schema(operation_id="list_ledger"))
class LedgerView(ListAPIView[LedgerEntry]):
    serializer_class = EntryCard
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        if getattr(self, "swagger_fake_view", False):
            return LedgerEntry.objects.none()
        return LedgerEntry.objects.filter(user=signed_in(self.request))


class CheckoutView(APIView):
    @extend_schema(operation_id="start_checkout", request=CheckoutRequest, responses=PaymentPage)
    def post(self, request: SignedInRequest) -> Response:
        asked = CheckoutRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        pricing = f"{settings.SITE_URL}/pricing/"
        url = payments.start_checkout(
            request.user,
            plan=asked.validated_data["plan"],
            success_url=f"{pricing}?paid=1",
            cancel_url=pricing,
        )
        return Response(PaymentPage({"url": url}).data)


class PortalView(APIView):
    @extend_schema(operation_id="open_portal", request=None, responses=PaymentPage)
    def post(self, request: SignedInRequest) -> Response:
        url = payments.open_portal(request.user, return_url=f"{settings.SITE_URL}/pricing/")
        return Response(PaymentPage({"url": url}).data)


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Answer as soon as the notification is stored: Stripe counts a slow answer as a failed one."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        payments.receive_stripe_event(request.body, signature=signature)
    except ForgedEventError:
        refusal = problem(400, "forged_event", "The signature is wrong or too old.")
        return JsonResponse(refusal, status=400, content_type="application/problem+json")
    return HttpResponse(status=200)
