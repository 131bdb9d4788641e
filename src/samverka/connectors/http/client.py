"""A thin client on httpx: one source, one host, JSON, and an error with a name for everything else.

httpx is imported when a client is made: it takes longer than most of the program, and most processes fetch nothing.
"""

import json
import random
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self

from samverka.connectors.faults import Fault, SourceError

from .answers import Answer, Document
from .bodies import json_of
from .limits import Limits
from .pace import Clock, Pace, SystemClock

if TYPE_CHECKING:
    import httpx

USER_AGENT = "Samverka/0.1 (statistics for Swedish municipalities; reads public statistics on behalf of its operator)"

_RETRIED = {408: Fault.TIMEOUT, 425: Fault.BROKEN, 429: Fault.TOO_MANY_REQUESTS}
_FINAL = {401: Fault.FORBIDDEN, 403: Fault.FORBIDDEN, 404: Fault.NOT_FOUND, 410: Fault.GONE}
_NEVER_BETTER = {501, 505}
_REDIRECTS = {301, 302, 303, 307, 308}


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than most requests; once is enough."""
    import httpx

    return httpx.create_ssl_context()


class Client:
    """Asks one source. Waits for its turn, tries again where that helps, and keeps to the source's own host.

    Args:
        base: the API's address; everything asked for lies on its host.
        pace: how often the source may be asked.
        contact: who runs this installation (address or e-mail), told to the source.
        jitter: a number from 0 to 1, so that many installations do not come back in the same second.
    """

    def __init__(
        self,
        base: str,
        *,
        pace: Pace,
        limits: Limits | None = None,
        clock: Clock | None = None,
        jitter: Callable[[], float] = random.random,
        contact: str = "",
    ) -> None:
        import httpx

        self.base = httpx.URL(base.rstrip("/") + "/")
        self.pace = pace
        self.limits = limits or Limits()
        self.clock = clock or SystemClock()
        self._jitter = jitter
        self._http = httpx.Client(
            headers={
                "User-Agent": f"{USER_AGENT} {contact}".strip(),
                "Accept": "application/json",
            },
            timeout=httpx.Timeout(self.limits.read, connect=self.limits.connect),
            follow_redirects=False,
            verify=_tls(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def get(self, address: str, query: Mapping[str, str] | None = None) -> Document:
        """The JSON at an address, relative to the base or whole.

        Raises:
            SourceError: no usable answer, after as many attempts as help.
        """
        url = self.resolve(address)
        return self._ask("GET", url.copy_merge_params(query) if query else url, None)

    def post(self, address: str, question: object, query: Mapping[str, str] | None = None) -> Document:
        """The JSON answered to a question in JSON. Only for questions that change nothing: they may be asked again.

        Raises:
            SourceError: no usable answer, after as many attempts as help.
        """
        url = self.resolve(address)
        body = json.dumps(question, ensure_ascii=False, separators=(",", ":")).encode()
        return self._ask("POST", url.copy_merge_params(query) if query else url, body)

    def resolve(self, address: str, *, seen_at: "httpx.URL | None" = None) -> "httpx.URL":
        """The whole address of a link, if it lies on the source's own host.

        Raises:
            SourceError: it lies on another host, or is no address.
        """
        import httpx

        try:
            url = (seen_at or self.base).join(address)
        except (httpx.InvalidURL, ValueError):
            raise SourceError(Fault.OTHER_HOST, url=str(self.base), host=address[:80]) from None
        if url.scheme == "http" and self.base.scheme == "https" and url.port is None:
            url = url.copy_with(scheme="https")  # sources behind a proxy write their own links like this
        if (url.scheme, url.host, url.port) != (self.base.scheme, self.base.host, self.base.port) or url.userinfo:
            raise SourceError(Fault.OTHER_HOST, url=str(self.base), host=url.host or address[:80])
        return url

    def _ask(self, method: str, url: "httpx.URL", question: bytes | None) -> Document:
        for attempt in range(1, self.limits.attempts + 1):
            self.pace.wait(self.clock)
            try:
                return self._attempt(method, url, question)
            except SourceError as error:
                wait = self._wait(attempt, error)
                if wait is None:
                    raise
                self.clock.sleep(wait)
        raise AssertionError("the last attempt either answers or raises")

    def _wait(self, attempt: int, error: SourceError) -> float | None:
        """Seconds until the next attempt; None if there is to be none."""
        if not error.is_retryable or attempt >= self.limits.attempts:
            return None
        if error.retry_after is not None:
            if error.retry_after > self.limits.longest_wait:
                return None
            return error.retry_after + self._jitter()
        wait = min(self.limits.first_wait * 2.0 ** (attempt - 1), self.limits.longest_wait)
        return wait * (0.5 + self._jitter() / 2)

    def _attempt(self, method: str, url: "httpx.URL", question: bytes | None) -> Document:
        """One question, through redirects on the same host."""
        import httpx

        began = self.clock.monotonic()
        headers = {"Content-Type": "application/json"} if question is not None else {}
        for _ in range(self.limits.redirects + 1):
            request = self._http.build_request(method, url, content=question, headers=headers)
            try:
                response = self._http.send(request, stream=True)
                try:
                    if response.status_code not in _REDIRECTS or "location" not in response.headers:
                        return self._read(response, request, question or b"", began)
                finally:
                    response.close()
            except httpx.HTTPError as error:
                raise _of_transport(error, str(url)) from error
            url = self.resolve(response.headers["location"], seen_at=url)
        raise SourceError(Fault.BROKEN, url=str(url), status=response.status_code, is_retryable=False)

    def _read(self, response: "httpx.Response", request: "httpx.Request", question: bytes, began: float) -> Document:
        url = str(request.url)
        if response.status_code != HTTPStatus.OK:
            raise self._of_status(response, url)
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self.limits.size:
            raise SourceError(Fault.TOO_LARGE, url=url, limit=self.limits.size)
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self.limits.size:
                raise SourceError(Fault.TOO_LARGE, url=url, limit=self.limits.size)
            if self.clock.monotonic() - began > self.limits.total:
                raise SourceError(Fault.SLOW, url=url, seconds=round(self.limits.total))
        whole = bytes(body)
        content = json_of(whole, content_type=response.headers.get("content-type", ""), url=url)
        answer = Answer.of(
            whole,
            method=request.method,
            url=url,
            question=question,
            fetched_at=self.clock.now(),
            status=response.status_code,
            headers=response.headers,
        )
        return Document(answer, content)

    def _of_status(self, response: "httpx.Response", url: str) -> SourceError:
        status = response.status_code
        retry_after = self._retry_after(response.headers.get("retry-after", ""))
        if status in _RETRIED:
            return SourceError(_RETRIED[status], url=url, status=status, retry_after=retry_after)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            helps = status not in _NEVER_BETTER
            return SourceError(Fault.BROKEN, url=url, status=status, retry_after=retry_after, is_retryable=helps)
        return SourceError(_FINAL.get(status, Fault.REFUSED), url=url, status=status)

    def _retry_after(self, value: str) -> float | None:
        """Seconds from `Retry-After`, which holds seconds or a date; None if it holds neither."""
        if value.isdecimal():
            return float(value)
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, _seconds(self.clock.now(), moment))


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()


def _of_transport(error: "httpx.HTTPError", url: str) -> SourceError:
    import httpx

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SourceError(Fault.UNTRUSTED, url=url)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return SourceError(Fault.TIMEOUT, url=url)
    if isinstance(error, (httpx.RemoteProtocolError, httpx.ReadError, httpx.DecodingError)):
        return SourceError(Fault.CUT_OFF, url=url)
    return SourceError(Fault.UNREACHABLE, url=url)
