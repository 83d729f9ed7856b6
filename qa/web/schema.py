"""What goes into the API and comes out of it, as its OpenAPI document describes it."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.json_schema import models_json_schema

from corpus.errors import QuestionError
from qa.pipeline import LONGEST_QUESTION, MOST_TURNS
from qa.policy.feedback import categories
from qa.policy.lines import regions
from qa.types import CitationKind, NoticeKind, Outcome, Role, Wording

SITE_ID = r"^[a-z0-9][a-z0-9-]{0,63}$"
SiteId = Annotated[str, Field(pattern=SITE_ID)]


class Strict(BaseModel):
    """An object whose members are all named."""

    model_config = ConfigDict(extra="forbid")


class TurnModel(BaseModel):
    """An earlier message."""

    role: Role
    content: str


class AskRequest(BaseModel):
    """A question. history: earlier messages, the oldest first. region: whose help lines, instead of the site's."""

    question: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, pattern=r"\S")]
    history: Annotated[list[TurnModel], Field(max_length=MOST_TURNS)] | None = None
    site: SiteId | None = None
    region: str | None = None


class SentenceModel(Strict):
    """A sentence of an answer and the numbers of its citations."""

    text: str
    citations: list[int]


class EvidenceModel(Strict):
    """A source sentence on which a guide's sentence rests."""

    document: str
    quote: str
    start: int
    end: int
    title: str
    publisher: str
    url: str
    published: str


class CitationModel(Strict):
    """Where a sentence stands: code points `start` to `end` of the document are the quote."""

    number: int
    document: str
    heading: str
    passage: str
    quote: str
    start: int
    end: int
    page: int | None
    wording: Wording
    facts: list[str]
    title: str
    publisher: str
    url: str
    published: str
    kind: CitationKind
    evidence: list[EvidenceModel]


class NoticeModel(Strict):
    """What is said beside an answer."""

    kind: NoticeKind
    text: str


class IndexModel(Strict):
    """Which index answered; both empty for a card."""

    generation: str
    corpus: str


class AnswerModel(Strict):
    """An answer."""

    id: str | None
    question: str
    outcome: Outcome
    text: str
    sentences: list[SentenceModel]
    citations: list[CitationModel]
    notices: list[NoticeModel]
    follow_ups: list[str]
    confidence: Annotated[float, Field(ge=0, le=1)]
    disclaimer: str
    index: IndexModel
    timings_ms: dict[str, float]


class EventModel(Strict):
    """One server-sent event. data: JSON, of a sentence, of the answer, or of a refusal."""

    event: Literal["sentence", "answer", "error"]
    data: str


class RefusalModel(BaseModel):
    """Why there is no answer, what to do, and where help is."""

    error: str
    remedy: str
    help: str


class FeedbackRequest(Strict):
    """A thumb. There is no place for a text, and one that is sent is refused."""

    thumb: Literal["up", "down"]
    category: str | None = None
    site: SiteId | None = None


class DocumentModel(Strict):
    """A document that may be quoted. published, url: of a clinic's own, else empty."""

    id: str
    title: str
    kind: Literal["article", "source", "guide", "clinic"]
    published: str
    url: str


class SourceModel(Strict):
    """A public source on which sentences rest. Another clinic's name and address are withheld. facts: ids."""

    title: str
    publisher: str
    published: str
    url: str
    kind: str
    facts: list[str]


class SourcesModel(Strict):
    """What the answers of a site rest on. newest: date of the newest source, empty if none is dated."""

    documents: list[DocumentModel]
    sources: list[SourceModel]
    newest: str
    index: IndexModel


class HealthModel(Strict):
    """The process answers."""

    status: Literal["ok"]


class ReadyModel(Strict):
    """Whether questions can be answered, and why not. generation: of the index, empty if there is none."""

    ready: bool
    reasons: list[str]
    generation: str


def read_feedback(body: bytes) -> FeedbackRequest:
    """Read a thumb. Raises QuestionError."""
    try:
        given = FeedbackRequest.model_validate_json(body)
    except ValidationError as error:
        raise QuestionError("The feedback is not of its form.", 'Send {"thumb", "category", "site"}.') from error
    if given.category is not None and given.category not in categories():
        raise QuestionError("There is no such category.", f"Use one of {', '.join(categories())}.")
    return given


def further_schemas() -> dict[str, Any]:
    """Give what is sent to the API, and what its events are, by name, as it stands in the OpenAPI document."""
    asked = [(model, "validation") for model in (AskRequest, FeedbackRequest, EventModel)]
    _, found = models_json_schema(asked, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    definitions: dict[str, Any] = found["$defs"]
    _choose(definitions["AskRequest"]["properties"]["region"], regions())
    _choose(definitions["FeedbackRequest"]["properties"]["category"], categories())
    return definitions


def _choose(member: dict[str, Any], names: Iterable[str]) -> None:
    """Say of a member that may be null which texts it may be."""
    member["anyOf"][0]["enum"] = list(names)
