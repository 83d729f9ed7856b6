import gzip
import json
import random
from functools import partial
from pathlib import Path

from index.train import auroc
from index.training.groups import (
    Candidate,
    article_of,
    by_overlap,
    is_held_out,
    read_lines,
    sentences_in_context,
)
from index.training.public import NAME, NEGATIVES, bioasq, shortened, squad, squad2

CHANCE = partial(random.Random, 1)
BRIDGE = "The old bridge was built in 1890. The new bridge was opened in 1932 by Mayor Lang. Both are made of iron."


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def paragraph(title: str, text: str, *asked: tuple[str, str]) -> dict[str, object]:
    return {"title": title, "context": text, "qas": [
        {"id": question, "question": question, "text": answer, "start": text.index(answer)}
        for question, answer in asked
    ]}  # fmt: skip


def test_lines_are_read_plain_or_packed(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", {"n": 1}, {"n": 2})
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as file:
        file.write('{"n": 3}\n')
    assert [row["n"] for row in read_lines(tmp_path / "a.jsonl")] == [1, 2]
    assert [row["n"] for row in read_lines(tmp_path / "b.jsonl")] == [3]
    assert [row["n"] for row in read_lines(tmp_path / "b.jsonl.gz")] == [3]


def test_a_sentence_stands_under_the_title_and_the_sentence_before() -> None:
    first, second, _ = sentences_in_context("Iron_bridges", BRIDGE)
    assert first == Candidate("The old bridge was built in 1890.", "Iron bridges.")
    assert second.context == "Iron bridges. The old bridge was built in 1890."


def test_about_half_of_the_articles_are_held_out() -> None:
    held_out = [is_held_out(f"Article_{number}") for number in range(1000)]
    assert 400 < sum(held_out) < 600
    assert article_of("1973_oil_crisis_12") == "1973_oil_crisis"


def test_candidates_are_ordered_by_the_words_they_share() -> None:
    assert by_overlap("who opened the new bridge", sentences_in_context("", BRIDGE))[0].text.startswith("The new")


def test_a_question_of_squad_has_its_sentence_first_and_knows_where_the_answer_stands(tmp_path: Path) -> None:
    rows = [paragraph("Bridges", BRIDGE, ("When was the new bridge opened?", "1932"))]
    groups = list(squad(write(tmp_path / "squad.jsonl", *rows), CHANCE()))
    [answered] = [group for group in groups if group.right == 0]
    assert answered.answer is not None
    assert answered.candidates[0].text[slice(*answered.answer)] == "1932"
    assert all("1932" not in candidate.text for candidate in answered.candidates[1:])


def test_half_of_the_questions_of_squad_are_made_unanswerable_too(tmp_path: Path) -> None:
    rows = [
        paragraph("Bridges", BRIDGE.replace("1932", str(1900 + number)),
                  (f"When did Mayor Lang open bridge {number}?", str(1900 + number)))
        for number in range(60)
    ]  # fmt: skip
    groups = list(squad(write(tmp_path / "squad.jsonl", *rows), CHANCE()))
    asked = {group.question for group in groups if group.right == 0}
    none = [group for group in groups if group.right is None]
    assert len(asked) == 60
    assert 10 < len(none) < 50
    changed = [group for group in none if group.question not in asked]
    assert changed
    assert all(len(group.candidates) <= NEGATIVES for group in none)


def test_names_and_years_are_seen_but_not_the_first_word() -> None:
    assert NAME.findall("Did Mayor Lang open it in 1932 near Upper Town?") == ["Mayor Lang", "1932", "Upper Town"]


def squad2_folder(tmp_path: Path) -> Path:
    articles = [name for name in (f"Article {number}" for number in range(9))]
    write(tmp_path / "corpus.jsonl", *({"_id": f"{name}_0", "title": name, "text": BRIDGE} for name in articles))
    write(tmp_path / "queries.jsonl", *(
        {"_id": f"a{name}", "text": "When was the new bridge opened?",
         "metadata": {"passage": f"{name}_0", "answers": ["1932"]}} for name in articles
    ))  # fmt: skip
    write(tmp_path / "queries_unanswerable.jsonl", *(
        {"_id": f"u{name}", "text": "Who closed the bridge?", "metadata": {"passage": f"{name}_0"}} for name in articles
    ))  # fmt: skip
    return tmp_path


def test_each_side_of_squad2_has_its_own_articles(tmp_path: Path) -> None:
    folder = squad2_folder(tmp_path)
    kept, trained = list(squad2(folder, held_out=True)), list(squad2(folder, held_out=False))
    assert len(kept) + len(trained) == 18
    titles = [{group.candidates[0].context.split(".")[0] for group in side} for side in (kept, trained)]
    assert titles[0] and titles[1] and not titles[0] & titles[1]


def test_squad2_gives_the_whole_passage_the_right_sentence_first(tmp_path: Path) -> None:
    answered, none = (
        [group for group in squad2(squad2_folder(tmp_path), held_out=True) if (group.right is None) == unanswerable]
        for unanswerable in (False, True)
    )
    assert all("1932" in group.candidates[0].text and len(group.candidates) == 3 for group in answered)
    assert all(len(group.candidates) == 3 for group in none)
    assert [len(group.candidates) for group in shortened(iter(answered))] == [3] * len(answered)


def test_a_snippet_of_bioasq_stands_before_snippets_that_were_not_judged_right(tmp_path: Path) -> None:
    texts = ({"_id": str(number), "text": f"The bridge number {number} is of iron."} for number in range(40))
    write(tmp_path / "corpus.jsonl", *texts)
    write(tmp_path / "queries.jsonl", {"_id": "q", "text": "Which bridge is of iron?"})
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t3\t1\nq\t4\t0\nq\t99\t1\n")
    groups = list(bioasq(tmp_path, CHANCE()))
    [answered] = [group for group in groups if group.right == 0]
    assert answered.candidates[0].text == "The bridge number 3 is of iron."
    assert len({candidate.text for candidate in answered.candidates}) == 1 + NEGATIVES


def test_auroc_counts_how_often_the_higher_is_higher() -> None:
    assert auroc([3, 2], [1, 0]) == 1
    assert auroc([1], [1]) == 0.5
    assert auroc([2, 0], [1]) == 0.5
