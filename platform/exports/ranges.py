"""Parts of a file over HTTP, so that a download that broke off goes on where it stopped (RFC 9110, section 14)."""

import re
from collections.abc import Iterator

from django.core.files import File
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK = 1 << 18
_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


def part_wanted(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range asked for; None where the whole file is meant.

    Raises
    ------
    ValueError
        If the range lies outside the file.

    >>> part_wanted("bytes=2-", 10), part_wanted("bytes=-3", 10), part_wanted("bytes=0-99", 10), part_wanted("x", 10)
    ((2, 9), (7, 9), (0, 9), None)
    """
    found = _ONE_RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        length = min(int(found[2]), size)
        first, last = size - length, size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    if first > last or first >= size:
        raise ValueError(f"the range {header!r} lies outside a file of {size} bytes")
    return first, last


def send_file(
    request: HttpRequest, file: File[bytes], *, size: int, etag: str, name: str, kind: str
) -> HttpResponseBase:
    """The file, or the part that was asked for; closes the file when it was sent."""
    tag = f'"{etag}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    asked = request.headers.get("Range", "")
    if asked and request.headers.get("If-Range", tag) != tag:
        asked = ""
    try:
        part = part_wanted(asked, size)
    except ValueError:
        file.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        file.close()
        return HttpResponse(status=status, content_type=kind, headers=headers)
    return StreamingHttpResponse(_bytes(file, first, last), status=status, content_type=kind, headers=headers)


def _bytes(file: File[bytes], first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
