"""What a question asks for by its form: a number, a year, a length of time; and whether a text holds such a thing.

A right answer may say "soon" where a length of time was asked for, so most forms only weigh (`fits`). The few that
nothing but one thing can answer put a text aside (`lacks`): a telephone number, hours of opening, a place to park.
"""

import re
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
    """A form of question, and what answers it."""

    asked: re.Pattern[str]
    held: re.Pattern[str]


def _demand(asked: str, held: str) -> Demand:
    return Demand(re.compile(asked, re.IGNORECASE), re.compile(held, re.IGNORECASE))


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
WEIGH = (MONEY, LENGTH, YEAR, NUMBER)

TELEPHONE = _demand(
    r"\b(?:tele)?phone (?:number|no)\b|\bnumber\b.*\b(?:phone|telephone)\b|\b(?:contact|fax) number\b",
    r"(?:\d[\s().-]?){6,}|\b(?:call|dial|ring|text) \d{3}\b|\b(?:tele)?phone numbers?\b|\bnumbers?\b",
)
OPENING = _demand(
    r"\b(?:opening|office|business) (?:hours|times)\b|\bwhat (?:time|hours)\b.{0,40}\b(?:you|they|it|clinic|place)\b"
    r".{0,20}\b(?:open|close|shut)\b|\b(?:are|is|do|does) (?:you|they|it|the clinic)\b.{0,15}\bopen\b.{0,12}"
    r"\b(?:on|at|sundays?|saturdays?|weekends?|bank holidays?|late)\b",
    r"\bopen(?:s|ing)?\b.*\b(?:\d|[ap]m\b|hours?|days?\b|weekends?|\w+days?)|\b\d{1,2}(?::\d\d)? ?(?:am|pm)\b"
    r"|\bhours\b.*\bopen",
)
PARKING = _demand(
    r"\bparking\b|\bcar ?park\b|\bwhere\b.{0,20}\bpark\b|\bpark (?:my|the|a|our) car\b", r"\bpark(?:ing|ed)?\b"
)
ONLY = (TELEPHONE, OPENING, PARKING)


def fits(question: str, text: str) -> float:
    """Give the share of what a question asks for by its form that a text holds; 1 where it asks for nothing such."""
    asked = [demand for demand in WEIGH if demand.asked.search(question)]
    return sum(demand.held.search(text) is not None for demand in asked) / len(asked) if asked else 1.0


def lacks(question: str, text: str) -> bool:
    """Tell whether a question can only be answered by something of a kind that a text holds none of."""
    return any(demand.asked.search(question) and not demand.held.search(text) for demand in ONLY)
