"""What the page shows of a site, whatever name its address gives: no fault of a name or of an index holds it back."""

from contextlib import suppress
from datetime import date

from corpus.errors import ProjectError
from corpus.types import Corpus
from qa.pipeline import Pipeline
from qa.review import review_line
from qa.site import Site
from qa.web.dates import newest
from qa.web.page import SitePart


def part_of(pipeline: Pipeline, name: str) -> SitePart:
    """Give what the page shows of the site `name`."""
    site = pipeline.nearest_site(name)
    latest = ""
    with suppress(ProjectError):
        latest = _newest(pipeline.corpus(), site)
    return SitePart(site, latest, reviewed_by(pipeline, site))


def reviewed_by(pipeline: Pipeline, site: Site) -> str:
    """Give who has reviewed the material for a site. The one place that says so on the page."""
    return review_line(pipeline.settings, site, date.today())


def _newest(corpus: Corpus, site: Site) -> str:
    own = (document.published for document in corpus.documents if document.site and document.site == site.id)
    return newest([*(fact.published for fact in corpus.facts.values()), *own])
