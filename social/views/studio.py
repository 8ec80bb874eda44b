"""The studio: one page for every way of making a clip."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, get_args

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from billing.queries import balance_of
from cameos.models import Cameo
from core.errors import DomainError, as_problem
from core.ids import uuid_of
from core.inputs import nested
from generation import queries
from generation.actions import quoting, requesting
from generation.models import Inspiration, PromptTemplate, Render, Style
from generation.serializers.recipes import document_of
from generation.serializers.wishes import RenderRequest, WishRequest
from generation.spec import Camera, StillRole, Transition
from social.actions import remixing
from social.models import Clip
from social.queries import clip_cards
from social.serializers import RemixRequest

CASTABLE_MAX = 24
FOOTAGE_SHOWN = 24
IDEAS_SHOWN = 6
EXTENSION_S = 3
SHAPES = (("portrait", "Portrait"), ("landscape", "Landscape"), ("square", "Square"))
PURPOSES = (
    ("stills", "Stills", "pictures of it, in about a second"),
    ("preview", "Preview", "its motion, small"),
    ("final", "Final", "the clip itself"),
)
# Code, icon, name, and what it does, in the order of a person's first tries.
FROM_NOTHING = (
    ("text", "sparkles", "Words", "A clip from a description."),
    ("image", "image", "Picture", "A clip that starts at, passes or ends in your pictures."),
    ("storyboard", "rows", "Storyboard", "Several shots, each with its own words and length."),
    ("schedule", "milestone", "Change over time", "One shot whose description changes as it goes."),
)
FROM_CLIP = (
    ("remix", "repeat-2", "Remix", "The same scene with other words or other people."),
    ("edit", "pencil", "Edit a part", "Change one thing, one place or one moment. All else stays."),
    ("extend", "chevrons-right", "Make longer", "Go on after its end, or begin before its start."),
    ("trim", "scissors", "Cut", "Keep the pieces you like, in any order. Free."),
    ("resound", "volume-2", "New sound", "Keep every picture, make another sound."),
)
FROM_SEVERAL = (
    ("stitch", "list-video", "Join", "Two to eight clips, one after the other."),
    ("blend", "blend", "Blend", "Two clips melted into one."),
)
_FOOTAGE = "extend edit trim resound stitch"
# Which operations each part of the form belongs to; what a form says beside those is left out.
ONLY_FOR: Mapping[str, str] = {
    "shots": "storyboard",
    "schedule": "schedule",
    "stills": "image",
    "people": "image",
    "edit": "edit",
    "pieces": "trim stitch",
    "direction": "extend",
    "strength": "remix blend",
    "keeps": "remix",
    "others": "stitch blend",
}
# Parts that what is given by footage does not have.
NOT_FOR: Mapping[str, str] = {
    "prompt": "trim stitch",
    "seconds": "edit trim resound stitch",
    "shape": _FOOTAGE,
    "lines": _FOOTAGE,
    "fps": _FOOTAGE,
    "look": "trim stitch resound",
    "sound": "trim stitch",
    "batch": "trim stitch",
}
_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "others": ("parents", "clips"),
    "look": ("style", "camera", "negative"),
    "batch": ("purpose", "variations", "seed", "cast"),
}
LISTS = frozenset({"cast", "people", "keeps", "parents", "clips"})
DEADLINES_H = (6, 12, 24, 72)


@dataclass(frozen=True, slots=True)
class Start:
    """What a clip is made of: a clip that one sees, a finished render of one's own, or nothing."""

    clip: Clip | None = None
    own: Render | None = None

    @property
    def render(self) -> Render | None:
        """The render behind it."""
        return self.clip.render if self.clip else self.own


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Make a clip of words, of pictures, or of clips that one sees."""
    start = _start_of(request)
    if request.method != "POST":
        return _studio(request, start, _first_values(request, start))
    document = _document_of_form(request)
    asked = _request_of(start, document)
    if not asked.is_valid():
        errors = [
            {"field": name, "detail": " ".join(map(str, told))}
            for name, told in asked.errors.items()
        ]
        problem = {"detail": "This cannot be made yet.", "errors": errors}
        return _studio(request, start, document, problem=problem, status=422)
    try:
        made = _ask(request, start, asked)
    except DomainError as error:
        problem = as_problem(error) or {}
        return _studio(request, start, document, problem=problem, status=error.status)
    return redirect("render", made.pk)


def _start_of(request: Any) -> Start:
    if clip_id := request.GET.get("remix"):
        clips = Clip.objects.visible_to(request.user).select_related("render", "maker")
        return Start(clip=get_object_or_404(clips, pk=uuid_of(clip_id)))
    if render_id := request.GET.get("from"):
        own = request.user.renders.to_start_from().exclude(purpose=Render.Purpose.STILLS)
        return Start(own=get_object_or_404(own, pk=uuid_of(render_id)))
    return Start()


def _document_of_form(request: HttpRequest) -> dict[str, Any]:
    """Return the wish of a form: without the parts of other operations, and without empty rows."""
    document = nested(request.POST, lists=LISTS)
    document.pop("csrfmiddlewaretoken", None)
    operation = str(document.get("operation", ""))
    for part, owners in ONLY_FOR.items():
        if operation not in owners.split():
            _drop(document, part)
    for part, strangers in NOT_FOR.items():
        if operation in strangers.split():
            _drop(document, part)
    if document.get("lane") != "off_peak":
        document.pop("deadline_at", None)
    _close_rows(document)
    return document


def _drop(document: dict[str, Any], part: str) -> None:
    for name in _MEMBERS.get(part, (part,)):
        document.pop(name, None)


def _close_rows(document: dict[str, Any]) -> None:
    for name, member in (("shots", "prompt"), ("schedule", "prompt"), ("stills", "reference")):
        rows = document.get(name)
        if isinstance(rows, list):
            kept = [row for row in rows if isinstance(row, dict) and row.get(member)]
            document[name] = kept or rows[:1]
    sound = document.get("sound")
    if isinstance(sound, dict) and isinstance(sound.get("lines"), list):
        sound["lines"] = [one for one in sound["lines"] if isinstance(one, dict) and "text" in one]


def _request_of(start: Start, document: Mapping[str, Any]) -> WishRequest:
    if start.clip is not None:
        return RemixRequest(data=document)
    parent = {"parent": str(start.own.pk)} if start.own else {}
    return RenderRequest(data={**document, **parent})


def _ask(request: Any, start: Start, asked: WishRequest) -> Render:
    if start.clip is not None:
        others = asked.validated_data.get("clips", ())
        return remixing.remix_clip(start.clip, asked.wish(), by=request.user, others=others)[0]
    parents = _own_parents(request, asked)
    return requesting.request_render(asked.wish(), by=request.user, parents=parents)


def _own_parents(request: Any, asked: Any) -> list[Render]:
    ids = asked.parent_ids()
    rows = {row.pk: row for row in request.user.renders.to_start_from().filter(pk__in=ids)}
    if any(one not in rows for one in ids):
        raise Http404
    return [rows[one] for one in ids]


def _first_values(request: Any, start: Start) -> dict[str, Any]:
    values: dict[str, Any] = {"operation": request.GET.get("do", "")}
    if start.render is not None:
        old = start.render
        values |= {"shape": old.shape, "lines": old.lines, "fps": old.fps}
        is_longer = values["operation"] == Render.Operation.EXTEND
        values["seconds"] = EXTENSION_S if is_longer else round(old.seconds, 2)
    if again := request.GET.get("again"):
        old = get_object_or_404(request.user.renders, pk=uuid_of(again))
        values = document_of(old)
    if code := request.GET.get("template"):
        values |= _from_template(code)
    if "inspire" in request.GET and (rows := list(Inspiration.objects.offered())):
        idea = secrets.choice(rows)
        values |= {"prompt": idea.prompt, "seconds": idea.seconds, "shape": idea.shape}
    return values


def _from_template(code: str) -> dict[str, Any]:
    row = get_object_or_404(PromptTemplate.objects.offered(), code=code)
    text = row.text
    for slot in row.slots:
        text = text.replace(f"{{{slot['name']}}}", slot["example"])
    return {
        "prompt": text, "seconds": row.seconds, "shape": row.shape, "style": row.style_id or "",
    }  # fmt: skip


def _studio(
    request: Any,
    start: Start,
    values: dict[str, Any],
    *,
    problem: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    footage = _footage(request.user, start)
    operations = _operations(start, has_several=len(footage) + bool(start.render) > 1)
    known = [operation[0] for operation in operations]
    if values.get("operation") not in known:
        values["operation"] = known[0]
    values = {"shape": "portrait", "seconds": 5, "strength": 0.6, "purpose": "final"} | values
    balance = balance_of(request.user)
    engines = queries.engines()
    shown = {
        "start": start,
        "source": _source(request.user, start),
        "operations": operations,
        "values": values,
        "rows": _rows(values),
        "problem": problem,
        "faults": {error["field"]: error["detail"] for error in (problem or {}).get("errors", ())},
        "balance": balance,
        "plan": balance.plan,
        "seconds_max": int(balance.plan.seconds_max),
        "price": _price(request, start, values),
        "castable": _castable(request.user),
        "footage": footage,
        "engines": engines,
        "limits": engines[0],
        "styles": _styles(),
        "templates": PromptTemplate.objects.offered(),
        "ideas": Inspiration.objects.offered().values_list("prompt", flat=True)[:IDEAS_SHOWN],
        "only_for": ONLY_FOR,
        "not_for": NOT_FOR,
        "deadlines": _deadlines(timezone.now()),
        **_CHOICES,
    }
    return render(request, "social/create.html", shown, status=status)


_CHOICES = {
    "shapes": SHAPES,
    "purposes": PURPOSES,
    "cameras": get_args(Camera),
    "transitions": get_args(Transition),
    "roles": get_args(StillRole),
}


def _operations(start: Start, *, has_several: bool) -> tuple[tuple[str, str, str, str], ...]:
    if start.render is None:
        return FROM_NOTHING + (FROM_SEVERAL if has_several else ())
    return FROM_CLIP + (FROM_SEVERAL if has_several else ())


def _source(user: Any, start: Start) -> dict[str, Any] | None:
    """Return what is shown of the clip that one starts from."""
    if start.clip is not None:
        card = clip_cards([start.clip.pk], viewer=user).get(start.clip.pk)
        if card is None:
            raise Http404
        return {"media": card["media"], "seconds": card["seconds"], "shape": card["shape"],
                "title": card["caption"], "handle": card["maker"]["handle"],
                "shots": start.clip.render.media_facts.get("shots", [])}  # fmt: skip
    if (own := start.own) is not None:
        seconds = own.media_facts.get("duration_s") or own.seconds
        return {"media": queries.media_urls(own, user), "seconds": seconds, "shape": own.shape,
                "title": own.prompt, "shots": own.media_facts.get("shots", [])}  # fmt: skip
    return None


def _rows(values: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every part that has some, each with the path that its fields begin with.

    Without scripts no row can be added: a few stand ready.
    """
    sound = values.get("sound") or {}
    whole = {"start_s": "", "end_s": ""}
    return {
        "shots": _pathed("shots", values.get("shots"), blank={"seconds": 2.5}, least=2),
        "schedule": _pathed("schedule", values.get("schedule"), blank={}, least=2),
        "pieces": _pathed("pieces", values.get("pieces"), blank=whole, least=1),
        "lines": _pathed("sound.lines", sound.get("lines"), blank={}, least=1),
    }


def _pathed(path: str, rows: Any, *, blank: dict[str, Any], least: int) -> list[dict[str, Any]]:
    found = [row for row in rows or () if isinstance(row, dict)]
    found += [blank] * (least - len(found))
    return [{"at": f"{path}[{place}]", **row} for place, row in enumerate(found)]


def _price(request: Any, start: Start, values: Mapping[str, Any]) -> int | None:
    """Return what it would cost as it stands, or None while that cannot be said."""
    asked = _request_of(start, {name: value for name, value in values.items() if value != ""})
    if not asked.is_valid():
        return None
    parents = [start.render] if start.render else []
    return quoting.quote(asked.wish(), by=request.user, parents=parents).price


def _castable(user: Any) -> QuerySet[Cameo]:
    """Return likenesses that a person may cast now."""
    rows = Cameo.objects.lent_to(user).select_related("owner")
    return rows.order_by("owner__handle", "pk")[:CASTABLE_MAX]


def _footage(user: Any, start: Start) -> list[dict[str, Any]]:
    """Return finished renders of one's own that can be joined or blended."""
    rows = user.renders.to_start_from().exclude(purpose=Render.Purpose.STILLS)
    if start.own is not None:
        rows = rows.exclude(pk=start.own.pk)
    return [
        {
            "id": str(row.pk),
            "prompt": row.prompt or row.get_operation_display(),
            "seconds": row.media_facts.get("duration_s") or row.seconds,
            "poster": (queries.media_urls(row, user) or {}).get("poster", ""),
        }
        for row in rows.order_by("-pk")[:FOOTAGE_SHOWN]
    ]


def _styles() -> list[dict[str, Any]]:
    return [
        {"code": row.code, "title": row.title, "words": row.words, "picture": _picture(row.code)}
        for row in Style.objects.offered()
    ]


@cache
def _picture(code: str) -> str:
    """Return the name of a style's sample; a style that an operator adds may have none."""
    name = f"img/styles/{code}.webp"
    return name if finders.find(name) else ""


def _deadlines(now: datetime) -> list[tuple[str, str]]:
    return [
        ((now + timedelta(hours=hours)).replace(microsecond=0).isoformat(), f"in {hours} hours")
        for hours in DEADLINES_H
    ]
