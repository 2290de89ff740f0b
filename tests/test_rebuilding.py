"""A history made anew has the same stories under the same names, and what differs from today is named."""

from __future__ import annotations

import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dedup.cli import app
from dedup.errors import OutputError, StoreLockedError
from dedup.rebuilding import differing, n_batches, rebuild
from dedup.store.articles import read_articles
from dedup.store.history.database import database
from dedup.store.history.exports import export
from dedup.store.history.history import History
from dedup.store.history.remains import LOST
from dedup.store.history.upkeep import faults, information, remedies
from dedup.store.locks import store_lock
from tests.crashes import batch
from tests.histories import WIDE, grown, stories_of

WINDOW = ("--set", "history.window_days=3650")
ROOT = Path(__file__).parent.parent


@pytest.fixture
def history(store: Path) -> History:
    """Two nights."""
    return History(store, WIDE)


def names(history: History) -> dict[str, str]:
    """The story of every article."""
    with database(history.folder) as opened:
        return dict(
            opened.frame(
                "SELECT a.article_id, m.story_id FROM members m JOIN articles a USING (number) ORDER BY 1"
            ).iter_rows()
        )


def follow(remedy: str, *more: str) -> None:
    """Give the command at the end of what was said."""
    _, _, command = remedy.partition(": dedup ")
    done = CliRunner().invoke(app, [*shlex.split(command), *more])
    assert done.exit_code == 0, done.output


def test_the_same_settings_give_the_same_stories_names_and_faultless_tables(history: History) -> None:
    before, called = stories_of(history), names(history)
    told = rebuild(history.folder, WIDE)
    assert (told.articles, told.renamed) == (18, 0)
    assert told.stories == len(before)
    assert stories_of(history) == before
    assert names(history) == called
    assert faults(history.folder) == {}
    assert information(history.folder)["runs"] == 3


@pytest.mark.parametrize(
    "missing",
    [
        ["meta", "documents", "terms", "buckets", "best", "lines", "furniture", "pairs"],
        *(["runs"], ["members"], ["stories"], ["lineage"]),
    ],
)
def test_whatever_table_but_the_articles_is_missing_the_advice_given_mends_it(
    history: History, missing: list[str], tmp_path: Path
) -> None:
    called, before = names(history), stories_of(history)
    with database(history.folder, write=True) as opened:
        for table in missing:
            opened.run(f"DROP TABLE {table}")
    assert faults(history.folder) == {f"tables that are missing: {', '.join(missing)}": len(missing)}
    *lost, told = remedies(history.folder)
    assert bool(lost) == bool({*missing} & LOST.keys())
    follow(told, *WINDOW)
    assert faults(history.folder) == {}
    assert (names(history), stories_of(history)) == (called, before)
    with database(history.folder) as opened:
        assert opened.value("SELECT count(*) FROM lineage WHERE run > 2") == 0
    follow(f": dedup run {batch(tmp_path, 2)} --store {history.folder} --out {tmp_path / 'out'} -q", *WINDOW)
    assert faults(history.folder) == {}


def test_with_neither_members_nor_stories_the_groups_are_the_same_under_names_that_nobody_had(history: History) -> None:
    before, called = stories_of(history), names(history)
    with database(history.folder, write=True) as opened:
        opened.run("DROP TABLE members")
        opened.run("DROP TABLE stories")
    rebuild(history.folder, WIDE)
    assert stories_of(history) == before
    assert faults(history.folder) == {}
    with database(history.folder) as opened:
        known = opened.frame("SELECT story_id FROM lineage")["story_id"].to_list()
    assert known
    assert not {*known} & {*names(history).values()}
    assert {*known} <= {*called.values()}


def test_without_its_articles_a_history_is_begun_anew_from_the_last_export(history: History) -> None:
    before = stories_of(history)
    export(history.folder)
    with database(history.folder, write=True) as opened:
        opened.run("DROP TABLE articles")
    with pytest.raises(OutputError, match=r"table of articles is missing.*history check"):
        rebuild(history.folder, WIDE)
    (told,) = [remedy for remedy in remedies(history.folder) if "dedup run" in remedy]
    anew = f"{history.folder}-anew"
    follow(told, "--out", str(history.folder.parent / "out"), "-q", *WINDOW)
    assert stories_of(History(Path(anew), WIDE)) == before
    shutil.rmtree(history.folder / "export")
    told_without = remedies(history.folder)
    assert [f"--store {anew}" in remedy for remedy in told_without] == [False, False, True, True]


def test_of_an_article_that_is_there_twice_the_last_is_kept_and_a_name_that_leads_nowhere_is_let_go(
    history: History,
) -> None:
    before, called = stories_of(history), names(history)
    with database(history.folder, write=True) as opened:
        opened.run("INSERT INTO articles BY NAME SELECT * REPLACE (99 AS number) FROM articles WHERE number = 3")
        opened.run("INSERT INTO stories (story_id, size, merged_into) VALUES ('s-a', 0, 's-b')")
    rebuild(history.folder, WIDE)
    assert faults(history.folder) == {}
    assert (stories_of(history), names(history)) == (before, called)


def test_in_batches_that_cut_through_nights_the_stories_and_their_names_are_the_same(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dedup.rebuilding.TOGETHER", 4)
    before, called = stories_of(history), names(history)
    done: list[tuple[int, int]] = []
    told = rebuild(history.folder, WIDE, told=lambda *counted: done.append(counted))
    assert (told.articles, told.stories, told.renamed) == (18, len(before), 0)
    assert done == [(4, 18), (8, 18), (12, 18), (16, 18), (18, 18)]
    assert n_batches(history.folder, WIDE) == len(done)
    assert stories_of(history) == before
    assert names(history) == called
    assert faults(history.folder) == {}
    with database(history.folder) as opened:
        assert opened.value("SELECT count(*) FROM runs") == 3
        assert opened.value("SELECT count(*) FROM stories s, unnest(s.related) r(one) WHERE one NOT IN "
                            "(SELECT story_id FROM stories)") == 0  # fmt: skip


def test_stories_that_part_and_meet_say_so_and_old_names_lead_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stricter and a looser judgement than the history was made with, in batches that cut through the stories."""
    monkeypatch.setattr("dedup.rebuilding.TOGETHER", 4)
    articles = read_articles([batch(tmp_path, 0)], WIDE.input).articles
    history = grown(tmp_path / "store", [articles])
    whole = names(history)
    strict = WIDE.model_copy(update={"match": WIDE.match.model_copy(update={"min_confidence": 1.0})})
    apart = rebuild(history.folder, strict)
    assert apart.renamed == 0
    assert apart.stories == articles.height
    alone = names(history)
    assert set(whole.values()) <= set(alone.values())
    again = rebuild(history.folder, WIDE)
    assert again.renamed == articles.height - len(set(whole.values()))
    assert names(history) == whole
    assert faults(history.folder) == {}
    with database(history.folder) as opened:
        told = dict(opened.frame("SELECT op, count(*) FROM lineage GROUP BY 1").iter_rows())
        assert told["split_from"] == told["merged"] == again.renamed


def test_other_settings_are_taken_up_and_stories_keep_their_names(history: History) -> None:
    called = names(history)
    other = WIDE.model_copy(update={"sketch": WIDE.sketch.model_copy(update={"seed": 2})})
    with pytest.raises(OutputError, match="dedup history rebuild"):
        History(history.folder, other).begin()
    with database(history.folder, write=True) as opened:
        opened.run("DROP TABLE best")  # as in a history of tables before these
    rebuild(history.folder, other)
    History(history.folder, other).begin()
    assert names(history) == called


def test_whatever_stops_it_leaves_the_history_as_it_was(history: History) -> None:
    before = (history.folder / "history.duckdb").read_bytes()

    def stopped(stage: str, *_arguments: object, **_named: object) -> object:
        raise KeyboardInterrupt(stage)

    with pytest.raises(KeyboardInterrupt):
        rebuild(history.folder, WIDE, stopped)  # type: ignore[arg-type]  # it returns nothing
    assert [path.name for path in history.folder.iterdir()] == ["history.duckdb"]
    assert information(history.folder)["articles"] == 18
    assert (history.folder / "history.duckdb").read_bytes() == before


KILLED = """
import os, signal, sys
from pathlib import Path
from dedup import rebuilding
from tests.histories import WIDE

def told(done, of_all):
    if done >= 8:
        os.kill(os.getpid(), signal.SIGKILL)

rebuilding.TOGETHER = 4
rebuilding.rebuild(Path(sys.argv[1]), WIDE, told=told)
"""


def test_killed_between_two_batches_the_old_history_is_whole_and_the_next_rebuild_clears_up(history: History) -> None:
    file = history.folder / "history.duckdb"
    before, called = file.read_bytes(), names(history)
    killed = subprocess.run([sys.executable, "-c", KILLED, history.folder], cwd=ROOT, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert list(history.folder.glob("history.duckdb.new-*"))
    assert file.read_bytes() == before
    rebuild(history.folder, WIDE)
    assert names(history) == called
    assert not list(history.folder.glob("history.duckdb.new-*"))


def test_two_at_once_are_refused(history: History) -> None:
    with store_lock(history.folder), pytest.raises(StoreLockedError):
        rebuild(history.folder, WIDE)


def test_what_would_be_computed_otherwise_today_is_named_by_article(history: History) -> None:
    assert differing(history.folder, WIDE) == {}
    with database(history.folder, write=True) as opened:
        number = "(SELECT number FROM articles WHERE article_id = 'night0-Palisade-0')"
        opened.run(f"UPDATE terms SET value = value + 1 WHERE number = {number}")
        opened.run(f"DELETE FROM buckets WHERE number = {number}")
        opened.run(f"UPDATE documents SET headline = 'Other' WHERE number = {number}")
    one = ["night0-Palisade-0"]
    assert differing(history.folder, WIDE) == {"documents": one, "terms": one, "buckets": one}
