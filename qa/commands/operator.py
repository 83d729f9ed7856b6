"""What was typed, as the operator's commands take it."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import datetime

from index.rollback import roll_back
from qa.commands import corrections, review, site
from qa.commands.said import Said
from qa.operator_arguments import SITE_KEYS
from qa.settings import Settings


def carry_out(options: Namespace, settings: Settings, now: datetime) -> Said:
    """Carry out one of COMMANDS. now: with its time zone; its day is today. Raises ProjectError."""
    return COMMANDS[options.command](options, settings, now)


def _withdraw(options: Namespace, settings: Settings, now: datetime) -> Said:
    return corrections.withdraw(settings, options.target, options.reason, options.site, now)


def _restore(options: Namespace, settings: Settings, now: datetime) -> Said:
    return corrections.restore(settings, options.target, options.reason, options.site, now)


def _corrections(options: Namespace, settings: Settings, now: datetime) -> Said:
    del now
    return corrections.corrections(settings, options.site)


def _review(options: Namespace, settings: Settings, now: datetime) -> Said:
    return review.review(settings, options.site, options.show, now.date())


def _sign(options: Namespace, settings: Settings, now: datetime) -> Said:
    signing = review.Signing(
        options.site, options.name, options.role, options.items, options.all, options.expires
    )  # fmt: skip
    return review.sign(settings, signing, now.date())


def _site_new(options: Namespace, settings: Settings, now: datetime) -> Said:
    del now
    given = {**{key: getattr(options, key) for key in SITE_KEYS}, "allowed_origins": options.origin}
    return site.new(settings, options.id, {key: value for key, value in given.items() if value})


def _site_check(options: Namespace, settings: Settings, now: datetime) -> Said:
    return site.check(settings, options.id, now.date(), live=options.live)


def _rollback(options: Namespace, settings: Settings, now: datetime) -> Said:
    del options, now
    manifest = roll_back(settings.place)
    return Said(
        (
            f"Index {manifest.name} is live again; a running server answers from it from the next question on.",
            "Correct the material before the next 'ketamine-qa index build', which reads it as it lies in the folders.",
        )
    )


COMMANDS: Mapping[str, Callable[[Namespace, Settings, datetime], Said]] = {
    "corpus withdraw": _withdraw,
    "corpus restore": _restore,
    "corpus corrections": _corrections,
    "corpus review": _review,
    "corpus sign": _sign,
    "site new": _site_new,
    "site check": _site_check,
    "index rollback": _rollback,
}
