"""POST /api/v1/sheet: the sheet for an appointment as a PDF. Nothing of it is stored."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from corpus.errors import QuestionError
from qa.pipeline import Pipeline
from qa.web.access import Refused
from qa.web.answering import caller_of, refusal
from qa.web.body import read_body
from qa.web.desk import Desk
from qa.web.refusals import ComeBack
from qa.web.sheet import sheet_pdf
from qa.web.sheet_record import MOST_BYTES, read_sheet

PATH = "/api/v1/sheet"
SHEETS = 20
"""Sheets that one visitor may ask for in a minute."""
THREADS = 2
"""Threads that make sheets; the ones that look at messages are others."""
UNKEPT = {"cache-control": "no-store", "content-disposition": 'attachment; filename="for-my-appointment.pdf"'}


def add_sheet(app: Any, desk: Desk) -> None:  # noqa: ANN401 - FastAPI is known in app.py alone
    """Let the application make sheets."""
    threads = ThreadPoolExecutor(THREADS, "sheet")

    async def sheet(request: Request) -> Response:
        body, cut = await read_body(request.stream(), MOST_BYTES)
        try:
            if cut:
                raise cut
            desk.rates.count("sheet", caller_of(request).address, SHEETS)
            pdf = await asyncio.get_running_loop().run_in_executor(threads, partial(_made, desk.pipeline, body))
        except (QuestionError, Refused, ComeBack) as error:
            return refusal(error, desk.pipeline.nearest_site(None), {})
        return Response(pdf, media_type="application/pdf", headers=UNKEPT)

    app.add_route(PATH, sheet, methods=["POST"])


def _made(pipeline: Pipeline, body: bytes) -> bytes:
    record = read_sheet(body)
    return sheet_pdf(record, pipeline.nearest_site(record.site), date.today())
