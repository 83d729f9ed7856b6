"""What the tests share: small real fakes, a small invented corpus, and the real corpus indexed once."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pytest
from chromium import FLAGS, find_chromium
from filelock import FileLock
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, expect, sync_playwright

import corpus
from corpus.types import Fact
from index import build, live
from index.build import Place, build_index
from index.model import BUNDLED, resolve_model
from index.types import Encoder, Vectors
from qa.settings import Settings

hypothesis_settings.register_profile("suite", deadline=None, derandomize=True, max_examples=60)
hypothesis_settings.load_profile("suite")

STARTING = 8
"""Attempts to connect, with pauses that double from half a second: over a minute in all."""
PATIENCE = 20_000
"""Milliseconds that a page may take for what a test expects of it: the machine may be busy."""
Serve = Callable[..., AbstractContextManager[str]]

TODAY = date(2026, 1, 15)
HASHING = "hashing"
"""Name of the fake model. The product takes it for a model that is no folder, whose identity is a hash of the name."""
DIMENSION = 96

LEDGER: tuple[dict[str, object], ...] = (
    {"id": "TS-001", "kind": "label", "statement": "Patients rest in a clinic for 2 hours after the esketamine spray.",
     "figures": "2 hours", "published": "2025-03-13", "publisher": "Invented Agency", "recheck_days": 90},
    {"id": "TS-002", "kind": "regulator", "statement": "A ketamine infusion for low mood is an off-label use.",
     "publisher": "Invented Agency", "published": "2024-05", "valid_until": "2027-12-31"},
    {"id": "TS-003", "kind": "guideline", "statement": "Many patients feel calm on the day of a ketamine infusion.",
     "publisher": "Invented Society", "needs_qualifier": True},
    {"id": "TS-004", "kind": "review", "statement": "The calm feeling after a ketamine infusion fades in time.",
     "publisher": "Invented Journal"},
    {"id": "TS-005", "kind": "trial", "statement": "The room of a ketamine infusion had 3 chairs.",
     "figures": "3 chairs", "published": "2019", "publisher": "Invented Journal"},
    {"id": "TS-006", "kind": "trial", "statement": "The room of a ketamine infusion had 4 chairs.",
     "figures": "4 chairs", "published": "2025", "publisher": "Invented Journal"},
    {"id": "TS-007", "kind": "reference", "statement": "The waiting area of a clinic is painted green.",
     "published": "undated"},
    {"id": "TS-008", "kind": "provider", "statement": "A clinic rings its patients on the day after a visit.",
     "publisher": "Invented Harbour Clinic"},
)  # fmt: skip

ARTICLE = """An Invented Article

What is a session?

A session is a visit to a clinic where ketamine is given. It takes place in a quiet room.

An Invented Article 2

Who is there?

A nurse stays in the building. Somebody you trust takes you home. However, this is for your comfort. Book now.

Read more about these topics here
"""

VISITS = """---
id: visits
title: Clinic visits
---

## Resting after the spray {#resting}
asked_as: how long do i rest | can i leave at once
Patients rest in the clinic for two hours after each esketamine spray. [TS-001]

### The call on the next day {#call}
A clinic rings its patients on the next day. [TS-008]

## Off-label infusions {#off-label}
A ketamine infusion for low mood is an off-label use. [TS-002]
"""

ROOMS = """---
id: rooms
title: Rooms and moods
---

## The room {#room}
An older report counted 3 chairs in the infusion room. [TS-005]
A newer report counted 4 chairs in the infusion room. [TS-006]

## The mood afterwards {#mood}
Many patients feel calm on the day of a ketamine infusion. [TS-003]
+ The calm feeling after a ketamine infusion fades in time. [TS-004]
"""

GUIDE = """---
id: first-visit
title: Your first visit
---

## How long do I stay? {#how-long}
asked_as: how long do i stay | when can i leave | how many hours is a visit
You rest in the clinic for two hours after the esketamine spray. [TS-001]
A clinic rings you on the next day. [TS-008]

## What does the room look like? {#room}
asked_as: what is the room like | where do i sit | is the room quiet
The infusion room had 4 chairs in a newer report. [TS-006]
+ An older report counted 3 chairs in the infusion room. [TS-005]

## Will I feel calm? {#calm}
asked_as: will i feel calm | how will i feel | does it calm me
Many patients feel calm on the day of a ketamine infusion. [TS-003]
+ The calm feeling after a ketamine infusion fades in time. [TS-004]
"""

DIFFERENCES = """[[group]]
id = "chairs"
kind = "newer_source"
topic = "how many chairs there are"
sides = [["TS-005"], ["TS-006"]]
claims = [{ document = "an-invented-article", words = "takes place in a quiet room" }]
"""

UNUSED = """[[unused]]
reason = "says nothing about the treatment"
facts = ["TS-007"]
"""


@dataclass(frozen=True, slots=True)
class HashingEncoder:
    """Words hashed into DIMENSION signed buckets: equal texts have equal vectors, shared words bring texts closer."""

    identity: str
    embedded: list[str]
    dimension: int = DIMENSION

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return np.array([_hashed(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)


def _hashed(text: str) -> Vectors:
    row = np.zeros(DIMENSION, dtype=np.float32)
    row[0] = 0.1  # a text without words has a direction too
    for word in re.findall(r"\w+", text.lower()):
        code = zlib.crc32(word.encode())
        row[code % DIMENSION] += 1 if code & 0x10000 else -1
    return row / max(float(np.linalg.norm(row)), 1e-6)


@pytest.fixture
def today() -> date:
    """The day on which the small corpus is judged."""
    return TODAY


@pytest.fixture
def fact_record() -> Callable[..., dict[str, object]]:
    """Makes a faultless ledger record with the fields that a test cares about."""
    return _fact_record


@pytest.fixture
def make_fact() -> Callable[..., Fact]:
    """Makes a Fact with the fields that a test cares about."""
    plain = Fact(
        "TS-001", "visits", "label", "A statement.", "", "A title", "A publisher", "undated", "", "", "", "seen"
    )

    def make(**changed: object) -> Fact:
        return replace(plain, **changed)

    return make


@pytest.fixture
def corpus_folder(tmp_path: Path) -> Path:
    """A corpus folder of invented sentences in which `corpus check` finds nothing."""
    return _write_corpus(tmp_path / "small-corpus")


def _write_corpus(root: Path) -> Path:
    files = {
        "ledger.jsonl": "".join(json.dumps(_fact_record(**record)) + "\n" for record in LEDGER),
        "documents/article/an-invented-article.txt": ARTICLE,
        "documents/sources/visits.md": VISITS,
        "documents/sources/rooms.md": ROOMS,
        "documents/guides/first-visit.md": GUIDE,
        "documents/differences.toml": DIFFERENCES,
        "documents/unused.toml": UNUSED,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Exchanges a piece of a file that occurs in it."""

    def exchange(path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{path.name} does not hold {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return exchange


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The small corpus with the fake encoder, for a module whose tests only read it; no index is built yet."""
    home = tmp_path_factory.mktemp("small")
    encoder = HashingEncoder(resolve_model(HASHING).identity, [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "export_graph", lambda *_: True)
        for module in (build, live):
            patch.setattr(module, "load_encoder", lambda *_: encoder)
        yield Settings(home=home, corpus=_write_corpus(home / "corpus"), model=HASHING)


@pytest.fixture
def embedded() -> list[str]:
    """Every text that the fake encoder has been given, in order; a test may clear it."""
    return []


@pytest.fixture
def encoder(embedded: list[str]) -> Encoder:
    """The fake encoder."""
    return HashingEncoder(resolve_model(HASHING).identity, embedded)


@pytest.fixture
def make_encoder() -> Callable[[str], Encoder]:
    """Makes a fake encoder that says it is another model."""
    return lambda identity: HashingEncoder(identity, [])


@pytest.fixture
def place(corpus_folder: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The small corpus, an index folder beside it, and the fake encoder instead of a model."""
    monkeypatch.setattr(build, "export_graph", lambda *_: True)
    for module in (build, live):
        monkeypatch.setattr(module, "load_encoder", lambda *_: encoder)
    return Place(corpus_folder, tmp_path / "index", tmp_path / "models", HASHING)


@pytest.fixture(scope="module")
def small_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The small corpus, indexed with the fake encoder once for a module that only reads it."""
    home = tmp_path_factory.mktemp("small")
    encoder = HashingEncoder(resolve_model(HASHING).identity, [])
    place = Place(_write_corpus(home / "corpus"), home / "index", home / "models", HASHING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "export_graph", lambda *_: True)
        for module in (build, live):
            patch.setattr(module, "load_encoder", lambda *_: encoder)
        build_index(place)
        yield Settings(home=home, corpus=place.corpus, model=place.model)


@pytest.fixture(scope="session")
def chromium() -> list[str]:
    """The command that starts a real Chromium without a window."""
    path = find_chromium()
    if path is None:
        pytest.fail("There is no Chromium; run tests/browser.sh or name one in CHROMIUM.")
    return [path, *FLAGS]


@pytest.fixture(scope="module")
def browser(chromium: list[str]) -> Iterator[Browser]:
    """A real Chromium, for a module at most: while Playwright's loop runs, no test could start one of its own."""
    path, *arguments = chromium
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        expect.set_options(timeout=PATIENCE)
        yield launched
        launched.close()


@pytest.fixture
def print_pdf(chromium: list[str], tmp_path: Path) -> Callable[[Path, str], Path]:
    """Prints HTML to a PDF as a browser does: wrapped lines, and on each page a header and a footer."""

    def write(path: Path, html: str) -> Path:
        page = tmp_path / "printed.html"
        page.write_text(html, encoding="utf-8")
        profile = f"--user-data-dir={tmp_path / 'chromium'}"
        command = [*chromium, profile, f"--print-to-pdf={path}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return path

    return write


@pytest.fixture(scope="session")
def write_pdf() -> Callable[..., Path]:
    """Writes a PDF whose pages hold the given lines; a page without lines is like a scan."""
    return _write_pdf


@pytest.fixture(scope="session")
def real_index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The real corpus indexed with the real model, in a folder of this session's own. Read it, or copy it to change it.

    What earlier sessions have embedded is kept in pytest's cache, so that only changed texts cost time.
    """
    home = tmp_path_factory.mktemp("real")
    shutil.copytree(Path(corpus.__file__).parent, home / "corpus", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    kept = Path(request.config.cache.mkdir("ketamine_qa")) if request.config.cache else home / "kept"
    kept.mkdir(exist_ok=True)
    with FileLock(kept / "session.lock"):
        build_index(Place(home / "corpus", kept / "index", kept / "models", BUNDLED))
        for name in ("index", "models"):
            shutil.copytree(kept / name, home / name)
    return Place(home / "corpus", home / "index", home / "models", BUNDLED)


@pytest.fixture(scope="session")
def settings(real_index: Place) -> Settings:
    """The real corpus, indexed with the real model."""
    return Settings(home=real_index.index.parent, corpus=real_index.corpus, model=real_index.model)


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Serves an application, with options of `ketamine-qa serve`, while a with-block lasts, and gives its address."""
    return _serving


def _fact_record(**changed: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "id": "TS-001", "topic": "visits", "kind": "reference", "statement": "A statement.", "figures": "",
        "source_title": "An invented title", "publisher": "", "published": "2025", "edition": "", "url": "",
        "pmid_or_doi": "", "confidence": "seen",
    }  # fmt: skip
    return plain | changed


@contextmanager
def _serving(settings: Settings, *options: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    names = {
        "KETAMINE_QA_HOME": str(settings.home), "KETAMINE_QA_CORPUS": str(settings.corpus),
        "KETAMINE_QA_CLIENT_PER_MINUTE": "100000", "KETAMINE_QA_SITE_PER_MINUTE": "100000",
    }  # fmt: skip
    command = [Path(sys.executable).with_name("ketamine-qa"), "serve", "--port", str(port), *options]
    server = subprocess.Popen(command, env={**os.environ, **names})
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=STARTING)) as client:
            client.get(f"{address}/healthz").raise_for_status()
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _write_pdf(path: Path, *pages: Sequence[str]) -> Path:
    """Object 1 is the catalogue, 2 the tree of pages, 3 the font; then each page and its content."""
    numbers = [4 + 2 * place for place in range(len(pages))]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{number} 0 R' for number in numbers)}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in zip(numbers, pages, strict=True):
        escaped = (re.sub(r"[()\\]", r"\\\g<0>", line) for line in lines)
        shown = "".join(f"({line}) Tj T*\n" for line in escaped)
        content = f"BT /F1 11 Tf 14 TL 56 780 Td\n{shown}ET".encode("cp1252")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    written = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    written += b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(written),
    )  # fmt: skip
    path.write_bytes(written)
    return path
