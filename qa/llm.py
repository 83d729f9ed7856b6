"""The optional chat model (with runnable.py, the only file of this package that imports LangChain, and late)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from corpus.errors import ModelError
from qa.settings import LLM

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TIMEOUT = 30.0
"""Seconds that one try may take."""
RETRIES = 1
"""Times that a provider's client tries again by itself where it gets no reply, or an error of the server."""
NAME = re.compile(r"(?P<provider>[a-z_]+):(?P<model>\S+)")
KEY = re.compile(r"\b[A-Z][A-Z0-9_]*_(?:API_KEY|API_TOKEN|ACCESS_TOKEN)\b")
KEY_MISSING = re.compile(r"credential|api[ _-]?key|api[ _-]?token", re.IGNORECASE)
PACKAGE = re.compile(r"pip install ([\w.-]*[\w])")
EXAMPLES = "openai:gpt-4o-mini or ollama:llama3.1"

FAULTS = (
    ("Timeout", "did not answer in time", "Try again later, or use a faster model."),
    ("Connect", "cannot be reached", "Check that its server runs, and the provider's base URL and proxy."),
    ("HTTP 401|Authentication", "does not accept the key", "Check the provider's key in the environment."),
    ("HTTP 403|PermissionDenied", "does not allow this", "Check what the provider's key may be used for."),
    ("HTTP 404|ModelNotFound", "is not known to the provider", "Check its name and the provider's base URL."),
    ("HTTP 429|RateLimit", "takes no more requests now", "Try again later, or check the account with the provider."),
    (r"HTTP 5\d\d|ModelAPIError", "failed on the provider's server", "Try again later."),
)
"""What is looked for in the names of an exception's classes and its HTTP status; what is wrong; the remedy.

By name, since the integrations of some providers raise LangChain's exceptions and others those of their own client.
"""


class ChatModel(Protocol):
    """Completes one prompt. All that the rest of the product knows of a language model."""

    @property
    def name(self) -> str:
        """The model as `provider:model`."""

    def complete(self, system: str, user: str) -> str:
        """Give the reply, never empty. Raises ModelError."""


@dataclass(frozen=True, slots=True)
class LangChainModel:
    """A ChatModel over any of LangChain's."""

    name: str
    chat: "BaseChatModel"

    def complete(self, system: str, user: str) -> str:
        """Give the reply without the white space around it. Raises ModelError. Nothing is traced, whatever is set."""
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                reply = self.chat.invoke([("system", system), ("human", user)])
        except Exception as error:
            raise _failed(self.name, error) from error
        text = str(reply.text).strip()
        if not text:
            raise ModelError(f"The chat model {self.name} gave an empty reply.", "Try again, or use another model.")
        return text


def load_chat_model(name: str, timeout: float = TIMEOUT) -> ChatModel:
    """Set up the model `provider:model` at temperature 0; nothing is sent yet. timeout: seconds for one try.

    Keys and base URLs are the provider's own environment variables. Raises ModelError where the name is none, the
    provider's package or its key is missing.
    """
    if not name:
        raise ModelError("No chat model is set.", f"Set {LLM}, for example to {EXAMPLES}.")
    match = NAME.fullmatch(name)
    if not match:
        raise ModelError(f"{name[:80]!r} is not the name of a chat model.", f"Write provider:model, as {EXAMPLES}.")
    from langchain.chat_models import init_chat_model

    provider = match["provider"]
    try:
        chat = init_chat_model(
            match["model"],
            model_provider=provider,
            temperature=0,
            max_retries=RETRIES,
            **_time_limit(provider, timeout),
        )
    except ImportError as error:
        raise _lacking(name, provider, error) from error
    except Exception as error:
        raise _not_set_up(name, provider, error) from error
    return LangChainModel(name, chat)


def _time_limit(provider: str, timeout: float) -> Mapping[str, Any]:
    """Give the time limit as the provider takes it: Ollama's class ignores `timeout` and would wait for ever."""
    return {"client_kwargs": {"timeout": timeout}} if provider == "ollama" else {"timeout": timeout}


def _lacking(name: str, provider: str, error: ImportError) -> ModelError:
    named = PACKAGE.search(str(error))
    package = named[1] if named else f"langchain-{provider.replace('_', '-')}"
    return ModelError(f"The package for the chat model {name} is not installed.", f"Run 'pip install {package}'.")


def _not_set_up(name: str, provider: str, error: Exception) -> ModelError:
    text = str(error)
    if "Unsupported provider" in text:
        return ModelError(f"There is no provider {provider!r} of chat models.", f"Write provider:model, as {EXAMPLES}.")
    if KEY_MISSING.search(text):
        named = KEY.search(text)
        key = named[0] if named else f"{provider.upper()}_API_KEY"
        return ModelError(f"The chat model {name} has no key.", f"Set {key} in the environment.")
    kind = type(error).__name__
    return ModelError(f"The chat model {name} cannot be set up: {kind}.", "Check its name and the provider's settings.")


def _failed(name: str, error: Exception) -> ModelError:
    """Say what went wrong without the provider's own words, which may repeat the prompt."""
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    status = f"HTTP {error.status_code}" if hasattr(error, "status_code") else ""
    for pattern, wrong, remedy in FAULTS:
        if re.search(pattern, f"{kinds} {status}"):
            return ModelError(f"The chat model {name} {wrong}.", remedy)
    found = " ".join(filter(None, (type(error).__name__, status)))
    return ModelError(
        f"The chat model {name} failed: {found}.", "Check its name, and that it takes a temperature of 0."
    )
