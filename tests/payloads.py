"""Texts that somebody who is looked into may have put into a log: they act somewhere, or break a table."""

from __future__ import annotations

PAYLOADS = [
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example/\x07click\x1b]8;;\x07",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x9b2J\x9d0;title\x9c",
    "\x1b]never closed, and the rest must stay",
    "a\rb\nc\x00d\x08e\x7f",
    "\u202egnp.exe\u2066\u200b\ufeff\U000e0041",
    "[bold red]markup[/] [link=https://evil.example]x[/link] [/nothing]",
    "| a | b |\n|---|---|",
    "![x](https://evil.example/p.png) [y](javascript:alert(1)) <img src=x onerror=alert(1)>",
    "https://evil.example www.evil.example a@evil.example <https://evil.example>",
    "# heading\n- list\n> quote\n```\ncode\n```\n`` ` ``",
    "1. one\n+ plus\n=====",
    '=HYPERLINK("https://evil.example")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u200b=1+1",
    "＝1+1",
    "]]></data><!-- & \ufffe \ud800",
    "漢字 العربية हिन्दी 👩‍👩‍👧‍👦 é",
    "",
    "'; DROP TABLE requests; --",
]
