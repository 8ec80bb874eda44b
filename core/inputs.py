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

    Brackets nested too deeply and charsets that nobody knows are the sender's faults. The size of
    a body is limited by Django (DATA_UPLOAD_MAX_MEMORY_SIZE).
    """

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the parsed body. Raises ParseError."""
        try:
            return json.loads(stream.read(), parse_constant=strict_constant)
        except (ValueError, RecursionError):
            raise ParseError("This body is not JSON.") from None


class FiniteField(serializers.FloatField):
    """A number that has a place on the line: "nan" passes every comparison with a limit."""

    def to_internal_value(self, data: Any) -> float:
        """Return the number. Raises ValidationError."""
        number = float(super().to_internal_value(data))
        if not math.isfinite(number):
            self.fail("invalid")
        return number
