"""Every setting of the product, in one tree.

In: ``config.yaml``, ``--set key=value`` and the environment of neither. Out: a frozen ``Config`` whose branches are
handed to the stages. Must not know what a stage does with its branch.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Branch(BaseModel):
    """A frozen group of settings in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InputConfig(Branch):
    """What is read and what is refused."""

    fields: Annotated[
        dict[str, str],
        Field(
            default_factory=dict,
            description="Our field name to your column name, e.g. {text: body}. Unlisted fields are matched by their "
            "own names and common synonyms.",
        ),
    ]
    max_article_bytes: Annotated[
        int,
        Field(ge=1_000, description="Largest article read, in bytes of UTF-8. Raising it lets longer texts in, slower."),
    ] = 10_000_000


class TextConfig(Branch):
    """How text is prepared for matching (the text shown is never altered)."""

    default_lang: Annotated[
        str | None, Field(description="Language of articles that name none; null lets it be identified per article.")
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
    ] = 20


class ViewConfig(Branch):
    """One MinHash view: bands x rows permutations."""

    bands: Annotated[int, Field(ge=1, le=1024, description="Bands of the LSH table. More bands find more pairs.")]
    rows: Annotated[int, Field(ge=1, le=32, description="Rows a band. More rows ask for more similarity.")]

    @property
    def num_perm(self) -> int:
        """Permutations of the signature."""
        return self.bands * self.rows


class SketchConfig(Branch):
    """Shingles, salience and signatures."""

    seed: Annotated[int, Field(ge=0, description="Seed of the MinHash permutations, as in datasketch.")] = 1
    shingle_words: Annotated[
        int, Field(ge=1, le=16, description="Words a shingle of the copy view. Raising it asks for longer shared runs.")
    ] = 5
    shingle_characters: Annotated[
        int, Field(ge=1, le=32, description="Characters a shingle in scripts without spaces (Chinese, Japanese).")
    ] = 8
    copy_view: Annotated[ViewConfig, Field(description="MinHash over shingles.")] = ViewConfig(bands=32, rows=4)
    story_view: Annotated[ViewConfig, Field(description="MinHash over weighted salient terms.")] = ViewConfig(
        bands=128, rows=3
    )


class MatchConfig(Branch):
    """Candidates and verdicts."""

    max_bucket: Annotated[
        int,
        Field(
            ge=2,
            description="Largest LSH bucket compared all to all, in articles. Larger ones are split by further keys, "
            "and what is cut is reported. Raising it finds more, slower.",
        ),
    ] = 64
    min_confidence: Annotated[
        float, Field(ge=0, le=1, description="Confidence from which a pair is accepted. Raising it merges less.")
    ] = 0.5
    window_days: Annotated[
        float | None,
        Field(gt=0, description="Pairs published further apart than this are not compared, in days; null compares all."),
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


class StoriesConfig(Branch):
    """Clusters, canonical article and framing diff."""

    canonical: CanonicalConfig = CanonicalConfig()
    min_bridge: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Mean confidence that two groups' cross pairs need for one edge to join them. Raising it cuts "
            "more bridges.",
        ),
    ] = 0.5


class EngineConfig(Branch):
    """Where the stages run."""

    name: Annotated[Literal["local", "spark"], Field(description="The engine.")] = "local"
    threads: Annotated[int, Field(ge=0, description="Threads; 0 means one per processor.")] = 0


class HistoryConfig(Branch):
    """How far back new articles are compared."""

    window_days: Annotated[float, Field(gt=0, description="Days of history new articles are held against.")] = 7.0


class ReportConfig(Branch):
    """The HTML report."""

    title: Annotated[str, Field(description="Heading of report.html.")] = "Rewritten and syndicated news"


class ScheduleConfig(Branch):
    """The scheduled batch in Prefect."""

    name: Annotated[str, Field(description="Name of the deployment.")] = "nightly"
    cron: Annotated[str, Field(description="When it runs, as cron.")] = "0 2 * * *"
    timezone: Annotated[str, Field(description="Time zone of the cron expression, IANA name.")] = "UTC"
    inputs: Annotated[tuple[str, ...], Field(description="Files and folders to read.")] = ("seeds",)
    out: Annotated[str, Field(description="Folder to write.")] = "out/scheduled"


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
