// Which page stands in the address: #stories?…, #outlet/NAME, #story/ID or #story/ID/VARIANT.

const FRONT = document.getElementById("front");
const REPORT_TITLE = document.title;

let shownStory = null;
let lastLink = null;
let lastPlace = "rows";

function routeOf(hash) {
  const [page, ...parts] = hash.replace(/^#/, "").split("/");
  if (page === "outlet") return { page, name: parts[0] ? decoded(parts[0]) : undefined };
  if (page !== "story" || !parts[0]) return { page: "list", query: hash.split("?")[1] ?? "" };
  try {
    const [storyId, variantId] = parts.map(decodeURIComponent);
    return { page: "story", storyId, variantId };
  } catch {
    return { page: "story", storyId: parts[0] };
  }
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// One of the front page, a story and an outlet is there at a time.
function showOnly(node) {
  for (const one of [FRONT, STORY, OUTLET]) one.hidden = one !== node;
  document.body.classList.toggle("on-story", node !== FRONT);
}

function showFront(query) {
  const came = shownStory;
  shownStory = null;
  document.title = REPORT_TITLE;
  showOnly(FRONT);
  const before = listAddress();
  readListAddress(query);
  showList();
  showOutlets();
  // An address that asks for other stories than were listed leads to the list.
  if (listAddress() !== before) {
    jumpTo(LIST);
    return;
  }
  if (!came) return;
  const back = [...document.querySelectorAll(`#${lastPlace} a`)].find((link) => link.hash === lastLink);
  (back ?? document.getElementById("nameplate")).focus();
  back?.scrollIntoView({ block: "center" });
}

async function openStory({ storyId, variantId }) {
  const story = STORY_BY_ID.get(storyId);
  const sameStory = shownStory !== null && shownStory === story;
  shownStory = story ?? "unknown";
  lastLink = storyAddress(storyId);
  document.title = `${story ? story.title : "Unknown story"} – ${REPORT_TITLE}`;
  document.getElementById("home").href = listAddress();
  if (story) {
    await showStory(story, variantId);
    if (shownStory !== story) return;
  } else {
    STORY.replaceChildren(
      element("h1", { id: "story-heading", tabindex: -1 }, HOLDS_ALL ? "No such story" : "Not in this report"),
      element("p", {}, "This report holds no story named ", element("code", {}, isolated(storyId)), ". ", unshownText()),
      HOLDS_ALL ? "" : element("p", {}, "See whether there is one with ", element("code", {}, isolated(`dedup show ${storyId}`)), "."),
    );
  }
  showOnly(STORY);
  const heading = document.getElementById(sameStory || variantId ? "diff-heading" : "story-heading");
  const target = heading ?? document.getElementById("story-heading");
  target.focus({ preventScroll: true });
  if (target.id === "diff-heading") target.scrollIntoView();
  else window.scrollTo(0, 0);
}

function showOutlet(route) {
  shownStory = "outlet";
  lastLink = location.hash;
  document.getElementById("home").href = listAddress();
  showOnly(OUTLET);
  openOutlet(route);
}

// Outlets stand in the network and in the table: Back leads to the one that was left.
FRONT.addEventListener("click", (event) => {
  const place = event.target.closest("a")?.closest("#network, #outlet-rows, #rows");
  if (place) lastPlace = place.id;
});

function follow() {
  const route = routeOf(location.hash);
  if (route.page === "outlet") showOutlet(route);
  else if (route.page === "story") openStory(route);
  else showFront(route.query);
}

function jumpTo(section) {
  section.querySelector("h2").focus({ preventScroll: true });
  section.scrollIntoView();
}

// These links point to elements, which would be taken for pages of the report.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
document.getElementById("jump").hidden = false;
for (const link of document.querySelectorAll("#jump a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    jumpTo(document.getElementById(link.hash.slice(1)));
  });
}

startList();
startOutlets();
readListAddress("");
listedStories = selectStories(listState);
follow();
window.addEventListener("hashchange", follow);
