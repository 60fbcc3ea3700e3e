"""Whether sign-in is set up, and what keeps the server from starting without it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

import streamlit as st
from streamlit import config

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CALLBACK = "/oauth2callback"
SHORTEST_SECRET = 32
OF_A_PROVIDER = ("client_id", "client_secret", "server_metadata_url")


def sign_in_settings() -> dict[str, Any]:
    """Give the ``[auth]`` section of ``.streamlit/secrets.toml``; empty where there is none."""
    if not st.secrets.load_if_toml_exists():
        return {}
    section = st.secrets.get("auth", {})
    return section.to_dict() if hasattr(section, "to_dict") else dict(section)


def sign_in_is_on() -> bool:
    """Tell whether people sign in here, instead of saying who they are."""
    return bool(sign_in_settings())


def providers(settings: Mapping[str, Any]) -> list[str | None]:
    """List the providers by name; ``None`` is the one without a name.

    >>> providers({"client_id": "a", "work": {"client_id": "b"}})
    [None, 'work']
    """
    unnamed: list[str | None] = [None] if "client_id" in settings or "server_metadata_url" in settings else []
    named = [name for name, value in settings.items() if isinstance(value, Mapping) and name != "client_kwargs"]
    return [*unnamed, *named]


def settings_fault(settings: Mapping[str, Any]) -> str | None:
    """Say what is wrong with the settings of sign-in; ``None`` where nothing is.

    >>> settings_fault({"redirect_uri": "https://t.example/oauth2callback"})
    '[auth] lacks cookie_secret'
    """
    for name in ("redirect_uri", "cookie_secret"):
        if not settings.get(name):
            return f"[auth] lacks {name}"
    if len(str(settings["cookie_secret"])) < SHORTEST_SECRET:
        return f"the cookie_secret has fewer than {SHORTEST_SECRET} characters"
    address = urlsplit(str(settings["redirect_uri"]))
    if not address.path.endswith(CALLBACK):
        return f"the redirect_uri does not end with {CALLBACK}"
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        return "the redirect_uri is not https, so passwords and cookies could be read on the way"
    found = providers(settings)
    if not found:
        return f"[auth] lacks {', '.join(OF_A_PROVIDER)}"
    for provider in found:
        section = settings if provider is None else settings[provider]
        lacking = [key for key in OF_A_PROVIDER if not section.get(key)]
        if lacking:
            return f"[{'auth' if provider is None else f'auth.{provider}'}] lacks {', '.join(lacking)}"
    return None if find_spec("authlib") else "the package authlib is missing"


def allowed_hosts(configured: list[str]) -> list[str]:
    """Give the names under which the server answers: those configured, and the one people come back to."""
    host = _redirect().hostname
    return [*configured, host] if host and configured and host not in configured else configured or ["*"]


def take_name(hosts: list[str]) -> None:
    """Let Streamlit take connections of pages under these names, which a proxy in front passes on.

    It compares a page's origin with the address it was told, and its host with the names it was told.
    """
    host = _redirect().hostname
    if host:
        config.set_option("server.allowedHosts", hosts)
        if not config.is_manually_set("browser.serverAddress"):
            config.set_option("browser.serverAddress", host)


def comes_by_https() -> bool:
    """Tell whether people who sign in come back by https, as the redirect address says."""
    return _redirect().scheme == "https"


def _redirect() -> SplitResult:
    return urlsplit(str(sign_in_settings().get("redirect_uri", "")))


def check_start(address: str | None) -> None:
    """Stop before anyone else could reach a server that does not ask, or cannot tell, who they are."""
    settings = sign_in_settings()
    fault = settings_fault(settings) if settings else None
    if fault:
        _stop(f"sign-in is half set up: {fault}. Mend .streamlit/secrets.toml, or take [auth] out")
    if not settings and address not in LOOPBACK:
        _stop(
            f"will not listen on {address or 'every address'}: sign-in is not set up, so anyone who "
            "reaches it could read and change what you saved. Use --server.address 127.0.0.1"
        )


def _stop(why: str) -> NoReturn:
    sys.stderr.write(f"Touchstone: {why}\n")
    sys.stderr.flush()
    sys.exit(2)
