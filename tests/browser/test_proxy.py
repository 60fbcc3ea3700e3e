"""Behind a proxy that ends TLS: the server answers under the name people come back to, and under no other."""

from __future__ import annotations

from http.client import HTTPConnection

import httpx
import pytest

from tests.conftest import free_port, linked_home, serving

NAME = "t.example"
SECRETS = f"""[auth]
redirect_uri = "https://{NAME}/oauth2callback"
cookie_secret = "only-for-this-test-run-and-long-enough"
client_id = "touchstone"
client_secret = "only-for-this-test-run"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
"""
UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


@pytest.fixture(scope="module")
def port(catalogue_home, tmp_path_factory):
    """Run the app as behind a proxy and give its port."""
    folder, port = linked_home(catalogue_home, tmp_path_factory.mktemp("proxy") / "home"), free_port()
    secrets = folder.parent / "secrets.toml"
    secrets.write_text(SECRETS, encoding="utf-8")
    with serving(folder, port, f"http://127.0.0.1:{port}", "--secrets.files", str(secrets)):
        yield port


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        pytest.param(NAME, f"https://{NAME}", 101, id="its-name"),
        pytest.param(NAME, "https://evil.example", 403, id="another-page"),
        pytest.param("evil.example", f"https://{NAME}", 400, id="another-name"),
        pytest.param("127.0.0.1", "http://127.0.0.1", 101, id="loopback"),
    ],
)
def test_pages_connect_under_the_name_people_come_back_to(port, host, origin, status):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/_stcore/stream", headers={**UPGRADE, "Host": host, "Origin": origin})
    assert connection.getresponse().status == status
    connection.close()


def test_every_cookie_goes_by_https_alone(port):
    for path in ("/_stcore/health", "/auth/logout"):
        cookies = httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Host": NAME}).headers.get_list("set-cookie")
        assert cookies, path
        assert all(cookie.endswith("; Secure") for cookie in cookies), cookies
