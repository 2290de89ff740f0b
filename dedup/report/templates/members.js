// The members of a story, in the order they were published: who, when after the first, how alike, and what changed.

const MANY_MEMBERS = 60;

const RELATION_TEXT = {
  canonical: "canonical",
  copy: "copy",
  light_edit: "light edit",
  rewrite: "rewrite",
  partial: "partial",
};

const KINDS = ["verbatim", "reworded", "added", "contradicted", "dropped"];

// A shape per relation, so that colour is never needed to tell them apart.
function relationShape(relation) {
  const shapes = {
    canonical: () => element("rect", { x: 3, y: 3, width: 10, height: 10, class: "solid" }),
    copy: () => element("circle", { cx: 8, cy: 8, r: 5, class: "solid" }),
    light_edit: () => element("circle", { cx: 8, cy: 8, r: 4.5, class: "open" }),
    rewrite: () => element("polygon", { points: "8,1.5 14.5,8 8,14.5 1.5,8", class: "open" }),
    partial: () => element("polygon", { points: "8,2 14,13 2,13", class: "open" }),
  };
  return element(
    "svg",
    { class: "shape", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
    (shapes[relation] ?? shapes.copy)(),
  );
}

// Where an article lies between the first and the last of its story: an SVG with the shape at that share of the width.
function track(article, first, last) {
  if (article.time === undefined || first === null) return null;
  const share = last > first ? (article.time - first) / (last - first) : 0;
  const at = `${(3 + 94 * share).toFixed(2)}%`;
  const shape = relationShape(article.relation);
  for (const [name, value] of Object.entries({ x: at, y: 0, width: 16, height: 16, overflow: "visible" })) {
    shape.setAttribute(name, value);
  }
  const moved = element("svg", { x: -8, overflow: "visible" }, shape);
  return element(
    "svg",
    { class: "track", width: "100%", height: 16, "aria-hidden": "true", focusable: "false" },
    element("line", { x1: "3%", x2: "97%", y1: 8, y2: 8 }),
    element("line", { x1: "3%", x2: at, y1: 8, y2: 8, class: "elapsed" }),
    moved,
  );
}

function delayText(article, first) {
  if (article.time === undefined || first === null) return "";
  return article.time === first ? "first" : `+ ${durationText(article.time - first)}`;
}

// How a variant is made up, as one bar and as numbers.
function makeUp(diff) {
  const total = diff.counts.slice(0, 4).reduce((sum, amount) => sum + amount, 0) || 1;
  let at = 0;
  const parts = KINDS.slice(0, 4).map((kind, place) => {
    const width = (100 * diff.counts[place]) / total;
    const part = width
      ? element("rect", { class: `bar-${kind}`, x: `${at}%`, y: 0, width: `${width}%`, height: 8 })
      : null;
    at += width;
    return part;
  });
  return [
    element("svg", { class: "makeup", width: "100%", height: 8, "aria-hidden": "true", focusable: "false" }, parts),
    element(
      "span",
      { class: "counts" },
      KINDS.map((kind, place) =>
        diff.counts[place]
          ? element("span", { class: `count is-${kind}` }, String(diff.counts[place]), unseen(` ${kind}. `))
          : null,
      ),
    ),
  ];
}

function memberRow(story, detail, article, { first, last, hasLinks }, shownVariant) {
  const diff = detail.diffs[article.id];
  const link = webLink(article.url, ["Read", unseen(` ${article.heading}`)]);
  const cell = (label, name, ...children) => element("td", { class: name, "data-label": label }, children);
  return element(
    "tr",
    { class: article.relation === "canonical" ? "is-canonical" : null },
    element(
      "th",
      { scope: "row", class: "who" },
      element("span", { class: "outlet" }, nameOf(article)),
      element("span", { class: "headline", dir: "auto", lang: language(article.lang) }, article.heading),
      // What is odd about an article, as articles.parquet has it; the places stand beside its diff.
      article.flags ? element("span", { class: "flags" }, `Odd: ${article.flags.map(words).join(", ")}`) : null,
    ),
    first === null
      ? null
      : cell(
          "Published",
          "timing",
          timeNode(article.time),
          track(article, first, last),
          element("span", { class: "delay" }, delayText(article, first)),
        ),
    cell("Relation", "relation", relationShape(article.relation), RELATION_TEXT[article.relation] ?? words(article.relation)),
    cell("Similarity", "number", score(article.similarity)),
    cell("Confidence", "number", score(article.confidence)),
    cell(
      "What changed",
      "change",
      diff ? makeUp(diff) : null,
      diff
        ? element(
            "a",
            {
              class: "compare",
              href: storyAddress(story.id, article.id),
              "aria-current": article.id === shownVariant ? "true" : null,
            },
            "Compare",
            unseen(` ${article.source ?? article.id} with the canonical article`),
          )
        : null,
      article.relation === "canonical" && detail.articles.length > 1
        ? element("span", { class: "note" }, "The others are held against this one.")
        : null,
    ),
    hasLinks ? cell("Source", "link", link ?? isolated(article.url ?? "", { class: "address" })) : null,
  );
}

function membersTable(story, detail, shownVariant) {
  const times = detail.articles.map((article) => article.time).filter((time) => time !== undefined);
  // A column that would be empty in every row is left out.
  const shared = {
    first: times.length ? Math.min(...times) : null,
    last: times.length ? Math.max(...times) : null,
    hasLinks: detail.articles.some((article) => article.url),
  };
  const rows = (articles) => articles.map((article) => memberRow(story, detail, article, shared, shownVariant));
  const body = element("tbody", {}, rows(detail.articles.slice(0, MANY_MEMBERS)));
  const names = [
    "Outlet and headline",
    times.length ? "Published" : null,
    "Relation",
    "Similarity",
    "Confidence",
    "What changed",
    shared.hasLinks ? "Source" : null,
  ].filter(Boolean);
  const head = element("tr", {}, names.map((name) => element("th", { scope: "col" }, name)));
  const found = withRoles(element("table", { class: "members", "aria-labelledby": "members-heading" }, element("thead", {}, head), body));
  const hidden = detail.articles.slice(MANY_MEMBERS);
  if (!hidden.length) return found;
  const more = button(`Show the other ${hidden.length.toLocaleString("en")} articles`, () => {
    body.append(...rows(hidden).map(withRoles));
    more.remove();
  }, { class: "plain" });
  return element("div", {}, found, more);
}
