"""The one wording of the disclaimer. It is the same bytes in chat, JSON, widget, print-out, command line and report."""

DISCLAIMER = (
    "This is general information, not medical advice, and no substitute for a clinician who knows you. "
    "In an emergency, call your emergency number."
)
