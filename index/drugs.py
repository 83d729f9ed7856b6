"""Which of the two medicines a text speaks of: racemic ketamine or esketamine. Embeddings barely tell them apart."""

import re

ESKETAMINE = re.compile(r"\b(esketamine|spravato|nasal spray|the spray)\b", re.IGNORECASE)
KETAMINE = re.compile(r"\bketamine\b", re.IGNORECASE)
INFUSION = re.compile(r"\b(infusions?|drips?|iv|intravenous|injections?|lozenges?|troches?)\b", re.IGNORECASE)


def same_drug(question: str, text: str) -> bool:
    """Tell whether a text may answer a question, judged only by the medicine and form each names."""
    asks_spray, asks_drip = bool(ESKETAMINE.search(question)), bool(INFUSION.search(question))
    has_spray = bool(ESKETAMINE.search(text))
    has_drip = bool(INFUSION.search(text)) or (bool(KETAMINE.search(text)) and not has_spray)
    if asks_spray == asks_drip:
        return True
    return has_spray or not has_drip if asks_spray else has_drip or not has_spray
