"""The HTML page as a file: whole, the same every time, and closed to whatever an article holds."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import schemas
from dedup.report import html_page
from dedup.report.html_page import embedded
from tests.report.frames import MadeRun, Plan, make_article, make_run
from tests.report.hostile import HOSTILE, hostile_run
from tests.report.newsroom import newsroom_run
from tests.report.stories import ferry_run

TEMPLATES = Path(html_page.__file__).parent / "templates"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._open = tag if tag in {"script", "style"} else ""
        if self._open:
            self.raw.append((f"{tag} {dict(attrs).get('type', '')}".strip(), ""))

    def handle_data(self, data: str) -> None:
        if self._open:
            kind, text = self.raw[-1]
            self.raw[-1] = (kind, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def texts(self, kind: str) -> list[str]:
        return [text for name, text in self.raw if name == kind]


@given(json_values)
def test_embedded_data_comes_back_whole_and_holds_nothing_that_html_could_read(value: Any) -> None:
    text = str(embedded(value))
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == value


@pytest.mark.parametrize("words", HOSTILE)
def test_embedded_data_survives_each_hostile_text(words: str) -> None:
    html = f"<script type='application/json'>{embedded([words])}</script><p>after</p>"
    elements = Elements(html)
    assert [tag for tag, _ in elements.found] == ["script", "p"]
    assert json.loads(elements.raw[0][1]) == [words]


def test_the_same_run_gives_the_same_bytes_whatever_the_order_of_its_rows() -> None:
    for run in (ferry_run(), hostile_run()):
        assert {run.shuffled(seed).page() for seed in range(4)} == {run.page()}


def test_the_page_needs_nothing_but_itself() -> None:
    elements = Elements(ferry_run().page())
    loading = {"src", "srcset", "data", "action", "poster", "background", "ping", "srcdoc"}
    assert [(tag, name) for tag, attributes in elements.found for name in attributes if name in loading] == []
    assert [attributes for tag, attributes in elements.found if tag == "link"] == [{"rel": "icon", "href": "data:,"}]
    assert not re.search(r"@import|url\(", "".join(elements.texts("style")))


def test_the_policy_allows_the_two_scripts_and_the_style_of_the_page_and_nothing_else() -> None:
    elements = Elements(hostile_run().page())
    policy = next(
        attributes["content"] or ""
        for tag, attributes in elements.found
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}

    def hashes(texts: list[str]) -> list[str]:
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]

    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == hashes(elements.texts("script"))
    assert rules["style-src"] == hashes(elements.texts("style"))
    assert len(rules["script-src"]) == 2
    assert rules["require-trusted-types-for"] == ["'script'"]


def test_hostile_texts_add_no_element_and_no_attribute_to_the_page() -> None:
    hostile = hostile_run()
    tame = MadeRun(
        manifest={"warnings": ["w"] * len(HOSTILE), "caps": {f"c{n}": 1 for n in range(len(HOSTILE))}, "run_id": "r"},
        articles=hostile.articles,
        stories=hostile.stories,
        members=hostile.members,
        pairs=hostile.pairs,
        framing=hostile.framing,
        outlets=hostile.outlets,
        flows=hostile.flows,
        skipped=hostile.skipped,
    )
    elements = Elements(hostile.page())
    assert len(elements.found) == len(Elements(tame.page()).found)
    assert len(elements.texts("script application/json")) == 2 + len(HOSTILE)
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        assert (attributes.get("href") or "#").startswith(("#", "data:,", "https://a.example/"))


def test_every_text_of_the_run_is_in_the_page() -> None:
    run = hostile_run()
    details = [json.loads(text) for text in Elements(run.page()).texts("script application/json")[2:]]
    shown = {article["id"]: article["text"] for detail in details for article in detail["articles"]}
    assert shown == dict(run.articles.select("article_id", "text").iter_rows())


def test_the_title_of_the_report_is_text() -> None:
    html = ferry_run().page(title="<script>alert(1)</script> & co")
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; co</title>" in html
    assert len(Elements(html).texts("script")) == 2


def test_half_a_surrogate_pair_stands_in_the_page_as_its_escape() -> None:
    assert "<title>caf\\udce9</title>" in ferry_run().page(title="caf\udce9")


def test_an_empty_run_is_a_page_too() -> None:
    html = make_run([], manifest={}).page()
    assert json.loads(Elements(html).texts("script application/json")[0])["stories"] == []


def test_one_article_that_nobody_else_told_is_a_page_too() -> None:
    html = make_run([Plan("s", [make_article("a", "One text.")])]).page()
    assert "of articles syndicated</dt><dd>0 %</dd>" in html


def test_a_report_is_hardly_larger_than_the_texts_in_it(newsroom: Path) -> None:
    run = newsroom_run(newsroom)
    empty = len(make_run([]).page().encode())
    texts = int(run.articles["text"].str.len_bytes().sum())
    # Hardly two of these articles are of one outlet, so that what is said of outlets weighs as much as it ever can.
    assert len(run.page().encode()) - empty < 2.2 * texts


def test_scripts_make_no_markup_from_strings_and_ask_for_nothing() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|setHTML"
        r"|\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\b|\.src\b|setTimeout\(['\"]"
    )
    scripts = sorted(TEMPLATES.glob("*.js"))
    assert {*html_page.SCRIPTS, "theme.js"} == {file.name for file in scripts}
    for file in scripts:
        assert forbidden.findall(file.read_text(encoding="utf-8")) == [], file.name


def test_every_style_sheet_is_used() -> None:
    assert set(html_page.STYLES) == {file.name for file in TEMPLATES.glob("*.css")}


def test_the_template_marks_nothing_as_safe() -> None:
    assert "safe" not in (TEMPLATES / "report.html.j2").read_text(encoding="utf-8")


def test_made_frames_keep_the_declarations_of_the_product() -> None:
    run = ferry_run()
    for name in ("ARTICLES", "STORIES", "MEMBERS", "PAIRS", "FRAMING", "SKIPPED"):
        getattr(schemas, name).check(getattr(run, name.lower()))
