// The page of one story.

const STORY = document.getElementById("story");

const SCORE_TEXT = {
  completeness: "how much of the story it tells",
  earliness: "how early it appeared",
  centrality: "how much the others share with it",
  preference: "how far up its outlet is in your list",
};

function kicker(story) {
  const parts = [
    plural(story.size, "article"),
    story.outlets.length ? plural(story.outlets.length, "outlet") : null,
    story.first === null
      ? null
      : story.last - story.first >= 60
        ? `${timeText(story.first)} to ${dayText(story.last) === dayText(story.first) ? clockText(story.last) : timeText(story.last)}`
        : timeText(story.first),
  ];
  return element("p", { class: "kicker" }, parts.filter(Boolean).join(" · "));
}

// The story in one sentence: who was first, who speaks for it, what the others did.
function standfirst(story, detail) {
  if (detail.articles.length < 2) return element("p", { class: "standfirst" }, "Only one article tells this story.");
  const canonical = detail.articles.find((article) => article.id === detail.canonical);
  const earliest = detail.articles.find((article) => article.time !== undefined);
  const done = [
    ["added", story.added],
    ["left out", story.dropped],
    ["contradicted", story.contradicted],
  ]
    .filter(([, amount]) => amount)
    .map(([verb, amount], place) => `${verb} ${place ? amount.toLocaleString("en") : plural(amount, "sentence")}`);
  const others = detail.articles.length === 2 ? "The other article" : `The ${detail.articles.length - 1} others`;
  return element(
    "p",
    { class: "standfirst" },
    earliest && earliest.id === canonical.id
      ? ["First published by ", nameOf(canonical), ", whose text speaks for the story. "]
      : [earliest ? ["First published by ", nameOf(earliest), ". "] : null, "The text of ", nameOf(canonical), " speaks for the story. "],
    Object.keys(detail.diffs).length
      ? `${others} ${done.length ? listed(done) : "added nothing and left nothing out"}.`
      : null,
  );
}

function meter(name, value) {
  return element(
    "div",
    {},
    element("dt", { title: SCORE_TEXT[name] }, name),
    element(
      "dd",
      {},
      element(
        "svg",
        { width: "100%", height: 6, "aria-hidden": "true", focusable: "false" },
        element("rect", { x: 0, y: 0, width: "100%", height: 6, class: "rest" }),
        element("rect", { x: 0, y: 0, width: `${100 * Math.min(1, Math.max(0, value))}%`, height: 6 }),
      ),
      element("span", {}, score(value)),
    ),
  );
}

function canonicalReason(detail) {
  const { policy, scores, runner_up_id: runnerUpId, margin } = detail.reason;
  const runnerUp = detail.articles.find((article) => article.id === runnerUpId);
  const { total, ...criteria } = scores;
  return section(
    "Why this article speaks for the story",
    element(
      "p",
      {},
      "Policy ",
      element("b", {}, words(policy ?? "unknown")),
      total === undefined ? null : `, total score ${score(total)}`,
      runnerUp
        ? [", ahead of ", nameOf(runnerUp), margin === null ? "" : ` by ${score(margin)}`]
        : null,
      ".",
    ),
    element("dl", { class: "meters" }, Object.entries(criteria).map(([name, value]) => meter(name, value))),
  );
}

function relatedStories(detail) {
  const rows = [
    ...detail.related.map((storyId) => [storyId, "same actors or events, not the same text"]),
    ...detail.lineage.map(([operation, storyId]) => [storyId, `history: ${words(operation)}`]),
  ];
  if (!rows.length) return null;
  return section(
    "Related stories",
    element(
      "ul",
      { class: "plain-list" },
      rows.map(([storyId, note]) => {
        const story = STORY_BY_ID.get(storyId);
        const name = isolated(story ? story.title : storyId);
        return element("li", {}, storyLinkIfShown(storyId, name), element("span", { class: "note" }, note));
      }),
    ),
  );
}

function lookalikes(detail) {
  if (!detail.lookalikes) return null;
  const more = detail.n_lookalikes - detail.lookalikes.length;
  return section(
    "Look-alikes that were kept out",
    element(
      "ul",
      { class: "plain-list" },
      detail.lookalikes.map((pair) =>
        element(
          "li",
          {},
          storyLinkIfShown(pair.story, isolated(pair.heading)),
          element(
            "span",
            { class: "note" },
            [isolated(pair.source ?? pair.other), ", "],
            detail.articles.length > 1 ? ["held against ", nameOf(detail.articles.find((article) => article.id === pair.own)), ", "] : null,
            `confidence ${score(pair.confidence)}`,
            pair.decision === "bridge_cut" ? ", cut as a weak bridge" : "",
          ),
          element("span", { class: "note", dir: "auto" }, pair.reason),
        ),
      ),
    ),
    more > 0 ? element("p", { class: "note" }, `${plural(more, "less similar one", "less similar ones")} not listed; all pairs are in pairs.parquet.`) : null,
  );
}

function neighbours(story) {
  const place = listedStories.indexOf(story);
  if (place < 0) return null;
  const step = (to, label) => {
    const target = listedStories[to];
    return target ? storyLink(target.id, [label, unseen(`: ${target.title}`)]) : null;
  };
  return element("nav", { class: "neighbours", "aria-label": "Other stories" }, step(place - 1, "← Previous"), step(place + 1, "Next →"));
}

function wholeText(detail) {
  const [article] = detail.articles;
  if (article.text === undefined) return null;
  return section("The article", element("div", { class: "text lone" }, plainText(article.text, article.lang)));
}

function textless(story) {
  return element(
    "p",
    { class: "warning" },
    `The texts and diffs of this story are left out: the report holds at most ${DATA.maxTextMegabytes} MB of text. See them with `,
    element("code", {}, isolated(`dedup show ${story.id}`)),
    ".",
  );
}

// The variant to open first: the one that put most in. Leaving out is what every short version does.
function mostChanged(detail) {
  const amount = (id) => {
    const [, , added, contradicted, dropped] = detail.diffs[id].counts;
    return 5 * contradicted + added + dropped / 10;
  };
  const ids = detail.articles.map((article) => article.id).filter((id) => detail.diffs[id]);
  return ids.sort((left, right) => amount(right) - amount(left))[0] ?? null;
}

async function showStory(story, wantedVariant) {
  const detail = await storyDetail(story);
  const variant = detail.diffs[wantedVariant] ? wantedVariant : mostChanged(detail);
  const canonical = detail.articles.find((article) => article.id === detail.canonical);
  STORY.replaceChildren(
    ...[
      element(
        "header",
        { class: "story-head" },
        kicker(story),
        element("h1", { id: "story-heading", tabindex: -1, dir: "auto", lang: language(canonical?.lang) }, story.title),
        standfirst(story, detail),
        neighbours(story),
      ),
      element(
        "section",
        { "aria-labelledby": "members-heading" },
        element("h2", { id: "members-heading" }, detail.articles.length > 1 ? "Who told it, and when" : "Who told it"),
        membersTable(story, detail, variant),
      ),
      detail.textless ? textless(story) : null,
      variant ? diffSection(story, detail, variant) : null,
      detail.articles.length === 1 ? wholeText(detail) : null,
      element(
        "div",
        { class: "about" },
        detail.articles.length > 1 ? canonicalReason(detail) : null,
        relatedStories(detail),
        lookalikes(detail),
      ),
    ].filter(Boolean),
  );
}
