"""What an operator can type beside the questions: sites, signatures, withdrawals. A sibling of `arguments.py`."""

from datetime import date
from typing import Any

OPERATOR_COMMANDS = (
    "corpus withdraw", "corpus restore", "corpus corrections", "corpus review", "corpus sign", "site new", "site check",
    "index rollback",
)  # fmt: skip
"""What `qa/commands/operator.py` carries out."""
SITE_KEYS = (
    "name", "region", "phone", "out_of_hours_phone", "contact_page", "privacy_page", "responsible", "incident_contact",
)  # fmt: skip
"""What `site new` takes as options of the same names, beside origins."""


def add_site(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type private
    """Add `site new` and `site check`."""
    site = commands.add_parser("site", help="set up a clinic's site and check it")
    actions = site.add_subparsers(required=True, metavar="ACTION")
    new = actions.add_parser("new", help="write the settings of a new site, with comments")
    new.add_argument("id", metavar="ID", help="small letters, digits and hyphens, such as riverside")
    new.add_argument("--name", help="the clinic's name (default: the id)")
    new.add_argument("--region", help="whose help numbers are shown, such as US or GB")
    new.add_argument("--phone", metavar="NUMBER", help="the clinic's number")
    new.add_argument("--out-of-hours-phone", metavar="NUMBER", help="the number when the clinic is closed")
    new.add_argument("--contact-page", metavar="URL", help="how to reach or book with the clinic")
    new.add_argument("--privacy-page", metavar="URL", help="the clinic's own privacy notice")
    new.add_argument("--responsible", metavar="WHO", help="who at the clinic answers for the chat")
    new.add_argument("--incident-contact", metavar="WHERE", help="where a wrong answer is reported")
    new.add_argument("--origin", action="append", metavar="URL", help="a page's origin that may embed the chat")
    new.set_defaults(command="site new")
    check = actions.add_parser("check", help="name every fault of a site, or of all")
    check.add_argument("id", nargs="?", metavar="ID", help="id of the site (default: all)")
    check.add_argument("--live", action="store_true", help="ask for all that a site needs before patients see it")
    check.set_defaults(command="site check")


def add_corrections(actions: Any) -> None:  # noqa: ANN401 - see add_site
    """Add `corpus withdraw`, `corpus restore` and `corpus corrections`."""
    for name, done in (
        ("withdraw", "take a sentence, a passage or a document out at once"),
        ("restore", "put it back"),
    ):
        action = actions.add_parser(name, help=done)
        action.add_argument("target", metavar="TARGET", help='DOCUMENT[#anchor[:"opening words"]]')
        action.add_argument("--reason", required=True, metavar="R", help="why; it stands in the correction log")
        action.add_argument("--site", metavar="S", help="the only site it holds for (default: every site)")
        action.set_defaults(command=f"corpus {name}")
    log = actions.add_parser("corrections", help="print the correction log in Markdown")
    log.add_argument("--site", metavar="S", help="with what holds on this site only")
    log.set_defaults(command="corpus corrections")


def add_signatures(actions: Any) -> None:  # noqa: ANN401 - see add_site
    """Add `corpus review` and `corpus sign`."""
    review = actions.add_parser("review", help="list what a clinic's clinician has not signed, or not as it now is")
    review.add_argument("--site", metavar="S", help="id of the site (default: the default site)")
    review.add_argument("--show", metavar="ITEM", help="print one item as it is signed")
    review.set_defaults(command="corpus review")
    sign = actions.add_parser("sign", help="note that a clinician has read and agreed to items")
    sign.add_argument("items", nargs="*", metavar="ITEM", help="as listed by 'corpus review'")
    sign.add_argument("--all", action="store_true", help="every item that is listed")
    sign.add_argument("--site", required=True, metavar="S", help="id of the site")
    sign.add_argument("--name", required=True, metavar="N", help="the clinician's name")
    sign.add_argument("--role", required=True, metavar="R", help="the clinician's role at the clinic")
    sign.add_argument(
        "--expires", type=date.fromisoformat, metavar="DAY", help="last day it holds (default: a year from today)"
    )
    sign.set_defaults(command="corpus sign")
