"""The shell's own promises: menu, theme, headers, address, requirements."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app import server as shell
from app.components.frame import plain
from app.navigation import PAGES, available_pages
from app.sign_in import check_start
from app.theme import BADGE, DARK, LIGHT, USE_LABELS, USE_MEANING, use_badge
from governance.catalogue.vocabulary import USE_CLASSES

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_menu_is_unique_and_starts_at_home():
    assert available_pages()[0].url_path == "home"
    assert len({entry.url_path for entry in PAGES}) == len(PAGES)
    assert len({entry.title for entry in PAGES}) == len(PAGES)


def test_every_page_file_is_in_the_menu():
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} <= {entry.file.stem for entry in PAGES}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.mode)
def test_theme_is_the_one_configured(colours):
    section = CONFIG["theme"][colours.mode]
    assert section["primaryColor"] == colours.primary
    assert section["textColor"] == colours.text
    assert section["backgroundColor"] == colours.background
    assert section["borderColor"] == colours.border
    assert section["sidebar"]["backgroundColor"] == colours.panel
    assert tuple(section["chartCategoricalColors"]) == colours.series
    for meaning, name in BADGE.items():
        assert section[f"{name}Color"] == colours.of(meaning)


def test_every_use_class_has_its_own_colour_and_words():
    assert tuple(USE_MEANING) == tuple(USE_LABELS) == USE_CLASSES
    assert len(set(USE_MEANING.values())) == len(USE_CLASSES)
    assert use_badge("noncommercial") == ":orange-badge[non-commercial]"
    assert use_badge(None) == ":gray-badge[unknown]"


def test_safe_defaults_are_configured():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["maxUploadSize"] == 20
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["browser"]["gatherUsageStats"] is False


def test_policy_allows_the_scripts_of_the_installed_page_only():
    hashes = shell.inline_script_hashes(shell.STREAMLIT_PAGE.read_text(encoding="utf-8"))
    assert len(hashes) == 1
    policy = dict(shell.security_headers())[b"content-security-policy"].decode()
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert hashes[0] in script
    assert "unsafe-inline" not in script
    assert "'unsafe-eval'" not in script


@pytest.mark.parametrize("address", ["0.0.0.0", "", None, "192.168.1.4", "::"])
def test_other_addresses_are_refused(address, capsys):
    with pytest.raises(SystemExit) as stopped:
        check_start(address)
    assert stopped.value.code == 2
    assert re.fullmatch(r"Touchstone: will not listen on .*sign-in is not set up.*\n", capsys.readouterr().err)


def test_the_server_does_not_start_for_everyone():
    ran = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app/server.py", "--server.address", "0.0.0.0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert [
        line for line in ran.stderr.splitlines() if "will not listen on 0.0.0.0" in line
    ] == ran.stderr.splitlines()[-1:]
    assert "Traceback" not in ran.stderr


def test_text_from_data_is_not_markdown():
    assert plain("[a](b) <i> *x* :red[y] $z$") == r"\[a\]\(b\) \<i\> \*x\* \:red\[y\] \$z\$"
    assert "\n" not in plain("a\nb")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_name_no_address(name):
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line), line


def test_requirements_hold_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()}
    assert {re.split("[=<>]", need)[0] for need in project["dependencies"]} <= pinned
