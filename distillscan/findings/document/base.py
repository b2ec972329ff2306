"""What every part of the document is made of: the frozen model, and the words of its grades."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Grade = Literal["high", "medium", "low", "none"]
Verdict = Literal["campaign", "organisation", "infrastructure", "lead"]
Tier = Literal["core", "probable", "lead"]


class Model(BaseModel):
    """Base of all parts: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
