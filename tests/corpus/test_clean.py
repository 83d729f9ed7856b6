from collections.abc import Iterable

import pytest

from corpus.clean import Line, clean

TITLE = "A Quiet Room"


def numbered(lines: Iterable[str]) -> list[Line]:
    return [Line(number, text) for number, text in enumerate(lines, start=1)]


def cleaned(*lines: str) -> tuple[list[str], list[tuple[int, str, str]]]:
    kept, dropped = clean(numbered(lines), TITLE)
    return [line.text for line in kept], [(piece.line, piece.text, piece.reason) for piece in dropped]


@pytest.mark.parametrize("line", [TITLE, f"{TITLE} 2", f"{TITLE} | 14", f"  {TITLE} - Page 3 of 9"])
def test_a_later_repetition_of_the_title_is_a_running_header(line: str) -> None:
    assert cleaned("Kept text.", line) == (["Kept text."], [(2, line.strip(), "running header with a page number")])


@pytest.mark.parametrize("line", [f"{TITLE} in winter", f"{TITLE}s"])
def test_a_heading_that_begins_like_the_title_is_kept(line: str) -> None:
    assert cleaned(line) == ([line], [])


@pytest.mark.parametrize("line", ["7", "Page 7", "page 3 of 12", "3 / 12"])
def test_a_page_number_is_dropped(line: str) -> None:
    assert cleaned(line, "Kept.") == (["Kept."], [(1, line, "page number")])


@pytest.mark.parametrize("line", ["7 rooms", "Page turner", "12345"])
def test_a_line_that_merely_holds_a_number_is_kept(line: str) -> None:
    assert cleaned(line) == ([line], [])


@pytest.mark.parametrize(
    "line", ["Read more about rooms here", "Explore these related posts:", "click here", "Discover our favourites"]
)
def test_link_boilerplate_is_dropped(line: str) -> None:
    assert cleaned(line) == ([], [(1, line, "link boilerplate")])


@pytest.mark.parametrize(
    "line",
    [
        "Read the leaflet before a visit.",
        "Read more of it here, since it matters.",
        "Some follow this path.",
        "See the nurse. More is said here.",
    ],
)
def test_a_sentence_that_sounds_a_little_like_it_is_kept(line: str) -> None:
    assert cleaned(line) == ([line], [])


def test_a_promotional_sentence_goes_and_its_neighbours_stay() -> None:
    kept, dropped = cleaned("", "The room is quiet. Book your free consultation today! A nurse stays. Sign up here.")
    assert kept == ["", "The room is quiet. A nurse stays."]
    assert dropped == [
        (2, "Book your free consultation today!", "promotional link text"),
        (2, "Sign up here.", "promotional link text"),
    ]


def test_a_paragraph_without_promotion_keeps_its_inner_spacing() -> None:
    assert cleaned("  The room  is quiet.   A nurse stays. ") == (["The room  is quiet.   A nurse stays."], [])


def test_lines_are_numbered_as_in_the_file() -> None:
    kept, _ = clean(numbered(["One.", "7", "Two."]), TITLE)
    assert [(line.number, line.text) for line in kept] == [(1, "One."), (3, "Two.")]
