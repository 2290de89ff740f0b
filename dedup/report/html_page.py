"""The report of a run as one HTML file that needs nothing else.

In: the frames and the manifest of a finished run. Out: the text of ``report.html``. Must not know the disk, and must
not trust a single character of an article.

Three walls stand between article text and the reader's browser. The template escapes (Jinja2, autoescape on); data for
the script is JSON in which every character that HTML could take for markup is written as an escape; and the page's own
content security policy lets nothing run but the two scripts whose hashes it names, forbids turning strings into markup,
and allows no request to anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, ParamSpec
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from dedup.report.numbers import number, written_score
from dedup.report.outlet_data import outlet_rows
from dedup.report.outlet_network import network
from dedup.report.overview import MAX_SKIPPED, overview, written_time
from dedup.report.page_data import page_data, plain_stories, web_address
from dedup.report.shown import Shown, Whole, shown_of, whole_of
from dedup.report.totals import Chart

if TYPE_CHECKING:
    import polars as pl

    from dedup.config import ReportConfig

Given = ParamSpec("Given")

STYLES: Final = ("page.css", "list.css", "outlets.css", "story.css", "diff.css", "print.css")

# Joined in this order inside one function: a file may use what the files before it declare.
SCRIPTS: Final = (
    "elements.js",
    "formats.js",
    "data.js",
    "spans.js",
    "list.js",
    "members.js",
    "alignment.js",
    "links.js",
    "ledger.js",
    "diff.js",
    "story.js",
    "outlets.js",
    "outlet.js",
    "routes.js",
)

_UNSAFE_IN_HTML: Final = tuple((character, f"\\u{ord(character):04x}") for character in "<>&\u2028\u2029")


def report_pieces(  # noqa: PLR0913, PLR0917 - a report shows every frame of a run
    manifest: dict[str, Any],
    articles: pl.DataFrame,
    stories: pl.DataFrame,
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    framing: pl.DataFrame,
    skipped: pl.DataFrame,
    config: ReportConfig,
    *,
    outlets: pl.DataFrame,
    flows: pl.DataFrame,
    documents: pl.DataFrame | None = None,
) -> Iterator[bytes]:
    """The report of a run, piece by piece: some 100 MB of a large one.

    Args:
        manifest: What ``run.json`` holds.
        articles: The ARTICLES frame.
        stories: The STORIES frame.
        members: The MEMBERS frame.
        pairs: The PAIRS frame.
        framing: The FRAMING frame.
        skipped: The SKIPPED frame.
        config: Title and limits of the report.
        outlets: The OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame.
        documents: The DOCUMENTS frame; with it, characters folded for matching are pointed at.

    Returns:
        One HTML document in UTF-8. The same frames give the same bytes, whatever the order of their rows.

    Examples:
        >>> from dedup import schemas
        >>> from dedup.config import ReportConfig
        >>> names = ("ARTICLES", "STORIES", "MEMBERS", "PAIRS", "FRAMING", "SKIPPED")
        >>> frames = [getattr(schemas, name).empty() for name in names]
        >>> empty = {"outlets": schemas.OUTLETS.empty(), "flows": schemas.FLOWS_BETWEEN_OUTLETS.empty()}
        >>> pieces = report_pieces({}, *frames, ReportConfig(title="Nothing < something"), **empty)
        >>> b"<title>Nothing &lt; something</title>" in b"".join(pieces)
        True
    """
    shown = shown_of(articles, stories, members, pairs, framing, documents, config.max_stories)
    whole = whole_of(articles, stories, members, outlets, flows, skipped)
    return shown_pieces(manifest, shown, whole, config)


def _in_one(pieces: Callable[Given, Iterator[bytes]]) -> Callable[Given, bytes]:
    def whole(*given: Given.args, **named: Given.kwargs) -> bytes:
        return b"".join(pieces(*given, **named))

    return whole


render_report: Final = _in_one(report_pieces)
"""The report of a run as one document; see ``report_pieces``."""


def shown_pieces(manifest: dict[str, Any], shown: Shown, whole: Whole, config: ReportConfig) -> Iterator[bytes]:
    """The report of a run of which only what it shows is at hand, piece by piece.

    Args:
        manifest: What ``run.json`` holds.
        shown: The stories that are shown.
        whole: What is said of the whole run.
        config: Title and limits of the report.

    Returns:
        See ``report_pieces``.
    """
    data = page_data(shown, max_text_bytes=config.max_text_megabytes * 1_000_000)
    theme = _part("theme.js")
    style = "\n".join(_part(name) for name in STYLES)
    script = '"use strict";\n(() => {\n' + "\n".join(_part(name) for name in SCRIPTS) + "\n})();"
    rows = outlet_rows(whole.outlets, whole.flows, whole.examples)
    index = {
        "outlets": data.outlets,
        "stories": data.index,
        "nStories": whole.totals.n_stories,
        "maxTextMegabytes": config.max_text_megabytes,
    }
    # As one string a page of 100 MB would take two or four times as much, and as much again encoded.
    pieces = (
        _environment()
        .get_template("report.html.j2")
        .generate(
            title=config.title,
            policy=content_security_policy([theme, script], [style]),
            # Files of this package, in which nothing comes from an article.
            theme=Markup(theme),  # noqa: S704
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
            figures=overview(manifest, whole.totals, whole.skipped),
            totals=whole.totals,
            chart=_chart(whole.totals.chart),
            max_skipped=MAX_SKIPPED,
            n_shown=shown.stories.height,
            n_without_text=data.n_without_text,
            n_outlets=whole.n_outlets,
            outlet_rows=rows,
            network=network(whole.flows),
            outlets=embedded(rows),
            plain=plain_stories(shown.stories, data.people),
            index=embedded(index),
            details=map(embedded, data.details),
        )
    )
    return (piece.encode("utf-8", "backslashreplace") for piece in pieces)


def embedded(value: Any) -> Markup:
    r"""``value`` as JSON that can stand in a script element: no ``<``, ``>`` or ``&``, no line separators.

    Examples:
        >>> print(embedded({"title": "</script><b>&amp;"}))
        {"title":"\u003c/script\u003e\u003cb\u003e\u0026amp;"}
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, escape in _UNSAFE_IN_HTML:
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - made safe in the lines above


def content_security_policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """A policy under which only these inlined scripts and styles work and nothing is ever requested.

    Examples:
        >>> content_security_policy([], [""]).split("; ")[:3]
        ["default-src 'none'", "script-src 'none'", "style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"]
    """

    def hashes(texts: Iterable[str]) -> str:
        digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
        return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"

    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {hashes(scripts)}",
            f"style-src {hashes(styles)}",
            "img-src data:",  # the empty icon, without which a browser asks the server for /favicon.ico
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",  # assigning a string to innerHTML throws
            "trusted-types 'none'",
        )
    )


def _chart(chart: Chart) -> dict[str, Any]:
    """Bars in a box of 1000 x 120 units, and what they say in words."""
    if not chart.bars:
        return {}
    highest = max(bar.n_shared + bar.n_alone for bar in chart.bars)
    step = 1000 / len(chart.bars)
    gap = min(3.0, step * 0.2)
    columns = []
    for place, bar in enumerate(chart.bars):
        shared, alone = 120 * bar.n_shared / highest, 120 * bar.n_alone / highest
        columns.append(
            {
                "x": round(place * step + gap / 2, 2),
                "width": round(step - gap, 2),
                "shared": {"y": round(120 - shared, 2), "height": round(shared, 2)},
                "alone": {"y": round(120 - shared - alone, 2), "height": round(alone, 2)},
                "label": f"{bar.label}: {bar.n_shared + bar.n_alone:,} articles of {bar.n_stories:,} "
                f"{'story' if bar.n_stories == 1 else 'stories'}, {bar.n_shared:,} in shared stories",
            }
        )
    busiest = max(chart.bars, key=lambda bar: bar.n_shared + bar.n_alone)
    return {
        "columns": columns,
        "highest": highest,
        "first": chart.bars[0].label,
        "last": chart.bars[-1].label,
        "text": f"Articles per {chart.unit} from {chart.bars[0].label} to {chart.bars[-1].label}; most, "
        f"{highest:,}, on {busiest.label}.",
    }


@cache
def _part(name: str) -> str:
    """A file of the templates folder; line ends become line feeds, as a browser makes them before it hashes."""
    return (files("dedup.report") / "templates" / name).read_text(encoding="utf-8").strip("\n")


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_part)
    )
    environment.filters["count"] = lambda value: f"{value:,}"
    environment.filters["number"] = number
    environment.filters["score"] = written_score
    environment.filters["time"] = lambda seconds: written_time(datetime.fromtimestamp(seconds, UTC))
    environment.filters["web_address"] = web_address
    environment.filters["fragment"] = lambda name: quote(name, safe="")
    return environment
