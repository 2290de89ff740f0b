"""The files of a run, held against the output contract.

The columns and keys are written out here as the contract has them, so that no change of ``schemas.py`` can change it
unseen.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config
from dedup.pipeline import run
from dedup.schemas import PAIRS
from dedup.store.outputs import FILES
from tests.runs import detect, given_texts, read_lines, read_manifest

STORIES = [
    *("story_id", "size", "n_sources", "first_seen", "last_seen", "canonical_id", "canonical_title"),
    *("canonical_source", "canonical_published_at", "canonical_reason", "cohesion_min", "cohesion_mean"),
    *("related", "lineage"),
]
MEMBERS = ["article_id", "story_id", "relation", "similarity", "confidence", "title", "source", "published_at", "url"]
FRAMING = [
    *("story_id", "canonical_id", "variant_id", "counts", "headline", "sentences", "dropped", "facts", "framing"),
    "speakers",
]
MANIFEST = {
    *("schema_version", "run_id", "version", "config_hash", "input_hash", "started_at", "finished_at", "counts"),
    *("caps", "lsh", "certificate", "semantic", "warnings", "config", "stages"),
}
CERTIFICATE = {"min_jaccard", "pairs", "missed", "not_checked"}
COUNTS = {"read", "skipped", "articles", "candidates", "accepted", "rejected", "stories"}
KINDS = {"verbatim", "reworded", "added", "contradicted"}
FACT_KINDS = {"entity", "number", "date", "quote", "attribution"}
FACT_STATUSES = {"added", "dropped", "changed", "conflict"}
SIGNALS = {"hedge", "intensifier", "loaded", "attribution_verb", "relabel", "negation"}
CHANGES = {"added", "removed", "replaced"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, seeds: Path, newsroom: Path, traps: Path) -> dict[str, Path]:
    """Finished runs by name: the seeds, and the two written corpora together."""
    folder = tmp_path_factory.mktemp("runs")
    detect(seeds, folder / "seeds")
    detect([newsroom / "articles.jsonl", traps / "articles.jsonl"], folder / "corpora")
    return {"seeds": folder / "seeds", "corpora": folder / "corpora"}


@pytest.fixture(params=["seeds", "corpora"])
def out(request: pytest.FixtureRequest, runs: dict[str, Path]) -> Path:
    """The output folder of each finished run."""
    return runs[str(request.param)]


class TestContract:
    def test_every_file_is_there_and_nothing_else(self, out: Path) -> None:
        promised = {
            *("run.json", "stories.jsonl", "stories.parquet", "members.parquet", "members.csv", "pairs.parquet"),
            *("framing.jsonl", "skipped.jsonl", "report.html"),
        }
        assert {path.name for path in out.iterdir()} == set(FILES)
        assert promised <= set(FILES)

    def test_files_have_the_promised_columns(self, out: Path) -> None:
        assert pl.read_parquet(out / "stories.parquet").columns == STORIES
        assert pl.read_parquet(out / "members.parquet").columns == MEMBERS
        assert (out / "members.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(
            f'"{name}"' for name in MEMBERS
        )
        pairs = pl.read_parquet(out / "pairs.parquet").columns
        assert pairs[:3] == ["left_id", "right_id", "views"]
        assert pairs[-4:] == ["relation", "confidence", "decision", "reason"]
        assert all(list(story) == [*STORIES, "canonical_text"] for story in read_lines(out / "stories.jsonl"))
        assert all(list(variant) == FRAMING for variant in read_lines(out / "framing.jsonl"))

    def test_the_manifest_says_what_was_done(self, out: Path) -> None:
        manifest = read_manifest(out)
        assert set(manifest) == MANIFEST
        assert manifest["schema_version"] == 1
        assert manifest["certificate"] is None  # nobody asked
        assert manifest["semantic"] is None
        counts = manifest["counts"]
        assert set(counts) >= COUNTS
        pairs = pl.read_parquet(out / "pairs.parquet")
        stories = pl.read_parquet(out / "stories.parquet")
        assert counts["read"] == counts["articles"] + sum(counts["skipped"].values())
        assert counts["articles"] == pl.read_parquet(out / "members.parquet").height
        assert counts["stories"] == stories.height
        assert counts["candidates"]["total"] == pairs.height
        decisions = Counter(pairs["decision"])
        assert (counts["accepted"], counts["rejected"]) == (decisions["accepted"], decisions["rejected"])
        shared = stories.filter(pl.col("size") > 1)["size"].sum()
        assert counts["articles_in_shared_stories"] == shared
        assert counts["shared_stories"] == stories.filter(pl.col("size") > 1).height
        assert counts["sources"] == pl.read_parquet(out / "members.parquet")["source"].drop_nulls().n_unique()
        for name, view in manifest["lsh"]["views"].items():
            assert name in {"copy", "story"}
            assert view["num_perm"] == view["bands"] * view["rows"]
            found_by_view = pairs.filter(pl.col("views").list.contains(name)).height
            assert counts["candidates"][name] == found_by_view
        assert manifest["started_at"] <= manifest["finished_at"]

    def test_the_manifest_of_a_certified_run_says_what_an_exact_join_finds(
        self, newsroom: Path, tmp_path: Path, runs: dict[str, Path]
    ) -> None:
        run([newsroom / "articles.jsonl"], tmp_path / "out", Config(), certify=True)
        manifest = read_manifest(tmp_path / "out")
        assert set(manifest) == MANIFEST
        assert set(manifest["certificate"]) == CERTIFICATE
        assert manifest["certificate"] == {"min_jaccard": 0.7, "pairs": 8, "missed": 0, "not_checked": 0}
        assert manifest["schema_version"] == read_manifest(runs["seeds"])["schema_version"]

    def test_every_article_is_in_exactly_one_story(self, out: Path) -> None:
        members = pl.read_parquet(out / "members.parquet")
        stories = pl.read_parquet(out / "stories.parquet")
        assert members["article_id"].to_list() == sorted(given_texts(out))
        sizes = dict(members.group_by("story_id").len().iter_rows())
        assert sizes == dict(stories.select("story_id", "size").iter_rows())
        assert stories["story_id"].is_sorted()
        story_of = dict(members.select("article_id", "story_id").iter_rows())
        for story in stories.iter_rows(named=True):
            assert story_of[story["canonical_id"]] == story["story_id"]
            assert story["story_id"] not in story["related"]
            assert set(story["related"]) <= set(sizes)

    def test_shares_and_confidences_lie_between_nothing_and_one(self, out: Path) -> None:
        members, pairs = pl.read_parquet(out / "members.parquet"), pl.read_parquet(out / "pairs.parquet")
        stories = pl.read_parquet(out / "stories.parquet")
        shares = [
            *(members[name] for name in ("similarity", "confidence")),
            *(stories[name] for name in ("cohesion_min", "cohesion_mean")),
            *(pairs[name] for name, column in PAIRS.columns.items() if column.meaning.endswith("[0,1]")),
        ]
        assert len(shares) > 20
        assert [share.name for share in shares if not share.is_between(0, 1).all() or share.is_nan().any()] == []
        numbers = [pairs[name] for name in pairs.columns if pairs.schema[name].is_numeric()]
        assert [number.name for number in numbers if number.is_nan().any() or (number < 0).any()] == []
        unknown = [name for name, column in PAIRS.columns.items() if pairs[name].has_nulls() and not column.nullable]
        assert unknown == []
        canonical = members.filter(pl.col("relation") == "canonical")
        assert canonical.height == stories.height
        assert canonical["similarity"].unique().to_list() == [1.0]

    def test_accepted_pairs_lie_within_stories_and_cut_bridges_between_them(self, out: Path) -> None:
        members, pairs = pl.read_parquet(out / "members.parquet"), pl.read_parquet(out / "pairs.parquet")
        story_of = dict(members.select("article_id", "story_id").iter_rows())
        assert pairs.rows() == pairs.sort("left_id", "right_id").rows()
        for pair in pairs.iter_rows(named=True):
            assert pair["left_id"] < pair["right_id"]
            assert pair["views"]
            assert pair["reason"].strip()
            together = story_of[pair["left_id"]] == story_of[pair["right_id"]]
            if pair["decision"] != "rejected":
                assert together == (pair["decision"] == "accepted")

    def test_the_csv_holds_what_the_parquet_holds(self, out: Path) -> None:
        table = pl.read_csv(out / "members.csv", infer_schema=False)
        members = pl.read_parquet(out / "members.parquet")
        for name in ("article_id", "story_id", "relation"):
            assert table[name].to_list() == members[name].cast(pl.String).to_list()
        assert table["similarity"].cast(pl.Float64).to_list() == pytest.approx(
            members["similarity"].to_list(), abs=1e-4
        )

    def test_the_report_is_one_file_that_loads_nothing(self, out: Path) -> None:
        page = (out / "report.html").read_text(encoding="utf-8")
        assert page[:15].lower() == "<!doctype html>"
        assert 'src="http' not in page
        assert 'href="http' not in page.split("<body")[0]


class TestFraming:
    def test_every_variant_has_one_row_against_its_canonical(self, out: Path) -> None:
        members = pl.read_parquet(out / "members.parquet")
        canonical = dict(pl.read_parquet(out / "stories.parquet").select("story_id", "canonical_id").iter_rows())
        variants = members.filter(pl.col("relation") != "canonical").sort("story_id", "article_id")
        expected = [
            (story, canonical[story], one) for one, story in variants.select("article_id", "story_id").iter_rows()
        ]
        found = [(row["story_id"], row["canonical_id"], row["variant_id"]) for row in read_lines(out / "framing.jsonl")]
        assert found == expected

    def test_sentences_cover_all_text_that_is_not_blank_and_stand_in_order(self, out: Path) -> None:
        texts = given_texts(out)
        for row in read_lines(out / "framing.jsonl"):
            text, at = texts[row["variant_id"]], 0
            for sentence in row["sentences"]:
                assert text[at : sentence["start"]].strip() == ""
                piece = text[sentence["start"] : sentence["end"]]
                assert piece == piece.strip() != ""
                at = sentence["end"]
            assert text[at:].strip() == ""

    def test_every_canonical_sentence_is_cited_or_dropped(self, out: Path) -> None:
        texts = given_texts(out)
        for row in read_lines(out / "framing.jsonl"):
            text, at = texts[row["canonical_id"]], 0
            cited = {(span["start"], span["end"]) for one in row["sentences"] for span in one["canonical"]}
            dropped = {(span["start"], span["end"]) for span in row["dropped"]}
            assert not cited & dropped
            for start, end in sorted(cited | dropped):
                assert text[at:start].strip() == ""
                assert text[start:end].strip()
                at = end
            assert text[at:].strip() == ""

    def test_kinds_and_counts_agree(self, out: Path) -> None:
        for row in read_lines(out / "framing.jsonl"):
            kinds = Counter(one["kind"] for one in row["sentences"])
            assert set(kinds) <= KINDS
            assert row["counts"] == {**dict.fromkeys(sorted(KINDS), 0), **kinds, "dropped": len(row["dropped"])}
            for one in row["sentences"]:
                assert 0.0 <= one["score"] <= 1.0
                assert (one["kind"] == "added") == (not one["canonical"])
                assert all(one["start"] <= span["start"] < span["end"] <= one["end"] for span in one["added"])

    def test_facts_signals_and_headlines_quote_the_texts_as_given(self, out: Path) -> None:
        texts = given_texts(out)
        titles = dict(pl.read_parquet(out / "members.parquet").select("article_id", "title").iter_rows())
        for row in read_lines(out / "framing.jsonl"):
            canonical, variant = texts[row["canonical_id"]], texts[row["variant_id"]]
            assert {fact["kind"] for fact in row["facts"]} <= FACT_KINDS
            assert {fact["status"] for fact in row["facts"]} <= FACT_STATUSES
            assert {signal["signal"] for signal in row["framing"]} <= SIGNALS
            assert {signal["change"] for signal in row["framing"]} <= CHANGES
            for found in (*row["facts"], *row["framing"]):
                assert found["canonical_span"] or found["variant_span"]
                assert within(found["canonical_span"], canonical)
                assert within(found["variant_span"], variant)
            assert row["headline"]["variant"] == titles[row["variant_id"]]
            assert all(within(span, titles[row["variant_id"]] or "") for span in row["headline"]["added"])


def within(span: dict[str, int] | None, text: str) -> bool:
    """Whether a span says something of ``text``, or is none."""
    return span is None or (0 <= span["start"] < span["end"] <= len(text) and text[slice(*span.values())].strip() != "")
