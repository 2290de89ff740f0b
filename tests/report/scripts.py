"""Stories right to left, without spaces, beyond the first plane of Unicode, and in disguised characters.

In: nothing. Out: a run of them. Knows nothing of the report.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from dedup import schemas
from tests.report.frames import MORNING, MadeRun, Plan, Row, make_article, make_diff, make_run
from tests.report.stories import sentences_of

ARABIC = "أعلنت الشركة إغلاق المصنع يوم الثلاثاء. قال المدير إن 120 عاملاً سيفقدون وظائفهم."
ARABIC_VARIANT = "أعلنت الشركة إغلاق المصنع يوم الثلاثاء. زعم المدير أن 120 عاملاً فقط سيتأثرون."
CHINESE = "市政府周二宣布东湖路改道。古樟将予保留。工程六月动工。"
CHINESE_VARIANT = "东湖路将改道，市政府周二宣布。有人认为代价太高。古樟将予保留。"
ASTRAL = "🦊🦊 The fox 𝒜𝓁𝒾𝒸𝑒 ran. 𐍈𐍈 Nobody saw it."
ASTRAL_VARIANT = "👩‍👩‍👧 A crowd 🦊 saw 𝒜𝓁𝒾𝒸𝑒 run 𐍈 home. 🦊🦊 The fox 𝒜𝓁𝒾𝒸𝑒 ran."
DISGUISED = "The lunch was раid for by the mayor\u200b."


def scripts_run() -> MadeRun:
    """One story each, named story-arabic, story-chinese, story-astral and story-disguised."""

    def plan(name: str, lang: str, canonical: str, variant: str, diff: Row) -> Plan:
        crew = [
            make_article(f"{name}-0", canonical, lang=lang, title=canonical[:12], published_at=MORNING),
            make_article(
                f"{name}-1", variant, lang=lang, title=variant[:12], published_at=MORNING + timedelta(hours=3)
            ),
        ]
        return Plan(f"story-{name}", crew, {f"{name}-1": diff})

    arabic, arabic_variant = sentences_of(ARABIC), sentences_of(ARABIC_VARIANT)
    plans = [
        plan(
            "arabic",
            "ar",
            ARABIC,
            ARABIC_VARIANT,
            make_diff(
                ARABIC,
                ARABIC_VARIANT,
                [
                    (arabic_variant[0], "verbatim", [arabic[0]], []),
                    (arabic_variant[1], "contradicted", [arabic[1]], ["فقط"]),
                ],
            ),
        ),
        plan(
            "chinese",
            "zh",
            CHINESE,
            CHINESE_VARIANT,
            make_diff(
                CHINESE,
                CHINESE_VARIANT,
                [
                    ("东湖路将改道，市政府周二宣布。", "reworded", ["市政府周二宣布东湖路改道。"], []),
                    ("有人认为代价太高。", "added", [], []),
                    ("古樟将予保留。", "verbatim", ["古樟将予保留。"], []),
                ],
                dropped=["工程六月动工。"],
            ),
        ),
        plan(
            "astral",
            "en",
            ASTRAL,
            ASTRAL_VARIANT,
            make_diff(
                ASTRAL,
                ASTRAL_VARIANT,
                [
                    (
                        "👩‍👩‍👧 A crowd 🦊 saw 𝒜𝓁𝒾𝒸𝑒 run 𐍈 home.",
                        "reworded",
                        ["𐍈𐍈 Nobody saw it."],
                        ["A crowd 🦊", "𐍈 home"],
                    ),
                    ("🦊🦊 The fox 𝒜𝓁𝒾𝒸𝑒 ran.", "verbatim", ["🦊🦊 The fox 𝒜𝓁𝒾𝒸𝑒 ran."], []),
                ],
            ),
        ),
        plan(
            "disguised",
            "en",
            "The mayor paid for the lunch.",
            DISGUISED,
            make_diff(
                "The mayor paid for the lunch.",
                DISGUISED,
                [(DISGUISED, "reworded", ["The mayor paid for the lunch."], [])],
            ),
        ),
    ]
    ids = sorted(article["article_id"] for each in plans for article in each.articles)
    return make_run(plans, documents=_documents(ids))


def _documents(article_ids: list[str]) -> pl.DataFrame:
    at = DISGUISED.index("р")
    hidden = DISGUISED.index("\u200b")
    folds = [
        {"start": at, "end": at + 2, "raw": "ра", "folded": "pa", "kind": "homoglyph"},
        {"start": hidden, "end": hidden + 1, "raw": "\u200b", "folded": "", "kind": "zero_width"},
    ]
    rows = [
        {
            "row": row,
            "lang": "en",
            "matching": "",
            "headline": "",
            "sentences": [],
            "boilerplate": [],
            "flags": ["homoglyph", "zero_width"] if article_id == "disguised-1" else [],
            "folds": folds if article_id == "disguised-1" else [],
            "n_words": 0,
        }
        for row, article_id in enumerate(article_ids)
    ]
    return schemas.DOCUMENTS.check(pl.DataFrame(rows, schema=schemas.DOCUMENTS.schema))
