// The outlets on the front page: a table that sorts, and the network, whose ends light up what belongs to them.

const FEW_OUTLETS = 10;

const OUTLET_ORDERS = {
  name: { descends: false, value: (outlet) => outlet.name ?? null },
  articles: { descends: true, value: (outlet) => outlet.articles },
  first: { descends: true, value: (outlet) => outlet.first },
  delay: { descends: false, value: (outlet) => outlet.afterFirst?.[1] ?? null },
  taken: { descends: true, value: (outlet) => outlet.taken },
  given: { descends: true, value: (outlet) => outlet.given },
};

// What the data leave out: figures that are 0, lists that are empty.
const NO_FIGURES = Object.fromEntries(
  ["stories", "alone", "canonical", "variants", "timed", "first", "taken", "given", "dropped", "words_added", "words_dropped", "conflicts", "moreTerms"].map((name) => [name, 0]),
);
const NO_LISTS = { terms: [], signals: [], sources: [], followers: [] };

let knownOutlets = null;
let outletState = { sort: "articles", descends: true, all: false };

// Parsed when outlets are first shown: a story that is opened by its address pays nothing for them.
function allOutlets() {
  knownOutlets ??= JSON.parse(document.getElementById("outlets").textContent).map((outlet) => ({ ...NO_FIGURES, ...NO_LISTS, ...outlet }));
  return knownOutlets;
}

function outletLabel(outlet) {
  return outlet.name === undefined ? element("span", { class: "unknown" }, "no outlet named") : isolated(outlet.name);
}

function outletAddress(name) {
  return name === undefined || name === null ? "#outlet" : `#outlet/${encodeURIComponent(name)}`;
}

function outletLink(outlet) {
  return element("a", { href: outletAddress(outlet.name) }, outletLabel(outlet));
}

// The table compares delays at a glance: its numbers have one unit each, the largest that fits.
function hoursText(hours) {
  return durationText(Math.round(hours * 60) * 60);
}

function middleHalf([lower, , upper]) {
  return hoursText(lower) === hoursText(upper) ? null : `${hoursText(lower)} to ${hoursText(upper)}`;
}

function sortedOutlets() {
  const { value } = OUTLET_ORDERS[outletState.sort];
  const direction = outletState.descends ? -1 : 1;
  const compare = (left, right) => {
    if (outletState.sort !== "name") return compareKnown(value(left), value(right), direction);
    if (left.name === undefined || right.name === undefined) return (left.name === undefined) - (right.name === undefined);
    return ALPHABETICAL.compare(left.name, right.name) * direction;
  };
  return [...allOutlets()].sort(compare);
}

function habitChips(outlet) {
  const chips = outlet.terms.slice(0, 4).map(([term]) => element("li", {}, isolated(term)));
  return chips.length ? element("ul", { class: "chips" }, chips) : element("span", { class: "unknown" }, "–");
}

function outletRow(outlet) {
  const cell = (label, name, ...children) => element("td", { class: name, "data-label": label }, children);
  const delay = outlet.afterFirst;
  return element(
    "tr",
    {},
    element("th", { scope: "row", class: "outlet-name" }, outletLink(outlet)),
    cell("Articles", "number", outlet.articles.toLocaleString("en")),
    cell("First", "number", outlet.timed ? `${outlet.first.toLocaleString("en")} of ${outlet.timed.toLocaleString("en")}` : "–"),
    cell("Follows after", "number", delay ? hoursText(delay[1]) : "–"),
    cell("Took", "number", outlet.taken.toLocaleString("en")),
    cell("Gave", "number", outlet.given.toLocaleString("en")),
    cell("Keeps adding", "keeps", habitChips(outlet)),
  );
}

function showOutlets() {
  const body = document.getElementById("outlet-rows");
  if (!body) return;
  const sorted = sortedOutlets();
  const shown = outletState.all ? sorted : sorted.slice(0, FEW_OUTLETS);
  body.replaceChildren(...shown.map(outletRow));
  const table = withRoles(body.closest("table"));
  table.classList.toggle("is-habitless", sorted.every((outlet) => !outlet.terms.length));
  const more = document.getElementById("more-outlets");
  more.hidden = sorted.length <= FEW_OUTLETS;
  more.textContent = outletState.all ? "Show fewer outlets" : `Show all ${sorted.length.toLocaleString("en")} outlets`;
  more.setAttribute("aria-expanded", String(outletState.all));
  for (const header of document.querySelectorAll("th[data-outlet-sort]")) {
    const active = header.dataset.outletSort === outletState.sort;
    if (active) header.setAttribute("aria-sort", outletState.descends ? "descending" : "ascending");
    else header.removeAttribute("aria-sort");
  }
}

// An end of the network lights up its bands and their other ends, for the pointer and for the focus.
function startNetwork() {
  const drawing = document.getElementById("network");
  if (!drawing) return;
  const bands = [...drawing.querySelectorAll("[data-source]")];
  const ends = { source: [...drawing.querySelectorAll(".sources li")], follower: [...drawing.querySelectorAll(".followers li")] };
  const clear = () => {
    drawing.classList.remove("is-asked");
    for (const node of drawing.querySelectorAll(".is-lit")) node.classList.remove("is-lit");
  };
  const light = (side, place) => {
    clear();
    const other = side === "source" ? "follower" : "source";
    const lit = bands.filter((band) => Number(band.dataset[side]) === place);
    drawing.classList.add("is-asked");
    ends[side][place].classList.add("is-lit");
    for (const band of lit) {
      band.classList.add("is-lit");
      ends[other][Number(band.dataset[other])].classList.add("is-lit");
    }
  };
  for (const side of ["source", "follower"]) {
    ends[side].forEach((end, place) => {
      end.addEventListener("mouseenter", () => light(side, place));
      end.addEventListener("focusin", () => light(side, place));
      end.addEventListener("mouseleave", clear);
      end.addEventListener("focusout", clear);
    });
  }
}

function startOutlets() {
  startNetwork();
  const table = document.getElementById("outlet-table");
  if (!table) return;
  table.hidden = false;
  for (const header of table.querySelectorAll("th[data-outlet-sort]")) {
    header.querySelector("button").addEventListener("click", () => {
      const sort = header.dataset.outletSort;
      const descends = sort === outletState.sort ? !outletState.descends : OUTLET_ORDERS[sort].descends;
      outletState = { ...outletState, sort, descends };
      showOutlets();
    });
  }
  document.getElementById("more-outlets").addEventListener("click", () => {
    outletState = { ...outletState, all: !outletState.all };
    showOutlets();
  });
}
