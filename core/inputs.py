"""How values from outside are read, where the libraries' own reading lets something through."""

from __future__ import annotations

import json
import math
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant


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


class FiniteField(serializers.FloatField):
    """A number that has a place on the line: "nan" passes every comparison with a limit."""

    def to_internal_value(self, data: Any) -> float:
        """Return the number. Raises ValidationError."""
        number = float(super().to_internal_value(data))
        if not math.isfinite(number):
            self.fail("invalid")
        return number
