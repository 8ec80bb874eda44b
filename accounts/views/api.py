from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, queries
from accounts.auth import SignedInRequest, signed_in
from accounts.models import Notice, NoticeQuerySet, User
from accounts.serializers import MeCard, NoticeCard, PersonCard, ProfileCard, ProfileRequest
from core.paging import CursorPages


class MeView(APIView):
    @extend_schema(operation_id="get_me", responses=MeCard)
    def get(self, request: SignedInRequest) -> Response:
        return Response(MeCard(queries.me(request.user)).data)

    @extend_schema(operation_id="set_profile", request=ProfileRequest, responses=MeCard)
    def patch(self, request: SignedInRequest) -> Response:
        asked = ProfileRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        kept = {"display_name": request.user.display_name, "bio": request.user.bio}
        actions.set_profile(request.user, **(kept | asked.validated_data))
        return Response(MeCard(queries.me(request.user)).data)


@extend_schema_view(get=extend_schema(operation_id="list_notices"))
class NoticesView(ListAPIView[Notice]):
    serializer_class = NoticeCard
    pagination_class = CursorPages

    def get_queryset(self) -> NoticeQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Notice.objects.none()
        return Notice.objects.for_user(signed_in(self.request))


class NoticesReadView(APIView):
    @extend_schema(operation_id="read_notices", request=None, responses={204: None})
    def post(self, request: SignedInRequest) -> Response:
        actions.read_notices(request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(get=extend_schema(operation_id="list_blocked_people"))
class BlocksView(ListAPIView[User]):
    serializer_class = PersonCard
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[User]:
        if getattr(self, "swagger_fake_view", False):
            return User.objects.none()
        return User.objects.blocked_by_viewer(signed_in(self.request))


class ProfileView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="get_profile", responses=ProfileCard)
    def get(self, request: SignedInRequest, handle: str) -> Response:
        person = get_object_or_404(queries.profiles_for(request.user), handle=handle.lower())
        return Response(ProfileCard(person).data)


class FollowView(APIView):
    @extend_schema(operation_id="follow_person", request=None, responses={204: None})
    def post(self, request: SignedInRequest, handle: str) -> Response:
        person = get_object_or_404(User.objects.visible_to(request.user), handle=handle.lower())
        actions.follow(person, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="unfollow_person", responses={204: None})
    def delete(self, request: SignedInRequest, handle: str) -> Response:
        person = get_object_or_404(User.objects.visible_to(request.user), handle=handle.lower())
        actions.unfollow(person, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BlockView(APIView):
    """Blocking looks among all active people: who has blocked you can be blocked back."""

    @extend_schema(operation_id="block_person", request=None, responses={204: None})
    def post(self, request: SignedInRequest, handle: str) -> Response:
        person = get_object_or_404(User.objects.active(), handle=handle.lower())
        actions.block(person, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="unblock_person", responses={204: None})
    def delete(self, request: SignedInRequest, handle: str) -> Response:
        blocked = User.objects.blocked_by_viewer(request.user)
        person = get_object_or_404(blocked, handle=handle.lower())
        actions.unblock(person, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
