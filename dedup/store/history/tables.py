"""What is in a history, and for which settings it holds.

In: a history, settings. Out: a history with all tables, or an error that says how to bring it up to date. Must not know
what a stage does with a row.
"""

from __future__ import annotations

import json
from importlib import metadata, resources
from typing import Any, Final

import xxhash

from dedup.config import Config
from dedup.errors import OutputError
from dedup.schemas import PAIRS
from dedup.store.history.database import Database
from dedup.text.normalise import VERSION as NORMALISE_VERSION

TABLES_VERSION: Final = 2
"""Raise it when a table changes; an older history is then rebuilt, never guessed at."""

PAIR_COLUMNS: Final = tuple(name for name in PAIRS.columns if name not in {"left_id", "right_id"})
_SQL_TYPES: Final = {"Float32": "FLOAT", "UInt32": "UINTEGER", "List(String)": "VARCHAR[]"}

_PAIR_DEFINITIONS: Final = ", ".join(
    f"{name} {_SQL_TYPES.get(str(PAIRS.schema[name]), 'VARCHAR')}" for name in PAIR_COLUMNS
)

TABLES: Final = {
    "meta": "key VARCHAR, value VARCHAR",
    "runs": "run BIGINT, run_id VARCHAR, started_at TIMESTAMPTZ, input_hash VARCHAR, counts VARCHAR",
    "articles": (
        "number BIGINT, article_id VARCHAR, text VARCHAR, title VARCHAR, url VARCHAR, source VARCHAR, "
        "published_at TIMESTAMPTZ, lang VARCHAR, origin VARCHAR, text_hash VARCHAR, arrived_at TIMESTAMPTZ, "
        "at_us BIGINT, total BIGINT, run BIGINT"
    ),
    "documents": (
        "number BIGINT, lang VARCHAR, matching VARCHAR, headline VARCHAR, "
        'sentences STRUCT("start" UINTEGER, "end" UINTEGER)[], boilerplate UINTEGER[], flags VARCHAR[], '
        'folds STRUCT("start" UINTEGER, "end" UINTEGER, raw VARCHAR, folded VARCHAR, kind VARCHAR)[], n_words UINTEGER'
    ),
    "terms": "number BIGINT, term BIGINT, value INTEGER, anchor BOOLEAN",
    "buckets": "number BIGINT, copy BOOLEAN, bucket BIGINT",
    "best": "number BIGINT, other BIGINT, score DOUBLE",
    "lines": "number BIGINT, source VARCHAR, mark UBIGINT",
    "furniture": "source VARCHAR, mark UBIGINT",
    "pairs": f'"left" BIGINT, "right" BIGINT, {_PAIR_DEFINITIONS}',
    "members": (
        "number BIGINT, component BIGINT, story_id VARCHAR, relation VARCHAR, similarity FLOAT, confidence FLOAT"
    ),
    "stories": (
        "story_id VARCHAR, began BIGINT, changed BIGINT, size UINTEGER, n_sources UINTEGER, first_seen TIMESTAMPTZ, "
        "last_seen TIMESTAMPTZ, canonical_id VARCHAR, canonical_since TIMESTAMPTZ, previous VARCHAR, "
        "canonical_reason VARCHAR, cohesion_min FLOAT, cohesion_mean FLOAT, related VARCHAR[], merged_into VARCHAR"
    ),
    "lineage": "story_id VARCHAR, run BIGINT, op VARCHAR, other VARCHAR",
}
"""Columns of every table. ``number`` stands for an article; ``run`` numbers runs from 1; ``previous`` is JSON."""
LEDGER: Final = (
    "path VARCHAR, size BIGINT, sha256 VARCHAR, changed_ns BIGINT, run_id VARCHAR, ended_at TIMESTAMPTZ, "
    "outcome VARCHAR, reason VARCHAR"
)
"""Columns of ``inbox``: what was done with the files of an inbox, see ``ledger``. It came after the first histories and
decides nothing that is kept of an article, so it is made where it is missing."""


def specification(config: Config) -> dict[str, Any]:
    """Everything that decides what is kept of an article or a pair; another value means another history.

    Args:
        config: All settings. How pairs become stories, and how far back to look, may change between runs.
    """
    models = sorted(resources.files("dedup.match").joinpath("models").iterdir(), key=lambda file: file.name)
    digest = xxhash.xxh3_128_hexdigest(b"".join(file.read_bytes() for file in models if file.name.endswith(".json")))
    return {
        "tables": TABLES_VERSION,
        "normalise": NORMALISE_VERSION,
        "text": config.text.model_dump(mode="json"),
        "sketch": config.sketch.model_dump(mode="json"),
        "anchors_per_text": config.match.anchors.per_text,
        "min_confidence": config.match.min_confidence,
        "models": digest,
        "words": {name: metadata.version(name) for name in ("wordfreq", "pystemmer")},
    }


def prepare(history: Database, spec: dict[str, Any]) -> None:
    """Make the tables of a new history, or make sure that an old one holds for these settings.

    Args:
        history: Open for writing.
        spec: What ``specification`` says.

    Raises:
        OutputError: It was made with other settings, models or words, or by another version.
    """
    if is_new(history):
        with history.transaction():
            for name, columns in TABLES.items():
                history.run(f"CREATE TABLE {name} ({columns})")
            history.run("INSERT INTO meta VALUES ('specification', ?)", json.dumps(spec, sort_keys=True))
    check_specification(history, spec)
    history.run(f"CREATE TABLE IF NOT EXISTS inbox ({LEDGER})")


def is_new(history: Database) -> bool:
    """Whether nothing is in it; a run killed while it made the file leaves such a one."""
    return not any(history.has_table(name) for name in TABLES)


def stored_specification(history: Database) -> dict[str, Any]:
    """What the history was made with; empty if nothing is in it."""
    if is_new(history):
        return {}
    return dict(json.loads(history.value("SELECT value FROM meta WHERE key = 'specification'")))


def check_specification(history: Database, spec: dict[str, Any]) -> None:
    """Refuse a history of another specification.

    Raises:
        OutputError: It is one; the text names what differs and how to migrate.
    """
    stored = stored_specification(history)
    if not stored or stored == spec:
        return
    differing = sorted(name for name in stored.keys() | spec.keys() if stored.get(name) != spec.get(name))
    name = differing[0]
    raise OutputError(
        f"this history was made with other settings or models ({', '.join(differing)}); new articles would be matched "
        "by another rule than old ones",
        where=history.where,
        got=f"{name}={stored.get(name)!r}",
        expected=f"{name}={spec.get(name)!r}",
        hint=f"Set it back, or bring the history up to date: dedup history rebuild --store {history.where}",
    )
