import pytest

from corpus.errors import SettingsError
from qa.site import Limits, is_origin, site_from

LEAST = {"name": "Riverside", "greeting": "Ask.", "suggested_questions": []}


def test_what_is_not_set_is_empty() -> None:
    site = site_from("riverside", "riverside.toml", LEAST)
    assert (site.id, site.region, site.phone, site.allowed_origins, site.limits) == (
        "riverside",
        "none",
        "",
        (),
        Limits(),
    )


def test_what_a_site_sets_is_kept() -> None:
    record = {**LEAST, "region": "GB", "phone": "020 7946 0000", "allowed_origins": ["https://clinic.example"]}
    site = site_from("riverside", "riverside.toml", {**record, "limits": {"client_per_minute": 5}})
    assert (site.phone, site.allowed_origins) == ("020 7946 0000", ("https://clinic.example",))
    assert site.limits == Limits(client_per_minute=5)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phone", "call us"),
        ("contact_page", "javascript:alert(1)"),
        ("accent", "blue"),
        ("allowed_origins", ["https://clinic.example/page"]),
        ("allowed_origins", "*"),
        ("limits", {"client_per_minute": 0}),
        ("limits", {"client_per_hour": 3}),
        ("api_key_sha256", "secret"),
        ("triage", False),
        ("disclaimer", "none"),
        ("greeting", "x" * 700),
    ],
)
def test_what_cannot_be_set_is_refused_by_name(key: str, value: object) -> None:
    with pytest.raises(SettingsError, match=key):
        site_from("riverside", "riverside.toml", {**LEAST, key: value})


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"phone.*accent"):
        site_from("riverside", "riverside.toml", {**LEAST, "accent": "blue", "phone": "call us"})


@pytest.mark.parametrize("origin", ["https://clinic.example", "http://127.0.0.1:8000", "*"])
def test_an_origin_is_as_browsers_send_it(origin: str) -> None:
    assert is_origin(origin)


@pytest.mark.parametrize(
    "origin", ["https://clinic.example/", "clinic.example", "null", "https://Clinic.example", "https://*.example", 3]
)
def test_what_no_browser_sends_is_no_origin(origin: object) -> None:
    assert not is_origin(origin)
