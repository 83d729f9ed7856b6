"""Countries by name, by people and by big city, and what is about elsewhere."""

import pytest

from index.places import EUROPEAN_UNION, countries_of, elsewhere, is_local


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Is it approved in Canada?", {"CA"}),
        ("what does it cost near toronto", {"CA"}),
        ("Austin or Toronto", {"US", "CA"}),
        ("The NHS in Scotland", {"GB", "GB-SCT"}),
        ("a US label", {"US"}),
        ("a U.S. label", {"US"}),
        ("laws in new zealand", {"NZ"}),
        ("can you help us", set()),
        ("roast turkey", set()),
        ("I was in Turkey", {"TR"}),
        ("it is nice and mobile", set()),
        ("", set()),
        ("What does it cost in New York?", {"US"}),
        ("new jersey or british columbia", {"US", "CA"}),
        ("New South Wales", {"AU"}),
        ("I drive trucks in Georgia", {"US", "GE"}),
        ("Canada's agency and European-style advice", {"CA", *EUROPEAN_UNION}),
        ("NICE reconsidered it", {"GB"}),
        ("Nice, and how much is it?", set()),
        ("a clinic in Nice", {"FR"}),
        ("Oral ketamine and the Hamilton scale", set()),
        ("the FDA warns", {"US"}),
    ],
)
def test_countries_are_found_by_what_people_call_them(text: str, codes: set[str]) -> None:
    assert countries_of(text) == codes


def test_the_union_is_its_members() -> None:
    assert countries_of("European rules") == EUROPEAN_UNION
    assert len(EUROPEAN_UNION) == 27


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("What does a visit cost in Toronto?", "One US site quoted a price.", True),
        ("What does a visit cost in Toronto?", "A visit takes two hours.", False),
        ("What does a visit cost?", "One US site quoted a price.", False),
        ("What does a visit cost in Texas?", "One US site quoted a price.", False),
        ("Is it allowed in France?", "The European Union allows it.", False),
        ("Is it allowed in Canada?", "Canada and the US allow it.", False),
        ("How many Scots use it?", "In England, many people do.", True),
        ("How many Scots use it?", "In the UK, many people do.", False),
        ("How many in the UK use it?", "In England, many people do.", False),
    ],
)
def test_elsewhere_is_another_country_only(question: str, text: str, *, other: bool) -> None:
    assert elsewhere(countries_of(question), text) is other


@pytest.mark.parametrize(
    "question",
    [
        "Is Spravato approved in Canada?",
        "what does it cost in Ohio",
        "how many people in the UK use it",
        "NHS clinics in Leeds",
    ],
)
def test_what_differs_from_country_to_country(question: str) -> None:
    assert is_local(question)


@pytest.mark.parametrize(
    "question",
    ["I live in London. Can I drive after Spravato?", "I am in Texas and had an aneurysm. Is Spravato safe for me?"],
)
def test_what_is_safe_holds_everywhere(question: str) -> None:
    assert not is_local(question)
