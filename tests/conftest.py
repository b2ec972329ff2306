"""Property tests have no deadline: the first example may compile a kernel, and a machine may be shared."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("distillscan", deadline=None)
settings.load_profile("distillscan")
