// The side-by-side diff of one variant against the canonical article.

const KIND_HELP = {
  verbatim: "as in the canonical article",
  reworded: "same content, other words; what is new is highlighted",
  added: "carried by no canonical sentence",
  contradicted: "states a fact that conflicts",
  dropped: "canonical sentences that the variant leaves out",
};

const ENTER_HINT =
  "Hover or focus a sentence to light up its counterpart. Arrow keys move between sentences, Enter jumps across.";

function canonicalSentence(points, unit, at, marks) {
  return element(
    "span",
    { class: `sentence is-${unit.kind}`, "data-at": at, "data-text": points.slice(unit.start, unit.end), tabindex: -1 },
    element("sup", { class: "verse", dir: "ltr" }, String(unit.number)),
    unit.kind === "dropped" ? unseen("Dropped: ") : null,
    markedText(points, unit.start, unit.end, marks),
  );
}

function variantSentence(points, unit, at, marks, left) {
  const numbers = unit.partners.map((partner) => left[partner].number);
  return element(
    "span",
    { class: `sentence is-${unit.kind}`, "data-at": at, "data-text": points.slice(unit.start, unit.end), tabindex: -1 },
    unit.kind === "verbatim" ? null : unseen(`${capital(unit.kind)}: `),
    markedText(points, unit.start, unit.end, marks),
    numbers.length
      ? element("sup", { class: "refs", dir: "ltr" }, unseen(" from sentence "), numbers.join(", "))
      : null,
  );
}

function headlinePair(diff, canonical, variant) {
  const [before, after, added] = diff.headline;
  const points = new CodePoints(after ?? "");
  const marks = added.map(([start, end]) => ({ start, end, name: "new" }));
  return {
    left: element("h4", { dir: "auto", lang: language(canonical.lang) }, before || canonical.heading),
    right: element(
      "h4",
      { dir: "auto", lang: language(variant.lang) },
      after ? markedText(points, 0, points.length, marks) : variant.heading,
    ),
  };
}

function columnHead(label, article, headline) {
  return element(
    "header",
    {},
    element("p", { class: "role" }, label),
    headline,
    element(
      "p",
      { class: "byline" },
      nameOf(article),
      article.time === undefined ? null : [" · ", timeNode(article.time)],
    ),
  );
}

// Counts that are buttons: each goes to the next sentence of its kind.
function countButtons(diff, links) {
  return element(
    "div",
    { class: "legend", role: "group", "aria-label": "Go to the next sentence of a kind" },
    KINDS.map((kind, place) =>
      button([element("b", {}, diff.counts[place].toLocaleString("en")), ` ${kind}`], () => links().next(kind), {
        class: `is-${kind}`,
        disabled: diff.counts[place] === 0,
        title: KIND_HELP[kind],
      }),
    ),
  );
}

function diffSection(story, detail, variantId) {
  const canonical = detail.articles.find((article) => article.id === detail.canonical);
  const variant = detail.articles.find((article) => article.id === variantId);
  const diff = detail.diffs[variantId];
  const points = { left: new CodePoints(canonical.text), right: new CodePoints(variant.text) };
  const columns = alignment(points.left, points.right, diff);
  const marks = diffMarks(diff, canonical, variant);
  const headlines = headlinePair(diff, canonical, variant);
  const left = paragraphs(points.left, withPlaces(columns.left), canonical.lang, (unit) =>
    canonicalSentence(points.left, unit, unit.at, marksOf(marks.left, unit)),
  );
  const right = paragraphs(points.right, withPlaces(columns.right), variant.lang, (unit) =>
    variantSentence(points.right, unit, unit.at, marksOf(marks.right, unit), columns.left),
  );
  let made = null;
  const links = () => made;
  const node = element(
    "section",
    { class: "diff", id: "diff", "aria-labelledby": "diff-heading" },
    element(
      "h2",
      { id: "diff-heading", tabindex: -1 },
      "What ",
      nameOf(variant),
      " made of it",
    ),
    variantPicker(story, detail, variantId),
    variant.why ? element("p", { class: "note", dir: "auto" }, variant.why) : null,
    countButtons(diff, links),
    element("p", { class: "hint" }, ENTER_HINT),
    element(
      "div",
      { class: "columns" },
      element(
        "section",
        { class: "side side-left", "aria-label": "Canonical article" },
        columnHead("Canonical", canonical, headlines.left),
        element("div", { class: "text" }, left),
      ),
      element(
        "section",
        { class: "side side-right", "aria-label": "Variant" },
        columnHead(RELATION_TEXT[variant.relation] ?? "variant", variant, headlines.right),
        element("div", { class: "text" }, right),
      ),
    ),
    droppedList(diff, points.left, columns.left, canonical, links),
    element(
      "div",
      { class: "ledgers" },
      factsTable(diff, links),
      signalsTable(diff, links),
      speakersTable(diff),
      foldsTable(canonical, variant, links),
    ),
  );
  made = linkSentences(node, columns);
  return node;
}

function withPlaces(units) {
  return units.map((unit, at) => Object.assign(unit, { at }));
}

function marksOf(marks, unit) {
  return marks.filter((mark) => mark.start < unit.end && mark.end > unit.start);
}

// The sentences that were left out stand in the left column; here they are again, to be read in one go.
function droppedList(diff, points, units, canonical, links) {
  const dropped = units.filter((unit) => unit.kind === "dropped");
  if (!dropped.length) return null;
  return element(
    "details",
    { class: "dropped fold" },
    element("summary", {}, `${plural(dropped.length, "canonical sentence")} left out`),
    element(
      "ol",
      {},
      dropped.map((unit) =>
        element(
          "li",
          { value: unit.number },
          button(
            element("span", { dir: "auto", lang: language(canonical.lang) }, points.slice(unit.start, unit.end)),
            () => links().show("left", unit.start),
            { class: "locate" },
          ),
        ),
      ),
    ),
  );
}

function variantPicker(story, detail, variantId) {
  const variants = detail.articles.filter((article) => detail.diffs[article.id]);
  if (variants.length < 2) return null;
  return element(
    "nav",
    { class: "variants", "aria-label": "Variants of this story" },
    variants.map((article) =>
      element(
        "a",
        { href: storyAddress(story.id, article.id), "aria-current": article.id === variantId ? "true" : null },
        relationShape(article.relation),
        nameOf(article),
      ),
    ),
  );
}
