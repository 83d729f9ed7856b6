"""How the reader is trained: nothing in here runs where questions are answered."""
