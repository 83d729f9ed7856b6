"""What the chat costs the page it stands on, and how soon it can be used, by Chromium's own performance entries.

    python tests/bench/page.py [--runs 5] [--slowdown 4] [--json]

The product is served in a process of its own. Each run opens /demo with an empty cache, once as it is and once with the
widget's script kept away; `added_blocking_ms` is what of the tasks over 50 ms the script adds (total blocking time).
`panel_usable_ms` is the time from the click on the button until the question box in the panel can be typed in.
`--slowdown 4` lets the browser run at a quarter of the processor's speed, as tools of the trade do for a phone. The
median of the runs is given, and the greatest of them.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any

from chromium import FLAGS, find_chromium
from load_servers import Server, product, serving
from playwright.sync_api import Browser, Page, sync_playwright

BLOCKING = 50
"""Milliseconds of a task from which on it holds the page up."""
SETTLED = 1_500
"""Milliseconds after a page has loaded in which it may still be busy."""
WATCHED = """
window.seen = { tasks: [], paints: [], shifts: 0 };
new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => seen.paints.push(...list.getEntries().map((one) => one.startTime)))
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.shifts += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""
RESOURCES = """
[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map((one) => [new URL(one.name).pathname, one.transferSize])
"""
PAINTED = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0'
Figures = dict[str, float]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slowdown", type=float, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with serving(product, "/readyz") as server, sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        runs = [_run(browser, server, options.slowdown) for _ in range(options.runs)]
        browser.close()
    figures = {"runs": options.runs, "slowdown": options.slowdown, **summary(runs)}
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def _run(browser: Browser, server: Server, slowdown: float) -> Mapping[str, Figures]:
    demo = f"{server.address}/demo"
    without = loaded(browser, demo, slowdown, block="**/widget*.js")
    widget = _with_panel(browser, demo, slowdown)
    widget["added_blocking_ms"] = widget["blocking_ms"] - without["blocking_ms"]
    return {"demo_without_widget": without, "demo": widget, "chat": loaded(browser, server.address, slowdown)}


def loaded(browser: Browser, address: str, slowdown: float, block: str = "") -> Figures:
    """Open a page with an empty cache and give its figures."""
    page = _page(browser, slowdown)
    if block:
        page.route(block, lambda route: route.abort())
    figures = _opened(page, address)
    page.context.close()
    return figures


def _with_panel(browser: Browser, address: str, slowdown: float) -> Figures:
    page = _page(browser, slowdown)
    figures = _opened(page, address)
    sizes = dict(page.evaluate(RESOURCES))
    figures["widget_transfer_bytes"] = sizes["/widget.js"]
    started = perf_counter()
    page.locator("ketamine-qa .go").click()
    box = page.frame_locator("ketamine-qa iframe").get_by_label("Your question")
    box.fill("What is ketamine?", timeout=60_000)
    figures["panel_usable_ms"] = (perf_counter() - started) * 1000
    page.context.close()
    return figures


def _page(browser: Browser, slowdown: float) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.add_init_script(WATCHED)
    return page


def _opened(page: Page, address: str) -> Figures:
    page.goto(address, wait_until="load")
    page.wait_for_timeout(SETTLED)
    seen: dict[str, Any] = page.evaluate("seen")
    sizes = page.evaluate(RESOURCES)
    return {
        "requests": len(sizes),
        "transfer_bytes": sum(size for _, size in sizes),
        "first_paint_ms": page.evaluate(PAINTED),
        "largest_paint_ms": max(seen["paints"], default=0.0),
        "layout_shift": seen["shifts"],
        "blocking_ms": sum(max(0.0, task - BLOCKING) for task in seen["tasks"]),
    }


def summary(runs: Sequence[Mapping[str, Figures]]) -> dict[str, dict[str, list[float]]]:
    """Give the median and the greatest value of each figure of each page."""
    return {
        page: {name: _middle_and_most([run[page][name] for run in runs]) for name in runs[0][page]}
        for page in runs[0]
    }  # fmt: skip


def _middle_and_most(values: Sequence[float]) -> list[float]:
    return [round(median(values), 3), round(max(values), 3)]


if __name__ == "__main__":
    raise SystemExit(main())
