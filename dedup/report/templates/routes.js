// Which page stands in the address: #stories?…, #story/ID or #story/ID/VARIANT.

const FRONT = document.getElementById("front");
const REPORT_TITLE = document.title;

let shownStory = null;
let lastLink = null;

function routeOf(hash) {
  const [page, ...parts] = hash.replace(/^#/, "").split("/");
  if (page !== "story" || !parts[0]) return { page: "list", query: hash.split("?")[1] ?? "" };
  try {
    const [storyId, variantId] = parts.map(decodeURIComponent);
    return { page: "story", storyId, variantId };
  } catch {
    return { page: "story", storyId: parts[0] };
  }
}

function showFront(query) {
  const came = shownStory;
  shownStory = null;
  document.title = REPORT_TITLE;
  STORY.hidden = true;
  FRONT.hidden = false;
  document.body.classList.remove("on-story");
  readListAddress(query);
  showList();
  if (!came) return;
  const back = [...document.querySelectorAll("#rows .headline a")].find((link) => link.hash === lastLink);
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
      element("h1", { id: "story-heading", tabindex: -1 }, "No such story"),
      element("p", {}, "This report holds no story named ", element("code", {}, isolated(storyId)), "."),
    );
  }
  FRONT.hidden = true;
  STORY.hidden = false;
  document.body.classList.add("on-story");
  const heading = document.getElementById(sameStory || variantId ? "diff-heading" : "story-heading");
  const target = heading ?? document.getElementById("story-heading");
  target.focus({ preventScroll: true });
  if (target.id === "diff-heading") target.scrollIntoView();
  else window.scrollTo(0, 0);
}

function follow() {
  const route = routeOf(location.hash);
  if (route.page === "story") openStory(route);
  else showFront(route.query);
}

// The skip link points to an element, which would be taken for a page of the report.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});

startList();
readListAddress("");
listedStories = selectStories(listState);
follow();
window.addEventListener("hashchange", follow);
