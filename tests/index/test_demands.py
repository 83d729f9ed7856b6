import pytest

from index.demands import demands_of, fits, lacks

HOURS = "Relief after one ketamine infusion often fades within days."


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("How many people were sick on the spray?", "Nausea affected about 28% of people.", "Nausea is a side effect."),
        ("what share got well", "About a third were in remission.", "Remission means almost no symptoms."),
        ("how long does one drip last", HOURS, "Ketamine blocks the NMDA receptor."),
        ("what year was Spravato approved", "The FDA approved it in 2019.", "The FDA approved it for adults."),
        ("when was ketamine first made", "It was first made in 1962.", "It was first made by a chemist."),
        ("how much does an infusion cost", "Clinics charge $400 to $800.", "A drip is given slowly into a vein."),
    ],
)
def test_a_form_of_question_wants_its_kind_of_answer(question: str, right: str, wrong: str) -> None:
    assert (fits(demands_of(question), right), fits(demands_of(question), wrong)) == (1.0, 0.0)


def test_a_question_of_no_such_form_fits_everything() -> None:
    assert fits(demands_of("Can I drive home?"), "Nobody may drive until the next day.") == 1.0


def test_a_question_of_two_forms_may_be_half_answered() -> None:
    assert fits(demands_of("How many relapsed, and in what year was it published?"), "About 27% relapsed.") == 0.5


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("what is your phone number", "Ring us on 01 555 0100.", "Ask the clinic before you come."),
        ("Whats the phone number of the REMS?", "Call 1-855-382-6022.", "Spravato is given under a REMS."),
        ("what time do they open", "We open at 9 am.", "A visit takes about two hours."),
        ("is the clinic open on Sundays?", "The clinic opens Monday to Friday.", "Side effects fade the same day."),
        ("is there parking", "There is a car park behind the building.", "Nobody may drive on the day."),
    ],
)
def test_what_only_one_thing_can_answer_puts_the_rest_aside(question: str, right: str, wrong: str) -> None:
    assert not lacks(demands_of(question), right)
    assert lacks(demands_of(question), wrong)


@pytest.mark.parametrize(
    "question",
    ["who do I phone if I feel ill at night?", "is it an open-label study", "I park at work, can I drive after it?",
     "what time of day is best for it", "is my mind more open afterwards"],
)  # fmt: skip
def test_words_that_only_sound_alike_demand_nothing(question: str) -> None:
    assert not lacks(demands_of(question), "Ketamine is an anaesthetic.")
