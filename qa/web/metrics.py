"""Counts and latencies for the operator, never a text (the only file that imports prometheus_client)."""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from qa.site import Site

CONTENT_TYPE = CONTENT_TYPE_LATEST
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
DEFAULT_SITE = "default"

disable_created_metrics()  # type: ignore[no-untyped-call]  # they would tell when somebody first got a card


class Metrics:
    """What is counted. door: `chat` or `api`. site: the id of a site that exists, `default` for the default one."""

    def __init__(self) -> None:
        """Start at nothing, in a registry of its own."""
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "ketamine_qa_answers", "Answers by outcome.", ("door", "site", "outcome"), registry=self._registry
        )
        self._refusals = Counter(
            "ketamine_qa_refusals", "Questions not answered, by reason.", ("door", "reason"), registry=self._registry
        )
        self._seconds = Histogram(
            "ketamine_qa_answer_seconds", "Seconds from a question to its answer.", ("door",),
            buckets=BUCKETS, registry=self._registry,
        )  # fmt: skip
        self._feedback = Counter(
            "ketamine_qa_feedback", "Thumbs by category.", ("site", "thumb", "category"), registry=self._registry
        )

    def answered(self, door: str, site: Site, outcome: str, seconds: float) -> None:
        """Count an answer and how long it took."""
        self._answers.labels(door, site.id or DEFAULT_SITE, outcome).inc()
        self._seconds.labels(door).observe(seconds)

    def refused(self, door: str, reason: str) -> None:
        """Count a question that was not answered."""
        self._refusals.labels(door, reason).inc()

    def thumb(self, site: Site, thumb: str, category: str) -> None:
        """Count a thumb."""
        self._feedback.labels(site.id or DEFAULT_SITE, thumb, category).inc()

    def text(self) -> bytes:
        """Give all of it in the Prometheus text format."""
        return generate_latest(self._registry)
