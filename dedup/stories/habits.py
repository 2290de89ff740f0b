"""What an outlet keeps adding: terms and framing signals that tell it from all others.

In: what variants added, and which outlet each variant is of. Out: for each outlet its telling terms and signals with
examples. Must not know how additions were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from dedup.config import OutletsConfig
from dedup.stories.log_odds import log_odds_ratios

SIGNAL: Final = ("signal", "change")
"""What tells one framing signal from another."""
MAX_EXAMPLES: Final = 3
"""Places shown for a term or signal, each in another article."""


def telling_terms(terms: pl.DataFrame, variants: pl.DataFrame, config: OutletsConfig) -> pl.DataFrame:
    """Terms that an outlet adds more often than all others that write in the same language.

    A term counts once an article: a text that says a word ten times says it once. Every term that a variant kept from
    its canonical article counts as one that shows nothing, so that rates are compared and not shares: an outlet that
    adds much where others add nothing shows it. Every term stands for the words of one stem and is shown as the word
    it is added as most often (ties: the first in the alphabet).

    Args:
        terms: Rows as ``additions.TERMS``.
        variants: ``variant_id``, ``lang``, ``outlet``, ``story_id`` and ``n_kept`` of every variant.
        config: Minimum counts, minimum z, weight of the prior.

    Returns:
        ``outlet``, ``term``, ``n_articles``, ``n_stories``, ``log_odds``, ``z``, ``examples``; the most telling term of
        an outlet first, ties by term. Articles that name no outlet count among the others and have no terms of their
        own.
    """
    added = terms.join(variants, on="variant_id")
    forms = (
        added.group_by("lang", "key", "form")
        .len()
        .sort("lang", "key", "len", "form", descending=[False, False, True, False])
        .unique(["lang", "key"], keep="first", maintain_order=True)
        .select("lang", "key", term="form")
    )
    counted = added.group_by("lang", "outlet", "key").agg(
        n=pl.len(), n_articles=pl.col("variant_id").n_unique(), n_stories=pl.col("story_id").n_unique()
    )
    found = _telling(_with_rest(counted, variants, "n_kept"), ["key"], config).join(forms, on=["lang", "key"])
    places = added.sort("article_id", "start").group_by("lang", "outlet", "key", maintain_order=True)
    examples = places.agg(examples=_place().head(MAX_EXAMPLES))
    return ordered_terms(found.join(examples, on=["lang", "outlet", "key"]))


def ordered_terms(found: pl.DataFrame) -> pl.DataFrame:
    """Telling terms, the most telling of an outlet first, ties by term."""
    chosen = found.select("outlet", "term", "n_articles", "n_stories", "log_odds", "z", "examples")
    return chosen.sort("outlet", "z", "term", descending=[False, True, False])


def telling_signals(signals: pl.DataFrame, variants: pl.DataFrame, config: OutletsConfig) -> pl.DataFrame:
    """Framing signals that an outlet shows more often than all others that write in the same language.

    Every place counts, and every sentence of a variant counts as one that shows nothing: an outlet that adds more of
    everything than others do shows it.

    Args:
        signals: Rows as ``additions.SIGNALS``.
        variants: ``variant_id``, ``lang``, ``outlet``, ``story_id`` and ``n_sentences`` of every variant.
        config: Minimum counts, minimum z, weight of the prior.

    Returns:
        ``outlet``, ``signal``, ``change``, ``count``, ``n_articles``, ``n_stories``, ``log_odds``, ``z``,
        ``examples`` (other words before the same again); the most telling first, ties by name. A signal that tells in
        two languages stands with the one in which it tells more.
    """
    shown = signals.join(variants, on="variant_id")
    key = list(SIGNAL)
    counted = shown.group_by("lang", "outlet", *key).agg(
        n=pl.len(), n_articles=pl.col("variant_id").n_unique(), n_stories=pl.col("story_id").n_unique()
    )
    found = _telling(_with_rest(counted, variants, "n_sentences"), key, config)
    same = pl.col("words").str.to_lowercase()
    again = same.cum_count().over("lang", "outlet", *key, same)
    places = shown.sort("article_id", "start").with_columns(again=again).sort("again", "article_id", "start")
    examples = places.group_by("lang", "outlet", *key, maintain_order=True).agg(examples=_place().head(MAX_EXAMPLES))
    return ordered_signals(found.join(examples, on=["lang", "outlet", *key]))


def ordered_signals(found: pl.DataFrame) -> pl.DataFrame:
    """Telling signals, the most telling of an outlet first; one that tells in two languages with the better one."""
    return (
        found.sort("outlet", "z", *SIGNAL, "lang", descending=[False, True, False, False, False])
        .unique(["outlet", *SIGNAL], keep="first", maintain_order=True)
        .select("outlet", *SIGNAL, pl.col("n").alias("count"), "n_articles", "n_stories", "log_odds", "z", "examples")
    )


def _place() -> pl.Expr:
    return pl.struct("article_id", "start", "end", "words")


def _with_rest(counted: pl.DataFrame, variants: pl.DataFrame, name: str) -> pl.DataFrame:
    """``counted`` and, without a key, how often each outlet's variants showed nothing."""
    rest = variants.group_by("lang", "outlet").agg(n=pl.col(name).sum().cast(counted.schema["n"]))
    return pl.concat([counted, rest.filter(pl.col("n") > 0)], how="diagonal")


def _telling(counted: pl.DataFrame, key: Sequence[str], config: OutletsConfig) -> pl.DataFrame:
    """Outcomes of named outlets with their log-odds, those seen often enough and telling enough."""
    counts = counted.with_columns(
        total=pl.col("n").sum().over("lang", *key),
        n_own=pl.col("n").sum().over("lang", "outlet"),
        n_all=pl.col("n").sum().over("lang"),
    )
    return telling(counts, key, config)


def telling(counts: pl.DataFrame, key: Sequence[str], config: OutletsConfig) -> pl.DataFrame:
    """Those of the outcomes of named outlets that were seen often enough and tell enough.

    Args:
        counts: ``outlet``, the key, ``n`` (of the outcome), ``total`` (of all outlets together), ``n_own`` (of all
            outcomes of the outlet), ``n_all`` (of all of all), ``n_articles``, ``n_stories``.
        key: Columns that name the outcome.
        config: Minimum counts, minimum z, weight of the prior.

    Returns:
        The same rows with ``log_odds`` and ``z``, those that tell.
    """
    own, total, n_own, n_all = (counts[name].cast(pl.Int64).to_numpy() for name in ("n", "total", "n_own", "n_all"))
    ratio, z = log_odds_ratios(own, total - own, n_own, n_all - n_own, config.prior)
    return counts.with_columns(log_odds=pl.Series(ratio, dtype=pl.Float32), z=pl.Series(z, dtype=pl.Float32)).filter(
        pl.col("outlet").is_not_null(),
        pl.col(key[0]).is_not_null(),
        pl.col("n_articles") >= config.min_articles,
        pl.col("n_stories") >= config.min_stories,
        pl.col("z") >= config.min_z,
        pl.col("z") > 0,
    )


def listed(found: pl.DataFrame, dtype: pl.Struct, name: str, limit: int | None = None) -> pl.DataFrame:
    """The rows of each outlet as one list of structs.

    Args:
        found: What ``telling_terms`` or ``telling_signals`` returned.
        dtype: The struct.
        name: Name of the column of lists.
        limit: Rows kept of each outlet; None keeps all.
    """
    fields: list[Any] = [pl.col(field.name).cast(field.dtype) for field in dtype.fields]
    lists = pl.struct(fields)
    return found.group_by("outlet", maintain_order=True).agg(
        (lists if limit is None else lists.head(limit)).alias(name), pl.len().cast(pl.UInt32).alias(f"n_{name}")
    )
