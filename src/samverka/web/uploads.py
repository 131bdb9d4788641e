"""What a request may carry at most, whichever page it is sent to."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes: more than any form takes, so that a form can still say in its own words that a file is too large."""


class LimitedUpload(FileUploadHandler):
    """Refuses a body before any of it is kept: files are read for everybody, before a page asks who sends them."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  Django's name for it
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > LARGEST_BODY:
            raise RequestDataTooBig("the files are larger than any form takes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
