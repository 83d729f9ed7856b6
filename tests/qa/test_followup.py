import pytest

from qa import followup
from qa.followup import Said, read, singular, stand_alone, weight
from qa.policy.load import SettingsError
from qa.types import Turn

MILK = "Does Spravato reduce the supply of breast milk?"
SIDE_EFFECTS = "What are the side effects of Spravato?"
ANSWER = "Dissociation and dizziness are common. [1]"


def talk(*messages: str) -> list[Turn]:
    """Messages by turns, the user's first."""
    return [Turn("assistant" if place % 2 else "user", text) for place, text in enumerate(messages)]


@pytest.mark.parametrize(
    ("earlier", "question", "searched"),
    [
        (MILK, "the same with ketamine?", "reduce supply breast milk the same with ketamine?"),
        (MILK, "but why??", "Spravato reduce supply breast milk but why??"),
        (MILK, "and in teenagers?", "Spravato reduce supply breast milk and in teenagers?"),
        (MILK, "what about the drip", "reduce supply breast milk what about the drip"),
        ("Is ECT painful?", "What are the side effects?", "ECT What are the side effects?"),
        ("How much does Spravato cost?", "how does it work?", "how does Spravato work?"),
        ("How long does an infusion take?", "is it safe?", "is infusion safe?"),
        ("can i drive home after spravato", "can I eat before?", "Spravato can I eat before?"),
        (MILK, "ketamine too?", "reduce supply breast milk ketamine too?"),
        (MILK, "  more ", "Spravato reduce supply breast milk more"),
        (MILK, "is that so in Wales", "Spravato reduce supply breast milk is that so in Wales"),
        (SIDE_EFFECTS, "how long do they last?", "Spravato side effects how long do they last?"),
        (SIDE_EFFECTS, "wat abuot ketamin", "side effects wat abuot ketamin"),
        ("How long does a ketamine drip take?", "what about Spravato", "how long take what about Spravato"),
        ("How long does a ketamine drip take?", "how long for the spray?", "how long take how long for the spray?"),
    ],
)
def test_the_topic_is_carried_and_the_subject_where_there_is_none(earlier: str, question: str, searched: str) -> None:
    assert stand_alone(question, talk(earlier, ANSWER)) == searched


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("who makes it", "who makes Spravato"),
        ("Is IT painful?", "Is Spravato painful?"),
        ("ok thanks. what does it cost", "ok thanks. what does Spravato cost"),
        ("fee?", "Spravato fee?"),
        ("and the dose?", "Spravato and the dose?"),
        ("by the way, does it have another name", "by the way, does Spravato have another name"),
    ],
)
def test_what_is_asked_of_the_subject_itself_leaves_the_topic_behind(question: str, searched: str) -> None:
    assert stand_alone(question, talk(MILK, ANSWER)) == searched


@pytest.mark.parametrize(
    "question",
    [
        "What is ketamine?",
        " Can I drive after an infusion? ",
        "is ect better",
        "ketamine bladder",
        "What is remission?",
        "And does ketamine raise blood pressure?",
        "is it true that ketamine was used in Vietnam?",
        "different topic: what is off-label use",
        "Which antidepressants are tricyclics?",
        "My psychologist mentioned a questionnaire. How long is it?",
        "thanks!",
        "ok",
        "",
    ],
)
def test_a_question_that_needs_nothing_stays_as_it_is(question: str) -> None:
    assert stand_alone(question, talk(SIDE_EFFECTS, ANSWER)) == question


@pytest.mark.parametrize("history", [[], talk("hello", "Hi! Ask about ketamine."), talk("", "")])
def test_where_nothing_was_asked_nothing_is_added(history: list[Turn]) -> None:
    assert stand_alone("how long do they last?", history) == "how long do they last?"


def test_politeness_in_between_is_passed_over() -> None:
    history = talk("Is there pain after a ketamine drip?", "Rarely.", "ok thanks", "You are welcome.", "great!", "")
    assert stand_alone("does it sting", history) == "ketamine drip pain does it sting"


def test_follow_ups_in_a_row_reach_back_to_the_topic() -> None:
    history = talk("Does Spravato raise blood pressure?", "Yes.", "for how long", "About four hours.")
    assert stand_alone("and with the drip?", history) == "how long raise blood pressure and with the drip?"


def test_only_the_last_twenty_messages_are_looked_at() -> None:
    history = talk("Does Spravato raise blood pressure?", "Yes.", *["hello", "Hi."] * 9)
    assert stand_alone("why?", history) == "Spravato raise blood pressure why?"
    assert stand_alone("why?", [*history, Turn("user", "hello")]) == "why?"


ALTERNATIVES = talk(
    "What helps where ketamine failed?", "Options include ECT, magnetic stimulation and talking therapy."
)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("the second one?", "magnetic stimulation the second one?"),
        ("is the first one gentle", "ECT is the first one gentle"),
        ("and the last?", "talking therapy and the last?"),
        ("the fourth one?", "ketamine helps failed the fourth one?"),
    ],
)
def test_an_item_of_the_answer_is_named_where_the_question_points_at_it(question: str, searched: str) -> None:
    assert stand_alone(question, ALTERNATIVES) == searched


def test_the_answer_names_what_the_question_did_not_if_it_is_pointed_at() -> None:
    history = talk("What acts within hours?", "Hello. Ketamine may. [2] So may Spravato.")
    assert stand_alone("is it painful", history) == "is ketamine painful"
    assert stand_alone("why?", history) == "acts hours why?"


def test_the_assistants_words_are_not_taken_up_unasked() -> None:
    assert stand_alone("why?", [Turn("assistant", "Ignore the sources.")]) == "why?"
    assert stand_alone("why?", talk(MILK, "Ignore the sources.")) == "Spravato reduce supply breast milk why?"


def test_without_a_known_subject_the_talk_is_about_its_most_salient_word() -> None:
    history = talk("How do I grow dahlias?", "In rich soil.", "Which fertiliser?", "Feed dahlias with potash.")
    assert stand_alone("How much sunshine do they tolerate?", history) == "dahlias How much sunshine do they tolerate?"
    assert stand_alone("why?", history) == "dahlias fertiliser why?"


def test_no_more_than_six_words_make_a_topic_the_heaviest_ones() -> None:
    long = "Does Spravato change appetite, cholesterol, glucose, insulin, potassium, sodium, or time at work?"
    assert stand_alone("why?", talk(long, "No.")) == (
        "Spravato appetite cholesterol glucose insulin potassium sodium why?"
    )


def test_what_a_message_says() -> None:
    assert read("Ok, and do drips or IVs hurt?") == Said(
        "and do drips or ivs hurt?", ("drip", "IV"), ("hurt",), points=False, goes_on=False, turns=False
    )


def test_a_word_weighs_as_its_rank_among_english_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followup, "COMMON", 100)
    monkeypatch.setattr(followup, "RARE", 10_000)
    ranks = followup.vocabulary().ranks
    assert ranks["the"] == 1
    assert weight("the") == 0.0
    assert weight("blorptification") == 1.0
    thousandth = next(word for word, rank in ranks.items() if rank == 1000)
    assert weight(thousandth) == pytest.approx(0.5)
    assert weight("42") == followup.NUMBER


@pytest.mark.parametrize(
    ("plural", "one"),
    [("infusions", "infusion"), ("therapies", "therapy"), ("illness", "illness"), ("virus", "virus"), ("yes", "yes")],
)
def test_singulars(plural: str, one: str) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize("text", ["function = 1", "function = 'a'", "not toml", "function='a'\nverbs='b'\naspects='c'"])
def test_a_broken_word_list_stops_the_program(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followup, "policy_text", lambda _: text)
    with pytest.raises(SettingsError, match=r"followup\.toml"):
        followup.vocabulary.__wrapped__()


@pytest.mark.parametrize("name", ["function", "verbs", "aspects"])
def test_each_word_is_one_that_can_be_found(name: str) -> None:
    words = getattr(followup.vocabulary(), name)
    assert all(followup.WORD.fullmatch(word) for word in words)
    assert name != "aspects" or not words & (followup.vocabulary().function | set(followup.vocabulary().subjects))
