"""A run is written where only Hadoop reaches, and nothing of anybody else is lost by it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

pytest.importorskip("pyspark", reason="needs PySpark: install the extra 'spark'")

from dedup.distributed import writing
from dedup.distributed.outlets import OutletsSpread
from dedup.distributed.reading import ReadSpread
from dedup.distributed.telling import ToldSpread
from dedup.distributed.writing import UNFINISHED, RunSpread, check_address, write_spread
from dedup.engines.spark import Spark, Spread
from dedup.errors import OutputError
from dedup.schemas import ODDITIES
from dedup.store.outputs import FILES, read_run
from dedup.store.remote import place_of
from tests.engines.sessions import mounted
from tests.report.frames import MadeRun, Plan, make_article, make_run

BY_SPARK = {"counts": {}, "config": {"engine": {"name": "spark"}}}


def make_told(*ids: str) -> MadeRun:
    return make_run([Plan(f"s-{one}", [make_article(one)]) for one in ids])


def make_spread(spark: Spark, run: MadeRun) -> RunSpread:
    def kept(frame: pl.DataFrame) -> Spread:
        return Spread(spark.sent(frame), frame.height)

    read = ReadSpread(kept(run.articles), kept(run.skipped), [], "", {})
    pairs, members = kept(run.pairs), kept(run.members)
    told = ToldSpread(members, kept(run.stories), pairs, connected=members, rounds=[])
    odd = pl.DataFrame([(one, [], []) for one in run.articles["article_id"]], ODDITIES.schema, orient="row")
    return RunSpread(
        read,
        told,
        kept(run.framing),
        OutletsSpread(kept(run.outlets), kept(run.flows)),
        kept(odd),
    )


def write(spark: Spark, address: str, *ids: str) -> None:
    check_address(spark, address, [])
    write_spread(spark, place_of(address), BY_SPARK, make_spread(spark, make_told(*ids)), b"<html>")


def ids_in(folder: Path) -> list[str]:
    return read_run(folder).members["article_id"].to_list()


def test_a_second_run_takes_the_place_of_the_first_and_one_that_is_killed_leaves_it(
    spark: Spark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = mounted(spark, tmp_path, "writing")
    write(spark, f"{address}/out", "a", "b")
    assert ids_in(tmp_path / "out") == ["a", "b"]
    write(spark, f"{address}/out", "c")
    assert ids_in(tmp_path / "out") == ["c"]
    assert (tmp_path / "out" / "members.parquet" / "_SUCCESS").is_file()  # beside the parts, and no part
    assert {one.name for one in (tmp_path / "out").iterdir() if one.suffix != ".crc"} == {*FILES}
    assert [one.name for one in tmp_path.iterdir()] == ["out"]

    def killed(*_: object) -> None:
        spark.files.write(f"{address}/out.partial/run.json", b"{}")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_fill", killed)
        with pytest.raises(KeyboardInterrupt):
            write(spark, f"{address}/out", "d")
    assert ids_in(tmp_path / "out") == ["c"]
    # Killed between the two steps of taking its name, the one before it waits under another.
    (tmp_path / "out").rename(tmp_path / "out.previous")
    check_address(spark, f"{address}/out", [])
    assert ids_in(tmp_path / "out") == ["c"]


def test_an_object_store_is_written_over_and_marked_until_it_is_whole(
    spark: Spark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "is_bucket", lambda _: True)
    address = mounted(spark, tmp_path, "bucket")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text("{}")

    def killed(*_: object) -> None:
        assert not (tmp_path / "out" / "run.json").exists()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_fill", killed)
        with pytest.raises(KeyboardInterrupt):
            write(spark, f"{address}/out", "b")
    assert (tmp_path / "out" / UNFINISHED).is_file()
    write(spark, f"{address}/out", "c")
    assert ids_in(tmp_path / "out") == ["c"]
    assert not (tmp_path / "out" / UNFINISHED).exists()


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("out/articles.parquet", "holds files and is not a previous run"),
        ("out", "is a file"),
        ("out/run.json out/notes.txt", "holds files that are no part of a run and would be lost"),
    ],
    ids=["no run", "a file", "more than a run"],
)
def test_what_no_run_has_written_is_refused(
    spark: Spark, tmp_path: Path, there: str, said: str, request: pytest.FixtureRequest
) -> None:
    address = mounted(spark, tmp_path, f"refused{request.node.callspec.indices['there']}")
    for name in there.split():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError, match=said):
        check_address(spark, f"{address}/out", [])
    assert all((tmp_path / name).read_text() == "mine" for name in there.split())


def test_a_folder_that_is_not_there_or_empty_is_taken(spark: Spark, tmp_path: Path) -> None:
    address = mounted(spark, tmp_path, "free")
    (tmp_path / "empty").mkdir()
    for name in ("empty", "none"):
        check_address(spark, f"{address}/{name}", [])


def test_an_address_that_nobody_reaches_is_told_before_any_work(spark: Spark) -> None:
    with pytest.raises(OutputError, match=r"cannot be reached: .*nowhere"):
        check_address(spark, "viewfs://nowhere/data/out", [])
