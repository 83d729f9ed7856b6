"""Whether a sentence is about an illness or a group of people that a question does not speak of.

Whoever asks "how long does it last" asks about depression, which the treatment is chiefly for; a figure from people
with post-traumatic stress, or from adolescents, is no answer to it, however near it reads.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """How questions name an illness or a group, and how texts do that are about it alone."""

    named: re.Pattern[str]
    told: re.Pattern[str]


def _condition(named: str, told: str) -> Condition:
    return Condition(re.compile(rf"\b(?:{named})", re.IGNORECASE), re.compile(rf"\b(?:{told})\b", re.IGNORECASE))


CONDITIONS = (
    _condition("ptsd|post.?traumatic|trauma|flashback|veteran|soldier|army|combat", "PTSD|post-traumatic stress"),
    _condition("ocd|obsess|compuls", "OCD|obsessive[- ]compulsive"),
    _condition(
        "pain|crps|fibromyalgia|migraine|headache|nerve|neuropath|sciatica|back\\b|phantom|opioid",
        "chronic pain|nerve pain|neuropathic|CRPS|complex regional pain|fibromyalgia|cancer pain|migraines?",
    ),
    _condition("bipolar|mani[ac]|mood swing|lithium", "bipolar"),
    _condition(
        "alcohol|drink|booze|wine|beer|sober|addict|dependen|cocaine|opioid|heroin|smok|substance|misus|abus|drug use",
        "alcohol use disorder|alcoholism|cocaine|opioid use disorder",
    ),
    _condition("anorexi|bulimi|eating", "anorexia|bulimia|eating disorders?"),
    _condition("anxi|panic|worr|phobi|nervous", "social anxiety|generali[sz]ed anxiety|anxiety disorders?"),
    _condition("autis|asd\\b|asperger", "autism|autistic"),
    _condition("epilep|seizure|fit\\b|fits\\b|convuls", "epilepsy|status epilepticus"),
    _condition(
        "child|kid|teen|adolescen|young|youth|son\\b|daughter|under.?18|minor|boy|girl|1[0-7]\\b|school",
        "adolescents?|children|teenagers?|young people|under 18",
    ),
    _condition(
        "old|elder|age|grand|6[05]\\b|[789]\\d\\b|senior|retire|mum|mother|dad|father",
        "65 and over|older (?:adults|people)",
    ),
    _condition(
        "pregnan|expecting|baby|birth|postnatal|post.?partum|caesar|breast|nursing|lactat|matern|trying for",
        "pregnan\\w+|caesarean|postnatal|postpartum|breastfe\\w+",
    ),
    _condition("ect\\b|electro|shock", "ECT|electroconvulsive"),
    _condition(
        "an(?:a)?esthe|surg|operation|theatre|put (?:me|you) under|knock", "during surgery|general ana?esthesia"
    ),
)


def unnamed_in(question: str) -> tuple[Condition, ...]:
    """Give the illnesses and groups that a question does not speak of."""
    return tuple(one for one in CONDITIONS if not one.named.search(question))


def is_general(unnamed: Iterable[Condition], text: str) -> bool:
    """Tell whether a text is about none of them."""
    return not any(one.told.search(text) for one in unnamed)
