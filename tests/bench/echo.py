"""Bare servers that give back what they are sent, to compare the product's with: python echo.py gradio|fastapi PORT."""

import os
import sys

import uvicorn
from fastapi import FastAPI, Request

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


def gradio_echo() -> FastAPI:
    """Give a Gradio chat that answers each message with itself."""
    import gradio as gr

    def respond(message: str, said: list[dict[str, str]]) -> tuple[list[dict[str, str]], str]:
        return [*said, {"role": "user", "content": message}, {"role": "assistant", "content": message}], ""

    with gr.Blocks(analytics_enabled=False) as blocks:
        chat, box = gr.Chatbot(), gr.Textbox()
        box.submit(respond, [box, chat], [chat, box])
    blocks.queue(max_size=None, default_concurrency_limit=40)
    app: FastAPI = gr.mount_gradio_app(FastAPI(), blocks, path="/", ssr_mode=False)
    return app


def fastapi_echo() -> FastAPI:
    """Give a route that answers each JSON with itself."""
    app = FastAPI()

    @app.post("/api/v1/ask")
    async def ask(request: Request) -> object:
        return await request.json()

    @app.get("/")
    def root() -> str:
        return "ok"

    return app


if __name__ == "__main__":
    made = {"gradio": gradio_echo, "fastapi": fastapi_echo}[sys.argv[1]]()
    uvicorn.run(made, host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_level="warning")
