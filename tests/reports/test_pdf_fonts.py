"""Text of any script in a PDF: drawn with letters of its own, or as code points, and never as empty boxes."""

import io

import pypdf
import pytest
from readers import pdf_text

from distillscan.reports.blocks import Document, Heading, Items, Paragraph
from distillscan.reports.forms import fonts, pdf

DRAWN = {
    "Latin": "Trước khi trả lời",
    "Cyrillic": "Перед ответом",
    "Greek": "Γράψτε",
    "simplified Chinese": "请解释你的推理过程",
    "traditional Chinese": "請解釋你的推理過程",
    "Japanese": "答える前に推論を",
    "Korean": "답하기 전에",
    "Arabic": "اكتب استدلالك",
    "Hebrew": "כתוב את כל",
    "Devanagari": "उत्तर देने से",
    "Bengali": "উত্তর দেওয়ার",
    "Tamil": "பதிலளிக்கும்",
    "Telugu": "సమాధానం",
    "Thai": "เขียนเหตุผล",
    "Lao": "ຂຽນເຫດຜົນ",
    "Khmer": "សរសេរហេតុផល",
    "Burmese": "မဖြေမီ သင်၏",
    "Ethiopic": "ከመመለስዎ በፊት",
    "signs": "✓ → ∞ ≥ € █ “quoted” – … ☃",
}


def _written(*texts: str) -> str:
    return pdf_text(pdf.render(Document("Scripts", (Items(texts),))))


@pytest.mark.parametrize("script", DRAWN)
def test_a_script_has_letters_in_the_fonts_at_hand(script):
    assert not fonts.lacking(DRAWN[script])


@pytest.mark.parametrize("script", ["simplified Chinese", "Japanese", "Korean", "Cyrillic", "Ethiopic"])
def test_text_can_be_read_out_of_the_file_again(script):
    assert DRAWN[script] in _written(DRAWN[script])


def test_fonts_come_from_packages_and_are_in_the_file():
    drawn = pdf.render(Document("Scripts", (Items(tuple(DRAWN.values())),)))
    used = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in pypdf.PdfReader(io.BytesIO(drawn)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    known = [family.replace(" ", "").replace("SC", "sc") for family in fonts.FAMILIES]
    assert used
    assert all(any(name.startswith(family) for family in known) for name in used)


def test_every_font_is_named_so_that_none_is_chosen_by_chance():
    assert set(fonts.FAMILIES) <= set(fonts.fonts().families())


def test_a_character_without_a_glyph_stands_as_its_code_point_and_the_file_says_so():
    written = " ".join(_written("ok 😀", "જવાબ").split())
    assert "ok ⟨U+1F600 grinning face⟩" in written
    assert "⟨Gujarati U+0A9C U+0AB5 U+0ABE U+0AAC⟩" in written
    assert fonts.LACKING in written


def test_the_file_says_so_where_a_reader_first_meets_one():
    blocks = (Paragraph("plain"), Paragraph("ಕನ್ನಡ"), Paragraph("the end"))
    written = " ".join(pdf_text(pdf.render(Document("Scripts", blocks))).split())
    assert written.index("⟨Kannada") < written.index("What stands between") < written.index("the end")


def test_a_character_for_private_use_is_not_left_to_a_font():
    assert fonts.described("a\ue000", fonts.lacking("a\ue000")) == "a⟨U+E000⟩"


def test_nothing_is_said_of_glyphs_where_none_lacks():
    assert fonts.LACKING not in _written(*DRAWN.values())


def test_the_same_text_gives_the_same_bytes():
    document = Document("脚本", (Heading("中文 😀"), Paragraph("नमस्ते", lead="عربى")))
    assert pdf.render(document) == pdf.render(document)


@pytest.mark.parametrize("word", ["x" * 200, "استدلال" * 30, "अनुसन्धान" * 20, "推理" * 100])
def test_a_long_word_stays_on_the_page(word):
    for block in (Heading(word), Paragraph(word, lead=word), Items((word,))):
        page = pypdf.PdfReader(io.BytesIO(pdf.render(Document("T", (block,))))).pages[0]
        assert max(map(len, page.extract_text().splitlines())) < 150


def test_a_mark_is_never_parted_from_its_letter():
    breakable = pdf._breakable("अनुसन्धान" * 20, 20)
    assert "\u200b" in breakable
    assert all(part[0] not in "ुा" and part[-1] != "्" for part in breakable.split("\u200b"))
