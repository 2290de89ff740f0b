"""A run in which every text tries to break the page.

In: nothing. Out: stories whose texts, titles, outlets, addresses, ids and reasons all try to get out of their place.
Knows nothing of the report.
"""

from __future__ import annotations

from tests.report.frames import MORNING, MadeRun, Plan, make_article, make_diff, make_pair, make_run

HOSTILE = (
    "</script><script>window.broken = 1</script>",
    "<img src=x onerror='window.broken = 2'>",
    "<!--<script>window.broken = 3",
    "]]><svg onload=window.broken=4>",
    "\u202egnp.exe \u2066 left \u2028 open \u2029 &lt;b&gt; &amp;",
    "{{ 7 * 7 }} {% raw %} ${alert(1)} `",
    "</noscript></title></style></textarea><h1 id='main'>taken",
    "nul \x00 bell \x07 next line \x85 bom \ufeff 🦊 \U0010ffff",
)

BAD_ADDRESSES = (
    "javascript:window.broken=6",
    "data:text/html,<script>window.broken=7</script>",
    " JaVaScRiPt:window.broken=8",
    "java\nscript:window.broken=9",
    "https://user:password@phish.example/",
    "https:\\\\a.example",
    "//a.example/",
    "file:///etc/passwd",
)


def hostile_run() -> MadeRun:
    """Every text, title, outlet, address, id, reason and warning tries to get out of its place."""
    plans, pairs = [], []
    for place, words in enumerate(HOSTILE):
        canonical = f"Before {words} after. The end."
        variant = f"Before {words} later. 🦊🦊 New {words} words."
        first = variant.index(" 🦊🦊")
        crew = [
            make_article(
                f"{words}-{place}-{side}",
                text,
                title=f"{words} title {place}",
                source=f"{words} outlet",
                published_at=MORNING,
                url=url,
                lang=lang,
            )
            for side, text, url, lang in (
                (0, canonical, f"https://a.example/{place}?{words}", 'en" onfocus="window.broken=5'),
                (1, variant, BAD_ADDRESSES[place % len(BAD_ADDRESSES)], "en"),
            )
        ]
        diff = make_diff(
            canonical,
            variant,
            [
                (variant[:first], "reworded", [canonical[: -len(" The end.")]], [words]),
                (variant[first + 1 :], "added", [], []),
            ],
            headline=(crew[0]["title"], crew[1]["title"], [words]),
            facts=[("entity", "conflict", words, words)],
            framing=[("loaded", "added", None, words)],
            speakers=[(words, 1, 2)],
            dropped=["The end."],
        )
        plans.append(Plan(f"story {words}/{place}", crew, {crew[1]["article_id"]: diff}))
        if place:
            pairs.append(
                make_pair(plans[place - 1].articles[0]["article_id"], crew[0]["article_id"], reason=f"because {words}")
            )
    manifest = {"warnings": list(HOSTILE), "caps": {words: words for words in HOSTILE}, "run_id": HOSTILE[0]}
    return make_run(plans, pairs=pairs, manifest=manifest, skipped=[(words, words) for words in HOSTILE])
