"""The base of every part of the documents."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Base of all parts: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
