"""Which files a user means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dedup.errors import InputError
from dedup.store.files import find_files
from tests.store.builders import make_files


def find(*inputs: str | Path) -> tuple[list[str], dict[str, str]]:
    """Origins found, and where to code of what was passed over."""
    files, passed = find_files(inputs, lambda name: name.lower().endswith(".txt"), expected=".txt")
    return [file.origin for file in files], {row.where: row.reason.partition(":")[0] for row in passed}


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder ``news`` below the working folder."""
    monkeypatch.chdir(tmp_path)
    return make_files(tmp_path / "news", {"b.txt": "B", "a.txt": "A", "deep/er/c.TXT": "C"})


@pytest.mark.usefixtures("news")
def test_a_folder_a_glob_and_its_files_are_the_same_files() -> None:
    expected = ["news/a.txt", "news/b.txt", "news/deep/er/c.TXT"]
    assert find("news")[0] == expected
    assert find("./news/")[0] == expected
    assert find("news/*.txt", "news/*/*/*")[0] == expected
    assert find("news/deep", "news/b.txt", "news/a.txt")[0] == expected
    assert find("news/**")[0] == expected


def test_a_file_reached_in_two_ways_is_read_once(news: Path) -> None:
    assert find("news", news / "a.txt", "news/../news/b.txt", "news")[0] == find(news / "a.txt", "news")[0]
    assert len(find("news", news)[0]) == 3


def test_what_is_passed_over_in_a_folder_is_told(news: Path) -> None:
    make_files(news, {".hidden.txt": "", ".git/x.txt": "", "README.txt": "", "photo.jpg": "", "plain": ""})
    os.mkfifo(news / "pipe.txt")
    (news / "circle").symlink_to(news)
    (news / "gone.txt").symlink_to("nowhere.txt")
    files, passed = find("news")
    assert files == ["news/a.txt", "news/b.txt", "news/deep/er/c.TXT"]
    assert passed == {
        "news/.git": "hidden_file",
        "news/.hidden.txt": "hidden_file",
        "news/README.txt": "not_articles",
        "news/circle": "linked_folder",
        "news/gone.txt": "unreadable",
        "news/photo.jpg": "unknown_format",
        "news/pipe.txt": "not_a_file",
        "news/plain": "unknown_format",
    }


@pytest.mark.parametrize(
    "given", ["news/**/*.txt", "news/**/**/*.txt", "**/*.txt", "*/**/[a-z].txt", "{}/news/**/*.txt"]
)
def test_a_glob_across_folders_follows_links_no_more_than_a_folder_does(news: Path, given: str) -> None:
    make_files(news.parent / "else", {"d.TXT": "D"})
    for name, to in (("up", "."), ("round", "."), ("deep/up", ".."), ("away", "../else")):
        (news / name).symlink_to(to)
    make_files(news, {"deep/er/e.txt": "E"})
    files, passed = find(given.format(news.parent))
    start = f"{news.parent}/" if given.startswith("{") else ""
    assert files == [f"{start}news/{name}" for name in ("a.txt", "b.txt", "deep/er/e.txt")]
    assert passed == {f"{start}news/{name}": "linked_folder" for name in ("up", "round", "deep/up", "away")}


def test_what_a_glob_across_folders_finds_below_it_may_be_a_folder(news: Path) -> None:
    make_files(news, {"2025/deep/er/x.txt": "X"})
    (news / "2025/link").symlink_to("deep")
    assert find("news/**/deep/*")[0] == ["news/2025/deep/er/x.txt", "news/deep/er/c.TXT"]
    assert find("news/**/2025/**") == find("news/2025")
    assert find("news/**/2025/**/*") == find("news/2025")
    assert find("**/er/**/x.txt", "news/**/er/")[0] == ["news/2025/deep/er/x.txt", "news/deep/er/c.TXT"]


def test_a_linked_file_is_a_file_of_its_own_name(news: Path) -> None:
    (news / "z.txt").symlink_to("a.txt")
    assert "news/z.txt" in find("news")[0]


def test_a_file_named_like_a_glob_is_that_file(news: Path) -> None:
    make_files(news, {"[ab].txt": "odd"})
    assert find("news/[ab].txt")[0] == ["news/[ab].txt"]


def test_a_name_that_is_not_utf8_is_shown_with_escapes(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    assert find(tmp_path)[0] == [f"{tmp_path}/caf\\xe9.txt"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nwes", "nwes: no such file or folder. Did you mean 'news'?"),
        ("news/a.text", "news/a.text: no such file or folder. Did you mean 'news/a.txt'?"),
        ("nwes/a.txt", "nwes/a.txt: no such file or folder. Did you mean 'news'?"),
        ("news/x*.txt", "news/x*.txt: no file matches."),
        ("link.txt", "link.txt: no such file or folder. It is a link to something that is gone."),
        ("", "'': no such file or folder. Name a path."),
        ("a\0b", "a\0b: no such file or folder. Check the path."),
        (
            "https://a.example/n.jsonl",
            "https://a.example/n.jsonl: no such file or folder. Of addresses only sqlite:///",
        ),
        (
            "https://a.example/*.jsonl",
            "https://a.example/*.jsonl: no such file or folder. Of addresses only sqlite:///",
        ),
        ("It rained. " * 500, "It rained. It rained."),
        ("page.pdf", "page.pdf: cannot tell how to read this file, got '.pdf', expected one of .txt. Rename it"),
    ],
)
@pytest.mark.usefixtures("news")
def test_an_input_that_cannot_be_is_an_error_with_a_hint(given: str, message: str) -> None:
    make_files(Path(), {"page.pdf": ""})
    Path("link.txt").symlink_to("gone.txt")
    with pytest.raises(InputError) as caught:
        find("news", given)
    assert str(caught.value).startswith(message)


def test_a_folder_without_anything_to_read_is_an_error(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.jpg": "", "b.jpg": ""})
    with pytest.raises(InputError, match=r"there is no article to read, got '2 files of other kinds', expected \.txt"):
        find(tmp_path)
    with pytest.raises(InputError, match="there is no article to read"):
        find()


def test_a_folder_that_cannot_be_listed_is_told(news: Path) -> None:
    closed = news / "deep" / "er"
    closed.chmod(0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("this user may list any folder")
        assert find("news") == (["news/a.txt", "news/b.txt"], {"news/deep/er": "unreadable"})
    finally:
        closed.chmod(0o755)
