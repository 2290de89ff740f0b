"""A folder in which most files are broken, or mean harm."""

from __future__ import annotations

from pathlib import Path

from dedup.store.files import legal_text
from tests.store.builders import codes, read, reasons, texts
from tests.store.hostile import READ, SECRET, make_good, make_hostile

LIMITS = {"max_record_bytes": 1_000_000, "max_article_bytes": 500_000, "max_skipped_share": 1}


def test_every_hostile_file_is_a_row_or_an_article_and_costs_no_good_one(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    make_good(folder)
    alone = read(folder, **LIMITS)
    expected = make_hostile(folder)
    before = sorted(tmp_path.iterdir())
    found = read(folder, **LIMITS)
    assert len(expected) >= 60
    assert sorted(tmp_path.iterdir()) == before
    places = codes(found, folder)
    for name, code in expected.items():
        shown = legal_text(name)
        told = {told for where, told in places.items() if where == shown or where.startswith(f"{shown}:")}
        if code == READ:
            stem = name.rpartition(".")[0]
            origins = [Path(origin).name.partition(":")[0] for origin in found.articles["origin"]]
            assert name in origins, (name, told, stem)
        else:
            assert code in told, (name, code, told)
    ids = alone.articles["article_id"].to_list()
    assert found.articles.filter(found.articles["article_id"].is_in(ids)).equals(alone.articles)
    assert not any(SECRET in text for text in texts(found).values())


def test_a_reason_that_names_a_limit_says_how_to_raise_it(tmp_path: Path) -> None:
    folder = make_good(tmp_path / "news")
    make_hostile(folder)
    limited = [reason for reason in reasons(read(folder, **LIMITS), folder).values() if "input.max" in reason]
    assert len(limited) >= 12
    assert [reason for reason in limited if "--set input.max_" not in reason] == []
