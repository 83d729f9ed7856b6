from pathlib import Path

import pytest

from corpus.errors import SettingsError
from index.model import BUNDLED
from qa.pipeline import Pipeline
from qa.settings import PACKAGE, Settings, read_settings


def test_the_defaults_lie_in_the_checkout() -> None:
    settings = read_settings({})
    assert settings == Settings(PACKAGE.parent / "var", PACKAGE, BUNDLED)


def test_the_environment_is_read(tmp_path: Path) -> None:
    names = {"KETAMINE_QA_HOME": str(tmp_path), "KETAMINE_QA_CORPUS": str(tmp_path / "c"), "KETAMINE_QA_MODEL": "m"}
    settings = read_settings(names)
    assert settings == Settings(tmp_path, tmp_path / "c", "m")
    assert settings.place.index == tmp_path / "index"


def test_the_default_site_is_in_the_us() -> None:
    site = read_settings({}).site(None)
    assert site.lines.emergency == "911"
    assert len(site.suggested_questions) >= 4


def write_site(home: Path, text: str) -> Settings:
    (home / "sites").mkdir()
    (home / "sites" / "riverside.toml").write_text(text, encoding="utf-8")
    return read_settings({"KETAMINE_QA_HOME": str(home)})


def test_a_site_sets_its_own_region(tmp_path: Path) -> None:
    site = write_site(tmp_path, 'name = "Riverside"\nregion = "GB"\n').site("riverside")
    assert (site.name, site.lines.tel) == ("Riverside", "116123")


def test_without_a_region_nothing_is_guessed(tmp_path: Path) -> None:
    site = write_site(tmp_path, 'name = "Riverside"\n').site("riverside")
    assert site.lines.emergency == "your local emergency number"


@pytest.mark.parametrize(
    "text", ['region = "XX"', "name = 3", 'disclaimer = "none"', "name = ", 'suggested_questions = "a"']
)
def test_a_faulty_site_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        write_site(tmp_path, text).site("riverside")


@pytest.mark.parametrize("name", ["nowhere", "../riverside", "riverside.toml", "RIVERSIDE", "a/b"])
def test_an_unknown_site_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError):
        write_site(tmp_path, 'name = "Riverside"').site(name)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ('name = "Clinic"\nregion = "GB"\nphone = [\n', "GB"),
        ("name = 'Zürich'\n region = 'CH'\nx = [", "none"),
        ('region = "IE"\nallowed_origins = "not a list"\n', "IE"),
        ("region: GB", "none"),
    ],
)
def test_a_faulty_site_keeps_the_numbers_of_its_region(tmp_path: Path, text: str, region: str) -> None:
    settings = Settings(tmp_path, tmp_path, "")
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "clinic.toml").write_bytes(text.encode("latin-1"))
    assert settings.region_beside("clinic") == region
    assert Pipeline(settings).nearest_site("clinic").region == region


@pytest.mark.parametrize("name", [None, "", "nowhere", "../clinic"])
def test_a_site_that_is_not_there_has_the_numbers_of_the_default_one(tmp_path: Path, name: str | None) -> None:
    settings = Settings(tmp_path, tmp_path, "")
    assert settings.region_beside(name) is None
    assert Pipeline(settings).nearest_site(name).region == settings.site(None).region
