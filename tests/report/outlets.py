"""A run of a few outlets with habits of their own.

In: nothing. Out: stories that an agency tells first, a gazette copies, a tabloid colours, and that others take from the
gazette; names of every length and script. Knows nothing of the report.
"""

from __future__ import annotations

from datetime import timedelta

from tests.report.frames import MORNING, MadeRun, Plan, Row, make_article, make_diff, make_pair, make_run

AGENCY = "Northern Press Agency"
TABLOID = "The Daily Thunder"
GAZETTE = "The Free and Independent Gazette of the Upper Valleys and All Their Tributaries"
ARABIC = "صحيفة الميناء اليومية"
SUBJECTS = ("bridge", "harbour", "library", "railway", "hospital", "orchard", "museum", "stadium")


def outlets_run(n_stories: int = 8, *, tabloid: str = TABLOID, word: str = "disgraceful") -> MadeRun:
    """Stories about one subject each, told by four outlets and once by an article that names none.

    Args:
        n_stories: Stories, at most as many as there are subjects.
        tabloid: Name of the outlet that colours everything.
        word: The word it adds to every story.
    """
    plans, pairs = [], []
    for number, subject in enumerate(SUBJECTS[:n_stories]):
        plan, accepted = _story(number, subject, tabloid, word)
        plans.append(plan)
        pairs += accepted
    return make_run(plans, pairs=pairs)


def _story(number: int, subject: str, tabloid: str, word: str) -> tuple[Plan, list[Row]]:
    first = f"The council will close the {subject} next month."
    second = f"Repairs of the {subject} cost too much, the mayor said."
    source = f"{first} {second}"
    coloured = f"The {word} council will close the beloved {subject} next month. A {word} {subject} plan, locals fumed."
    began = MORNING + timedelta(hours=9 * number)
    told = [
        ("agency", AGENCY, source, 0),
        ("gazette", GAZETTE, source, 2 + number % 3),
        ("thunder", tabloid, coloured, 5),
        ("port", ARABIC, source, 7),
        *([("nobody", None, source, 11)] if number == 0 else []),
    ]
    crew = [
        make_article(
            f"{subject}-{name}",
            text,
            title=f"Council to close the {subject}",
            source=outlet,
            published_at=began + timedelta(hours=hours),
            relation="rewrite" if name == "thunder" else "copy",
            similarity=0.55 if name == "thunder" else 1.0,
        )
        for name, outlet, text, hours in told
    ]
    same = make_diff(source, source, [(first, "verbatim", [first], []), (second, "verbatim", [second], [])])
    colours = make_diff(
        source,
        coloured,
        [
            (
                f"The {word} council will close the beloved {subject} next month.",
                "reworded",
                [first],
                [word, "beloved"],
            ),
            (f"A {word} {subject} plan, locals fumed.", "added", [], []),
        ],
        framing=[("loaded", "added", None, word), ("loaded", "added", None, "beloved")],
        dropped=[second],
    )
    diffs = {row["article_id"]: colours if row["source"] == tabloid else same for row in crew[1:]}
    pairs = [
        make_pair(
            f"{subject}-gazette",
            f"{subject}-port",
            decision="accepted",
            aligned_left=1.0,
            aligned_right=1.0,
        ),
        make_pair(f"{subject}-agency", f"{subject}-gazette", decision="accepted", aligned_left=1.0, aligned_right=1.0),
        make_pair(f"{subject}-agency", f"{subject}-port", decision="accepted", aligned_left=0.9, aligned_right=0.9),
    ]
    return Plan(f"story-{subject}", crew, diffs), pairs
