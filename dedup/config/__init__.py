"""Every setting of the product, in one tree.

In: nothing. Out: a frozen ``Config`` whose branches are handed to the stages; each field says what it means, its unit
and what raising it does, and from those texts come ``config.yaml``, ``dedup config`` and the JSON schema. Must not know
where values come from (``dedup.settings`` reads them) nor what a stage does with its branch.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from dedup.config.branch import MOST_DAYS, Branch, refusal
from dedup.config.inputs import FIELD_NAMES, InputConfig
from dedup.config.schedules import ScheduleConfig
from dedup.config.semantic import SemanticConfig
from dedup.text.language_tags import language_of

__all__ = ["FIELD_NAMES", "Branch", "Config", "InputConfig", "ScheduleConfig", "SemanticConfig", "refusal"]

LANG: Final = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class TextConfig(Branch):
    """How text is prepared for matching (the text shown is never altered)."""

    default_lang: Annotated[
        str | None,
        Field(
            pattern=LANG,
            description="Language of articles that name none, as a code such as en or pt-BR; null lets it be "
            "identified per article.",
        ),
    ] = None
    drop_boilerplate: Annotated[
        bool, Field(description="Leave navigation, cookie, subscription and copyright lines out of matching.")
    ] = True
    min_words: Annotated[
        int,
        Field(
            ge=1,
            description="Shortest article that can join a story, in words after cleaning. Raising it keeps more short "
            "items apart.",
        ),
    ] = 8

    @field_validator("default_lang")
    @classmethod
    def _default_names_a_language(cls, lang: str | None) -> str | None:
        if lang is not None and not language_of(lang):
            hint = "null lets the language be identified per article."
            raise refusal("names no language", got=lang, expected="a code of ISO 639, such as en or pt-BR", hint=hint)
        return lang


class ViewConfig(Branch):
    """One MinHash view: bands x rows permutations."""

    bands: Annotated[
        int,
        Field(
            ge=1,
            le=1024,
            description="Bands of the LSH table. Raising it finds more pairs, with more of them to verify and a longer "
            "signature.",
        ),
    ]
    rows: Annotated[
        int,
        Field(
            ge=1,
            le=32,
            description="Rows a band. Raising it asks two articles for more similarity before they are compared: "
            "faster, and more rewrites missed.",
        ),
    ]

    @property
    def num_perm(self) -> int:
        """Permutations of the signature."""
        return self.bands * self.rows


class SketchConfig(Branch):
    """Shingles, salience and signatures."""

    seed: Annotated[
        int,
        Field(
            ge=0,
            le=2**32 - 1,
            description="Seed of the MinHash permutations, as in datasketch. Another draws others; higher is not more.",
        ),
    ] = 1
    shingle_words: Annotated[
        int, Field(ge=1, le=16, description="Words a shingle of the copy view. Raising it asks for longer shared runs.")
    ] = 5
    shingle_characters: Annotated[
        int,
        Field(
            ge=1,
            le=32,
            description="Characters a shingle where no spaces are written. Raising it asks for longer shared runs.",
        ),
    ] = 8
    copy_view: Annotated[ViewConfig, Field(description="MinHash over shingles: finds copies.")] = ViewConfig(
        bands=32, rows=4
    )
    story_view: Annotated[ViewConfig, Field(description="MinHash over weighted salient terms: finds rewrites.")] = (
        ViewConfig(bands=128, rows=3)
    )

    @field_validator("copy_view", "story_view", mode="before")
    @classmethod
    def _complete_view(cls, view: object, info: ValidationInfo) -> object:
        """Let a user write one of the two numbers; the views have different defaults, so ViewConfig can hold none."""
        if not isinstance(view, Mapping) or info.field_name is None:
            return view
        default: ViewConfig = cls.model_fields[info.field_name].default
        return {**default.model_dump(), **view}


class AnchorConfig(Branch):
    """Pairs found by the rare terms they share."""

    per_text: Annotated[
        int, Field(ge=1, description="Anchors an article has, in terms. Raising it finds more, slower.")
    ] = 48
    max_articles: Annotated[
        int,
        Field(
            ge=2,
            description="Articles that may share an anchor before it says nothing. Raising it finds more, slower.",
        ),
    ] = 100
    joined: Annotated[
        int,
        Field(
            ge=0,
            description="Heaviest terms of an article that too many articles share to be anchors: they stand two by "
            "two. Raising it finds more in large batches, slower.",
        ),
    ] = 8
    min_shared: Annotated[
        int, Field(ge=1, description="Anchors a pair must share. Raising it leaves more pairs unverified.")
    ] = 2
    min_score: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Share of one article's anchor value that the other must have. Raising it leaves more pairs "
            "unverified.",
        ),
    ] = 0.05
    per_article: Annotated[
        int,
        Field(ge=1, description="Best partners kept for each article. Raising it verifies more pairs, slower."),
    ] = 30


class MatchConfig(Branch):
    """Candidates and verdicts."""

    max_bucket: Annotated[
        int,
        Field(
            ge=2,
            description="Largest LSH bucket compared all to all, in articles. In a larger one of the copy view each is "
            "compared with its neighbour and the first, one of the story view is left to the anchors; both are "
            "counted in caps. Raising it finds more, slower.",
        ),
    ] = 64
    anchors: Annotated[AnchorConfig, Field(description="Pairs found by shared rare terms.")] = AnchorConfig()
    min_confidence: Annotated[
        float,
        Field(ge=0, le=1, description="Probability from which a pair is accepted. Raising it merges less."),
    ] = 0.5
    window_days: Annotated[
        float | None,
        Field(
            gt=0,
            le=MOST_DAYS,
            description="Pairs published further apart than this are not compared, in days; null compares all. Raising "
            "it finds later rewrites, slower.",
        ),
    ] = None


class CanonicalConfig(Branch):
    """Which article speaks for its story."""

    policy: Annotated[
        Literal["combined", "earliest", "most_complete", "most_central", "preferred_sources"],
        Field(description="The rule. 'combined' weighs completeness, earliness, centrality and preference."),
    ] = "combined"
    preferred_sources: Annotated[
        tuple[str, ...], Field(description="Outlets in order of trust, the first most; names as in the articles.")
    ] = ()

    @model_validator(mode="after")
    def _preference_is_usable(self) -> Self:
        if self.policy == "preferred_sources" and not self.preferred_sources:
            what = "is 'preferred_sources', but 'stories.canonical.preferred_sources' is empty"
            raise refusal(what, "policy", hint="List at least one outlet there, or choose another policy.")
        for place, source in enumerate(self.preferred_sources):
            if not source.strip():
                raise refusal("lists an outlet without a name", "preferred_sources", got=source)
            if source in self.preferred_sources[:place]:
                raise refusal("lists an outlet twice", "preferred_sources", got=source)
        return self


class OutletsConfig(Branch):
    """What an outlet keeps adding, held against what all others add."""

    min_articles: Annotated[
        int,
        Field(ge=1, description="Articles of an outlet that must add a term. Raising it lists fewer, surer terms."),
    ] = 3
    min_stories: Annotated[
        int,
        Field(ge=1, description="Stories those articles must be of. Raising it drops words of one subject."),
    ] = 2
    min_z: Annotated[
        float,
        Field(ge=0, description="Standard errors above all other outlets. Raising it lists fewer, surer terms."),
    ] = 1.96
    prior: Annotated[
        float,
        Field(
            gt=0,
            description="Weight of what all outlets show together, as a share of it. Raising it lists more words that "
            "only one outlet adds, and fewer that others add, too.",
        ),
    ] = 0.05
    max_terms: Annotated[
        int, Field(ge=0, description="Terms listed an outlet; all that tell are counted. Raising it lists more.")
    ] = 20


class StoriesConfig(Branch):
    """Clusters, canonical article, framing diff and outlets."""

    canonical: CanonicalConfig = CanonicalConfig()
    outlets: OutletsConfig = OutletsConfig()
    semantic: SemanticConfig = SemanticConfig()
    min_bridge: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Mean confidence of all pairs verified between an article and a story from which the article "
            "may join. Raising it cuts more bridges.",
        ),
    ] = 0.3
    min_support: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="The same between two groups of several articles; besides, how sure the average article of "
            "each must be of some article of the other. Raising it keeps more groups apart.",
        ),
    ] = 0.5


class EngineConfig(Branch):
    """Where the stages run; the result is the same everywhere."""

    name: Annotated[Literal["local", "spark"], Field(description="The engine.")] = "local"
    threads: Annotated[
        int,
        Field(
            ge=0,
            description="Threads, and processes of dedup run; 0 means one per processor. Raising it is faster up to "
            "your processors.",
        ),
    ] = 0
    master: Annotated[
        str | None,
        Field(
            description="Spark's master: local[2], spark://host:7077, yarn, k8s://...; without one what spark-submit "
            "says. For the engine spark."
        ),
    ] = None
    work: Annotated[
        str | None,
        Field(
            description="Folder or address that all executors reach, for what lies between stages; beside the output "
            "without one. For the engine spark."
        ),
    ] = None
    partitions: Annotated[
        int,
        Field(
            ge=0,
            description="Parts in which Spark shuffles; 0 leaves it to Spark. Raising it needs less memory a task and "
            "takes more tasks. For the engine spark.",
        ),
    ] = 0

    @property
    def n_threads(self) -> int:
        """Threads to start, at least 1."""
        return self.threads or os.cpu_count() or 1


class HistoryConfig(Branch):
    """What 'dedup run --store' keeps, and how far back new articles are compared."""

    window_days: Annotated[
        float,
        Field(
            gt=0,
            le=MOST_DAYS,
            description="With --store, articles published further apart than this are not compared, in days; by "
            "arrival where no time of publication is known. Raising it finds older originals, slower, "
            "with more memory.",
        ),
    ] = 7.0
    max_closed: Annotated[
        int,
        Field(
            ge=2,
            description="Articles of a connected group up to which all are compared with one another, so that stories "
            "do not depend on the order they came in. Raising it closes larger groups, slower.",
        ),
    ] = 100
    wait_seconds: Annotated[
        float, Field(ge=0, description="Seconds to wait for another run that holds the store. Raising it waits longer.")
    ] = 0.0
    drift_runs: Annotated[
        int,
        Field(ge=3, description="Last runs of the store that a run is held against. Raising it notices slower change."),
    ] = 10
    drift_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Change of the share of articles in stories of several, against the mean of these runs, beyond "
            "which the run warns. Raising it warns less.",
        ),
    ] = 0.15
    drift_recall: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Fall of the estimated recall of the search, against the same mean, beyond which the run "
            "warns. Raising it warns less.",
        ),
    ] = 0.05
    export: Annotated[
        bool, Field(description="Write the tables of the store as Parquet after every run, slower as they grow.")
    ] = False


class ReportConfig(Branch):
    """The HTML report."""

    title: Annotated[str, Field(description="Heading of report.html.")] = "Rewritten and syndicated news"
    max_stories: Annotated[
        int,
        Field(
            ge=1,
            description="Stories in report.html, the largest; stories.jsonl has all. Raising it makes a larger file "
            "that takes longer to write and opens later.",
        ),
    ] = 10_000
    max_text_megabytes: Annotated[
        float,
        Field(
            ge=0,
            description="Article text in report.html, in megabytes; beyond it the smallest stories are listed without "
            "texts and diffs. Raising it makes a larger file that opens later.",
        ),
    ] = 100.0


class Config(Branch):
    """All settings; each stage gets its own branch."""

    input: InputConfig = InputConfig()
    text: TextConfig = TextConfig()
    sketch: SketchConfig = SketchConfig()
    match: MatchConfig = MatchConfig()
    stories: StoriesConfig = StoriesConfig()
    engine: EngineConfig = EngineConfig()
    history: HistoryConfig = HistoryConfig()
    report: ReportConfig = ReportConfig()
    schedule: ScheduleConfig = ScheduleConfig()
