"""In whatever order and batches articles come, they end in the same stories; and in those of a plain run."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config
from dedup.pipeline import run
from dedup.store.articles import read_articles
from dedup.store.history.history import History
from tests.builders import make_articles
from tests.histories import WIDE, add_batch, grown, in_batches, remembered_pairs, stories_of
from tests.text.strange import THOROUGH

ROOT = Path(__file__).resolve().parents[2]
CORPORA = {
    "seeds": ROOT / "seeds",
    "newsroom": ROOT / "tests/gold/newsroom/articles.jsonl",
    "traps": ROOT / "tests/gold/traps/articles.jsonl",
}
FOOTER = "The Gazette of Palisade is delivered to every house on the island before breakfast."
OTHER_FOOTER = "Letters to the editor of the Skarrel Mercury are printed on the last Sunday of each month."


def articles_of(name: str) -> pl.DataFrame:
    return made() if name == "made" else read_articles([CORPORA[name]], WIDE.input).articles


def made() -> pl.DataFrame:
    """Stories in several wordings from outlets whose footers are furniture only once enough of them are there."""
    openings = (
        "The harbour of {town} was closed on Monday after the grain ship {ship} broke its moorings in a storm.",
        "A storm tore the grain ship {ship} from its moorings in {town}, and the harbour was closed on Monday.",
        "On Monday {town} closed its harbour: the storm had broken the moorings of the grain ship {ship}.",
    )
    endings = (
        "Divers searched the basin for two hours, {name} of the port authority said, and found nobody in the water.",
        "Nobody was found in the water, although divers searched the basin for two hours, said {name}.",
        "The insurers expect {name} to report on the damage to the quay, which is put at nine million.",
    )
    facts = (("Palisade", "Meridian", "Oster"), ("Skarrel", "Ottoline", "Brandt"), ("Verhoven", "Calloway", "Ilves"))
    footers = ("", FOOTER, OTHER_FOOTER)
    rows = []
    for of_story, (town, ship, name) in enumerate(facts):
        for at in range(5):
            told = " ".join((openings[at % 3], endings[(at + of_story) % 3])).format(town=town, ship=ship, name=name)
            footer = footers[(at + of_story) % 3]
            outlet = {"": "Wire", FOOTER: "Gazette", OTHER_FOOTER: "Mercury"}[footer]
            rows.append({"article_id": f"{town}-{at}", "text": f"{told}\n\n{footer}".strip(), "source": outlet})
    return make_articles(*rows)  # type: ignore[arg-type]  # rows are articles in part


@pytest.mark.parametrize("name", ["seeds", "newsroom", "traps"])
def test_one_batch_into_an_empty_store_gives_the_stories_of_a_plain_run(name: str, tmp_path: Path) -> None:
    plain = run([CORPORA[name]], tmp_path / "plain", WIDE)
    kept = run([CORPORA[name]], tmp_path / "kept", WIDE, store=tmp_path / "store")
    assert kept.stories.equals(plain.stories)
    assert kept.members.equals(plain.members)
    assert kept.framing.equals(plain.framing)
    accepted = pl.col("decision") != "rejected"
    columns = ["left_id", "right_id", "confidence", "relation", "decision"]
    assert kept.pairs.filter(accepted).select(columns).equals(plain.pairs.filter(accepted).select(columns))


def check_orders(name: str, seeds: range, n_batches: list[int], folder: Path, patch: pytest.MonkeyPatch) -> None:
    articles = articles_of(name)
    with remembered_pairs(patch):
        expected = stories_of(grown(folder / "whole", [articles]))
        for seed in seeds:
            cut = min(n_batches[seed % len(n_batches)], articles.height)
            got = stories_of(grown(folder / str(seed), in_batches(articles, cut, seed)))
            assert got == expected, f"{name} in {cut} batches, seed {seed}"


@pytest.mark.parametrize("name", ["seeds", "traps", "made"])
def test_two_orders_end_in_the_same_stories(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_orders(name, range(2), [2, 4], tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["made", "traps", "newsroom", "seeds"])
def test_any_order_in_any_batches_ends_in_the_same_stories(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred ways in all where there is time, and twenty otherwise."""
    check_orders(name, range(100, 150 if THOROUGH else 105), [2, 2, 3, 3, 5], tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["newsroom", "traps"] if THOROUGH else ["traps"])
def test_article_by_article_ends_in_the_same_stories(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_orders(name, range(1), [1_000], tmp_path, monkeypatch)


def test_made_articles_have_furniture_that_only_later_batches_reveal(tmp_path: Path) -> None:
    articles = made()
    gazette = articles.filter(pl.col("source") == "Gazette")
    history = grown(tmp_path / "store", [gazette[:2], gazette[2:]])
    before = history.loaded(gazette["article_id"].to_list())
    assert FOOTER.split()[1] not in " ".join(before.documents["matching"])
    alone = grown(tmp_path / "alone", [gazette[:2]])
    assert (
        FOOTER.split()[1].lower()
        in " ".join(alone.loaded(gazette["article_id"][:2].to_list()).documents["matching"]).lower()
    )


def narrow(per_article: int) -> Config:
    """Settings under which an article of the corpora has more partners than it may keep."""
    return Config.model_validate({"history": {"window_days": 3650}, "match": {"anchors": {"per_article": per_article}}})


def counted(folder: Path, batches: list[pl.DataFrame], config: Config) -> tuple[list[object], int]:
    """The stories that some batches end in, and the pairs beyond the best that were cut on the way."""
    history = History(folder, config)
    history.begin()
    told = [add_batch(history, each.sort("article_id"), night) for night, each in enumerate(batches)]
    return list(stories_of(history)), sum(each.found.caps.get("partners_beyond_best", 0) for each in told)


@pytest.mark.parametrize(("name", "per_article", "n_orders"), [("traps", 1, 4), ("traps", 3, 2), ("made", 1, 4)])
def test_where_partners_are_cut_any_order_ends_in_the_same_stories(
    name: str, per_article: int, n_orders: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one partner each, pairs that were accepted once are among the best of neither in the end."""
    articles, config = articles_of(name), narrow(per_article)
    with remembered_pairs(monkeypatch):
        expected, n_cut = counted(tmp_path / "whole", [articles], config)
        assert n_cut > 0
        for seed in range(n_orders):
            got, _ = counted(tmp_path / str(seed), in_batches(articles, 3, seed), config)
            assert got == expected, f"seed {seed}"
