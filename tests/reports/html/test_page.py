"""The page is whole, asks nobody for anything, and can be used without eyes, mouse or scripts."""

import base64
import hashlib
import re
from itertools import pairwise

import polars as pl
import pytest
from made_findings import PAYLOADS
from made_members import made_evidence
from pages import read

from distillscan.reports import html, whole_log
from distillscan.reports.escape import xml_line as shown
from distillscan.reports.wording import count


@pytest.fixture(params=["findings", "empty", "hostile", "members"])
def page(request, findings, evidence):
    if request.param == "members":
        return html.render(findings, evidence)
    return html.render(request.getfixturevalue(request.param))


def squeezed(text):
    return re.sub(r"\s+", " ", text)


def test_every_element_is_closed_and_every_id_is_the_only_one(page):
    ids = [element.attributes["id"] for element in read(page).all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))


def test_the_page_asks_no_address_for_anything(page):
    for element in read(page).all():
        assert element.tag not in {
            "img",
            "iframe",
            "object",
            "embed",
            "link",
            "base",
            "form",
            "audio",
            "video",
        }
        assert not {"src", "srcset", "xlink:href", "action", "poster", "data"} & set(element.attributes)
        assert element.attributes.get("href", "#").startswith("#")
    assert "url(" not in page.split("</style>")[0]
    assert "@import" not in page.split("</style>")[0]


def test_the_policy_allows_the_style_and_the_script_of_the_page_and_no_others(page):
    tree = read(page)
    (policy,) = [
        meta.attributes["content"]
        for meta in tree.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (element,) = tree.all(tag)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    for element in tree.all():
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]


def test_headings_and_landmarks_make_an_outline(page):
    tree = read(page)
    levels = [int(element.tag[1]) for element in tree.all() if re.fullmatch(r"h[1-6]", element.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [len(tree.all(tag)) for tag in ("main", "nav", "header", "footer")] == [1, 1, 1, 1]
    assert tree.all("html")[0].attributes["lang"] == "en"


def test_every_link_leads_to_a_place_on_the_page(page):
    tree = read(page)
    ids = {element.attributes.get("id") for element in tree.all()}
    assert {link.attributes["href"][1:] for link in tree.all("a")} <= ids


def test_every_table_has_a_caption_and_heads_with_a_scope(page):
    for table in read(page).all("table"):
        assert table.all("caption")[0].text.strip()
        assert all(head.attributes["scope"] in {"col", "row"} for head in table.all("th"))
        widths = {len([cell for cell in row.children if cell.tag in {"td", "th"}]) for row in table.all("tr")}
        assert len(widths) <= 1


def test_every_figure_says_in_words_what_it_shows(page):
    for drawing in read(page).all("svg"):
        assert drawing.attributes["role"] == "img"
        assert len(drawing.attributes["aria-label"]) > 1


def test_what_scrolls_by_itself_can_be_reached_with_the_keyboard(page):
    for element in read(page).all("div"):
        if element.attributes.get("class") == "scroll" and element.all("table"):
            assert element.attributes["tabindex"] == "0"
            assert element.attributes["role"] == "region"
            assert element.attributes["aria-label"]


def test_the_first_section_answers_the_five_questions(findings):
    summary = next(
        part for part in read(html.render(findings)).all("section") if part.attributes["id"] == "summary"
    )
    answers = {part.all("dt")[0].text: squeezed(part.text) for part in summary.all("dl")[0].children}
    assert list(answers) == [
        *("How many", "Since when", "How sure", "Who might be wrongly included", "What the evidence is")
    ]
    assert "118 to 120 accounts" in answers["How many"]
    assert "13,421 requests" in answers["How many"]
    assert "4 May to 2 Jun 2026" in answers["Since when"]
    assert "coordination ●●● high" in answers["How sure"]
    assert "At most 12 of 118" in answers["Who might be wrongly included"]
    for doubt in (
        "2 of the core leave under the most severe of 2 other settings: stricter error levels (a tenth)",
        "2 probable accounts are in the upper count only; 5 leads are not counted",
    ):
        assert doubt in answers["Who might be wrongly included"]
    assert "Ties in 4 of 4 families" in answers["What the evidence is"]


def test_without_a_campaign_the_first_section_says_what_was_not_found(empty):
    text = squeezed(read(html.render(empty)).text)
    for sentence in whole_log.not_found(empty):
        assert sentence in text


def test_everything_that_speaks_against_it_is_on_the_page(findings):
    text = squeezed(read(html.render(findings)).text)
    for cluster in findings.clusters:
        for tried in cluster.benign_explanations:
            assert tried.name in text
            assert tried.statement in text
        for variant in cluster.sensitivity:
            assert f"{count(variant.kept)} of {count(cluster.accounts.core)} remain" in text
    for group in findings.explained_groups:
        assert whole_log.explained(group) in text


def test_confidence_is_shown_with_every_criterion_met_or_not(findings):
    confidence = findings.clusters[0].confidence
    text = squeezed(read(html.render(findings)).text)
    assert f"How sure {confidence.level.capitalize()} confidence" in text
    assert confidence.statement in text
    for criterion in confidence.criteria:
        assert f"{criterion.name}{'met' if criterion.met else 'not met'}{criterion.statement}" in text


def test_hashes_and_settings_to_derive_it_again_are_on_the_page(findings):
    text = squeezed(read(html.render(findings)).text)
    assert all(file.sha256 in text for file in findings.inputs)
    assert "distillscan ingest REQUESTS --accounts ACCOUNTS --case again.duckdb" in text
    assert "distillscan scan --permutations 199 --seed 1 --min-accounts 10 --case again.duckdb" in text


def test_the_commands_name_every_kind_of_file_and_every_setting_of_the_scan(findings):
    edge = findings.inputs[0].model_copy(update={"kind": "edge"})
    settings = findings.tested.settings | {"replays": 3, "capability_rules": "file 0123456789abcdef"}
    other = findings.model_copy(
        update={
            "inputs": [*findings.inputs, edge],
            "tested": findings.tested.model_copy(update={"settings": settings}),
        }
    )
    text = squeezed(read(html.render(other)).text)
    assert "REQUESTS --accounts ACCOUNTS --edge EDGE --case" in text
    assert "--min-accounts 10 --replays 3 --capabilities RULES --case" in text


def test_the_least_tied_members_are_shown_without_scripts(findings, evidence):
    tree = read(html.render(findings, evidence))
    (table,) = [table for table in tree.all("table") if "least firmly tied" in table.all("caption")[0].text]
    rows = [[cell.text for cell in row.children] for row in table.all("tr")]
    assert rows[0][:6] == ["Account", "Tier", "Bits", "CONTENT", "NETWORK", "PAYMENT"]
    assert rows[1][:6] == ["account-000000000000", "probable", "4.8", "3", "40", "0"]
    assert len(rows) == 11
    assert "It holds none of the cluster's values of PAYMENT." in tree.text


def test_all_members_are_on_the_page_as_text_once(findings, evidence):
    (lines,) = [
        part
        for part in read(html.render(findings, evidence)).all("pre")
        if "members-lines" in part.attributes.values()
    ]
    header, *rows = [line.split("\t") for line in lines.text.split("\n")]
    assert header[:4] == ["cluster", "account", "tier", "bits"]
    assert len(rows) == len(evidence.members)
    assert rows[0] == [
        "A",
        "account-000000000000",
        "probable",
        "4.8",
        "0",
        "0",
        "2026-05-04",
        "2026-06-02",
        "3",
        "40",
        "0",
    ]


def test_twenty_five_thousand_members_stay_a_small_page(many):
    page = html.render(*many)
    assert len(page) < 3_000_000
    assert len(read(page).all()) < 5_000


def test_the_same_findings_give_the_same_bytes(findings, evidence):
    assert html.render(findings, evidence) == html.render(findings, evidence)


def test_hostile_text_is_shown_as_text_and_adds_no_element(findings, hostile):
    tree = read(html.render(hostile))
    assert {element.tag for element in tree.all()} <= {
        element.tag for element in read(html.render(findings)).all()
    }
    text = squeezed(tree.text)
    for payload in PAYLOADS:
        if "\ud800" not in payload:
            assert shown(payload) in text


def test_hostile_account_ids_keep_their_line(hostile):
    evidence = made_evidence(hostile, 26)
    names = [payload.replace("\ud800", "") for payload in PAYLOADS]
    hostile_names = evidence.members.with_columns(pl.Series("account_id", names))
    page = html.render(
        hostile, type(evidence)(evidence.families, evidence.likelihoods, hostile_names, revealed=True)
    )
    (lines,) = [part for part in read(page).all("pre") if "members-lines" in part.attributes.values()]
    assert [len(line.split("\t")) for line in lines.text.split("\n")] == [11] * 27
    assert "Account ids are shown as they are in the log." in page


def test_no_control_or_reordering_character_is_on_the_page(hostile):
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff]", html.render(hostile)
    )
