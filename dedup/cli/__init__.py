"""The command line.

In: arguments. Out: data on stdout, progress and complaints on stderr, an exit status. Must not know how anything is
found or stored. Imports here are light, each command imports what it needs: ``dedup --help`` answers at once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dedup import __version__
from dedup.cli.outcomes import reported
from dedup.cli.store_commands import (
    Again,
    EngineName,
    Json,
    Master,
    OptionalInbox,
    OptionalStore,
    Semantic,
    Store,
    history_app,
    named_path,
    named_place,
)

EPILOG = (
    "Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 done but some inputs were rejected, "
    "75 another run holds the output or the store, 130 interrupted."
)

app = typer.Typer(
    name="dedup",
    add_completion=False,
    help="Find rewritten and syndicated news, and show what each variant added, dropped or twisted.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders or globs to read: .txt, JSONL, CSV, Parquet.", metavar="INPUT", show_default=False
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder of the run.", metavar="FOLDER", parser=named_place)]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="Settings file; without it ./config.yaml, if there is one.",
        metavar="FILE",
        show_default=False,
    ),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", help="One setting for this call; can be repeated.", metavar="KEY=VALUE", show_default=False),
]

app.add_typer(history_app, name="history")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"dedup {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


@app.command("run")
@reported
def run_command(  # noqa: PLR0913, PLR0917  every switch of the command
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders or globs to read: .txt, JSONL, CSV, Parquet.", metavar="INPUT", show_default=False
        ),
    ] = None,
    out: Out = Path("out"),
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", metavar="", help="Only errors on stderr.")] = False,
    prefect: Annotated[
        bool, typer.Option("--prefect", metavar="", help="Run as a Prefect flow, each stage a task run.")
    ] = False,
    certify: Annotated[
        bool,
        typer.Option(
            "--certify", metavar="", help="Hold the copies found against an exact join of all texts; run.json says it."
        ),
    ] = False,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            help="Write what took how long as a trace, for chrome://tracing, Perfetto or Speedscope.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    store: OptionalStore = None,
    wait: Annotated[
        float | None,
        typer.Option(
            "--wait",
            help="Wait so long for another run that holds the store; without it history.wait_seconds.",
            metavar="SECONDS",
            min=0,
            show_default=False,
        ),
    ] = None,
    inbox: OptionalInbox = None,
    again: Again = None,
    engine: EngineName = None,
    master: Master = None,
    semantic: Semantic = None,
) -> int:
    """Find the stories in INPUTS and write them to the output folder.

    The folder is replaced as a whole when everything is ready, and untouched until then. With --store the articles are
    held against those of earlier runs, too, and added to them. With --inbox instead of INPUTS every file of a folder
    is a batch, oldest first, each done once; --out gets a folder for each.
    """
    from dedup.cli.running import Switches, run_inputs
    from dedup.settings import load_config

    named = {"history.wait_seconds": wait, "engine.name": engine, "engine.master": master}
    if semantic is not None:
        named["stories.semantic.model"] = json.dumps(semantic)  # a name such as 6 or null is a folder's, too
    chosen = [f"{setting}={value}" for setting, value in named.items() if value is not None]
    settings = load_config(config, [*(overrides or ()), *chosen])
    switches = Switches(
        as_json=as_json, quiet=quiet, with_prefect=prefect, certify=certify, profile=profile, store=store
    )
    if inbox is not None or again:
        from dedup.cli.inboxes import run_inbox

        return run_inbox(inbox, out, settings, switches, inputs=inputs or [], again=again or [])
    return run_inputs(inputs or [], out, settings, switches)


@app.command("show")
@reported
def show_command(
    story: Annotated[
        str | None,
        typer.Argument(
            help="A story's id, the beginning of one, or the id of an article in it.",
            metavar="[STORY_ID]",
            show_default=False,
        ),
    ] = None,
    out: Out = Path("out"),
    store: OptionalStore = None,
    as_json: Json = False,
    of_outlets: Annotated[
        bool,
        typer.Option(
            "--outlets", metavar="", help="Show the outlets instead: what each keeps adding, who follows whom."
        ),
    ] = False,
    config: ConfigFile = None,
    overrides: Overrides = None,
) -> None:
    """Show a story: its canonical article, its members, and what each of them changed.

    Marks: = verbatim, ~ reworded, + added, ! contradicted, - dropped. With --store the story is shown as it is now,
    also by an id that it has lost to another.
    """
    from dedup.cli.showing import show_kept_story, show_outlets, show_story, wanted_story

    wanted = wanted_story(story, of_outlets=of_outlets)
    if wanted is None:
        show_outlets(out, as_json=as_json)
    elif store is None:
        show_story(wanted, out, as_json=as_json)
    else:
        from dedup.settings import load_config

        show_kept_story(wanted, store, load_config(config, overrides or ()), as_json=as_json)


@app.command("check")
@reported
def check_command(
    inputs: Inputs,
    store: Store,
    as_json: Json = False,
    config: ConfigFile = None,
    overrides: Overrides = None,
) -> int:
    """Tell whether articles are rewrites of something that the store has, and of what.

    Reads only: nothing is added to the store. Each article is held against the whole history, not against the others.
    """
    from dedup.cli.checking import show_check
    from dedup.settings import load_config

    return show_check(inputs, store, load_config(config, overrides or ()), as_json=as_json)


@app.command("report")
@reported
def report_command(
    store: Store,
    since: Annotated[
        str, typer.Option("--since", help="What happened since: 7d, 12h, 2w, or a date.", metavar="TIME")
    ] = "7d",
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="An .html file, or a folder as of a run.", metavar="FILE_OR_FOLDER", parser=named_path
        ),
    ] = Path("report.html"),
    config: ConfigFile = None,
    overrides: Overrides = None,
) -> None:
    """Write the report of all stories that began or changed since a time."""
    from dedup.cli.history import write_report
    from dedup.settings import load_config

    write_report(store, since, out, load_config(config, overrides or ()))


@app.command("explain")
@reported
def explain_command(
    left: Annotated[str, typer.Argument(help="The id of an article.", metavar="A", show_default=False)],
    right: Annotated[str, typer.Argument(help="The id of another.", metavar="B", show_default=False)],
    out: Out = Path("out"),
    as_json: Json = False,
) -> None:
    """Explain why two articles are, or are not, one story.

    Shows how the pair was found or missed, what made the confidence, and which sentences carry the same.
    """
    from dedup.cli.explaining import explain_pair

    explain_pair(left, right, out, as_json=as_json)


@app.command("copies")
@reported
def copies_command(
    inputs: Inputs,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Table of articles and their groups: .parquet, .csv or .jsonl; without it none is written.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    min_jaccard: Annotated[
        float,
        typer.Option("--min-jaccard", help="Share of all their word runs that two copies have in common, at least."),
    ] = 0.7,
    certify: Annotated[
        bool,
        typer.Option(
            "--certify", metavar="", help="Hold the groups against an exact join of all texts with all others."
        ),
    ] = False,
    as_json: Json = False,
    config: ConfigFile = None,
    overrides: Overrides = None,
) -> int:
    """Find near-duplicates only: articles that share most of their runs of words.

    Quick, and decided exactly: candidates are compared word run by word run. Rewrites are found by 'dedup run'.
    """
    from dedup.cli.copying import show_copies
    from dedup.settings import load_config

    settings = load_config(config, overrides or ())
    return show_copies(inputs, out, settings, min_jaccard=min_jaccard, certify=certify, as_json=as_json)


@app.command("eval")
@reported
def eval_command(
    members: Annotated[
        Path,
        typer.Argument(
            help="Stories found: a table with article_id and story_id, or the folder of a run.",
            metavar="MEMBERS",
            show_default=False,
        ),
    ],
    truth: Annotated[
        Path,
        typer.Argument(
            help="True stories: a table with id and story, and role or kind if there is one.",
            metavar="TRUTH",
            show_default=False,
        ),
    ],
    exclude: Annotated[
        list[str],
        typer.Option(
            "--exclude", help="Role or kind that is not scored; can be repeated, '' for none.", metavar="KIND"
        ),
    ] = ["independent", "generation"],  # noqa: B006 - typer copies it
    alignment: Annotated[
        Path | None,
        typer.Option(
            "--alignment",
            help="Labelled sentence alignments, to score the diffs too.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    framing: Annotated[
        Path | None,
        typer.Option(
            "--framing", help="The diffs, where MEMBERS is not the folder of a run.", metavar="FILE", show_default=False
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Score the stories of a run against labels of your own.

    Tables are .jsonl, .csv or .parquet. A labelled article that was not found counts as a story of its own.
    """
    from dedup.cli.evaluating import evaluate

    evaluate(members, truth, exclude=exclude, framing=framing, alignment=alignment, as_json=as_json)


@app.command("config")
@reported
def config_command(
    config: ConfigFile = None,
    overrides: Overrides = None,
    schema: Annotated[
        bool, typer.Option("--schema", metavar="", help="Print the JSON schema of the file, for editors.")
    ] = False,
) -> None:
    """Print the settings in force, each with its meaning; the output is a settings file itself."""
    from dedup.cli.streams import write_text
    from dedup.settings import config_json_schema, config_yaml, load_config

    if schema:
        write_text(json.dumps(config_json_schema(), indent=2) + "\n")
    else:
        write_text(config_yaml(load_config(config, overrides or ())))


@app.command("serve")
@reported
def serve_command(config: ConfigFile = None, overrides: Overrides = None) -> None:
    """Register the scheduled batch of the settings with Prefect and run it when it is due, until stopped."""
    from dedup.cli.outcomes import needing_prefect
    from dedup.settings import load_config

    settings = load_config(config, overrides or ())
    with needing_prefect():
        from flows.schedule import serve
    serve(settings)


def main() -> None:
    """Run the command line of this process and exit with its status."""
    from dedup.cli.streams import prepare_streams
    from dedup.memory import polars_gives_back

    polars_gives_back()
    prepare_streams()
    app(prog_name="dedup")
