"""What the page says: complete, and its topics hold the questions of the default site."""

from collections.abc import Callable
from typing import Any

import pytest

from corpus.errors import SettingsError
from qa.policy.load import read_policy
from qa.policy.page import Topic, by_topic, page_words, read_page
from qa.settings import read_settings


def without(table: str, key: str) -> Callable[[dict[str, Any]], object]:
    return lambda page: page[table].pop(key)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without("words", "treated"), "words.treated is missing"),
        (without("reasons", "unsafe"), "reasons.unsafe is missing"),
        (lambda page: page["sheet"].update(odd="x"), "sheet.odd is not known"),
        (lambda page: page["words"].update(can=3), "words.can is not text"),
        (lambda page: page["topic"].append({"name": "x"}), "topic 3 needs name and questions"),
    ],
)
def test_a_fault_of_the_file_is_named(change: Callable[[dict[str, Any]], object], told: str) -> None:
    page = read_policy("page.toml")
    change(page)
    with pytest.raises(SettingsError, match=told):
        read_page(page)


def test_every_question_of_the_default_site_has_a_topic() -> None:
    questions = read_settings({}).site(None).suggested_questions
    topics = by_topic(questions, page_words().topics, "other")
    assert sorted(question for topic in topics for question in topic.questions) == sorted(questions)
    assert "other" not in {topic.name for topic in topics}


def test_what_no_topic_names_stands_at_the_end_and_nothing_twice() -> None:
    topics = (Topic("Rooms", ("A?", "B?")), Topic("Empty", ("C?",)))
    assert by_topic(("D?", "B?", "A?", "B?"), topics, "Other") == (
        Topic("Rooms", ("B?", "A?")),
        Topic("Other", ("D?",)),
    )
