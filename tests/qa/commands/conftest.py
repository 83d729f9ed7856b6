"""A home of the small invented corpus, indexed with the fake encoder, and a clinic's site in it."""

from datetime import UTC, datetime

import pytest

from index.build import Place, build_index
from qa.new_site import write_new_site
from qa.settings import Settings

NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
SITE = "riverside"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def home(place: Place) -> Settings:
    """The settings of that home; the index is built."""
    settings = Settings(home=place.index.parent, corpus=place.corpus, model=place.model)
    write_new_site(settings, SITE, {"name": "Riverside Clinic", "region": "US"})
    build_index(settings.place)
    return settings
