"""Says with figures whether a change to the corpus, the model or the rules may go live."""
