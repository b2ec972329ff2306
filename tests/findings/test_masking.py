"""Personal data inside a text is taken out; what only looks a little like it stays."""

import pytest

from distillscan.findings.masking import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to lea.moreau+x@mail.example, please", "write to [mailbox], please"),
        ("from 192.0.2.10 and 2001:db8::a:1 today", "from [address] and [address] today"),
        ("call +49 (30) 5550 1099 now", "call [number] now"),
        ("card 4000 0000 0000 0002.", "card [number]."),
        ("Prove that 1 + 1 = 2 in 12345678 steps", "Prove that 1 + 1 = 2 in 12345678 steps"),
        ("version 3.14.159 of 10:30:00", "version 3.14.159 of 10:30:00"),
        ("namespace std::vector and a @ b", "namespace std::vector and a @ b"),
    ],
)
def test_mask(text, shown):
    assert mask(text) == shown
