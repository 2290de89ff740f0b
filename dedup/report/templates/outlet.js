// The page of one outlet: what it keeps adding, when it publishes, with whom it shares texts.

const OUTLET = document.getElementById("outlet");

function outletKicker(outlet) {
  const parts = [
    plural(outlet.articles, "article"),
    plural(outlet.stories, "story", "stories"),
    outlet.timed ? `first in ${outlet.first.toLocaleString("en")} of ${outlet.timed.toLocaleString("en")} told by others too` : null,
  ];
  return element("p", { class: "kicker" }, parts.filter(Boolean).join(" · "));
}

function outletStandfirst(outlet) {
  const told = [];
  if (outlet.afterFirst) {
    const spread = middleHalf(outlet.afterFirst);
    told.push(`When others were first, it followed after ${hoursText(outlet.afterFirst[1])}${spread ? `, mostly ${spread}` : ""}.`);
  }
  if (outlet.timed && outlet.first === outlet.timed) told.push("It was first with every story that others told, too.");
  if (outlet.canonical) told.push(`Its text speaks for ${plural(outlet.canonical, "story", "stories")} of several articles.`);
  if (outlet.afterCanonical) {
    const [, middle] = outlet.afterCanonical;
    told.push(`Its versions of what others wrote appear ${hoursText(Math.abs(middle))} ${middle < 0 ? "before" : "after"} the canonical article, by the median.`);
  }
  if (outlet.variants) {
    told.push(
      `Its ${plural(outlet.variants, "variant")} of other articles added ${plural(outlet.words_added, "word")} and left out ` +
        `${plural(outlet.dropped, "sentence")} of ${plural(outlet.words_dropped, "word")}.`,
    );
  }
  return element("p", { class: "standfirst" }, told.join(" ") || "Nobody else tells what it published.");
}

function habitExamples(examples) {
  return examples.map(([storyId, variantId, before, found, after]) => {
    const quoted = element("q", { dir: "auto" }, before, element("mark", {}, found), after);
    return element("li", {}, storyLinkIfShown(storyId, quoted, variantId));
  });
}

function habit(name, note, z, examples) {
  return element(
    "li",
    { class: "habit" },
    element(
      "p",
      {},
      element("b", {}, name),
      element("br"),
      element("span", { class: "note" }, `${note}, z ${z.toFixed(1)}`),
    ),
    examples.length ? element("ul", { class: "examples" }, habitExamples(examples)) : null,
  );
}

function termHabits(outlet) {
  const more = outlet.moreTerms;
  return section(
    "Words it keeps adding",
    outlet.terms.length
      ? element(
          "ul",
          { class: "plain-list" },
          outlet.terms.map(([term, articles, stories, z, examples]) =>
            habit(isolated(term), `in ${plural(articles, "article")} of ${plural(stories, "story", "stories")}`, z, examples),
          ),
        )
      : element("p", { class: "note" }, "No word tells it from the others."),
    more > 0 ? element("p", { class: "note" }, `${plural(more, "more word tells", "more words tell")} it from the others; outlets.parquet has them.`) : null,
  );
}

function signalHabits(outlet) {
  return section(
    "How it frames",
    outlet.signals.length
      ? element(
          "ul",
          { class: "plain-list" },
          outlet.signals.map(([signal, change, places, articles, z, examples]) =>
            habit(
              [`${words(signal)} `, statusNode(change)],
              `${plural(places, "place")} in ${plural(articles, "article")}`,
              z,
              examples,
            ),
          ),
        )
      : element("p", { class: "note" }, "No framing signal tells it from the others."),
  );
}

function partnerList(title, partners, total, none) {
  const shown = partners.reduce((sum, [, amount]) => sum + amount, 0);
  return section(
    title,
    partners.length
      ? element(
          "ul",
          { class: "plain-list partners" },
          partners.map(([name, amount]) =>
            element("li", {}, outletLink({ name: name ?? undefined }), element("span", { class: "note" }, plural(amount, "article"))),
          ),
        )
      : element("p", { class: "note" }, none),
    total > shown ? element("p", { class: "note" }, `${plural(total - shown, "article")} more from or to others.`) : null,
  );
}

function outletFigures(outlet) {
  const figures = [
    ["alone in their story", outlet.alone],
    ["speak for their story", outlet.canonical],
    ["variants", outlet.variants],
    ["facts in conflict", outlet.conflicts],
  ];
  return element(
    "dl",
    { class: "figures" },
    figures.map(([name, amount]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, amount.toLocaleString("en"))),
    ),
  );
}

function openOutlet({ name }) {
  const outlet = allOutlets().find((one) => one.name === name);
  const heading = outlet ? outletLabel(outlet) : "No such outlet";
  document.title = `${outlet?.name ?? heading.textContent ?? heading} – ${REPORT_TITLE}`;
  const head = element("h1", { id: "outlet-heading", tabindex: -1, dir: "auto" }, heading);
  OUTLET.replaceChildren(
    ...(outlet
      ? [
          element("header", { class: "story-head" }, outletKicker(outlet), head, outletStandfirst(outlet)),
          outletFigures(outlet),
          outlet.name === undefined
            ? null
            : element(
                "p",
                { class: "all-stories" },
                element("a", { href: `#stories?${new URLSearchParams({ q: outlet.name, all: 1 })}` }, "Its stories"),
              ),
          element(
            "div",
            { class: "about habits" },
            outlet.name === undefined ? null : termHabits(outlet),
            outlet.name === undefined ? null : signalHabits(outlet),
          ),
          element(
            "div",
            { class: "about" },
            partnerList("Took text from", outlet.sources, outlet.taken, "No article seems taken from another outlet."),
            partnerList("Gave text to", outlet.followers, outlet.given, "No other outlet seems to have taken its text."),
          ),
        ].filter(Boolean)
      : [
          head,
          element("p", {}, "This report shows no outlet named ", element("code", {}, isolated(name ?? "")), "; outlets.parquet has all."),
        ]),
  );
  head.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}
