"""Getting a port to listen on before anything else starts."""

import errno
import socket

from samverka.cli.failures import Failure

NEIGHBOURS = 20


def listen(host: str, port: int, *, next_free: bool = False) -> socket.socket:
    """A listening socket on a port, or with `next_free` on the first free one of those that follow.

    Raises:
        Failure: the port is taken, or the host is none of this machine's.
    """
    for candidate in range(port, port + (NEIGHBOURS if next_free and port else 1)):
        try:
            return socket.create_server(
                (host, candidate), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            raise Failure(
                f"Cannot listen on {host} port {candidate}: {error.strerror}.",
                remedy="Give another --host or --port (ports below 1024 are root's).",
            ) from None
    raise Failure(
        f"Port {port} is in use by another program{', and so are the next ones' if next_free else ''}.",
        remedy="End that program, or give another --port.",
    )


def url(listener: socket.socket) -> str:
    """The address a person on this machine can open."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  shown
    return f"http://{shown}:{port}/"
