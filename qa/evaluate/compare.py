"""Two results of the same test set: what got better, what got worse, and whether that is chance."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qa.evaluate.intervals import Estimate, mcnemar, mean_difference

SAME_SETTINGS = ("site", "answerable", "timeout_s")
CHANGEABLE = ("version", "commit", "lock", "ledger", "corpus", "index", "models", "triage", "wordings", "cards",
              "languages", "numbers", "gates", "disclaimer")  # fmt: skip


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Compare two results question by question; a question counts where both runs asked exactly the same."""
    earlier = {question["id"]: question for question in before["questions"]}
    pairs = [
        (earlier[question["id"]], question)
        for question in after["questions"]
        if question["id"] in earlier and earlier[question["id"]]["case_hash"] == question["case_hash"]
    ]
    better = [late["id"] for early, late in pairs if late["right"] and not early["right"]]
    worse = [late["id"] for early, late in pairs if early["right"] and not late["right"]]
    return {
        "baseline": {name: before["stamp"].get(name) for name in ("version", "commit", "date", "index")},
        "compared": len(pairs),
        "warnings": incomparable(before, after),
        "changed": changed(before["stamp"], after["stamp"]),
        "better": better,
        "worse": worse,
        "other_answer": [late["id"] for early, late in pairs if _text(early) != _text(late)],
        "mcnemar_p": mcnemar(len(better), len(worse)),
        "fact_recall_difference": asdict(_fact_recall(pairs)),
        "facts": _changed_names(before["stamp"].get("facts"), after["stamp"].get("facts")),
        "wordings": _changed_names(before["stamp"].get("wording_hashes"), after["stamp"].get("wording_hashes")),
    }


def incomparable(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Say why two results cannot simply be set side by side."""
    reasons = [
        f"the {name} result is partial" for name, run in (("earlier", before), ("later", after)) if run["partial"]
    ]
    old, new = before["stamp"], after["stamp"]
    if old["testset"] != new["testset"]:
        reasons.append("the test set has changed; only questions that both runs asked alike are compared")
    if old["asked"] != new["asked"]:
        reasons.append(f"one run asked {old['asked']}, the other {new['asked']}")
    if old["date"] != new["date"]:
        reasons.append(f"facts were judged on {old['date']} and on {new['date']}")
    settings = old.get("settings", {}), new.get("settings", {})
    reasons += [
        f"the setting {name} was {settings[0].get(name)} and is {settings[1].get(name)}"
        for name in SAME_SETTINGS
        if settings[0].get(name) != settings[1].get(name)
    ]
    return reasons


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Name what differs in what answered, as far as both runs say."""
    return [name for name in CHANGEABLE if name in old and name in new and old[name] != new[name]]


def _fact_recall(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Estimate:
    asked = [(early["score"]["facts"], late["score"]["facts"]) for early, late in pairs if late["score"]["facts"]]
    before = [sum(early) / len(early) for early, _ in asked]
    return mean_difference(before, [sum(late) / len(late) for _, late in asked])


def _changed_names(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> dict[str, list[str]]:
    """Name what was added, removed and altered; nothing where one of the runs does not say."""
    if old is None or new is None:
        return {}
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "altered": sorted(name for name in old.keys() & new.keys() if old[name] != new[name]),
    }


def _text(question: Mapping[str, Any]) -> str:
    return question["answer"]["text"] if question["answer"] else ""
