"""A way to the web that leads nowhere else: addresses of this machine and its network are refused at every lookup."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx

DAY = 86_400
"""Seconds a stored copy may be used without asking again (RFC 9309, 2.4)."""
_NAT64 = IPv6Network("64:ff9b::/96")


class PrivateAddress(httpcore.ConnectError):
    """The name leads to an address that is not on the public internet."""


def is_public(address: str) -> bool:
    """Tell whether an address is on the public internet, also where it hides an IPv4 address.

    >>> [is_public(one) for one in ("192.0.2.1", "127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254", "2606:4700::1111")]
    [False, False, False, False, True]
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found in _NAT64:
            inner.append(IPv4Address(int(found) & 0xFFFF_FFFF))
        if any(one is not None and not is_public(str(one)) for one in inner):
            return False
    return found.is_global and not found.is_multicast


class GuardedBackend(httpcore.SyncBackend):
    """Connects to the address that was looked at, so that a second lookup cannot lead elsewhere.

    Args:
        patience: Seconds a connection may live, however fast its pieces come.
        allow_private: Let addresses of this machine and its network through: for tests.
    """

    def __init__(self, patience: float, allow_private: bool = False) -> None:
        self.patience, self.allow_private = patience, allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Look the name up, refuse it if any of its addresses is private, and connect to the first that answers."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name is not known: {error}") from error
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        if not self.allow_private and not all(map(is_public, addresses)):
            raise PrivateAddress("its address is not on the public internet")
        failed: Exception = httpcore.ConnectError("the name has no address")
        for address in addresses[:3]:
            try:
                stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
                return _Patient(stream, time.monotonic() + self.patience)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: a socket of this machine is not the web."""
        raise PrivateAddress("a local socket")


class _Patient(httpcore.NetworkStream):
    """A connection with an end: a site that sends a byte every few seconds would otherwise hold us for days."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream, self._end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole answer took too long")
        return self._stream.read(max_bytes, left if timeout is None else min(timeout, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Patient(self._stream.start_tls(ssl_context, server_hostname, timeout), self._end)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as its base has it
        return self._stream.get_extra_info(info)


class GuardedTransport(httpx.HTTPTransport):
    """HTTP over guarded connections; no proxy of the environment gets between."""

    def __init__(self, patience: float, allow_private: bool = False) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=32,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(patience, allow_private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, and let a cache use the answer no longer than the site says, and for a day at most."""
        response = super().handle_request(request)
        if (seconds := _fresh_for(response.headers)) is not None:
            response.headers["Cache-Control"] = f"max-age={seconds}"
            response.headers.pop("Expires", None)
        return response


def _fresh_for(headers: httpx.Headers) -> int | None:
    said = headers.get("Cache-Control", "").lower()
    if "no-store" in said or "no-cache" in said:
        return None
    if given := re.search(r"max-age\s*=\s*\"?(\d{1,18})", said):
        return min(DAY, int(given[1]))
    if "Expires" not in headers:
        return 0
    try:
        until = parsedate_to_datetime(headers["Expires"]).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0  # such as Expires: 0, which means that it is old already
    return int(min(DAY, max(0.0, until - time.time())))


class Pace:
    """Lets requests through one after the other, at so many a second, and with a pause between two to one host.

    Args:
        rate: Requests a second, to all hosts together.
        pause: Seconds between two to the same host.
        clock: Seconds that only grow.
        sleep: Waits so many seconds.
    """

    def __init__(
        self,
        rate: float,
        pause: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap, self._pause, self._clock, self._sleep = 1 / rate, pause, clock, sleep
        self._next, self._hosts, self._lock = 0.0, dict[str, float](), threading.Lock()

    def wait(self, host: str) -> None:
        """Wait for the turn of a request to a host."""
        with self._lock:
            now = self._clock()
            self._hosts = {name: until for name, until in self._hosts.items() if until > now}
            turn = max(now, self._next, self._hosts.get(host, 0.0))
            self._next = max(now, self._next) + self._gap
            self._hosts[host] = turn + self._pause
        if turn > now:
            self._sleep(turn - now)
