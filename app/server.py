"""The server: the page script, the API beside it, security headers, limits and a checked start."""

from __future__ import annotations

import base64
import gc
import hashlib
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import auth
from app.api import ROUTES, known_problem, unknown_problem
from app.api_answers import TooLarge, problem
from app.components import state
from app.components.feedback import on_script_error
from app.sign_in import allowed_hosts, check_start, comes_by_https, take_name
from governance.assessment.uploads import MAX_BYTES
from governance.catalogue.build import build_catalogue, is_current
from governance.errors import TouchstoneError

log = logging.getLogger("touchstone")
log.addHandler(logging.StreamHandler())
log.setLevel(logging.INFO)

OPEN_TO_ALL = "/api/health"
MAX_API_BODY = 1_000_000
UPLOADS = {("POST", "/api/evidence"), ("POST", "/api/rate"), ("POST", "/api/labs")}
"""Where a file may come: it is asked who sends it before its body is read."""
STREAMLIT_PAGE = Path(st.__file__).parent / "static" / "index.html"


def inline_script_hashes(page: str) -> list[str]:
    """Give the CSP hash of each script written into Streamlit's page, which differs between versions.

    >>> inline_script_hashes('<script src="a.js"></script>')
    []
    """
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]


def security_headers() -> list[tuple[bytes, bytes]]:
    """Give the headers of every response: nothing from outside runs, nobody frames the app."""
    hashes = " ".join(inline_script_hashes(STREAMLIT_PAGE.read_text(encoding="utf-8")))
    policy = (
        f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    ]


def with_secure(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Give a header; a cookie that lacks Secure gets it, so that browsers send it by https alone.

    >>> with_secure(b"set-cookie", b"a=b; Path=/")
    (b'set-cookie', b'a=b; Path=/; Secure')
    """
    marks = value.lower().replace(b" ", b"").split(b";")[1:]
    return (name, value) if name.lower() != b"set-cookie" or b"secure" in marks else (name, value + b"; Secure")


class SecurityHeaders:
    """Adds the security headers to every response that lacks them, and Secure to cookies where people come by https."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = security_headers()
        self.secure = comes_by_https()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                present = {name.lower() for name, _ in given}
                added = [header for header in self.headers if header[0] not in present]
                # TLS may end at a proxy, so Streamlit does not know of it and leaves Secure out.
                message["headers"] = [*(with_secure(*one) for one in given), *added] if self.secure else given + added
            await send(message)

        await self.app(scope, receive, add if scope["type"] == "http" else send)


class ApiBodyLimit:
    """Refuses API requests whose body is too large, whatever their length header says."""

    def __init__(self, app: ASGIApp, limit: int = MAX_API_BODY) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body as it comes."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        upload = (scope["method"], scope["path"]) in UPLOADS
        limit = MAX_BYTES if upload else self.limit
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > limit:
            await self._refuse(scope, receive, send, limit)
            return
        if upload:
            await self.app(scope, _counted(receive, scope["path"], limit), send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > limit:
                await self._refuse(scope, receive, send, limit)
                return
            if message["type"] != "http.request" or not message.get("more_body"):
                break
        left = [{"type": "http.request", "body": body, "more_body": False}]
        if message["type"] != "http.request":
            left = [dict(message)]

        async def again() -> Message:
            return left.pop() if left else await receive()

        await self.app(scope, again, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        fix = f"send at most {limit:,} bytes"
        await problem(413, "the request is too large", scope["path"], fix, "bad_input")(scope, receive, send)


def _counted(receive: Receive, path: str, limit: int) -> Receive:
    taken = 0

    async def count() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge("the request is too large", path, f"send at most {limit:,} bytes")
        return message

    return count


class ApiReader:
    """Asks API requests for a token where people sign in, and lets what answers them work for its holder."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on in the name of whoever asks."""
        if scope["type"] == "http" and scope["path"].startswith("/api/") and scope["path"] != OPEN_TO_ALL:
            request = Request(scope)
            try:
                auth.ask_as(await run_in_threadpool(auth.reader_of_request, request))
            except TouchstoneError as error:
                await known_problem(request, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def prepare_catalogue() -> None:
    """Build the catalogue where it is missing or older than its facts, and load it; pages say so if that fails."""
    try:
        if not is_current():
            log.info("Building the catalogue")
            log.info("Catalogue %s is ready", build_catalogue().version)
        state.datasets_for()
    except TouchstoneError as error:
        log.error("%s (%s): %s", error.what, error.where, error.fix)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Make ready before the first request; freeze what start-up made, so later collections skip it."""
    prepare_catalogue()
    gc.collect()
    gc.freeze()
    yield {}


# The API asks Streamlit's caches from outside a page, which is meant.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
check_start(st.get_option("server.address"))
HOSTS = allowed_hosts(list(st.get_option("server.allowedHosts")))
take_name(HOSTS)
app = st.App(
    "main.py",
    routes=ROUTES,
    lifespan=lifespan,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS),
        Middleware(ApiBodyLimit),
        Middleware(ApiReader),
    ],
    on_script_error=on_script_error,
    exception_handlers={TouchstoneError: known_problem, Exception: unknown_problem},
)
