"""``dedup history``, and the options of every command that uses a store.

In: arguments. Out: an exit status. Must not know what a history is made of. Imports here are light, as in the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from dedup.cli.outcomes import reported
from dedup.store.remote import place_of


def named_path(given: str | Path) -> Path:
    """A path as it is typed; an empty one, as of a variable that nobody set, would be the current folder.

    Raises:
        BadParameter: It is empty.
    """
    if not str(given).strip():
        raise typer.BadParameter("is empty. Name a path; the current folder is '.'.")
    return Path(given)


def named_place(given: str | Path) -> Path:
    """The same of a folder that may be an address; see ``place_of``."""
    named_path(given)
    return place_of(given)


_STORE: Final = typer.Option(
    "--store", help="Folder of the history of earlier runs.", metavar="FOLDER", show_default=False, parser=named_path
)
Store = Annotated[Path, _STORE]
OptionalStore = Annotated[Path | None, _STORE]
EngineName = Annotated[
    Literal["local", "spark"] | None,
    typer.Option(
        "--engine", help="Where the stages run; without it engine.name.", metavar="ENGINE", show_default=False
    ),
]
Semantic = Annotated[
    str | None,
    typer.Option(
        "--semantic",
        help="Folder of an encoder that reads what sentences mean; without it stories.semantic.model.",
        metavar="FOLDER",
        show_default=False,
    ),
]
Master = Annotated[
    str | None,
    typer.Option(
        "--master",
        help="Spark's master, such as local[2] or spark://host:7077; without it engine.master.",
        metavar="MASTER",
        show_default=False,
    ),
]
OptionalInbox = Annotated[
    Path | None,
    typer.Option(
        "--inbox",
        help="Folder whose new files are run, each a batch of --store.",
        metavar="FOLDER",
        show_default=False,
        parser=named_path,
    ),
]
Again = Annotated[
    list[str] | None,
    typer.Option(
        "--again",
        help="Run this file of the inbox whatever became of it; can be repeated.",
        metavar="FILE",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", metavar="", help="Write JSON for machines instead of tables.")]
_ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file.", metavar="FILE", show_default=False),
]
_Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", help="One setting for this call; can be repeated.", metavar="KEY=VALUE", show_default=False),
]

history_app = typer.Typer(
    name="history",
    help="Look after the history of earlier runs: size, health, export, pruning, a new specification.",
    no_args_is_help=True,
)


@history_app.command("info")
@reported
def info_command(store: Store, as_json: Json = False) -> None:
    """Say how large the history is, what it holds and for which settings."""
    from dedup.cli.history import show_information

    show_information(store, as_json=as_json)


@history_app.command("check")
@reported
def check_command(store: Store) -> int:
    """Make sure that the history is whole."""
    from dedup.cli.history import show_faults

    return show_faults(store)


@history_app.command("inbox")
@reported
def inbox_command(store: Store, inbox: OptionalInbox = None, as_json: Json = False) -> None:
    """List what was done with the files of an inbox; with --inbox also what waits in that folder."""
    from dedup.cli.inboxes import show_ledger
    from dedup.settings import load_config

    show_ledger(store, inbox, load_config(None, ()), as_json=as_json)


@history_app.command("prune")
@reported
def prune_command(
    store: Store,
    older_than: Annotated[
        str,
        typer.Option(
            "--older-than", help="What may go: older than 365d, 52w, or a date.", metavar="TIME", show_default=False
        ),
    ],
) -> None:
    """Let go what is old: articles, with stories none of whose members is younger. Their ids are never given again."""
    from dedup.cli.history import prune_history

    prune_history(store, older_than)


@history_app.command("export")
@reported
def export_command(
    store: Store,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder; 'export' in the store by default.",
            metavar="FOLDER",
            show_default=False,
            parser=named_path,
        ),
    ] = None,
) -> None:
    """Write the tables as Parquet, for other readers."""
    from dedup.cli.history import export_history

    export_history(store, out)


@history_app.command("verify")
@reported
def verify_command(store: Store, config: _ConfigFile = None, overrides: _Overrides = None) -> int:
    """Compute anew what the history keeps of every article, and compare."""
    from dedup.cli.history import verify_history
    from dedup.settings import load_config

    return verify_history(store, load_config(config, overrides or ()))


@history_app.command("rebuild")
@reported
def rebuild_command(store: Store, config: _ConfigFile = None, overrides: _Overrides = None) -> None:
    """Make the history anew with today's settings, models and words; stories keep their ids."""
    from dedup.cli.history import rebuild_history
    from dedup.settings import load_config

    rebuild_history(store, load_config(config, overrides or ()))
