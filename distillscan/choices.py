"""What the command line can be told by name: the names alone, so that its help needs nothing of the analysis.

Beside the name of a new choice goes what it stands for: :mod:`distillscan.reports.formats` for a form of the
report, :mod:`distillscan.reports.tables` for a table, :mod:`distillscan.reports.tabular` for its files.
"""

from enum import StrEnum
from typing import Literal

#: The field of a request that is one account.
AccountField = Literal["account_id", "org_id", "api_key_id", "end_user_id", "upstream_account_id"]
#: Prompt text that a case keeps.
KeepText = Literal["exemplars", "none", "all"]
#: What an analyst can say of a cluster or an account.
Word = Literal["accept", "reject", "comment"]
#: How the requests of an invented log are written.
LogForm = Literal["parquet", "jsonl"]


class ReportFormat(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    LATEX = "latex"
    PDF = "pdf"
    JUNIT = "junit"
    SARIF = "sarif"


class TableName(StrEnum):
    """The tables of a report."""

    LETTER = "letter"
    CLUSTERS = "clusters"
    TIMELINE = "timeline"
    CAPABILITIES = "capabilities"
    EXCULPATORY = "exculpatory"
    SENSITIVITY = "sensitivity"
    TEMPLATES = "templates"
    PUBLISHED = "published"
    ERROR_SOURCES = "error-sources"
    ACCOUNTS = "accounts"
    LINKS = "links"


class ExportTable(StrEnum):
    """The tables that can leave as files for further work."""

    MEMBERS = "members"
    CLUSTERS = "clusters"
    LINKS = "links"
    TIMELINE = "timeline"
    CAPABILITIES = "capabilities"
    EXCULPATORY = "exculpatory"
    SENSITIVITY = "sensitivity"
    TEMPLATES = "templates"
    REQUESTS = "requests"


class ExportFormat(StrEnum):
    """The forms of an exported table; GraphML is for links only."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    GRAPHML = "graphml"
