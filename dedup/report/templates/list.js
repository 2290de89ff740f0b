// The list of stories: search, sort, pages. Its state stands in the address, so that Back and bookmarks work.

const PAGE_SIZE = 50;

const LIST = document.getElementById("list");
const TOOLS = {
  search: document.getElementById("search"),
  sort: document.getElementById("sort"),
  shared: document.getElementById("shared"),
};

const HAS_SHARED = STORIES.some((story) => story.size > 1);
const LIST_DEFAULTS = { query: "", sort: "size", descends: true, sharedOnly: HAS_SHARED, page: 1 };
let listState = { ...LIST_DEFAULTS };
let listedStories = [];

function listAddress(state = listState) {
  const parameters = new URLSearchParams();
  if (state.query) parameters.set("q", state.query);
  if (state.sort !== LIST_DEFAULTS.sort) parameters.set("sort", state.sort);
  if (state.descends !== ORDERS[state.sort].descends) parameters.set("order", state.descends ? "desc" : "asc");
  if (state.sharedOnly !== LIST_DEFAULTS.sharedOnly) parameters.set("all", state.sharedOnly ? "0" : "1");
  if (state.page > 1) parameters.set("page", state.page);
  const query = parameters.toString();
  return query ? `#stories?${query}` : "#stories";
}

function readListAddress(query) {
  const parameters = new URLSearchParams(query);
  const sort = Object.hasOwn(ORDERS, parameters.get("sort") ?? "") ? parameters.get("sort") : LIST_DEFAULTS.sort;
  const order = parameters.get("order");
  const all = parameters.get("all");
  listState = {
    query: parameters.get("q") ?? "",
    sort,
    descends: order ? order === "desc" : ORDERS[sort].descends,
    sharedOnly: all === null ? LIST_DEFAULTS.sharedOnly : all === "0",
    page: Math.max(1, Number.parseInt(parameters.get("page") ?? "1", 10) || 1),
  };
}

function changeList(change) {
  listState = { ...listState, page: 1, ...change };
  history.replaceState(null, "", listAddress());
  showList();
}

function changeNotes(story) {
  const notes = [
    ["added", story.added, "added", "sentence added", "sentences added"],
    ["contradicted", story.contradicted, "contradicted", "contradicted"],
    ["dropped", story.dropped, "dropped", "dropped"],
  ];
  return notes
    .filter(([, amount]) => amount)
    .map(([kind, amount, meaning]) =>
      element("span", { class: `count is-${kind}` }, amount.toLocaleString("en"), unseen(` ${meaning}. `)),
    );
}

function storyRow(story) {
  const outlets = story.outlets.slice(0, 3).map((outlet, place) => [place ? " · " : "", isolated(outlet)]);
  const more = story.outlets.length - 3;
  const cell = (label, attributes, ...children) =>
    element("td", { role: "cell", "data-label": label, ...attributes }, children);
  const row = element(
    "tr",
    { role: "row" },
    cell("Articles", { class: "size" }, story.size.toLocaleString("en")),
    element(
      "th",
      { role: "rowheader", scope: "row", class: "headline" },
      storyLink(story.id, isolated(story.title)),
      element("p", { class: "outlets" }, outlets, more > 0 ? ` and ${more} more` : null),
    ),
    cell("Changes", { class: "changes" }, changeNotes(story)),
    cell("First seen", { class: "when first" }, timeNode(story.first)),
    cell("Last seen", { class: "when last" }, timeNode(story.last)),
    cell("Lowest confidence", { class: "confidence" }, story.size > 1 ? score(story.confidence) : "–"),
  );
  return row;
}

function foundText(found, first, last) {
  const kind = listState.sharedOnly ? "stories told more than once" : "stories";
  if (!found.length) return `No ${kind} found.`;
  const range = found.length > PAGE_SIZE ? `${first + 1}–${last} of ` : "";
  return `${range}${found.length.toLocaleString("en")} ${found.length === 1 ? kind.replace("stories", "story") : kind}.`;
}

// Nothing found among the shared ones: say how many there are among all, and offer them.
function offerAll() {
  if (!listState.sharedOnly) return null;
  const others = selectStories({ ...listState, sharedOnly: false }).length;
  if (!others) return null;
  return button(`Show ${plural(others, "story", "stories")} told once`, () => changeList({ sharedOnly: false }), {
    class: "plain",
  });
}

function pageLinks(found) {
  const pages = Math.ceil(found.length / PAGE_SIZE);
  if (pages < 2) return [];
  const step = (label, page) => {
    const inside = page >= 1 && page <= pages;
    return button(
      label,
      () => {
        changeList({ page });
        LIST.scrollIntoView();
        document.querySelector("#rows a")?.focus({ preventScroll: true });
      },
      { disabled: !inside },
    );
  };
  return [
    step("Previous", listState.page - 1),
    element("span", {}, `Page ${listState.page} of ${pages.toLocaleString("en")}`),
    step("Next", listState.page + 1),
  ];
}

function showList() {
  listedStories = selectStories(listState);
  const pages = Math.max(1, Math.ceil(listedStories.length / PAGE_SIZE));
  listState.page = Math.min(listState.page, pages);
  const first = (listState.page - 1) * PAGE_SIZE;
  const shown = listedStories.slice(first, first + PAGE_SIZE);
  if (TOOLS.search.value !== listState.query) TOOLS.search.value = listState.query;
  TOOLS.sort.value = listState.sort;
  TOOLS.shared.checked = listState.sharedOnly;
  document.getElementById("rows").replaceChildren(...shown.map(storyRow));
  document.getElementById("found").replaceChildren(foundText(listedStories, first, first + shown.length));
  document.getElementById("pages").replaceChildren(
    ...(listedStories.length ? pageLinks(listedStories) : [offerAll()].filter(Boolean)),
  );
  for (const header of LIST.querySelectorAll("th[data-sort]")) {
    const active = header.dataset.sort === listState.sort;
    if (active) header.setAttribute("aria-sort", listState.descends ? "descending" : "ascending");
    else header.removeAttribute("aria-sort");
  }
}

function startList() {
  LIST.hidden = false;
  LIST.classList.toggle("is-undated", STORIES.every((story) => story.first === null));
  TOOLS.shared.closest("label").hidden = !HAS_SHARED || STORIES.every((story) => story.size > 1);
  document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
  TOOLS.search.addEventListener("input", () => changeList({ query: TOOLS.search.value }));
  TOOLS.shared.addEventListener("change", () => changeList({ sharedOnly: TOOLS.shared.checked }));
  TOOLS.sort.addEventListener("change", () => {
    const sort = TOOLS.sort.value;
    changeList({ sort, descends: ORDERS[sort].descends });
  });
  for (const header of LIST.querySelectorAll("th[data-sort]")) {
    header.querySelector("button").addEventListener("click", () => {
      const { sort } = header.dataset;
      changeList({ sort, descends: sort === listState.sort ? !listState.descends : ORDERS[sort].descends });
    });
  }
  // Arrows and j/k work while a headline has the focus, and nowhere else: no shortcut surprises who only types.
  document.getElementById("rows").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...document.querySelectorAll("#rows .headline a")];
    const next = links[links.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
