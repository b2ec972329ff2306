"""The documentation says what the code does: commands parse, links lead somewhere, tables are whole."""

import re
import shlex
import tomllib
from pathlib import Path

import duckdb
import pytest
import typer

from distillscan.association.single import MIN_CONTAINMENT
from distillscan.case import schema
from distillscan.choices import TableName
from distillscan.cli.app import app
from distillscan.clusters.communities import RESOLUTION
from distillscan.clusters.projection import account_links
from distillscan.findings import document
from distillscan.findings.settings import Settings
from distillscan.findings.when.rhythm import FEWEST_REQUESTS
from distillscan.findings.when.succession import MAX_HOLDERS, RAREST, WITHIN_DAYS
from distillscan.fingerprint.scheme import SCHEME
from distillscan.logs.mapping import load_mapping
from distillscan.logs.record import RECORDS
from distillscan.reports.tables import OF_DOCUMENT
from distillscan.reports.tables.members import ACCOUNTS
from distillscan.signals.registry import FAMILIES, SIGNALS, binds, bundle_signal

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}
README, SCHEMAS, METHOD = PAGES["README.md"], PAGES["docs/schemas.md"], PAGES["docs/method.md"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MODELS = [
    model
    for model in vars(document).values()
    if isinstance(model, type) and issubclass(model, document.Model) and model is not document.Model
]


def marked_command(marker):
    """The one line in the block after a marker comment."""
    (block,) = re.findall(rf"^<!-- {marker} -->\n```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    (line,) = block.splitlines()
    return line


def blocks(page, language):
    return [body for found, body in FENCE.findall(page) if found == language]


def shown_commands(page):
    """The distillscan commands in the shell blocks of a page, each as its list of words."""
    lines = "\n".join(blocks(page, "sh")).splitlines()
    parts = [part for line in lines for part in line.split(" && ")]
    words = [shlex.split(part) for part in parts]
    return [command[1:] for command in words if command and Path(command[0]).name == "distillscan"]


def section(page, title):
    """The text below a heading, up to the next heading of any level."""
    (found,) = re.findall(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    return found


def rows(text):
    """The rows of the tables in a text, headers and rules left out."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", text, re.M)
    ]
    rules = [number for number, row in enumerate(cells) if set(row[0]) <= set("-: ")]
    return [row for number, row in enumerate(cells) if number not in rules and number + 1 not in rules]


def code_words(cell):
    return re.findall(r"`([^`]+)`", cell)


def anchors(page):
    """The anchors of a page's headings, as a Markdown viewer makes them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.fixture
def nothing_found():
    path = ROOT / "tests" / "reports" / "golden" / "empty.json"
    return document.Findings.model_validate_json(path.read_bytes())


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_to_a_file_and_a_heading(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", PAGES[page])):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        aim = (ROOT / page).parent / path if path else ROOT / page
        assert aim.exists(), target
        assert not anchor or anchor in anchors(aim.read_text("utf-8")), target


@pytest.mark.parametrize("page", PAGES)
def test_every_command_shown_parses_with_its_options(page):
    group = typer.main.get_command(app)
    context = group.make_context("distillscan", ["report"])
    for name, *arguments in shown_commands(PAGES[page]):
        group.commands[name].make_context(name, arguments, parent=context)


def test_the_pages_show_every_command_that_an_analysis_takes():
    shown = {
        words[0] for page in ("README.md", "docs/getting-started.md") for words in shown_commands(PAGES[page])
    }
    assert {"ingest", "scan", "report", "export", "demo", "sql"} <= shown


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_in_a_sentence_exists(page):
    named = re.findall(r"`distillscan ([a-z]+)", FENCE.sub("", PAGES[page]))
    assert set(named) <= set(typer.main.get_command(app).commands)


def test_the_error_rate_of_the_readme_is_the_one_that_was_measured():
    first, measured = (" ".join(PAGES[page].split()) for page in ("README.md", "docs/validation.md"))
    met = re.search(r"(\d+) of the (\d+) scenarios within these bounds meet all of them", measured)
    clean = re.search(r"(\d+) logs of 2,000 accounts: 0 clusters .*? the rate is below ([\d.]+) ?%", measured)
    assert met
    assert clean
    assert f"{met[1]} of {met[2]} kinds of campaign were found, with at least 98 %" in first
    assert f"in {clean[1]} logs without a campaign none was reported" in first
    assert f"in less than {clean[2]} % of such logs" in first


def test_the_speed_in_the_readme_is_the_one_that_was_measured():
    first, measured = (" ".join(PAGES[page].split()) for page in ("README.md", "docs/performance.md"))
    log = re.search(r"([\d,]+ accounts), of which .*? and ([\d.]+ million requests)", measured)
    run = re.search(r"`report -t json` \| ([\d.]+) \| 3\.0 \| ([\d.]+) GiB", measured)
    assert log
    assert run
    assert f"{log[2]} by {log[1]} took {float(run[1]):.0f} seconds and {float(run[2]):.1f} GiB" in first
    assert "three times as long as loading" in first


def test_the_first_command_of_the_readme_sets_up_and_ends_with_the_demo():
    assert marked_command("demo command").startswith("python3 -m venv .venv && .venv/bin/pip install . && ")
    assert marked_command("demo command").endswith(".venv/bin/distillscan demo")


def test_ci_runs_the_test_command_of_the_readme_and_no_other():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    command = marked_command("test command")
    assert command.endswith(" && .venv/bin/pytest")
    assert "<!-- test command -->" in script
    assert "pytest" not in script
    extra = re.search(r"'\.\[(\w+)\]'", command)
    assert extra
    assert (
        extra[1]
        in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    )


def test_every_column_map_shown_is_one(tmp_path):
    shown = [body for page in PAGES.values() for body in blocks(page, "toml")]
    assert shown
    for body in shown:
        path = tmp_path / "columns.toml"
        path.write_text(body, "utf-8")
        assert load_mapping(path).paths


def test_every_signal_has_its_row_with_its_family_and_properties():
    documented = [row for family in FAMILIES for row in rows(signal_section(family))]
    said = [(code_words(row[0])[0], *row[1:4]) for row in documented]
    yes_no = {True: "yes", False: "no"}
    assert said == [
        (signal.name, signal.family, yes_no[signal.broad], yes_no[signal.binding]) for signal in SIGNALS
    ]
    assert all(row[4] and row[5] for row in documented)


def signal_section(family):
    page = PAGES["docs/signals.md"]
    (title,) = re.findall(rf"^## ({family}: .*)$", page, re.MULTILINE)
    return section(page, title)


def test_every_bundle_has_its_row():
    said = [(code_words(row[0])[0], row[1]) for row in rows(section(PAGES["docs/signals.md"], "Bundles"))]
    names = [bundle_signal(family) for family in FAMILIES]
    assert said == [(name, "yes" if binds(name) else "no") for name in names]


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_every_field_of_a_record_has_its_row(record):
    said = [(code_words(row[0])[0], row[1], row[2]) for row in rows(section(SCHEMAS, record.kind))]
    fields = [(field.name, field.type.value, "yes" if field.required else "no") for field in record.fields]
    assert said == fields


def test_every_table_of_the_case_file_has_its_row_with_all_columns():
    with duckdb.connect() as connection:
        connection.execute(schema.LEDGER + schema.RECORDS + schema.ANALYSIS)
        columns = connection.execute(
            "SELECT table_name, list(column_name ORDER BY ordinal_position) FROM information_schema.columns "
            "GROUP BY table_name"
        ).fetchall()
    said = {code_words(row[0])[0]: code_words(row[1]) for row in rows(section(SCHEMAS, "Case file"))}
    # where a table has the columns of another, its row names that one
    said = {name: said[listed[0]] if len(listed) == 1 else listed for name, listed in said.items()}
    assert said == dict(columns)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_of_the_findings_document_has_its_row(model):
    said = [code_words(row[0])[0] for row in rows(section(SCHEMAS, model.__name__))]
    assert said == list(model.model_fields)


def test_the_columns_of_the_exports_have_their_rows():
    with duckdb.connect() as connection:
        connection.execute(schema.ANALYSIS)
        links = account_links(connection).columns
    assert [code_words(row[0])[0] for row in rows(section(SCHEMAS, "members"))] == [
        column.name for column in ACCOUNTS
    ]
    assert [code_words(row[0])[0] for row in rows(section(SCHEMAS, "links"))] == links


def test_every_table_of_a_result_has_its_row_with_all_columns(nothing_found):
    said = {code_words(row[0])[0]: code_words(row[1]) for row in rows(section(SCHEMAS, "Tables"))}
    assert list(said) == list(TableName)
    for name, build in OF_DOCUMENT.items():
        assert said[name] == [column.name for column in build(nothing_found).columns]


def test_the_numbers_of_the_page_on_time_are_those_of_the_code():
    for phrase in (
        f"at most `--replays` days for all campaigns together ({Settings().replays}; 0 for none)",
        f"appears within {'seven' if WITHIN_DAYS == 7 else WITHIN_DAYS} days",
        f"that at most {MAX_HOLDERS} core accounts hold, among the {RAREST} rarest",
        f"Below {FEWEST_REQUESTS} requests it is not given",
    ):
        assert phrase in " ".join(PAGES["docs/when.md"].split()), phrase


def test_the_numbers_of_the_method_are_those_of_the_code():
    settings = Settings()
    for phrase in (
        f"Every run of {SCHEME.shingle} words is a shingle",
        f"{SCHEME.unspaced_factor} tokens count as one word, so its shingles are "
        f"{SCHEME.unspaced_factor * SCHEME.shingle} tokens long",
        f"A MinHash signature of {SCHEME.permutations} values",
        f"{SCHEME.bands} bands of {SCHEME.rows} values",
        f"all runs of {SCHEME.insert_shingle} words",
        f"at most the {SCHEME.max_inserts} smallest",
        f"its q-value is at most {settings.levels.single}",
        f"family-wise error of {settings.levels.pooled}",
        f"false discovery rate of {settings.levels.within}",
        f"fewer than {settings.min_accounts} core accounts",
        f"*k* covers at least {100 * MIN_CONTAINMENT:.0f} % of the smaller value",
        f"by modularity with resolution {RESOLUTION}",
    ):
        assert phrase in " ".join(METHOD.split()), phrase
    floor = 1 / (1 + settings.permutations)
    assert f"{floor:g} with the default of {settings.permutations}" in " ".join(README.split())
