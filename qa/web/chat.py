"""The Gradio chat (the only file that imports Gradio)."""

import os
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

from corpus.errors import ProjectError
from qa.pipeline import MOST_TURNS
from qa.policy.load import wordings
from qa.render import escape_markdown, unescape_markdown
from qa.site import Site
from qa.types import Turn
from qa.web import panel
from qa.web.desk import Caller, Desk

CONCURRENT = 40
"""Messages looked at at a time: more than the desk lets wait, so that a card never stands behind those. Gradio's own
queue has no end, because it would turn people away before triage; the desk turns away after it."""
UPLOADS = "1kb"
"""Gradio accepts uploads even where no component asks for one; the app closes the route as well."""
STATE_SECONDS = 3600

Message = dict[str, str]


def mount_chat(app: Any, desk: Desk) -> None:  # noqa: ANN401 - FastAPI is known in app.py alone
    """Put the chat at / of the FastAPI application."""
    gr.mount_gradio_app(
        app,
        build_chat(desk),
        path="/",
        css=_asset("chat.css"),
        head=f"<script>{_asset('chat.js')}</script>",
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


def build_chat(desk: Desk) -> Any:  # noqa: ANN401 - Gradio is untyped
    """Give the chat of the default site."""
    site = desk.pipeline.site(None)
    with gr.Blocks(title=site.name, analytics_enabled=False) as blocks:
        _html(panel.heading(site))
        _html(panel.help_line(site.lines), "kq-helpline")
        sections = gr.State([], time_to_live=STATE_SECONDS)
        with gr.Row(elem_id="kq-columns"):
            with gr.Column(scale=3, min_width=320):
                chatbot = gr.Chatbot(
                    elem_id="kq-chat", label="Conversation", height="min(64vh, 620px)", buttons=["copy"],
                    feedback_options=None, sanitize_html=True, allow_tags=False, latex_delimiters=[],
                    allow_file_downloads=False, autoscroll=False, layout="bubble",
                )  # fmt: skip
                box = gr.Textbox(
                    elem_id="kq-question", label="Your question", placeholder="Ask a question", lines=1, max_lines=5,
                    submit_btn="Ask", autofocus=False,
                )  # fmt: skip
                with gr.Row(elem_id="kq-suggestions"):
                    buttons = [gr.Button(question, size="sm") for question in site.suggested_questions]
            with gr.Column(scale=2, min_width=320):
                shown = _html(panel.EMPTY_PANEL, "kq-panel")
        _html(panel.footer(), "kq-footer")
        _connect(desk, site, (box, *buttons), (chatbot, shown, sections, box))
    blocks.queue(api_open=False, max_size=None, default_concurrency_limit=CONCURRENT)
    return blocks


def _connect(desk: Desk, site: Site, asking: Sequence[Any], outputs: Sequence[Any]) -> None:
    """Let the question box and each suggestion ask."""
    chatbot, shown, sections, box = outputs

    def respond(
        question: str, messages: list[Any], so_far: list[str], request: gr.Request
    ) -> tuple[list[Message], str, list[str], str]:
        said = [_plain(item) for item in messages or []]
        answered, section = _answer(desk, site, question, said, Caller("chat", request.client.host))
        later = [*so_far, section] if section else so_far
        asked = {"role": "user", "content": escape_markdown(question)}
        told = {"role": "assistant", "content": answered}
        return [*said, asked, told], "".join(reversed(later)) or panel.EMPTY_PANEL, later, ""

    for source in asking:
        event = source.submit if source is box else source.click
        event(
            respond,
            inputs=[source, chatbot, sections],
            outputs=[chatbot, shown, sections, box],
            show_progress="minimal",
            api_visibility="private",
        )


def _answer(desk: Desk, site: Site, question: str, messages: Sequence[Message], caller: Caller) -> tuple[str, str]:
    """Give the chat message and the section of the sources panel. A fault becomes a sentence with the help line."""
    turn = len(messages)
    history = [Turn("user", unescape_markdown(item["content"])) for item in messages if item["role"] == "user"]
    try:
        answer = desk.ask(question, history[-MOST_TURNS:], today=date.today(), caller=caller)
    except ProjectError as error:
        needed = site.lines.fill(wordings()["help"]["line"])
        return escape_markdown(f"{error.message} {error.remedy} {needed}"), ""
    return panel.message(answer, turn, desk.pipeline.site(None).lines), panel.sources(answer, turn)


def _plain(item: Any) -> Message:  # noqa: ANN401 - Gradio hands back its own message type or a dict
    """Give a message as role and text, whichever of its forms Gradio hands back."""
    record = item if isinstance(item, dict) else item.model_dump()
    content = record["content"]
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if isinstance(part, dict) and part.get("type") == "text")
    return {"role": record["role"], "content": str(content)}


def _html(content: str, name: str = "kq-head") -> gr.Markdown:
    """Show HTML made by panel.py, every text of it escaped; Gradio's HTML component needs eval, which is barred."""
    return gr.Markdown(content, sanitize_html=False, latex_delimiters=[], elem_id=name)


def _asset(name: str) -> str:
    return files("qa.web").joinpath(name).read_text(encoding="utf-8")
