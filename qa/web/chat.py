"""The Gradio chat (the only file that imports Gradio)."""

import json
import os
from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from itertools import zip_longest
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder

from corpus.errors import ProjectError, QuestionError, SettingsError
from qa.pipeline import LONGEST_QUESTION, MOST_TURNS, Pipeline
from qa.policy.page import page_words
from qa.render import escape_markdown, unescape_markdown
from qa.site import Site
from qa.surroundings import around, comparisons
from qa.types import Answer, Turn
from qa.web import panel
from qa.web.answering import caller_of
from qa.web.desk import Caller, Desk
from qa.web.page import PANEL, TITLE, WELCOME, SitePage
from qa.web.panel_sources import sources
from qa.web.parts import part_of
from qa.web.record import turn_record
from qa.web.refusals import ComeBack

CONCURRENT = 40
"""Messages looked at at a time: more than the desk lets wait, so that a card never stands behind those. Gradio's own
queue has no end, because it would turn people away before triage; the desk turns away after it."""
UPLOADS = "1kb"
"""Gradio accepts uploads even where no component asks for one; the app closes the route as well."""

SEEN_OF_REFUSED = 300
"""Characters of a question that was too long that stay in the conversation, which is sent with the next question."""

Message = dict[str, str]


class Forgetful(StateHolder):
    """Gradio's store of what each session last typed and read, which it would keep for the next 10,000 sessions.

    The page sends the conversation along with every question, so each event can begin with nothing.
    """

    def __getitem__(self, session_id: str) -> SessionState:
        """Give a new state, kept by whoever asks for it alone."""
        return SessionState(self.blocks)


def mount_chat(app: Any, desk: Desk) -> Callable[[str], None]:  # noqa: ANN401 - FastAPI is known in app.py alone
    """Put the chat at / of the FastAPI application, each page filled for the site that its address names.

    Gives what drops the answers that a session has not fetched.
    """
    gr.mount_gradio_app(
        app,
        build_chat(desk),
        path="/",
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        show_error=False,
        max_file_size=UPLOADS,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
    )
    app.add_middleware(SitePage, part=lambda name: part_of(desk.pipeline, name))
    [gradio] = [route.app for route in app.routes if isinstance(getattr(route, "app", None), App)]
    gradio.state_holder = Forgetful()  # type: ignore[no-untyped-call]
    gradio.state_holder.set_blocks(gradio.get_blocks())

    def drop(session: str) -> None:
        waiting = gradio.get_blocks()._queue
        if not waiting.pending_event_ids_session.get(session) and session in waiting.pending_messages_per_session:
            del waiting.pending_messages_per_session[session]

    return drop


def build_chat(desk: Desk) -> Any:  # noqa: ANN401 - Gradio is untyped
    """Give the chat. What differs by site stands in it as a mark that `page.py` fills."""
    with gr.Blocks(title=TITLE, analytics_enabled=False) as blocks, gr.Row(elem_id="kq-columns"):
        with gr.Column(elem_id="kq-main", scale=3, min_width=0):
            _html(WELCOME, "kq-welcome")
            chatbot = gr.Chatbot(
                elem_id="kq-chat", label="Conversation", show_label=False, height=None, buttons=[],
                feedback_options=None, sanitize_html=True, allow_tags=False, latex_delimiters=[],
                allow_file_downloads=False, autoscroll=False, layout="bubble",
            )  # fmt: skip
            newest = _html("", "kq-newest")
            with gr.Column(elem_id="kq-composer", min_width=0):
                box = gr.Textbox(
                    elem_id="kq-question", label="Your question", info=page_words().words["nobody"],
                    placeholder="Ask a question", lines=1, max_lines=5, submit_btn="Ask", autofocus=False,
                )  # fmt: skip
        with gr.Column(elem_id="kq-side", scale=2, min_width=0):
            _html(PANEL, "kq-panel")
        _connect(desk, chatbot, newest, box)
    blocks.queue(api_open=False, max_size=None, default_concurrency_limit=CONCURRENT)
    return blocks


def _connect(desk: Desk, chatbot: Any, newest: Any, box: Any) -> None:  # noqa: ANN401 - Gradio is untyped
    """Let the question box ask. The conversation is the page's: the server keeps nothing between two questions."""

    def respond(question: str, messages: list[Any], request: gr.Request) -> tuple[list[Message], str, str]:
        said = [_plain(item) for item in messages or []]
        caller = caller_of(request, "chat")  # type: ignore[arg-type]  # it answers as the one within
        told, beside, left = _answer(desk, str(request.query_params.get("site") or ""), question, said, caller)
        refused = left and len(question) > LONGEST_QUESTION
        seen = f"{question[:SEEN_OF_REFUSED]} ..." if refused else question
        asked = {"role": "user", "content": escape_markdown(seen)}
        return [*said, asked, {"role": "assistant", "content": told}], beside, left

    box.submit(
        respond,
        inputs=[box, chatbot],
        outputs=[chatbot, newest, box],
        show_progress="hidden",
        trigger_mode="multiple",
        api_visibility="private",
    )


def _answer(desk: Desk, name: str, question: str, messages: Sequence[Message], caller: Caller) -> tuple[str, str, str]:
    """Give the chat message, what the page's script puts beside it, and what is left in the question box.

    A fault becomes a sentence with help, and the question is left to be asked again.
    """
    history = [Turn("user", unescape_markdown(item["content"])) for item in _answered(messages)]
    site = desk.pipeline.nearest_site(name)
    today = date.today()
    try:
        answer = desk.ask(question, history[-MOST_TURNS:], today=today, site=name or None, caller=caller)
    except ProjectError as error:
        return panel.fault(_told(error), site.lines), "", question
    return *_shown(desk.pipeline, answer, len(messages), site), ""


def _answered(messages: Sequence[Message]) -> list[Message]:
    """Give the visitor's messages that were not met by a fault."""
    pairs = zip_longest(messages, messages[1:])
    return [one for one, after in pairs if one["role"] == "user" and not (after and panel.is_fault(after["content"]))]


def _shown(pipeline: Pipeline, answer: Answer, turn: int, site: Site) -> tuple[str, str]:
    if not answer.citations:
        return panel.message(answer, turn, site.lines), _beside(answer, turn, "")
    corpus = pipeline.corpus()
    near = [around(corpus, citation) for citation in answer.citations]
    section = sources(answer, turn, near, comparisons(corpus, answer))
    return panel.message(answer, turn, site.lines, near), _beside(answer, turn, section)


def _beside(answer: Answer, turn: int, section: str) -> str:
    """Give the section of the sources panel with the record of the answer, from where the page's script takes both."""
    kept = turn_record(answer, turn)
    if kept is None:
        return ""
    return f'<div class="kq-turn" data-record="{escape(json.dumps(kept))}">{section}</div>'


def _told(error: ProjectError) -> str:
    """Give what a visitor is told of a fault: its own words where they can mend it."""
    words = page_words().words
    if isinstance(error, QuestionError | ComeBack):
        return f"{error.message} {error.remedy}"
    return words["no_site"] if isinstance(error, SettingsError) else words["unavailable"]


def _plain(item: Any) -> Message:  # noqa: ANN401 - Gradio hands back its own message type or a dict
    """Give a message as role and text, whichever of its forms Gradio hands back."""
    record = item if isinstance(item, dict) else item.model_dump()
    content = record["content"]
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if isinstance(part, dict) and part.get("type") == "text")
    return {"role": record["role"], "content": str(content)}


def _html(content: str, name: str) -> gr.Markdown:
    """Show HTML made by this package, every text of it escaped; Gradio's HTML component needs eval, which is barred."""
    return gr.Markdown(content, sanitize_html=False, latex_delimiters=[], elem_id=name)
