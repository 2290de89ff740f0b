"""Reading articles, whatever they lie in."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.store.articles import read_articles, read_times
from dedup.store.laid import Disk
from dedup.store.times import parse_time
from tests.store.builders import codes, make_files, make_lines, read, reasons, texts

RECORDS: list[dict[str, str | None]] = [
    {"id": "a", "text": "The port is shut.", "title": "Port", "published_at": "2025-03-04T10:00:00Z"},
    {"id": "b", "text": 'He said "no",\nthen left.', "title": None, "published_at": None},
    {"id": "č", "text": "Пристань 😀\u2028 закрыта.\0", "title": "", "published_at": "1741082400"},
]


def make_same_articles(folder: Path) -> list[Path]:
    """``RECORDS`` in every format."""
    frame = pl.DataFrame(RECORDS)
    make_files(folder, {"x.jsonl": make_lines(*RECORDS), "x.ndjson": "".join(json.dumps(r) + "\n" for r in RECORDS)})
    frame.write_csv(folder / "x.csv")
    frame.write_csv(folder / "x.tsv", separator="\t")
    frame.write_parquet(folder / "x.parquet")
    return sorted(folder.iterdir())


def test_every_format_gives_the_same_articles(tmp_path: Path) -> None:
    found = [read(path).articles.drop("origin") for path in make_same_articles(tmp_path)]
    assert found[0]["text"].to_list() == [record["text"] for record in RECORDS]
    assert found[0]["title"].to_list() == ["Port", None, None]
    assert all(frame.equals(found[0]) for frame in found)


def test_one_text_in_five_files_is_one_article(tmp_path: Path) -> None:
    make_same_articles(tmp_path)
    found = read(tmp_path)
    assert (found.articles.height, found.n_read) == (3, 15)
    assert set(codes(found, tmp_path).values()) == {"duplicate_id"}


def test_samples_are_read_exactly_as_they_are(seeds: Path) -> None:
    found = read(seeds)
    assert texts(found) == {path.stem: path.read_bytes().decode() for path in seeds.glob("*.txt")}
    assert found.articles["title"].to_list() == [None] * 5
    assert found.articles["origin"].to_list() == [str(path) for path in sorted(seeds.glob("*.txt"))]
    assert (found.skipped.height, found.warnings) == (0, [])


def test_the_written_corpus_is_read_without_a_word(newsroom: Path) -> None:
    found = read(newsroom / "articles.jsonl")
    assert (found.articles.height, found.skipped.height, found.warnings) == (67, 0, [])
    assert found.articles["published_at"].null_count() == 0


def test_bad_articles_cost_no_good_one(tmp_path: Path) -> None:
    make_files(
        tmp_path,
        {
            "good.txt": "Good.",
            "empty.txt": "",
            "blank.txt": " \n\t\u00a0\n",
            "latin.txt": "Café".encode("latin-1"),
            "utf16.txt": "Good.".encode("utf-16")[:-1],
            "large.txt": "x" * 2_001,
            "lines.jsonl": make_lines({"id": 1, "text": "Good."}, "{oops", {"id": 2}, {"text": "No id."}, [1]),
            "empty.jsonl": "",
            "header.csv": "id,text\n",
            "other.csv": "name,sum\nx,1\n",
            "broken.parquet": "PAR1 but not really",
        },
    )
    found = read(tmp_path, max_article_bytes=2_000)
    assert texts(found) == {"good": "Good.", "1": "Good."}
    assert codes(found, tmp_path) == {
        "empty.txt": "empty_text",
        "blank.txt": "empty_text",
        "latin.txt": "not_utf8",
        "utf16.txt": "not_utf8",
        "large.txt": "too_large",
        "lines.jsonl:2": "not_json",
        "lines.jsonl:3": "missing_text",
        "lines.jsonl:4": "missing_id",
        "lines.jsonl:5": "not_an_object",
        "empty.jsonl": "empty_file",
        "header.csv": "empty_file",
        "other.csv": "missing_columns",
        "broken.parquet": "unreadable",
    }
    assert found.n_read == 15


def test_a_reason_says_where_in_the_file(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.txt": "Café".encode("latin-1"), "b.txt": b"\xef\xbb\xbfGood\xff"})
    assert reasons(read(tmp_path), tmp_path) == {
        "a.txt": "not_utf8: byte 0xe9 at offset 3 is not UTF-8; save the file as UTF-8",
        "b.txt": "not_utf8: byte 0xff at offset 7 is not UTF-8; save the file as UTF-8",
    }


def test_short_and_long_articles_are_articles(tmp_path: Path) -> None:
    long = "Words of a very long article. " * 170_000
    make_files(
        tmp_path, {"short.txt": "Five words are an article.", "a.jsonl": make_lines({"id": "long", "text": long})}
    )
    make_files(tmp_path, {"b.csv": f"id,text\ncsv,{long}\n"})
    found = read(tmp_path)
    assert len(long) > 5_000_000
    assert texts(found) == {"short": "Five words are an article.", "long": long, "csv": long}


def test_an_article_over_the_limit_is_told_with_both_numbers(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.jsonl": make_lines({"id": 1, "text": "é" * 501}, {"id": 2, "text": "é" * 500})})
    found = read(tmp_path, max_article_bytes=1_000)
    assert reasons(found, tmp_path) == {
        "a.jsonl:1": "too_large: 1,002 bytes of text, input.max_article_bytes allows 1,000 (to raise it: --set "
        "input.max_article_bytes=NUMBER)"
    }
    assert [*texts(found)] == ["2"]


def test_the_same_article_twice_counts_once(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.jsonl": make_lines(*[{"id": "x", "text": "One."}] * 2), "b/x.txt": "One."})
    found = read(tmp_path)
    assert texts(found) == {"x": "One."}
    assert reasons(found, tmp_path) == {
        "a.jsonl:2": f"duplicate_id: same text as {tmp_path}/a.jsonl:1, counted once",
        "b/x.txt": f"duplicate_id: same text as {tmp_path}/a.jsonl:1, counted once",
    }


def test_two_texts_under_one_id_are_told_with_both_places(tmp_path: Path) -> None:
    make_files(tmp_path, {"b/x.txt": "Another.", "a/x.txt": "One."})
    found = read(tmp_path)
    assert texts(found) == {"x": "Another."}
    assert reasons(found, tmp_path) == {"a/x.txt": f"conflicting_id: 'x' has another text in {tmp_path}/b/x.txt"}


@pytest.mark.parametrize(("texts_given", "code"), [(("One.", "Two."), "conflicting_id"), (("", ""), "empty_text")])
def test_two_files_that_are_called_the_same_are_both_told(
    tmp_path: Path, texts_given: tuple[str, str], code: str
) -> None:
    names = os.fsencode(tmp_path) + b"/caf\xe9.txt", os.fsencode(tmp_path) + b"/caf\\xe9.txt"
    for name, text in zip(names, texts_given, strict=True):
        Path(os.fsdecode(name)).write_text(text)
    found = read(make_files(tmp_path, {"keep.txt": "Keep."}))
    assert found.n_read == 3
    assert codes(found, tmp_path) == {"caf\\xe9.txt": code}


def test_the_first_published_of_one_id_is_kept(tmp_path: Path) -> None:
    late = {"id": "x", "text": "A.", "published_at": "2025-03-05"}
    early = {"id": "x", "text": "B.", "published_at": "2025-03-04"}
    undated = {"id": "x", "text": "A."}
    make_files(tmp_path, {"a.jsonl": make_lines(undated, late, early)})
    found = read(tmp_path)
    assert texts(found) == {"x": "B."}
    assert codes(found, tmp_path) == {"a.jsonl:1": "conflicting_id", "a.jsonl:2": "conflicting_id"}


WORDS = st.sampled_from(["", "one", "two", "ünï", "😀", "x" * 40])
VALUES = st.one_of(st.none(), WORDS, st.integers(-1, 3), st.booleans(), st.just([1]), st.just({"name": "N"}))
LINES = st.one_of(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["a", "b", "c", 1]), "text": WORDS},
        optional={
            "title": VALUES,
            "source": VALUES,
            "published_at": st.sampled_from(["2025-03-04", "03/04/2025", "?"]),
        },
    ),
    st.fixed_dictionaries({}, optional={"id": VALUES, "text": VALUES, "body": VALUES}),
    st.sampled_from(["", "{", "null", '{"id":"a","text":"\\ud800"}']),
)


@given(st.lists(LINES, max_size=8), st.integers(1, 3), st.randoms(use_true_random=False))
def test_order_of_inputs_and_lines_changes_nothing(lines: list[object], n_files: int, shuffle: random.Random) -> None:
    seen = []
    for _ in range(2):
        with TemporaryDirectory() as name:
            folder = Path(name)
            # Of its own each file has one article: one of blank lines alone would be empty, and be told.
            parts = {
                f"{part}.jsonl": make_lines({"id": f"own{part}", "text": "Own."}, *lines[part::n_files])
                for part in range(n_files)
            }
            inputs = sorted(make_files(folder, {"keep.txt": "Keep.", **parts}).iterdir())
            shuffle.shuffle(inputs)
            found = read(*inputs)
            # Where an article stood moves with its line; all else must not.
            skipped = sorted(reason.partition(":")[0] for reason in found.skipped["reason"])
            seen.append((found.articles.drop("origin").rows(), skipped, found.warnings, found.n_read))
            again = read(*reversed(inputs), *inputs)
            assert again.articles.equals(found.articles)
            assert again.skipped.equals(found.skipped)
        lines = shuffle.sample(lines, len(lines))
    assert seen[0] == seen[1]


@given(st.lists(LINES, max_size=8))
def test_every_record_is_an_article_or_a_reason(lines: list[object]) -> None:
    with TemporaryDirectory() as name:
        found = read(make_files(Path(name), {"a.jsonl": make_lines({"id": "keep", "text": "Keep."}, *lines)}))
    assert found.n_read == 1 + sum(line != "" for line in lines)
    assert found.skipped.is_unique().all()


def test_unreadable_times_are_left_out_and_told(tmp_path: Path) -> None:
    dates = ["03/04/2025", "04/03/2025", "soon", "2025-03-04", None]
    records = [{"id": n, "text": "x", "date": date} for n, date in enumerate(dates)]
    found = read(make_files(tmp_path, {"a.jsonl": make_lines(*records)}))
    assert found.articles["published_at"].is_null().to_list() == [True, True, True, False, True]
    ambiguous, unreadable = found.warnings
    assert ambiguous == (
        "2 publication times could be day or month first; write 2025-03-04. "
        "Left out, the first: '03/04/2025' of article '0'."
    )
    assert unreadable == (
        "1 publication times are in no known form; write 2025-03-04T10:00:00Z. "
        "Left out, the first: 'soon' of article '2'."
    )


numbers = st.integers(0, 99).map("{:02}".format)
machine_times = st.builds(
    "{}-{}-{}T{}:{}:{}{}{}".format,
    st.one_of(st.integers(1590, 2100), st.integers(0, 9999)).map("{:04}".format),
    numbers, numbers, numbers, numbers, numbers,
    st.sampled_from(["", ".5", ".000", ".123", ".123456", ".1234567", ",5"]),
    st.sampled_from(["Z", "Z ", "", "+01:00", "z"]),
)  # fmt: skip


@given(st.lists(st.one_of(machine_times, st.datetimes().map(lambda time: f"{time:%Y-%m-%dT%H:%M:%S.%fZ}")), max_size=9))
def test_times_read_at_once_are_those_read_one_by_one(times: list[str]) -> None:
    found = read_times(pl.DataFrame({"published_at": times}, {"published_at": pl.String}))
    one_by_one = [parse_time(raw) for raw in times]
    assert found["published_at"].to_list() == [None if isinstance(time, str) else time for time in one_by_one]
    assert found["time_problem"].to_list() == [time if isinstance(time, str) else None for time in one_by_one]


def test_values_that_no_field_can_hold_are_left_out_and_told(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.jsonl": make_lines({"id": 1, "text": "x", "url": ["u"], "publisher": {"name": "Outlet"}})})
    found = read(tmp_path)
    assert found.articles.select("url", "source").row(0) == (None, "Outlet")
    assert found.warnings == ["1 values of 'url' are of a type that cannot be used and were left out."]


def test_configured_columns_are_used(tmp_path: Path) -> None:
    make_files(
        tmp_path, {"a.csv": "nr;kop;verhaal\n1;Haven;Dicht.\n", "b.jsonl": make_lines({"id": 2, "text": "Open."})}
    )
    found = read(tmp_path, fields={"id": "nr", "text": "verhaal", "title": "kop"})
    assert found.articles.select("article_id", "text", "title").rows() == [
        ("1", "Dicht.", "Haven"),
        ("2", "Open.", None),
    ]


def test_a_configured_column_that_is_nowhere_is_an_error(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.jsonl": make_lines({"id": 1, "text": "x", "story": "y"}), "b.txt": "z"})
    message = "input.fields.title: no input has a column 'storey', got 'id, story, text'. Did you mean 'story'?"
    with pytest.raises(InputError) as caught:
        read(tmp_path, fields={"title": "storey"})
    assert str(caught.value) == message


def test_configured_columns_do_not_matter_to_text_files(tmp_path: Path) -> None:
    assert texts(read(make_files(tmp_path, {"b.txt": "z"}), fields={"title": "headline"})) == {"b": "z"}


def test_no_article_may_come_out(tmp_path: Path) -> None:
    found = read(make_files(tmp_path, {"a.txt": ""}))
    assert (found.articles.height, found.skipped.height) == (0, 1)


def test_a_batch_beyond_the_memory_of_a_run_stops_it_while_it_is_read_and_names_the_limit(tmp_path: Path) -> None:
    make_files(tmp_path, {f"{n}.txt": "It rained. " * 100_000 for n in range(30)})
    config = InputConfig(memory_mb=630)
    with pytest.raises(InputError, match=r"input\.memory_mb allows 630.*--set input\.memory_mb=NUMBER.*--store"):
        read_articles([tmp_path], config, disk=Disk(tmp_path / "out"))
    assert read_articles([tmp_path], config).articles.height == 30
    assert read_articles([tmp_path], InputConfig(memory_mb=650), disk=Disk(tmp_path / "out")).articles.height == 30
    with pytest.raises(InputError, match=r"at least 989 MB.*allows 900"):
        read_articles([tmp_path], InputConfig(memory_mb=900), disk=Disk(tmp_path / "out"), n_earlier=14_000)
