"""Stage ``outlets``: what each outlet keeps adding, who is first and who follows, who takes text from whom.

In: members, pairs, framing and articles, of one batch or of many together. Out: the frames ``outlets`` and
``flows_between_outlets``. Must not know how stories were found.

Counts speak of outlets as the articles name them. Articles that name none are counted together, as one row without a
name, which is compared with the others and has no habits of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dedup.config import OutletsConfig
from dedup.outlet_frames import ADDED_SIGNAL, ADDED_TERM, FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.stories.additions import Additions, additions
from dedup.stories.habits import listed, telling_signals, telling_terms
from dedup.stories.origins import origins, outlet_name

MAX_EXAMPLES: Final = 5
"""Articles named for a flow between two outlets."""

_KINDS: Final = ("verbatim", "reworded", "added", "contradicted", "dropped")


@dataclass(frozen=True)
class Outlets:
    """What is known of outlets.

    Args:
        outlets: OUTLETS frame.
        flows: FLOWS_BETWEEN_OUTLETS frame.
    """

    outlets: pl.DataFrame
    flows: pl.DataFrame


def outlets(
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    framing: pl.DataFrame,
    articles: pl.DataFrame,
    config: OutletsConfig,
    *,
    documents: pl.DataFrame | None = None,
) -> Outlets:
    """Sum up a batch, or several, by outlet.

    Args:
        members: MEMBERS frame. The frames of several runs may be given one below the other, with each article once and
            the names of stories as they hold over all of them.
        pairs: PAIRS frame.
        framing: FRAMING frame.
        articles: ARTICLES frame; without the text of a variant or its canonical, what was added there is not known and
            not counted.
        config: What makes a term telling, and how many are listed.
        documents: DOCUMENTS frame of exactly these articles, in the order of their ids; with it furniture is left out
            of what was added.

    Returns:
        Both frames, the same whatever the order of the rows given.
    """
    people = people_of(members)
    taken = origins(members, pairs)
    added = additions(framing, articles, documents)
    made = variants_of(framing, added, people)
    summed = summed_up(people, leads(people), delays(people), taken, made)
    return Outlets(with_habits(summed, _habits(made, added, config)), FLOWS_BETWEEN_OUTLETS.check(flows_between(taken)))


def people_of(members: pl.DataFrame) -> pl.DataFrame:
    """MEMBERS columns with ``outlet`` and ``size``, the articles of the story."""
    return members.with_columns(outlet=outlet_name(), size=pl.len().over("story_id"))


def variants_of(framing: pl.DataFrame, added: Additions, people: pl.DataFrame) -> pl.DataFrame:
    """What each variant changed, in numbers.

    Args:
        framing: FRAMING frame.
        added: What its variants added.
        people: As ``people_of``.

    Returns:
        ``variant_id``, ``story_id``, ``outlet``, ``lang``, ``n_sentences``, the counts of sentences of each kind, of
        conflicts and of words; what an article without text says is null.
    """
    conflicts = pl.col("facts").list.eval(pl.element().struct.field("status") == "conflict").list.sum()
    # Counted before anything is joined, which would copy the diffs.
    counted = framing.select(
        "variant_id",
        "story_id",
        n_sentences=pl.col("sentences").list.len(),
        n_conflicts=conflicts,
        **{f"n_{kind}": pl.col("counts").struct.field(kind) for kind in _KINDS},
    )
    told = counted.join(people.select("outlet", variant_id="article_id"), on="variant_id")
    names = ("variant_id", "story_id", "outlet", "lang", "n_kept", "n_words_added", "n_words_dropped")
    joined = told.join(added.variants, on="variant_id", how="left")
    return joined.select(*names, pl.col(counted.columns).exclude("variant_id", "story_id"))


def summed_up(
    people: pl.DataFrame, led: pl.DataFrame, late: pl.DataFrame, taken: pl.DataFrame, made: pl.DataFrame
) -> pl.DataFrame:
    """All that is counted of outlets, but for their habits.

    Args:
        people: As ``people_of``.
        led: As ``leads``.
        late: As ``delays``.
        taken: Rows as ``origins.ORIGINS``.
        made: As ``variants_of``.

    Returns:
        A row for every outlet among ``people``.
    """
    found = _counts(people)
    for part in (_timing(led), _delays(late), _exchanged(taken), _changes(made)):
        found = found.join(part, on="outlet", how="left", nulls_equal=True)
    return found


def with_habits(summed: pl.DataFrame, habits: pl.DataFrame) -> pl.DataFrame:
    """The OUTLETS frame of what was counted and what is told of habits."""
    found = summed.join(habits, on="outlet", how="left", nulls_equal=True)
    filled = [_filled(name, column.dtype) for name, column in OUTLETS.columns.items()]
    return OUTLETS.check(found.select(filled).sort("outlet", nulls_last=True))


def flows_between(taken: pl.DataFrame) -> pl.DataFrame:
    """The directed network of outlets: who took how many articles from whom.

    Args:
        taken: Rows as ``origins.ORIGINS``.

    Returns:
        FLOWS_BETWEEN_OUTLETS frame. Every row of ``taken`` is counted in exactly one row; an outlet that took from
        itself updated its own article.
    """
    found = (
        taken.sort("carried", "article_id", descending=[True, False])
        .group_by("follower", "source", maintain_order=True)
        .agg(
            n_articles=pl.len(),
            n_stories=pl.col("story_id").n_unique(),
            n_by_pair=pl.col("by_pair").sum(),
            carried_mean=pl.col("carried").cast(pl.Float64).mean(),
            hours_median=pl.col("hours").median(),
            examples=pl.struct("story_id", "article_id", "from_id").head(MAX_EXAMPLES),
        )
        .sort("follower", "source", nulls_last=True)
    )
    return found.select(pl.col(name).cast(column.dtype) for name, column in FLOWS_BETWEEN_OUTLETS.columns.items())


def _filled(name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """A column in its type; an outlet that a part knows nothing of has 0 and empty lists there."""
    column = pl.col(name).cast(dtype)
    if dtype == pl.UInt32:
        return column.fill_null(0)
    return column.fill_null([]) if isinstance(dtype, pl.List) else column


def _counts(people: pl.DataFrame) -> pl.DataFrame:
    shared, speaks = pl.col("size") > 1, pl.col("relation") == "canonical"
    return people.group_by("outlet").agg(
        n_articles=pl.len(),
        n_stories=pl.col("story_id").n_unique(),
        n_shared_stories=pl.col("story_id").filter(shared).n_unique(),
        n_alone=(~shared).sum(),
        n_canonical=(shared & speaks).sum(),
        n_variants=(shared & ~speaks).sum(),
    )


def leads(people: pl.DataFrame) -> pl.DataFrame:
    """When each outlet of a story first had it, where two outlets at least are known by time.

    Args:
        people: MEMBERS columns and ``outlet``; stories are whole.

    Returns:
        ``story_id``, ``outlet``, ``hours`` after the first, and ``led``: whether it was the first.
    """
    return (
        people.drop_nulls("published_at")
        .group_by("story_id", "outlet")
        .agg(first=pl.col("published_at").min())
        .filter(pl.len().over("story_id") > 1)
        .with_columns(delay=pl.col("first") - pl.col("first").min().over("story_id"))
        .select(
            "story_id",
            "outlet",
            hours=pl.col("delay").dt.total_seconds() / 3_600,
            led=pl.col("delay") == pl.duration(),
        )
    )


def delays(people: pl.DataFrame) -> pl.DataFrame:
    """How long after another outlet's canonical article each variant appeared.

    Args:
        people: MEMBERS columns and ``outlet``; stories are whole.

    Returns:
        ``outlet`` and ``hours``, null where a time is unknown.
    """
    speaking = people.filter(pl.col("relation") == "canonical")
    canonical = speaking.select("story_id", of="outlet", spoke_at="published_at")
    hours = (pl.col("published_at") - pl.col("spoke_at")).dt.total_seconds() / 3_600
    return (
        people.filter(pl.col("relation") != "canonical")
        .join(canonical, on="story_id")
        .filter(pl.col("of").ne_missing(pl.col("outlet")))
        .select("outlet", hours=hours)
    )


def _timing(led: pl.DataFrame) -> pl.DataFrame:
    return led.group_by("outlet").agg(
        n_timed=pl.len(),
        n_first=pl.col("led").sum(),
        n_followed=(~pl.col("led")).sum(),
        hours_after_first=_quartiles(pl.col("hours").filter(~pl.col("led"))),
    )


def _delays(late: pl.DataFrame) -> pl.DataFrame:
    return late.group_by("outlet").agg(hours_after_canonical=_quartiles(pl.col("hours")))


def _quartiles(hours: pl.Expr) -> pl.Expr:
    """Quartiles by linear interpolation; null where nothing is known."""
    parts = [
        hours.quantile(share, "linear").cast(pl.Float32).alias(name)
        for name, share in (("lower", 0.25), ("median", 0.5), ("upper", 0.75))
    ]
    return pl.when(hours.count() > 0).then(pl.struct(parts))


def _exchanged(taken: pl.DataFrame) -> pl.DataFrame:
    between = taken.filter(pl.col("follower").ne_missing(pl.col("source")))
    took = between.group_by(outlet="follower").agg(n_taken=pl.len())
    gave = between.group_by(outlet="source").agg(n_given=pl.len())
    return took.join(gave, on="outlet", how="full", coalesce=True, nulls_equal=True)


def _changes(made: pl.DataFrame) -> pl.DataFrame:
    """Sentences of each kind, words added and dropped, conflicts."""
    names = ["n_words_added", "n_words_dropped", "n_conflicts", *(f"n_{kind}" for kind in _KINDS)]
    return made.group_by("outlet").agg(pl.col(names).sum())


def _habits(made: pl.DataFrame, added: Additions, config: OutletsConfig) -> pl.DataFrame:
    """What each outlet keeps adding."""
    variants = made.drop_nulls("n_kept")
    return habits_of(
        telling_terms(added.terms, variants, config), telling_signals(added.signals, variants, config), config
    )


def habits_of(terms: pl.DataFrame, signals: pl.DataFrame, config: OutletsConfig) -> pl.DataFrame:
    """Telling terms and signals, the most telling first, as lists of each outlet."""
    terms = listed(terms, ADDED_TERM, "terms", config.max_terms)
    signals = listed(signals, ADDED_SIGNAL, "signals")
    return terms.join(signals.drop("n_signals"), on="outlet", how="full", coalesce=True)
