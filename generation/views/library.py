"""What helps to ask: styles, templates, ideas, what engines can do, prices."""

from __future__ import annotations

import secrets

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import SignedInRequest
from generation import queries
from generation.actions import rewriting
from generation.models import Inspiration, PromptTemplate, Style
from generation.policies import prices
from generation.serializers.library import (
    EnginesAnswer,
    InspirationCard,
    InspirationRequest,
    PricesAnswer,
    RewriteAnswer,
    RewriteRequest,
    StyleCard,
    StylesAnswer,
    TemplateCard,
    TemplatesAnswer,
)


class StylesView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="list_styles", responses=StylesAnswer)
    def get(self, request: Request) -> Response:
        """List the looks that are offered."""
        return Response({"items": StyleCard(Style.objects.offered(), many=True).data})


class TemplatesView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="list_prompt_templates", responses=TemplatesAnswer)
    def get(self, request: Request) -> Response:
        """List prompts to fill in."""
        return Response({"items": TemplateCard(PromptTemplate.objects.offered(), many=True).data})


class InspirationView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="get_inspiration", parameters=[InspirationRequest], responses=InspirationCard
    )
    def get(self, request: Request) -> Response:
        """Give an idea: that of a seed, or any."""
        asked = InspirationRequest(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = list(Inspiration.objects.offered())
        if not rows:
            raise Http404
        seed = asked.validated_data.get("seed", secrets.randbelow(len(rows)))
        return Response(InspirationCard(rows[seed % len(rows)]).data)


class EnginesView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="list_engines", responses=EnginesAnswer)
    def get(self, request: Request) -> Response:
        """Say what each engine of this server can make."""
        return Response({"items": queries.engines()})


class PricesView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="list_prices", responses=PricesAnswer)
    def get(self, request: Request) -> Response:
        """Show the price list."""
        return Response(prices.price_list())


class RewritesView(APIView):
    @extend_schema(operation_id="rewrite_prompt", request=RewriteRequest, responses=RewriteAnswer)
    def post(self, request: SignedInRequest) -> Response:
        """Write a prompt out, to be read and changed. Nothing is made of it."""
        asked = RewriteRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        found = rewriting.rewrite_prompt(**asked.validated_data, by=request.user)
        return Response(RewriteAnswer(found).data)
