"""How values from outside are read, where the libraries' own reading lets something through."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant

# Of thousands of unknown fields some are told.
_NAMED_MAX = 10
# Every form of ours carries one.
_OF_ANY_FORM = "csrfmiddlewaretoken"


class StrictJSON(JSONParser):
    """JSON in UTF-8, whatever charset is claimed (RFC 8259, section 8.1).

    Brackets nested too deeply and charsets that nobody knows are the sender's faults, and so is
    half a surrogate pair ("\\ud800"): JSON can spell it, UTF-8 and PostgreSQL cannot. The size of
    a body is limited by Django (DATA_UPLOAD_MAX_MEMORY_SIZE).
    """

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the parsed body. Raises ParseError."""
        try:
            found = json.loads(stream.read(), parse_constant=strict_constant)
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ParseError("A text in this body holds half a character.") from None
        except (ValueError, RecursionError):
            raise ParseError("This body is not JSON.") from None
        return found


class KnownFields(serializers.Serializer[Any]):
    """Refuses fields that nobody knows: a wish with a typo is not the wish that was meant."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values. Raises ValidationError."""
        unknown = set(data) - set(self.fields) - {_OF_ANY_FORM} if type(data) is dict else set()
        if unknown:
            said = f"There is no such field. Known are {', '.join(self.fields)}."
            errors = {
                name: [ErrorDetail(said, code="unknown")] for name in sorted(unknown)[:_NAMED_MAX]
            }
            raise serializers.ValidationError(errors)
        return super().to_internal_value(data)


class FiniteField(serializers.FloatField):
    """A number that has a place on the line: "nan" passes every comparison with a limit."""

    def to_internal_value(self, data: Any) -> float:
        """Return the number. Raises ValidationError."""
        if isinstance(data, bool):  # which Python takes for 0 and 1
            self.fail("invalid")
        number = float(super().to_internal_value(data))
        if not math.isfinite(number):
            self.fail("invalid")
        return number


# A step of a path: a name, or a place in a list. Nobody names the thousandth shot.
_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,3})\]")
_STEPS_MAX = 6


def nested(form: QueryDict, *, lists: Collection[str] = ()) -> dict[str, Any]:
    """Return a form as the document whose paths its fields are named by: `shots[1].prompt`.

    The paths are those that problem documents name, so that a fault finds its field. What is left
    blank is left out, and lists close up around it. `lists` are the last steps of fields that may
    come many times.
    """
    tree: dict[Any, Any] = {}
    for name in form:
        values = [value for value in form.getlist(name) if value != ""]
        path = [int(place) if place else word for word, place in _STEP.findall(name)[:_STEPS_MAX]]
        if values and path:
            _put(tree, path, values if path[-1] in lists else values[-1])
    document = _document(tree)
    return document if isinstance(document, dict) else {}


def _put(tree: dict[Any, Any], path: list[str | int], value: Any) -> None:
    *above, last = path
    for step in above:
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            return  # both `a` and `a.b`: the first counts
    tree.setdefault(last, value)


def _document(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    names = [key for key in tree if isinstance(key, str)]
    if names or not tree:
        return {name: _document(tree[name]) for name in names}
    return [_document(tree[place]) for place in sorted(tree)]
