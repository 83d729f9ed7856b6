"""POST /api/v1/sheet: the sheet for an appointment as a PDF. Nothing of it is stored."""

from datetime import date
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpus.errors import QuestionError
from qa.pipeline import Pipeline
from qa.web.access import Refused
from qa.web.body import read_body
from qa.web.refusals import refusal_record, status_of
from qa.web.sheet import sheet_pdf
from qa.web.sheet_record import MOST_BYTES, read_sheet

PATH = "/api/v1/sheet"
UNKEPT = {"cache-control": "no-store", "content-disposition": 'attachment; filename="for-my-appointment.pdf"'}


def add_sheet(app: Any, pipeline: Pipeline) -> None:  # noqa: ANN401 - FastAPI is known in app.py alone
    """Let the application make sheets."""

    async def sheet(request: Request) -> Response:
        body, cut = await read_body(request.stream(), MOST_BYTES)
        try:
            pdf = await run_in_threadpool(_made, pipeline, body, cut)
        except (QuestionError, Refused) as error:
            return JSONResponse(refusal_record(error, pipeline.site(None)), status_of(error))
        return Response(pdf, media_type="application/pdf", headers=UNKEPT)

    app.add_route(PATH, sheet, methods=["POST"])


def _made(pipeline: Pipeline, body: bytes, cut: Refused | None) -> bytes:
    if cut:
        raise cut
    record = read_sheet(body)
    return sheet_pdf(record, pipeline.nearest_site(record.site), date.today())
