"""What a question asks for by its form: a number, a year, a length of time; and whether a text holds such a thing.

A right answer may say "soon" where a length of time was asked for, so most forms only weigh (`fits`). The few that
nothing but one thing can answer put a text aside (`lacks`): a telephone number, hours of opening, a place to park.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NUMBER_WORDS = (
    "none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|third|thirds|quarter|quarters|fifth|"
    "tenth|hundred|thousand|million|twice|double|fold|most|few|rare|rarely|common|commonly|often|usually"
)
EVENTS = (
    r"approv\w+|licen[sc]\w+|invent\w+|made|discover\w+|first|publish\w+|launch\w+|report\w+|withdr\w+|ban\w*"
    r"|introduc\w+|found|reali[sz]\w+|notic\w+"
)


@dataclass(frozen=True, slots=True)
class Demand:
    """A form of question, and what answers it. only: nothing else can."""

    asked: re.Pattern[str]
    held: re.Pattern[str]
    only: bool


def _demand(asked: str, held: str, *, only: bool = False) -> Demand:
    return Demand(re.compile(asked, re.IGNORECASE), re.compile(held, re.IGNORECASE), only)


MONEY = _demand(
    r"\bhow (?:much|many dollars|many pounds)\b.*\b(?:costs?|pay|paid|charged?|set me back|price)\b"
    r"|\bhow much (?:is|are) (?:it|one|a|an|the|spravato|ketamine|esketamine|infusions?)\b(?! \w+ed)"
    r"|\b(?:price|cost)s? (?:of|for|range)\b|\bwhat (?:does|do|did|will|would)\b.*\bcost\b"
    r"|\bhow (?:expensive|dear)\b",
    r"[$£€₹\d]|\b(?:free|costs?|prices?|priced|pa(?:y|ys|id|ying)|charged?|fees?|dollars?|pounds?)\b",
)
LENGTH = _demand(
    r"\bhow (?:long|soon|quick|quickly|fast)\b(?! ago)|\bhow many (?:minutes|hours|days|nights|weeks|months|years)\b"
    r"|\b(?:until|till) when\b",
    r"\b(?:seconds?|minutes?|hours?|hourly|days?|daily|nights?|overnight|weeks?|weekly|fortnight|months?|monthly|years?"
    r"|yearly|lifelong|duration|immediately|at once|straight away|soon|early|rapid|rapidly|quickly|fast|evening|morning"
    r"|until|no (?:set|fixed)|january|february|march|april|may|june|july|august|september|october|november|december)\b",
)
YEAR = _demand(
    rf"\b(?:what|which|wat) (?:year|yr|date|decade)\b|\bwhen (?:was|were|did)\b.*\b(?:{EVENTS})\b|\bsince when\b"
    r"|\bhow long ago\b|\b(?:approv\w+|licen[sc]\w+|invent\w+|discover\w+|launch\w*) (?:year|date)\b",
    r"\b(?:1[89]|20)\d\d\b|\b(?:1[89]|20)\d0s\b|\bdecades?\b|\bcentury\b",
)
NUMBER = _demand(
    r"\bhow many\b|\bhow (?:common|often|likely|frequent|rare)\b|\bwhat (?:percent\w*|per cent|share|proportion"
    r"|fraction|part|rate|odds|chances?|number)\b|\b(?:odds|chances?|percentage|rate) of\b|\bnumbers? please\b"
    r"|\bfigures? (?:for|on)\b",
    rf"\d|%|\b(?:{NUMBER_WORDS})\b|\b(?:thirty|forty|fifty|sixty|seventy|eighty|ninety)\b",
)
TELEPHONE = _demand(
    r"\b(?:tele)?phone (?:number|no)\b|\bnumber\b.*\b(?:phone|telephone)\b|\b(?:contact|fax) number\b",
    r"(?:\d[\s().-]?){6,}|\b(?:call|dial|ring|text) \d{3}\b|\b(?:tele)?phone numbers?\b|\bnumbers?\b",
    only=True,
)
OPENING = _demand(
    r"\b(?:opening|office|business) (?:hours|times)\b|\bwhat (?:time|hours)\b.{0,40}\b(?:you|they|it|clinic|place)\b"
    r".{0,20}\b(?:open|close|shut)\b|\b(?:are|is|do|does) (?:you|they|it|the clinic)\b.{0,15}\bopen\b.{0,12}"
    r"\b(?:on|at|sundays?|saturdays?|weekends?|bank holidays?|late)\b",
    r"\bopen(?:s|ing)?\b.*\b(?:\d|[ap]m\b|hours?|days?\b|weekends?|\w+days?)|\b\d{1,2}(?::\d\d)? ?(?:am|pm)\b"
    r"|\bhours\b.*\bopen",
    only=True,
)
PARKING = _demand(
    r"\bparking\b|\bcar ?park\b|\bwhere\b.{0,20}\bpark\b|\bpark (?:my|the|a|our) car\b",
    r"\bpark(?:ing|ed)?\b",
    only=True,
)
DEMANDS = (MONEY, LENGTH, YEAR, NUMBER, TELEPHONE, OPENING, PARKING)


def demands_of(question: str) -> tuple[Demand, ...]:
    """Give what a question asks for by its form."""
    return tuple(demand for demand in DEMANDS if demand.asked.search(question))


def fits(demands: Sequence[Demand], text: str) -> float:
    """Give the share of what is asked for that a text holds, leaving out what `lacks` looks at; 1 of nothing."""
    held = [demand.held.search(text) is not None for demand in demands if not demand.only]
    return sum(held) / len(held) if held else 1.0


def lacks(demands: Sequence[Demand], text: str) -> bool:
    """Tell whether something is asked for that only one kind of thing can answer, and a text holds none of it."""
    return any(demand.only and not demand.held.search(text) for demand in demands)
