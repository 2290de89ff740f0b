"""Where the elements of an array begin and end."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.store.readers.json_arrays import elements

VALUES = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(alphabet='a"\\[]{},:\n\u2028é', max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(['"', "a"]), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 1]), st.booleans(), st.integers(1, 40))
def test_every_element_comes_out_whatever_the_pieces(
    values: list[object], indent: int | None, in_ascii: bool, chunk_bytes: int
) -> None:
    data = json.dumps(values, indent=indent, ensure_ascii=in_ascii).encode()
    found = [*elements(io.BytesIO(b" " + data + b"\n"), 1_000, chunk_bytes=chunk_bytes)]
    assert [json.loads(element) for element in found if isinstance(element, bytes)] == values
    assert len(found) == len(values)


@given(st.binary(max_size=60), st.integers(1, 9))
def test_pieces_change_nothing_in_what_is_broken(data: bytes, chunk_bytes: int) -> None:
    whole = [*elements(io.BytesIO(b"[" + data), 20)]
    assert [*elements(io.BytesIO(b"[" + data), 20, chunk_bytes=chunk_bytes)] == whole


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[]", []),
        (b"[ ]\n", []),
        (b"[1,]", [b"1", b""]),
        (b"[1,,2]", [b"1", b"", b"2"]),
        (b"[1", [b"1", "not_json: the array has no end"]),
        (b"[1] x", [b"1", "not_json: there is something after the end of the array"]),
        (b'["aaaaaaaaaaaaaaaaaaaaa", 2]', [23, b"2"]),
    ],
)
def test_odd_arrays(data: bytes, expected: list[object]) -> None:
    assert [*elements(io.BytesIO(data), 20)] == expected
