"""Byte ranges over HTTP. Source: RFC 9110, sections 13 and 14."""

from __future__ import annotations

import asyncio
import re
from hashlib import sha256
from typing import Any, NamedTuple, Self

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_PIECE_BYTES = 256 * 1024


class _Span(NamedTuple):
    """The bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def ranged_response(request: HttpRequest, *, file: Any, content_type: str) -> HttpResponseBase:
    """Answer GET or HEAD with `file`, a Django storage file that never changes under its name.

    200 with everything, 206 with the one range that was asked for, 304 if the client has it, 416
    for a range outside. Several ranges at once get everything, as the standard allows: no player
    asks so, and splicing them invites abuse. The response closes the file.
    """
    size = int(file.size)
    etag = _etag(file, size)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        file.close()
        return HttpResponse(status=304, headers={"ETag": etag})
    wanted = _wanted(request, etag)
    span = _span(wanted, size) if wanted else _Span(0, size - 1)
    if span is None:
        file.close()
        return HttpResponse(
            status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        )
    response = _body(request, file, span, content_type)
    if wanted:
        response.status_code = 206
        response["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    response["Content-Length"] = str(span.length)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response


def _body(request: HttpRequest, file: Any, span: _Span, content_type: str) -> HttpResponseBase:
    if request.method == "HEAD":
        file.close()
        return HttpResponse(content_type=content_type)
    pieces = _Pieces(file, span)
    if isinstance(request, ASGIRequest):
        return StreamingHttpResponse(_AsyncPieces(pieces), content_type=content_type)
    return StreamingHttpResponse(pieces, content_type=content_type)


class _Pieces:
    """Iterates over a span. An object, not a generator: Django closes it even when unread."""

    def __init__(self, file: Any, span: _Span) -> None:
        self._file, self._left = file, span.length
        file.seek(span.first)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece: bytes = self._file.read(min(_PIECE_BYTES, self._left))
        if not piece:
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()


class _AsyncPieces:
    """The same for ASGI, where Django would read a plain iterator to its end before it sends."""

    def __init__(self, pieces: _Pieces) -> None:
        self._pieces = pieces

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece = await asyncio.to_thread(next, self._pieces, None)
        if piece is None:
            raise StopAsyncIteration
        return piece

    def close(self) -> None:
        self._pieces.close()


def _etag(file: Any, size: int) -> str:
    """Name the content. The name of a stored file is enough: its subject is written once."""
    return f'"{sha256(f"{file.name} {size}".encode()).hexdigest()[:24]}"'


def _wanted(request: HttpRequest, etag: str) -> re.Match[str] | None:
    """Find the one range asked for. None where the whole is the right answer.

    That is: no range, several, one that cannot be read (to be ignored, says the standard), or one
    that is wanted only of another version (If-Range).
    """
    condition = request.headers.get("If-Range")
    if condition is not None and condition != etag:
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    return match if match is not None and (match[1] or match[2]) else None


def _span(wanted: re.Match[str], size: int) -> _Span | None:
    """Turn a range into bytes of the file. None if there are none."""
    first, last = wanted[1], wanted[2]
    if not first:
        length = min(int(last), size)
        return _Span(size - length, size - 1) if length else None
    span = _Span(int(first), min(int(last) if last else size - 1, size - 1))
    return span if span.length > 0 else None
