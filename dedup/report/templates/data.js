// The embedded data: the index of all stories now, the detail of one when it is asked for.

const DATA = JSON.parse(document.getElementById("index").textContent);

const STORIES = DATA.stories.map((row, position) => {
  const [id, title, size, outlets, first, last, confidence, otherTitles, [added, contradicted, dropped]] = row;
  return {
    position, id, title, size, first, last, confidence, otherTitles, added, contradicted, dropped,
    outlets: outlets.map((outlet) => DATA.outlets[outlet]),
  };
});

const STORY_BY_ID = new Map(STORIES.map((story) => [story.id, story]));

// A report of a large run holds its largest stories only; what leads to another says so.
const HOLDS_ALL = STORIES.length === DATA.nStories;

function unshownText() {
  if (HOLDS_ALL) return "";
  return `It shows the largest ${STORIES.length.toLocaleString("en")} of ${DATA.nStories.toLocaleString("en")} stories; all are in stories.jsonl.`;
}

// Letters without case and accents, so that "zurich" finds "Zürich".
function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

// Built when a story is first searched: a page that is only read pays nothing.
function haystack(story) {
  story.haystack ??= folded([story.title, ...story.otherTitles, ...story.outlets, story.id].join("\n"));
  return story.haystack;
}

const ALPHABETICAL = new Intl.Collator("en", { numeric: true });

// Unknown values go last in either direction.
function compareKnown(left, right, direction) {
  const leftUnknown = left === null;
  const rightUnknown = right === null;
  if (leftUnknown || rightUnknown) return leftUnknown - rightUnknown;
  return (left - right) * direction;
}

const ORDERS = {
  size: { descends: true },
  added: { descends: true },
  contradicted: { descends: true },
  first: { descends: false },
  last: { descends: true },
  confidence: { descends: false },
  title: { descends: false },
};

function selectStories({ query, sharedOnly, sort, descends }) {
  const needles = folded(query).split(/\s+/).filter(Boolean);
  const found = STORIES.filter(
    (story) => (!sharedOnly || story.size > 1) && needles.every((needle) => haystack(story).includes(needle)),
  );
  const direction = descends ? -1 : 1;
  const compare =
    sort === "title"
      ? (left, right) => ALPHABETICAL.compare(left.title, right.title) * direction
      : (left, right) => compareKnown(left[sort], right[sort], direction);
  // Ties: the newest first, then the order of the file.
  return found.sort(
    (left, right) =>
      compare(left, right) || compareKnown(left.last, right.last, -1) || left.position - right.position,
  );
}

// The details stand behind this script in the file: a story opened by its address may not have arrived yet.
async function storyDetail(story) {
  const find = () => document.getElementById(`story-${story.position}`);
  if (document.readyState === "loading" && !find()?.nextSibling) {
    await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
  }
  story.detail ??= JSON.parse(find().textContent);
  return story.detail;
}
