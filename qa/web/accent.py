"""A site's colour, made readable: the contrasts of WCAG 2.2, whatever colour a site chooses."""

import re

DEFAULT = "#0b6470"
PAPERS = {"light": "#f3f6f4", "dark": "#1c262a"}
"""The least friendly ground that the accent stands on, by theme."""
INKS = ("#ffffff", "#10201f")
AIMS = {"light": 5.0, "dark": 7.5}
"""Contrast of text to its ground, by theme; 4.5 is the least that WCAG 2.2 asks (1.4.3, AA)."""
STEPS = 40
FORM = re.compile(r"#?([0-9a-fA-F]{6})")


def accent_of(*wanted: str) -> str:
    """Give the first of the colours that is one as `#rrggbb`, the default if none is."""
    found = (FORM.fullmatch(colour) for colour in wanted)
    return next((f"#{match[1].lower()}" for match in found if match), DEFAULT)


def accent_style(colour: str) -> str:
    """Give the CSS variables of an accent: as text on each theme's ground, and the ink that stands on it."""
    named = []
    for theme, paper in PAPERS.items():
        shade = readable(colour, paper, AIMS[theme])
        ink = max(INKS, key=lambda one: contrast(one, shade))
        named += [f"--kq-accent-{theme}:{shade}", f"--kq-on-accent-{theme}:{ink}"]
    return f":root{{{';'.join(named)}}}"


def readable(colour: str, paper: str, aim: float) -> str:
    """Give the colour, as far darkened or lightened as the contrast `aim` to the paper needs."""
    end = max(("#000000", "#ffffff"), key=lambda one: contrast(one, paper))
    shades = (_mixed(colour, end, step / STEPS) for step in range(STEPS + 1))
    return next(shade for shade in shades if contrast(shade, paper) >= aim)


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in _parts(colour))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: str, end: str, share: float) -> str:
    pairs = zip(_parts(colour), _parts(end), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
