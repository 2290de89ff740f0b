"""One run in which every part of the report has something to show.

In: nothing. Out: a story of three with every kind of sentence and every table, and two stories of one. Knows nothing of
the report.
"""

from __future__ import annotations

from datetime import timedelta

from tests.report.frames import MORNING, MadeRun, Plan, Row, make_article, make_diff, make_pair, make_run

FERRY = (
    "The Sound Ferry company will cut its evening service to Marrow Island from 1 May. "
    "Director Ines Halloran said the boats had carried 3,200 passengers last year. "
    "“We cannot sail empty ships,” she said.\n\n"
    "The island council will meet on Thursday. "
    "About 410 people live on Marrow all year. "
    "A bridge has been discussed since 1974."
)
FERRY_REWRITE = (
    "Greedy ferry bosses are abandoning an island. "
    "Sound Ferry will reportedly scrap its evening boats to Marrow Island from 1 May. "
    "Director Ines Halloran claimed only 2,300 passengers had used them last year.\n\n"
    "“We cannot sail empty ships,” she said. "
    "The island council is due to meet on Thursday in an angry mood. "
    "Who will answer for this?"
)
FERRY_COPY = FERRY.replace("\n\n", " ")


def sentences_of(text: str) -> list[str]:
    """The sentences of the simple texts above, each with its full stop."""
    return [f"{sentence}." for sentence in " ".join(text.split()).removesuffix(".").split(". ")]


def ferry_run() -> MadeRun:
    """One story with every kind of sentence and every table, a story of one, a look-alike, a skipped input."""
    crew = [
        make_article(
            "ferry-0",
            FERRY,
            title="Evening ferry to Marrow Island to end in May",
            source="Sound Wire",
            published_at=MORNING,
            url="https://sound.example/ferry?from=front&to=island",
        ),
        make_article(
            "ferry-1",
            FERRY_COPY,
            title="Evening ferry to Marrow to end",
            source="Zürich Daily",
            published_at=MORNING + timedelta(hours=1, minutes=30),
            url="https://daily.example/42",
            relation="copy",
            similarity=1.0,
        ),
        make_article(
            "ferry-2",
            FERRY_REWRITE,
            title="ABANDONED: islanders left to swim",
            source="The Alarm",
            published_at=MORNING + timedelta(days=1, hours=2),
            url="javascript:alert(document.domain)",
            relation="rewrite",
            similarity=0.62,
            confidence=0.9642,
        ),
    ]
    whole = make_diff(
        FERRY,
        FERRY_COPY,
        [(sentence, "verbatim", [sentence], []) for sentence in sentences_of(FERRY)],
        headline=(crew[0]["title"], crew[1]["title"], ()),
    )
    return make_run(
        [
            Plan("story-ferry", crew, {"ferry-1": whole, "ferry-2": _ferry_diff()}, related=["story-bridge"]),
            Plan(
                "story-bridge",
                [
                    make_article(
                        "bridge-0",
                        "Engineers will drill in the Sound next week.\nA bridge would cost 90 million.",
                        title="Bridge survey begins",
                        source="Sound Wire",
                        published_at=MORNING + timedelta(days=2),
                    )
                ],
            ),
            Plan("story-untitled", [make_article("untitled-0", "A note without a headline came in. It is short.")]),
        ],
        pairs=[
            make_pair("ferry-0", "ferry-2", decision="accepted", relation="rewrite", reason="carried by 4 sentences"),
            make_pair("bridge-0", "ferry-0", confidence=0.318, reason="same place, another event"),
            make_pair("bridge-0", "ferry-2", confidence=0.2, reason="less alike"),
        ],
        skipped=[("news.jsonl:7", "not_json: line 7 is not JSON"), ("empty.txt", "empty: no text")],
    )


def _ferry_diff() -> Row:
    evening, director, quote, council, people, bridge = sentences_of(FERRY)
    return make_diff(
        FERRY,
        FERRY_REWRITE,
        [
            ("Greedy ferry bosses are abandoning an island.", "added", [], []),
            (
                "Sound Ferry will reportedly scrap its evening boats to Marrow Island from 1 May.",
                "reworded",
                [evening],
                ["reportedly scrap"],
            ),
            (
                "Director Ines Halloran claimed only 2,300 passengers had used them last year.",
                "contradicted",
                [director],
                ["only"],
            ),
            ("“We cannot sail empty ships,” she said.", "verbatim", [quote], []),
            (
                "The island council is due to meet on Thursday in an angry mood.",
                "reworded",
                [council],
                ["in an angry mood"],
            ),
            ("Who will answer for this?", "added", [], []),
        ],
        headline=(
            "Evening ferry to Marrow Island to end in May",
            "ABANDONED: islanders left to swim",
            ["ABANDONED", "left to swim"],
        ),
        facts=[
            ("entity", "dropped", "410 people", None),
            ("number", "conflict", "3,200", "2,300"),
            ("entity", "changed", "The Sound Ferry company", "Sound Ferry"),
        ],
        framing=[
            ("attribution_verb", "replaced", "said", "claimed"),
            ("loaded", "added", None, "Greedy"),
            ("hedge", "added", None, "reportedly"),
        ],
        speakers=[("Ines Halloran", 5, 5)],
        dropped=[people, bridge],
    )
