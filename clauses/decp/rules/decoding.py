"""Bytes to text: gzip or plain, UTF-8 or not, never more than a given size."""

import codecs
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from clauses.decp.choices import FileFault
from clauses.decp.rules import messages

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks and their encodings; the longest first, since one begins with another."""


class Unreadable(Exception):
    """A file that cannot be read at all: nothing of it may be imported.

    `code` says why; `message` is in plain French; `line` and `column` (from 1) say where.
    """

    def __init__(self, code: FileFault, *, line: int = 1, column: int = 1, detail: str = "") -> None:
        self.code = code
        self.line = line
        self.column = column
        self.message = messages.fault(code, line=line, column=column, detail=detail)
        super().__init__(self.message)


class Decoded:
    """The text of a file, by pieces, read once.

    UTF-8 unless a byte order mark says UTF-16 or UTF-32; in UTF-8, a byte that does not belong is read in
    Windows-1252 and `is_foreign` turns true. Raises Unreadable on a ZIP archive, on damaged compressed data, and
    beyond `max_bytes` bytes once decompressed.
    """

    def __init__(self, stream: BinaryIO, *, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._tolerant = _TolerantDecoder()

    @property
    def is_foreign(self) -> bool:
        """Say whether bytes that are not UTF-8 were met so far."""
        return self._tolerant.is_foreign

    def __iter__(self) -> Iterator[str]:
        head = self._stream.read(CHUNK)
        if head.startswith(_ZIP):
            raise Unreadable(FileFault.ARCHIVE)
        raw = _following(head, self._stream)
        pieces = _capped(_inflated(raw) if head.startswith(_GZIP) else raw, self._max_bytes)
        first = next(pieces, b"")
        decoder = self._decoder(first)
        yield decoder.decode(first)
        for piece in pieces:
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)

    def _decoder(self, first: bytes) -> codecs.IncrementalDecoder:
        for mark, encoding in _MARKS.items():
            if first.startswith(mark):
                return codecs.getincrementaldecoder(encoding)("replace")
        return self._tolerant


class _TolerantDecoder(codecs.BufferedIncrementalDecoder):
    """UTF-8, with Windows-1252 for the bytes that cannot be: some files are made of both."""

    is_foreign = False

    def _buffer_decode(self, data: "ReadableBuffer", errors: str, final: bool) -> tuple[str, int]:  # noqa: FBT001 (codecs' own signature)
        try:
            return codecs.utf_8_decode(data, "strict", final)
        except UnicodeDecodeError:
            self.is_foreign = True
            return codecs.utf_8_decode(data, _FALLBACK, final)


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Decode the offending bytes in Windows-1252; the five that it leaves out are control characters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data = error.object[error.start : error.end]
    return "".join(_WINDOWS_1252[byte] for byte in data), error.end


_FALLBACK = "decp-windows-1252"
_WINDOWS_1252 = [
    bytes([byte]).decode("cp1252", "ignore") or bytes([byte]).decode("latin-1") for byte in range(256)
]
codecs.register_error(_FALLBACK, _windows_1252)


def _following(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    while head:
        yield head
        head = stream.read(CHUNK)


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress gzip members one after another, a chunk at a time; a cut end is left to the reader of the text."""
    decompressor = zlib.decompressobj(wbits=31)
    is_empty = True
    for data in pieces:
        while data:
            if decompressor.eof:
                decompressor = zlib.decompressobj(wbits=31)
            try:
                piece = decompressor.decompress(data, CHUNK)
            except zlib.error:
                raise Unreadable(FileFault.DAMAGED) from None
            if piece:
                is_empty = False
                yield piece
            data = decompressor.unconsumed_tail or decompressor.unused_data.lstrip(b"\0")
    if is_empty and not decompressor.eof:
        raise Unreadable(FileFault.DAMAGED)


def _capped(pieces: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > max_bytes:
            raise Unreadable(FileFault.TOO_LARGE, detail=str(max_bytes >> 20))
        yield piece
