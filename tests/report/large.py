"""Runs with as many stories as one likes.

In: how many. Out: stories that differ in their names and times alone. Knows nothing of the report.
"""

from __future__ import annotations

from datetime import timedelta

from tests.report.frames import MORNING, MadeRun, Plan, make_article, make_counted, make_run


def make_dated(n_stories: int, *, size: int = 2, every: timedelta = timedelta(minutes=7)) -> MadeRun:
    """A large run: every other story has ``size`` members with a diff, the rest stand alone."""
    canonical = " ".join(f"Sentence number {place} of the canonical article says what happened." for place in range(18))
    variant = " ".join(f"Line {place} of the variant puts in other words what went on." for place in range(18))
    spans = list(_sentence_spans(canonical)), list(_sentence_spans(variant))
    rows = [
        {
            **right,
            "kind": "added" if place % 5 == 4 else "reworded",
            "score": 0.6,
            "canonical": [] if place % 5 == 4 else [left],
            "added": [],
        }
        for place, (left, right) in enumerate(zip(*spans, strict=True))
    ]
    dropped = [left for place, left in enumerate(spans[0]) if place % 5 == 4]
    diff = make_counted(rows, dropped, {"canonical": None, "variant": None, "added": []})
    plans = []
    for number in range(n_stories):
        crew = [
            make_article(
                f"a{number:05}-{place}",
                variant if place else canonical,
                title=f"Story {number} as told by outlet {(number + place) % 97}",
                source=f"Outlet {(number + place) % 97}",
                published_at=MORNING + every * number + timedelta(hours=place),
                url=f"https://outlet{(number + place) % 97}.example/story/{number}",
            )
            for place in range(size if number % 2 == 0 else 1)
        ]
        plans.append(Plan(f"s{number:05}", crew, {row["article_id"]: diff for row in crew[1:]}))
    return make_run(plans)


def _sentence_spans(text: str) -> list[dict[str, int]]:
    spans, at = [], 0
    for sentence in text.split(". "):
        end = min(len(text), at + len(sentence) + 1)
        spans.append({"start": at, "end": end})
        at = end + 1
    return spans
