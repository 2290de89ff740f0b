"""An explanation in a terminal."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console

from dedup.report.explained import MAX_ANCHORS, explained_view
from dedup.report.printable import printable

Row = dict[str, Any]


def make_home(article_id: str, story_id: str = "s-1", size: int = 2, canonical_id: str = "wire", **fields: Any) -> Row:
    return {
        "article_id": article_id,
        "title": None,
        "source": None,
        "story_id": story_id,
        "size": size,
        "canonical_id": canonical_id,
        "relation": "rewrite",
        **fields,
    }


def make_sentences(text: str, carried: float = 0.1, **fields: Any) -> list[Row]:
    """The sentences of a text, as in ``Explanation.as_record()``."""
    spans = [match.span() for match in re.finditer(r"[^.]+\.", text)]
    spans = [(start + (text[start] == " "), end) for start, end in spans]
    return [
        {"start": start, "end": end, "text": text[start:end], "carried": carried, "furniture": False, **fields}
        for start, end in spans
    ]


def make_link(left: int, right: int, **fields: Any) -> Row:
    plain = {"probability": 0.9, "verbatim": False, "left_words": [], "right_words": []}
    return {"left": left, "right": right, **plain, **fields}


def make_anchor(word: str, right: str | None = None, **fields: Any) -> Row:
    plain = {"value": 0.5, "n_articles": 2, "leads_left": True, "leads_right": True}
    return {"left": word, "right": right or word, **plain, **fields}


LEFT = "Two tugs towed the Amberlight. The quay lies idle."
RIGHT = "The Amberlight was towed by tugs. Prices rise."


def make_explained(**fields: Any) -> Row:
    """An explanation of an accepted rewrite; ``judgement`` and ``anchors`` may be given in part."""
    judgement = {
        "decision": "accepted",
        "accepted": True,
        "confidence": 0.91,
        "relation": "light_edit",
        "reason": "the names agree",
        "views": ["story", "anchor"],
    }
    anchors = {
        "shared": [make_anchor("Amberlight"), make_anchor("towed", "tow"), make_anchor("ship + quay")],
        "n_left": 12,
        "n_right": 9,
        "n_counted": 2,
        "min_shared": 2,
        "score": 0.5,
        "min_score": 0.05,
        "n_sampled": 5,
    }
    plain: Row = {
        "left": make_home("herald"),
        "right": make_home("wire"),
        "one_story": True,
        "min_confidence": 0.5,
        "misses": {},
        "evidence": [
            {"name": "names_agree", "value": 1.0, "meaning": "share of names"},
            {"name": "hours_apart", "value": None, "meaning": "hours between"},
            {"name": "aligned_sentences", "value": 4, "meaning": "links"},
            {"name": "names_shared", "value": 1200.0, "meaning": "words of names"},
            {"name": "salience_shared", "value": 2.5, "meaning": "weight"},
        ],
        "waterfall": {
            "start": -1.5,
            "factors": [
                {"name": "names_agree", "meaning": "names agree", "value": 1.0, "effect": 4.0, "log_odds": 2.5},
                {"name": "links", "meaning": "links", "value": 0.2, "effect": -0.2, "log_odds": 2.3},
                {"name": "quotes", "meaning": "quoted words agree", "value": None, "effect": 0.0, "log_odds": 2.3},
            ],
            "log_odds": 2.3,
            "confidence": 0.909,
        },
        "views": [
            {"view": "copy", "jaccard": 0.05, "bands": 32, "rows": 4, "chance": 0.0002, "n_shared": 0},
            {"view": "story", "jaccard": 0.64, "bands": 128, "rows": 3, "chance": 0.9999, "n_shared": 28},
        ],
        "n_articles": 5,
        "passages": {
            "left": make_sentences(LEFT),
            "right": make_sentences(RIGHT),
            "links": [make_link(0, 0, left_words=[[4, 8], [19, 29]], right_words=[[4, 14], [28, 32]])],
        },
        "chain": [],
        "bridge": None,
        "notes": [],
    }
    given = {name: value for name, value in fields.items() if name not in {"judgement", "anchors"}}
    return {
        **plain,
        **given,
        "judgement": {**judgement, **fields.get("judgement", {})},
        "anchors": {**anchors, **fields.get("anchors", {})},
    }


def shown(explained: Row, *, width: int = 100, marks: bool = True, **console: Any) -> str:
    lines = io.StringIO()
    settings: Row = {"markup": False, "highlight": False, "emoji": False, **console}
    Console(file=lines, width=width, **settings).print(explained_view(explained, marks=marks))
    return "\n".join(line.rstrip() for line in lines.getvalue().splitlines())


class TestTheDecision:
    def test_comes_first_with_its_reason(self) -> None:
        assert shown(make_explained()).splitlines()[:5] == [
            "One story  light edit  ·  confidence 0.91, accepted from 0.50",
            "The names agree.",
            "",
            "< herald",
            "> wire",
        ]

    @pytest.mark.parametrize(
        ("decision", "accepted", "words"),
        [
            ("rejected", False, "Not one story"),
            ("bridge_cut", True, "Kept apart"),
            ("not_compared", True, "Never compared; now it would be accepted"),
            ("not_compared", False, "Never compared; now it would be rejected"),
        ],
    )
    def test_has_plain_words(self, decision: str, accepted: bool, words: str) -> None:
        told = shown(make_explained(judgement={"decision": decision, "accepted": accepted}))
        assert told.startswith(f"{words}  light edit")

    def test_is_followed_by_notes(self) -> None:
        assert "\nNote: other values." in shown(make_explained(notes=["other values."]))


class TestTheStories:
    def test_of_one_story_is_told_once(self) -> None:
        assert "\nBoth are in story s-1: 2 articles, wire speaks for it.\n" in shown(make_explained())

    def test_a_chain_is_told(self) -> None:
        told = shown(make_explained(chain=["herald", "mail", "wire"]))
        assert "\nOther pairs bring them together: herald ~ mail ~ wire.\n" in told

    def told_apart(self, **bridge: Any) -> str:
        """Two stories of several, and what was verified between them."""
        plain = {"n_pairs": 3, "n_confident": 1, "mean_confidence": 0.33, "min_bridge": 0.5}
        plain |= {"outgrown": False, "held": False}
        return shown(
            make_explained(
                one_story=False,
                left=make_home("herald", "s-1", 4, "mail"),
                right=make_home("wire", "s-2", 1),
                bridge={**plain, "support": None, "min_support": 0.7, **bridge},
            ),
            width=160,
        )

    def test_a_cut_bridge_is_told_with_what_it_would_need(self) -> None:
        told = self.told_apart()
        assert "\n< is in story s-1: 4 articles, mail speaks for it.\n> is in story s-2: 1 article.\n" in told
        compared = "3 pairs of the two stories compared, 1 accepted alone; mean confidence 0.33 of 0.50 needed"
        assert f"\n{compared}.\n" in told
        assert f"\n{compared}, support 0.41 of 0.70 needed.\n" in self.told_apart(support=0.41)

    def test_nothing_is_needed_where_no_pair_was_accepted(self) -> None:
        told = self.told_apart(n_confident=0, support=0.41)
        assert "0 accepted alone; mean confidence 0.33, support 0.41.\n" in told

    def test_a_bridge_that_came_too_late_is_said_to_be_one(self) -> None:
        said = "They would be joined as they stand; weighed before they had all their articles, they were not."
        assert f"\n{said}\n" in self.told_apart(mean_confidence=0.6, outgrown=True)
        assert said not in self.told_apart()

    def test_an_article_that_holds_others_is_said_to_be_no_bridge(self) -> None:
        said = "Only an article that holds others among much else brings them together; that says nothing of them."
        assert f"\n{said}\n" in self.told_apart(mean_confidence=0.6, held=True)
        assert said not in self.told_apart()

    def test_stories_that_never_met_are_said_to_be_so(self) -> None:
        told = shown(make_explained(one_story=False, right=make_home("wire", "s-2", 1)))
        assert "\nNo pair of the two stories was ever compared.\n" in told


class TestHowThePairWasFound:
    def test_odds_stand_beside_what_came_of_them(self) -> None:
        lines = shown(make_explained()).splitlines()
        start = lines.index("By the story view and anchors.")
        assert lines[start - 1] == "How the pair was found"
        assert [line.split() for line in lines[start + 3 : start + 5]] == [
            ["copy", "0.050", "32", "×", "4", "<0.1%", "none"],
            ["story", "0.640", "128", "×", "3", ">99.9%", "28", "of", "128"],
        ]

    def test_a_missed_pair_has_a_line_per_view(self) -> None:
        told = shown(
            make_explained(
                judgement={"decision": "not_compared", "views": []},
                misses={"copy": "no bucket", "story": "no bucket either", "anchor": "1 in common"},
            )
        )
        assert "Why the pair was missed\n- copy view: no bucket.\n- story view: no bucket either.\n- anchors: 1" in told

    def test_an_article_too_short_has_no_similarity(self) -> None:
        views = [{"view": "copy", "jaccard": None, "bands": 32, "rows": 4, "chance": 0.0, "n_shared": 0}]
        assert re.search(r"\ncopy +too short +32 × 4 +0% +none\n", shown(make_explained(views=views)))

    def test_anchors_are_words_with_their_value(self) -> None:
        told = shown(make_explained())
        assert "3 anchors shared, of 12 and 9: 50.0% of one article's anchor value, a pair needs 2 and 5.0%" in told
        assert "  Amberlight 0.50 · towed / tow 0.50 · ship + quay 0.50\n" in told

    def test_many_anchors_are_counted(self) -> None:
        many = [make_anchor(f"w{at}") for at in range(MAX_ANCHORS + 7)]
        told = shown(make_explained(anchors={"shared": many}))
        assert f"w{MAX_ANCHORS - 1} 0.50 · 7 more" in " ".join(told.split())

    def test_an_estimate_is_said_to_be_one(self) -> None:
        told = shown(make_explained(n_articles=9000), width=200)
        assert "(estimated from 5 of 9,000 articles)" in told


class TestWhatMadeTheConfidence:
    def test_every_step_has_its_effect_and_a_bar(self) -> None:
        lines = shown(make_explained(), width=60).splitlines()
        start = next(at for at, line in enumerate(lines) if line.startswith("starting point"))
        steps = [line.split() for line in lines[start : start + 5]]
        assert [step[:-1] for step in steps] == [
            ["starting", "point", "-1.50"],
            ["names", "agree", "1.00", "+4.00"],
            ["links", "0.20", "-0.20", "│"],
            ["quoted", "words", "agree", "unknown", "+0.00", "│"],
            ["confidence", "0.909", "+2.30"],
        ]
        assert [set(step[-1]) for step in steps] == [{"░"}, {"█"}, {"░"}, {"█"}, {"█"}]

    def test_evidence_is_listed_with_its_meaning(self) -> None:
        told = shown(make_explained())
        assert re.search(r"\nnames_agree +1\.000  share of names\n", told)
        assert re.search(r"\nhours_apart +unknown  hours between\n", told)
        assert re.search(r"\naligned_sentences +4  links\n", told)
        assert re.search(r"\nnames_shared +1,200  words of names\n", told)
        assert re.search(r"\nsalience_shared +2\.500  weight\n", told)


class TestTheSentences:
    def test_stand_below_each_other_with_the_shared_words_marked(self) -> None:
        told = shown(make_explained())
        assert ("\n     < Two *tugs* towed the *Amberlight*.\n 90% > The *Amberlight* was towed by *tugs*.\n\n") in told

    def test_show_shared_words_by_colour_alone_where_there_is_colour(self) -> None:
        told = shown(make_explained(), marks=False, force_terminal=True, color_system="standard")
        assert "Two \x1b[1;32mtugs\x1b[0m towed the \x1b[1;32mAmberlight\x1b[0m." in told
        assert "*" not in told

    def test_mark_neighbouring_words_as_one(self) -> None:
        passages = make_explained()["passages"]
        passages["links"] = [make_link(0, 0, left_words=[[0, 3], [4, 8]])]
        assert "< *Two tugs* towed the Amberlight.\n" in shown(make_explained(passages=passages))

    def test_are_not_repeated_where_both_are_the_same_words(self) -> None:
        passages = make_explained()["passages"]
        passages["links"] = [make_link(0, 0, probability=1.0, verbatim=True, left_words=[[0, 3]])]
        told = shown(make_explained(passages=passages))
        assert "\n     < Two tugs towed the Amberlight.\n   = > the same words\n" in told

    def test_without_partner_are_listed_by_side(self) -> None:
        told = shown(make_explained())
        assert "\nOnly in herald  with the best partner's chance\n 10% < The quay lies idle.\n" in told
        assert told.endswith("\nOnly in wire  with the best partner's chance\n 10% > Prices rise.")

    def test_that_are_furniture_are_said_to_be(self) -> None:
        passages = make_explained()["passages"]
        passages["right"][1]["furniture"] = True
        told = shown(make_explained(passages=passages))
        assert told.endswith(" 10% > Prices rise.  (furniture, left out of matching)")

    def test_that_all_have_partners_leave_no_empty_heading(self) -> None:
        passages = make_explained()["passages"]
        passages["links"] += [make_link(1, 1)]
        assert "Only in" not in shown(make_explained(passages=passages))

    def test_of_nothing_in_common_are_none(self) -> None:
        passages = make_explained()["passages"]
        passages["links"] = []
        assert "and the rare words both have\nNone.\n" in shown(make_explained(passages=passages))


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    explained = make_explained(left=make_home("h" * 90, title="t" * 90), chain=["x" * 70, "y" * 70])
    assert max(len(line) for line in shown(explained, width=width).splitlines()) <= width


def test_a_stranger_cannot_command_the_terminal() -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e[red]x[/red]\r\n"
    passages = make_explained()["passages"]
    for side in ("left", "right"):
        for sentence in passages[side]:
            sentence["text"] += hostile
    home = make_home(hostile, story_id=hostile, canonical_id=hostile, title=hostile, source=hostile)
    told = shown(
        make_explained(
            left=home,
            right=home,
            passages=passages,
            chain=[hostile, hostile],
            notes=[hostile],
            misses={"copy": hostile},
            anchors={"shared": [make_anchor(hostile, hostile * 2)]},
            judgement={"reason": hostile},
        )
    )
    assert [character for character in told if printable(character) != character and character != "\n"] == []
    assert "[red]x[/red]" in told


def test_what_knows_only_ascii_gets_bars_of_ascii() -> None:
    raw = io.BytesIO()
    lines = io.TextIOWrapper(raw, encoding="ascii", errors="backslashreplace", write_through=True)
    Console(file=lines, width=100).print(explained_view(make_explained(), marks=True))
    assert "####" in raw.getvalue().decode()
