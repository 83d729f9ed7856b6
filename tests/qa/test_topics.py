"""Which questions are on getting ready for a treatment, and what stands above their answers."""

import json
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from index.build import Place, build_index
from qa.pipeline import Pipeline
from qa.policy.load import wordings
from qa.settings import Settings
from qa.topics import AMOUNTS, PREPARATION, is_preparation, is_without_amounts, read_topics, topics

TODAY = date(2026, 11, 29)
TESTSET = Path(__file__).parents[1] / "testset"
SENTENCE = "Follow your clinic's written instructions."
ENTRY = {"name": "eating", "reason": "a reason", "asked": ["a"], "unless": []}


@pytest.mark.parametrize(
    "question",
    [
        "Can I eat before my infusion?",
        "How long do I have to fast?",
        "is a light breakfast ok on the morning of treatment",
        "Do I need an empty stomach for Spravato?",
        "Can I drink coffee before the spray visit?",
        "how many hours before can i have water",
        "May I drink alcohol the night before?",
        "Do people keep taking lamotrigine?",
        "do people keep taking their antidepressants",
        "Should patients skip their blood pressure medicine that day?",
        "Do I take my meds on the morning of the appointment?",
        "Can I stay on my SSRI?",
        "Which medicines are held before an infusion?",
        "Can I drive home afterwards?",
        "Do I need someone to pick me up?",
        "Is a taxi fine?",
        "How do I get home after the spray?",
        "What should I bring to my first session?",
        "How do I prepare for a ketamine infusion?",
        "what can't I do before my appointment? what should I avoid",
    ],
)
def test_these_are_on_preparation(question: str) -> None:
    assert is_preparation(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is ketamine?",
        "How fast does ketamine work?",
        "Is it a fast-acting antidepressant?",
        "How many antidepressants must have failed before Spravato?",
        "Can people with an eating disorder have ketamine treatment?",
        "Does ketamine help alcohol use disorder?",
        "What happens when people stop taking esketamine?",
        "What are the side effects of Spravato?",
        "How long does a session take?",
        "Is ketamine at home legal?",
        "Who should not have ketamine treatment?",
        "How much does an infusion cost?",
    ],
)
def test_these_are_not(question: str) -> None:
    assert not is_preparation(question)


def test_few_of_the_questions_without_an_answer_are_taken_for_it() -> None:
    lines = (TESTSET / "not-in-sources.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    assert sum(map(is_preparation, questions)) <= 0.05 * len(questions)


def test_every_topic_has_a_reason() -> None:
    assert {topic.name for topic in topics(PREPARATION)} == {
        "eating",
        "drinking",
        "medicines",
        "getting home",
        "preparing",
    }
    assert all(topic.reason for topic in topics(PREPARATION))
    assert wordings()["notice"]["preparation"] == SENTENCE


@pytest.mark.parametrize(
    "question",
    [
        "My wife is 62 kg, how is the infusion worked out?",
        "Is the dose based on body weight?",
        "What happens to people who snort it at a festival",
        "How strong is street ketamine compared with a clinic's?",
        "People who self-medicate, what do they risk?",
        "can you do this at home without a doctor",
    ],
)
def test_these_are_answered_without_an_amount(question: str) -> None:
    assert is_without_amounts(question)


@pytest.mark.parametrize(
    "question",
    ["What dose did the first trial use?", "What are the strengths of Spravato?", "Is ketamine at home legal?"],
)
def test_others_may_state_one(question: str) -> None:
    assert not is_without_amounts(question)


def test_every_topic_of_amounts_has_a_reason() -> None:
    assert {topic.name for topic in topics(AMOUNTS)} == {"body weight", "street use", "self-treatment"}
    assert all(topic.reason for topic in topics(AMOUNTS))


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([], "no topic"), ([3], "topic 1"), ([{**ENTRY, "more": 1}], "topic 1"), ([{**ENTRY, "reason": ""}], "reason"),
        ([{**ENTRY, "asked": []}], "asked"), ([ENTRY, {**ENTRY, "unless": ["("]}], "topic 2"),
    ],
)  # fmt: skip
def test_a_faulty_table_is_refused_by_place(entries: list[object], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        read_topics({"topic": entries}, PREPARATION)


@pytest.fixture
def chat(place: Place) -> Pipeline:
    """The small corpus, and two sites, of which one has a document of its own."""
    settings = Settings(home=place.index.parent, corpus=place.corpus, model=place.model)
    for site in ("with", "without"):
        (settings.sites / site / "documents").mkdir(parents=True)
        (settings.sites / f"{site}.toml").write_text(f'name = "{site}"\nregion = "US"\n', encoding="utf-8")
    text = "Hours\n\nWe are open from nine to five on all days of the week.\n"
    (settings.sites / "with" / "documents" / "hours.txt").write_text(text, encoding="utf-8")
    build_index(settings.place)
    return Pipeline(settings)


@pytest.mark.parametrize(("site", "headed"), [(None, True), ("without", True), ("with", False)])
def test_only_where_the_site_has_no_documents_of_its_own(chat: Pipeline, site: str | None, headed: bool) -> None:
    answer = chat.ask("when can i leave and go home after the spray", today=TODAY, site=site)
    assert answer.outcome == "answered"
    told = [notice.text for notice in answer.notices]
    assert told[:1] == [SENTENCE] if headed else SENTENCE not in told


def test_another_question_is_not_headed(chat: Pipeline) -> None:
    answer = chat.ask("what is the room like", today=TODAY)
    assert answer.outcome == "answered"
    assert SENTENCE not in {notice.text for notice in answer.notices}


def test_a_question_that_nothing_answers_is_not_headed(chat: Pipeline) -> None:
    answer = chat.ask("is a taxi to the opera in budapest cheap", today=TODAY)
    assert answer.outcome == "not_in_sources"
    assert SENTENCE not in {notice.text for notice in answer.notices}
