// Makes every node of the page. Data becomes text nodes and checked attributes, never markup.

const SVG = new Set(["svg", "circle", "rect", "line", "path", "polygon", "g", "title"]);

function element(tag, attributes = {}, ...children) {
  const node = SVG.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) throw new Error(`${name}: listeners are added with addEventListener`);
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Text of an article, outlet or headline inside a sentence of ours: isolated, so that its direction stays its own.
function isolated(text, attributes = {}) {
  return element("bdi", attributes, text);
}

// For screen readers only. dir=ltr also keeps our English words out of the dir=auto of the paragraph around them.
function unseen(text) {
  return element("span", { class: "visually-hidden", dir: "ltr" }, text);
}

// A language tag from the input is used only if it looks like one.
function language(tag) {
  return /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag ?? "") ? tag : null;
}

// The same rule as web_address in page_data.py: http and https with a host and without credentials.
function webLink(url, label) {
  if (!/^https?:\/\/[^\s/?#\\@]+([/?#]\S*)?$/i.test(url ?? "")) return null;
  return element("a", { href: url, rel: "noopener noreferrer" }, label);
}

function storyAddress(storyId, variantId = null) {
  const parts = [storyId, variantId].filter((part) => part !== null);
  return `#story/${parts.map(encodeURIComponent).join("/")}`;
}

function storyLink(storyId, label, variantId = null) {
  return element("a", { href: storyAddress(storyId, variantId) }, label);
}

// A story that may be one of those that the report does not hold: its name stays, and why it leads nowhere is said.
function storyLinkIfShown(storyId, label, variantId = null) {
  if (STORY_BY_ID.has(storyId)) return storyLink(storyId, label, variantId);
  if (HOLDS_ALL) return label;
  return [label, element("span", { class: "unknown" }, " (not in this report; see stories.jsonl)")];
}

function button(label, action, attributes = {}) {
  const node = element("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", action);
  return node;
}

function table(caption, columns, rows, attributes = {}) {
  const head = columns.map((name) => element("th", { scope: "col" }, name));
  return element(
    "div",
    { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 },
    element("table", { "aria-label": caption, ...attributes }, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows)),
  );
}

// A table that a phone lays out as blocks stays a table for a screen reader only if every part says its role.
function withRoles(node) {
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  for (const part of [node, ...node.querySelectorAll("*")]) {
    const role = part.tagName === "TH" ? (part.scope === "row" ? "rowheader" : "columnheader") : roles[part.tagName];
    if (role) part.setAttribute("role", role);
  }
  return node;
}
