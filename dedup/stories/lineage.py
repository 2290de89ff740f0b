"""Keep the names of stories while they grow, merge and split.

In: which story each article was in, how old those stories are, and how the articles are grouped now. Out: a name for
every group, and what became of every story. Must not know texts, pairs or the disk.

A name is given once. A story that lost members keeps it where most of them are; where several stories meet, the oldest
name survives and the others lead to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

Step = dict[str, str]
"""What happened: op (grew, merged, split_from, gained_from) and the story_id it happened with."""


@dataclass(frozen=True)
class Lineage:
    """What became of stories.

    Args:
        names: The name of each group, in order.
        steps: What happened to each group, in order; empty where nothing did, or where it is new.
        merged_into: Stories that are no more, and the story that has their articles.
    """

    names: list[str]
    steps: list[list[Step]]
    merged_into: dict[str, str]


def lineage(
    groups: Sequence[Sequence[str]],
    before: Mapping[str, str],
    ages: Mapping[str, tuple[int, str]],
    mint: Callable[[str], str],
    taken: Callable[[str], bool],
) -> Lineage:
    """Name the groups.

    Args:
        groups: Sorted ids of the articles of each story as they are now; together all articles of the stories before.
        before: The story that each article was in; new articles are absent.
        ages: When each of those stories began, so that the older sorts first.
        mint: The name of a new story by its first article.
        taken: Whether a name has ever been given to another story.

    Returns:
        Names, each group another, and what happened. An old story goes to the group with the most of its members, of
        equal ones to that with the earliest id; a group that several go to takes the name of the oldest.

    Examples:
        >>> grown = lineage([["a", "b"], ["c"]], {"a": "s1"}, {"s1": (1, "s1")}, "s-{}".format, lambda name: False)
        >>> grown.names, grown.steps
        (['s1', 's-c'], [[{'op': 'grew', 'story_id': 's1'}], []])
    """
    heirs: dict[int, list[str]] = {}
    parts: list[Counter[str]] = [Counter(before[one] for one in group if one in before) for group in groups]
    found: dict[str, list[int]] = {}
    for place, part in enumerate(parts):
        for story in part:
            found.setdefault(story, []).append(place)
    for story in sorted(found, key=ages.__getitem__):
        heir = min(found[story], key=lambda place: (-parts[place][story], groups[place][0]))
        heirs.setdefault(heir, []).append(story)
    names: list[str] = []
    steps: list[list[Step]] = []
    merged_into: dict[str, str] = {}
    given = {stories[0] for stories in heirs.values()}
    for place, group in enumerate(groups):
        own = heirs.get(place, [])
        name = own[0] if own else _minted(group[0], mint, lambda name: name in given or taken(name))
        given.add(name)
        names.append(name)
        merged_into |= dict.fromkeys(own[1:], name)
        steps.append(_steps(name, own, parts[place], len(group)))
    return Lineage(names, steps, merged_into)


def _steps(name: str, own: Collection[str], part: Counter[str], size: int) -> list[Step]:
    from_others = [story for story in sorted(part) if story not in own]
    if not own:
        return [{"op": "split_from", "story_id": story} for story in from_others]
    steps = [{"op": "grew", "story_id": name}] if size > part[name] else []
    steps += [{"op": "merged", "story_id": story} for story in own if story != name]
    return steps + [{"op": "gained_from", "story_id": story} for story in from_others]


def _minted(first: str, mint: Callable[[str], str], taken: Callable[[str], bool]) -> str:
    """Today's rule, unless another story has had that name: then the next free one of the same rule."""
    name, turn = mint(first), 1
    while taken(name):
        turn += 1
        name = mint(turned(first, turn))
    return name


def turned(first: str, turn: int) -> str:
    """What the so many-th name of stories with one first article is made from."""
    return f"{first}\n{turn}" if turn > 1 else first
