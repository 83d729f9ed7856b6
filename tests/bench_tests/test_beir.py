from pathlib import Path

import pytest
from beir import Question, Row, read_judgements, read_questions, read_task, spread


def test_a_folder_is_read_plain_and_packed(beir_folder: Path) -> None:
    task = read_task(beir_folder)
    assert task.name == "invented"
    assert [row.id for row in task.rows] == ["moon", "tea", "rope", "bread"]
    assert task.rows[3] == Row("bread", "", "Bread rises because of yeast. Yeast gives off gas.")
    assert task.rows[3].whole == task.rows[3].text
    assert task.rows[1].whole.startswith("Green tea Green tea is made")
    assert [question.id for question in task.questions] == ["q1", "q2"]
    assert task.judgements == {"q1": {"moon": 2, "tea": 0}, "q2": {"bread": 1}}


def test_another_file_of_questions_takes_the_place_of_the_folders_own(beir_folder: Path, write_lines) -> None:  # noqa: ANN001
    other = write_lines(beir_folder / "rewritten.jsonl.gz", [{"_id": "q2", "text": "Why does bread rise?"}])
    task = read_task(beir_folder, other)
    assert [question.text for question in task.questions] == ["Why does bread rise?"]
    assert list(task.judgements) == ["q2"]
    assert read_task(beir_folder, beir_folder / "rewritten.jsonl").questions == task.questions


@pytest.mark.parametrize(
    "history",
    [
        [{"user": "What is bread?", "assistant": "A food."}, {"user": "Is it old?"}],
        [
            {"role": "user", "content": "What is bread?"},
            {"role": "assistant", "content": "A food."},
            {"role": "user", "content": "Is it old?"},
        ],
    ],
)
def test_turns_are_read_in_either_form(tmp_path: Path, write_lines, history: list[dict[str, str]]) -> None:  # noqa: ANN001
    path = write_lines(tmp_path / "q.jsonl", [{"_id": 7, "text": "Why?", "metadata": {"history": history}}])
    [question] = read_questions(path)
    assert question.id == "7"
    assert question.turns == (("user", "What is bread?"), ("assistant", "A food."), ("user", "Is it old?"))


def test_what_is_not_there_is_named(beir_folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.jsonl nor nowhere\.jsonl\.gz"):
        read_task(beir_folder, beir_folder / "nowhere.jsonl")


def test_questions_of_which_none_is_judged_are_a_fault(beir_folder: Path, write_lines) -> None:  # noqa: ANN001
    with pytest.raises(ValueError, match="No question"):
        read_task(beir_folder, write_lines(beir_folder / "other.jsonl", [{"_id": "q9", "text": "What?"}]))


def test_a_question_with_nothing_relevant_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text("q1\ta\t1\nq2\ta\t0\n", encoding="utf-8")
    assert read_judgements(path) == {"q1": {"a": 1}, "q2": {"a": 0}}


@pytest.mark.parametrize(("count", "places"), [(None, [0, 1, 2, 3, 4]), (9, [0, 1, 2, 3, 4]), (2, [0, 2]), (0, [])])
def test_a_limit_takes_questions_evenly(count: int | None, places: list[int]) -> None:
    questions = [Question(str(number), "", (), {}) for number in range(5)]
    assert spread(questions, count) == [questions[place] for place in places]
