"""The log as a whole: who is in it, what it can show, and what it does not say."""
