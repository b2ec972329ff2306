"""What several formats say of themselves in the same words."""

from __future__ import annotations

#: A gap of logs of figures and headers.
NO_TEXT = "No prompt and no answer: there is no evidence from content."
#: The table to give along with logs that know a user by an id.
USERS = "--accounts your table of users: e-mail address, payment, sign-up time and address"
