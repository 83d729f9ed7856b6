"""How a question opens, and what only looks like one."""

import re

ASKING = (
    r"(?:what|who|whom|whose|how|when|where|why|which|is|are|was|were|do|does|did|can|could|will|would|should|shall"
    r"|has|have|had|must|may)\b"
)
OPENS = re.compile(rf"(?:(?:and|but|so|also|then)\s+)*(?:[\w' ]{{1,40}},\s+)?{ASKING}", re.IGNORECASE)
TOLD = re.compile(
    r"(?:has|have|had|was|were|am|is|are|do|does|did)\s+(?!(?:i|you|he|she|it|they|we|there|this|that|these|those|the|a|an|my"
    r"|your|his|her|our|their|any\w*|some\w*|people|patients|doctors|clinics|either|both|(?:es)?ketamine|spravato)\b)[^?]*\.?$",
    re.IGNORECASE,
)
"""The rest of a statement that was cut at "and": a verb without the subject that a question would put after it."""


def tells(piece: str) -> bool:
    """Tell whether a piece that opens like a question is the end of a statement ("and have a bad heart")."""
    return TOLD.match(piece) is not None


def asks(sentence: str) -> bool:
    """Tell whether a sentence asks something: by its mark, or by how it opens."""
    return sentence.endswith("?") or OPENS.match(sentence) is not None
