import pytest

from index.asking import asking_part


def test_what_is_told_is_left_out() -> None:
    message = (
        "My dad is 71 and has a stent. His sessions start on Friday. Can he take his blood pressure tablets before?"
    )
    assert asking_part(message) == "Can he take his blood pressure tablets before?"


def test_all_that_asks_is_kept() -> None:
    message = "How long does the spray visit take? I work nights. And who drives me home afterwards?"
    assert asking_part(message) == "How long does the spray visit take? And who drives me home afterwards?"


def test_a_question_without_its_mark_is_known_by_how_it_opens() -> None:
    assert asking_part("He has glaucoma. Would that rule out the spray.") == "Would that rule out the spray."


@pytest.mark.parametrize(
    "message",
    [
        "Can ketamine harm the bladder?",
        "My mum had her first infusion and cannot sleep. Is that all right?",  # says too little by itself
        "I keep wondering about my bladder. It hurts after sessions.",
        "spravato cost",
        "?",
        "",
    ],
)
def test_otherwise_the_message_is_the_question(message: str) -> None:
    assert asking_part(message) == message
