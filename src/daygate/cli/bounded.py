"""HTTP as uvicorn reads it, with an end to the headers that it will read."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT_BYTES = 524_288
"""Of an unfinished head. A finished one that is too large gets a proper answer from `web.frame`."""
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedHttp(HttpToolsProtocol):
    """llhttp, the parser, has no limit of its own: one endless header would fill the memory."""

    _head_bytes = 0
    _in_head = True

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and hang up on a head that does not end."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_LIMIT_BYTES and not self.transport.is_closing():
            self.transport.write(_REFUSAL)
            self.transport.close()

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._in_head = False
        super().on_headers_complete()
