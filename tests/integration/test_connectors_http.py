"""The client against a server that misbehaves: every fault has its error, or is overcome without a word."""

import gzip
import hashlib
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest

from samverka.connectors.faults import WORDINGS, Fault, SourceError
from samverka.connectors.http import Client, Limits, Pace
from tests.fakes import misbehaviour as wrong
from tests.fakes.clocks import START, TurnedClock
from tests.fakes.official_statistics import KoladaWorld, OfficialStatistics

WORLD = KoladaWorld(municipalities=[{"id": "1080", "title": "Karlskrona", "type": "K"}])


@pytest.fixture
def source() -> Iterator[OfficialStatistics]:
    made = OfficialStatistics(WORLD)
    yield made
    made.close()


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def client(source: OfficialStatistics, clock: TurnedClock) -> Iterator[Client]:
    with Client(
        source.kolada_url,
        pace=Pace(calls=1000, seconds=1.0),
        limits=Limits(attempts=4, first_wait=2.0, longest_wait=60.0, total=30.0, size=10_000),
        clock=clock,
        jitter=lambda: 0.0,
        contact="it@karlskrona.example",
    ) as made:
        yield made


def test_an_answer_is_kept_as_it_came(source: OfficialStatistics, client: Client) -> None:
    document = client.get("municipality", {"title": "Karlskrona"})
    answer = document.answer
    assert document.content["values"] == WORLD.municipalities
    assert (answer.method, answer.url) == ("GET", f"{source.kolada_url}/municipality?title=Karlskrona")
    assert (answer.status, answer.fetched_at) == (200, START)
    assert gzip.decompress(answer.compressed) == answer.body
    assert answer.sha256 == hashlib.sha256(answer.body).hexdigest()
    assert answer.size == len(answer.body)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert "Karlskrona" in answer.body.decode()


def test_the_client_says_who_asks(source: OfficialStatistics, client: Client) -> None:
    client.get("municipality")
    (agent,) = source.agents
    assert agent.startswith("Samverka/")
    assert agent.endswith(" it@karlskrona.example")


@pytest.mark.parametrize(
    "fault",
    [
        wrong.status(429),
        wrong.status(500),
        wrong.status(503),
        wrong.status(408),
        wrong.web_page,
        wrong.cut_off,
        wrong.cut_off_before_sending,
        wrong.raw(b"no JSON at all, and none of it"),
        wrong.raw(b'{"values": "\xe5"}'),
    ],
)
def test_what_passes_is_waited_out(
    source: OfficialStatistics, client: Client, clock: TurnedClock, fault: wrong.Misbehaviour
) -> None:
    source.script.extend([fault, fault])
    assert client.get("municipality").content["values"] == WORLD.municipalities
    assert len(source.asked) == 3
    assert clock.pauses == [1.0, 2.0]  # 2 and 4 seconds, each with half of it left to chance


@pytest.mark.parametrize(
    ("misbehaviour", "fault", "asked"),
    [
        (wrong.status(429), Fault.TOO_MANY_REQUESTS, 4),
        (wrong.status(500), Fault.BROKEN, 4),
        (wrong.status(501), Fault.BROKEN, 1),
        (wrong.web_page, Fault.WEB_PAGE, 4),
        (wrong.cut_off, Fault.CUT_OFF, 4),
        (wrong.cut_off_before_sending, Fault.CUT_OFF, 4),
        (wrong.raw(b""), Fault.CUT_OFF, 4),
        (wrong.raw(b'{"values": ['), Fault.CUT_OFF, 4),
        (wrong.raw(b'{"values": tr'), Fault.CUT_OFF, 4),
        (wrong.raw('{"values": "Å'.encode()[:-1]), Fault.CUT_OFF, 4),
        (wrong.raw(b"no JSON at all, and none of it"), Fault.NOT_JSON, 4),
        (wrong.raw(b"[" * 9_000), Fault.NOT_JSON, 4),
        (wrong.raw(b"[" + b"9" * 9_000 + b"]"), Fault.NOT_JSON, 4),
        (wrong.raw(b"[" * 100_000), Fault.TOO_LARGE, 1),
        (wrong.raw(b'{"count": 1, "count": 2}'), Fault.DUPLICATE_KEY, 1),
        (wrong.status(410), Fault.GONE, 1),
        (wrong.status(404), Fault.NOT_FOUND, 1),
        (wrong.status(403), Fault.FORBIDDEN, 1),
        (wrong.status(400), Fault.REFUSED, 1),
        (wrong.status(204), Fault.REFUSED, 1),
        (wrong.redirect("https://elsewhere.example/v3/municipality"), Fault.OTHER_HOST, 1),
        (wrong.redirect("file:///etc/passwd"), Fault.OTHER_HOST, 1),
        (wrong.redirect("/v3/municipality"), Fault.BROKEN, 4),  # for ever: one attempt, four redirects
    ],
)
def test_what_does_not_pass_has_its_error(
    source: OfficialStatistics, client: Client, misbehaviour: wrong.Misbehaviour, fault: Fault, asked: int
) -> None:
    source.always = misbehaviour
    with pytest.raises(SourceError) as caught:
        client.get("municipality")
    error = caught.value
    assert error.fault is fault
    assert len(source.asked) == asked
    assert error.url.startswith(source.url)
    assert error.sentence % error.details == str(error)
    assert error.remedy
    again = asked > 1 and fault is not Fault.BROKEN
    assert error.is_retryable is (again or misbehaviour(wrong.Reply()).status == 500)


def test_every_fault_has_a_sentence_and_a_remedy() -> None:
    assert set(WORDINGS) == set(Fault)


def test_a_source_that_says_when_is_obeyed(source: OfficialStatistics, client: Client, clock: TurnedClock) -> None:
    in_a_while = format_datetime(START + timedelta(seconds=50), usegmt=True)
    source.script.extend([wrong.status(429, retry_after="7"), wrong.status(503, retry_after=in_a_while)])
    client.get("municipality")
    assert clock.pauses == [7.0, 43.0]  # the date is 50 seconds after the start, 7 of which are gone


def test_a_wait_that_is_too_long_is_told_instead(
    source: OfficialStatistics, client: Client, clock: TurnedClock
) -> None:
    source.script.append(wrong.status(429, retry_after="3600"))
    with pytest.raises(SourceError) as caught:
        client.get("municipality")
    assert (caught.value.retry_after, caught.value.is_retryable, clock.pauses) == (3600.0, True, [])


def test_nonsense_in_retry_after_is_no_wait(source: OfficialStatistics, client: Client, clock: TurnedClock) -> None:
    source.script.append(wrong.status(429, retry_after="soon"))
    client.get("municipality")
    assert clock.pauses == [1.0]


def test_a_slow_drip_ends(source: OfficialStatistics, client: Client, clock: TurnedClock) -> None:
    source.always = wrong.drip(lambda: clock.turn(10.0))
    with pytest.raises(SourceError) as caught:
        client.get("municipality")
    assert caught.value.fault is Fault.SLOW


def test_an_answer_that_unpacks_to_too_much_is_refused(source: OfficialStatistics, client: Client) -> None:
    bomb = gzip.compress(b" " * 1_000_000)
    assert len(bomb) < 10_000
    source.script.append(wrong.raw(bomb, **{"Content-Encoding": "gzip"}))
    with pytest.raises(SourceError) as caught:
        client.get("municipality")
    assert caught.value.fault is Fault.TOO_LARGE


def test_a_redirect_on_the_same_host_is_followed(source: OfficialStatistics, client: Client) -> None:
    source.script.append(wrong.redirect("/v3/municipality?moved=1", 308))
    document = client.get("municipality")
    assert document.answer.url == f"{source.kolada_url}/municipality?moved=1"


def test_nobody_there_is_an_error(clock: TurnedClock) -> None:
    limits = Limits(attempts=2)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # it is kept from others, and nobody listens
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with (
            Client(url, pace=Pace(calls=9, seconds=1), limits=limits, clock=clock) as client,
            pytest.raises(SourceError) as caught,
        ):
            client.get("municipality")
    assert caught.value.fault is Fault.UNREACHABLE


def test_silence_is_an_error(clock: TurnedClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limits = Limits(attempts=1, read=0.05)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            Client(url, pace=Pace(calls=9, seconds=1), limits=limits, clock=clock) as client,
            pytest.raises(SourceError) as caught,
        ):
            client.get("municipality")
    assert caught.value.fault is Fault.TIMEOUT


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example/x", "http://127.0.0.1:1/x", "ftp://127.0.0.1/x", "http://[x"],
)
def test_only_the_source_itself_is_asked(client: Client, source: OfficialStatistics, address: str) -> None:
    with pytest.raises(SourceError) as caught:
        client.get(address)
    assert caught.value.fault is Fault.OTHER_HOST
    assert source.asked == []


def test_a_link_without_tls_on_a_host_with_tls_is_asked_with_tls(clock: TurnedClock) -> None:
    with Client("https://api.kolada.se/v3", pace=Pace(calls=9, seconds=1), clock=clock) as client:
        assert str(client.resolve("http://api.kolada.se/v3/kpi?page=2")) == "https://api.kolada.se/v3/kpi?page=2"


@pytest.mark.parametrize("calls", [1, 3])
def test_no_more_requests_than_the_source_allows(source: OfficialStatistics, calls: int) -> None:
    clock = TurnedClock()
    with Client(source.kolada_url, pace=Pace(calls=calls, seconds=10.0), clock=clock) as client:
        for _ in range(7):
            client.get("municipality")
            clock.turn(1.0)
    begun = [0.0]
    for number in range(1, 7):
        begun.append(max(begun[-1] + 1.0, begun[number - calls] + 10.0 if number >= calls else 0.0))
    assert clock.monotonic() == begun[-1] + 1.0
