// The tables under a diff: facts, framing signals, who speaks, folded characters. Their cells lead into the text.

const FACT_ORDER = ["conflict", "changed", "added", "dropped"];

// [glyph class, sentence] of a status or change, so that the same shapes are used as in the text.
const STATUS_KIND = {
  conflict: "contradicted",
  changed: "reworded",
  added: "added",
  dropped: "dropped",
  removed: "dropped",
  replaced: "reworded",
};

function statusNode(status) {
  return element("span", { class: `status is-${STATUS_KIND[status] ?? "reworded"}` }, words(status));
}

function locatable(text, span, side, links) {
  if (text === null || text === undefined || text === "") return element("td", { class: "nothing" }, "–");
  const label = isolated(text);
  if (!span) return element("td", {}, label);
  return element("td", {}, button(label, () => links().show(side, span[0]), { class: "locate", title: "Show in the text" }));
}

function factsTable(diff, links) {
  if (!diff.facts.length) return null;
  const rank = ([, status]) => (FACT_ORDER.indexOf(status) + FACT_ORDER.length) % FACT_ORDER.length;
  const rows = [...diff.facts]
    .sort((left, right) => rank(left) - rank(right))
    .map(([kind, status, before, after, leftSpan, rightSpan]) =>
      element(
        "tr",
        {},
        element("td", {}, statusNode(status)),
        element("td", {}, words(kind)),
        locatable(before, leftSpan, "left", links),
        locatable(after, rightSpan, "right", links),
      ),
    );
  return section("Facts", table("Facts", ["Status", "Kind", "Canonical", "Variant"], rows, { class: "ledger" }));
}

function signalsTable(diff, links) {
  if (!diff.framing.length) return null;
  const rows = diff.framing.map(([signal, change, before, after, leftSpan, rightSpan]) =>
    element(
      "tr",
      {},
      element("td", {}, statusNode(change)),
      element("td", {}, words(signal)),
      locatable(before, leftSpan, "left", links),
      locatable(after, rightSpan, "right", links),
    ),
  );
  return section(
    "Framing",
    table("Framing signals", ["Change", "Signal", "Canonical", "Variant"], rows, { class: "ledger" }),
  );
}

function speakersTable(diff) {
  if (!diff.speakers.length) return null;
  const most = Math.max(1, ...diff.speakers.flatMap(([, left, right]) => [left, right]));
  const amount = (number) =>
    element(
      "td",
      { class: "amount" },
      element("span", {}, number.toLocaleString("en")),
      element(
        "svg",
        { width: "100%", height: 6, "aria-hidden": "true", focusable: "false" },
        element("rect", { x: 0, y: 0, width: `${(100 * number) / most}%`, height: 6 }),
      ),
    );
  const rows = diff.speakers.map(([speaker, left, right]) =>
    element("tr", {}, element("th", { scope: "row" }, isolated(speaker)), amount(left), amount(right)),
  );
  return section(
    "Who speaks",
    table("Quoted words per speaker", ["Speaker", "Words, canonical", "Words, variant"], rows, { class: "ledger" }),
  );
}

function foldsTable(canonical, variant, links) {
  const rows = [
    ["left", "canonical", canonical],
    ["right", "variant", variant],
  ].flatMap(([side, name, article]) =>
    (article.folds ?? []).slice(0, 50).map(([start, , raw, read, kind]) =>
      element(
        "tr",
        {},
        element("td", {}, name),
        element("td", {}, words(kind)),
        locatable([isBlank(raw) ? "" : raw, codePointNames(raw)].filter(Boolean).join(" "), [start], side, links),
        element("td", {}, read ? isolated(read) : "nothing"),
      ),
    ),
  );
  if (!rows.length) return null;
  const columns = ["Article", "Kind", "Written as", "Read as"];
  return section("Disguised characters", table("Disguised characters", columns, rows, { class: "ledger" }));
}

function section(title, ...children) {
  return element("section", {}, element("h3", {}, title), children);
}
