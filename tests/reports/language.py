"""The rules of wording: likelihood in the words of ICD 203, confidence apart from it, no claim of certainty.

Intelligence Community Directive 203, "Analytic Standards" (2015), section D.6.e(2).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

LIKELIHOOD = re.compile(
    r"\b(almost no chance|very unlikely|unlikely|roughly even(?: chance| odds)?|likely|very likely"
    r"|almost certain)\b",
    re.IGNORECASE,
)
CONFIDENCE = re.compile(r"\bconfiden(?:ce|t|tly)\b", re.IGNORECASE)
NEVER = re.compile(
    r"\b(prove[sdn]?|proof|certainly|definite(?:ly)?|undoubtedly|undeniabl[ey]|no doubt|beyond (?:a |any |"
    r"reasonable )*doubt|guilty|surely|obviously|clearly|presumably|probably|highly likely|conclusive(?:ly)?"
    r"|irrefutabl[ey]|more likely than not)\b|(?<![\d,.])100 ?%",
    re.IGNORECASE,
)
"""What no sentence says: certainty, and likelihood in other words than the seven."""

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")


def sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def breaches(text: str) -> list[str]:
    """Each sentence of a text that breaks a rule, with the words that do."""
    found = [
        f"{match[0]!r} in: {sentence}" for sentence in sentences(text) for match in NEVER.finditer(sentence)
    ]
    found += [
        f"likelihood and confidence in one sentence: {sentence}"
        for sentence in sentences(text)
        if LIKELIHOOD.search(sentence) and CONFIDENCE.search(sentence)
    ]
    return found


def printed_texts(module: Path) -> Iterator[str]:
    """Every literal text of a module that could be printed: docstrings and queries left out, holes as …"""
    tree = ast.parse(module.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    } - {id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            text = node.value
        else:
            continue
        if id(node) not in docstrings and not re.search(r"\bSELECT\b", text):
            yield text
