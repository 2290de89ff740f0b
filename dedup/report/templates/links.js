// Makes the sentences of a diff answer: hover and focus light up what belongs together, arrows walk, Enter jumps across.
// Each column is one stop of the Tab key.

function linkSentences(diffNode, columns) {
  const nodes = { left: [], right: [] };
  for (const side of ["left", "right"]) {
    for (const node of diffNode.querySelectorAll(`.side-${side} .sentence`)) nodes[side][Number(node.dataset.at)] = node;
    const first = nodes[side].find(Boolean);
    if (first) first.tabIndex = 0;
  }
  const across = (side) => (side === "left" ? "right" : "left");
  const placeOf = (node) => ({ side: node.closest(".side-left") ? "left" : "right", at: Number(node.dataset.at) });
  const sheet = element("div", { class: "sheet", "aria-hidden": "true", hidden: true });
  diffNode.append(sheet);
  let lit = [];
  // Where the reader was last, per side: a press on a button takes the focus away, but not the place.
  const visited = { left: -1, right: -1 };

  function clear() {
    for (const node of lit) node.classList.remove("is-lit", "is-source");
    lit = [];
    sheet.hidden = true;
  }

  function light(node) {
    clear();
    const { side, at } = placeOf(node);
    const partners = columns[side][at].partners.map((partner) => nodes[across(side)][partner]);
    node.classList.add("is-source");
    for (const partner of partners) partner.classList.add("is-lit");
    lit = [node, ...partners];
    showSheet(node, partners);
  }

  // The pointer has gone: what has the focus, if anything, is lit again.
  function settle() {
    const focused = document.activeElement?.closest(".sentence");
    if (focused && diffNode.contains(focused)) light(focused);
    else clear();
  }

  // When a partner is off the screen (always so on a phone), its text is shown at the lower edge.
  function showSheet(node, partners) {
    const away = partners.filter((partner) => {
      const box = partner.getBoundingClientRect();
      return box.bottom < 0 || box.top > window.innerHeight;
    });
    if (!away.length) return;
    const side = across(placeOf(node).side);
    sheet.replaceChildren(
      element("span", { class: "sheet-label" }, side === "left" ? "In the canonical article" : "In the variant"),
      ...away
        .slice(0, 3)
        .map((partner) => element("p", { dir: "auto", lang: partner.closest("[lang]")?.lang }, partner.dataset.text)),
    );
    sheet.hidden = false;
  }

  function take(node) {
    for (const other of nodes[placeOf(node).side]) if (other) other.tabIndex = -1;
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
  }

  function go(node) {
    take(node);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    node.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  }

  diffNode.addEventListener("mouseover", (event) => {
    const node = event.target.closest(".sentence");
    if (node) light(node);
    // Between two lines of a sentence the pointer is on the paragraph: no reason to flicker.
    else if (!event.target.closest(".text")) settle();
  });
  diffNode.addEventListener("mouseleave", settle);
  diffNode.addEventListener("focusin", (event) => {
    const node = event.target.closest(".sentence");
    if (!node) return;
    const { side, at } = placeOf(node);
    visited[side] = at;
    light(node);
  });
  diffNode.addEventListener("focusout", clear);
  diffNode.addEventListener("click", (event) => {
    const node = event.target.closest(".sentence");
    // A reader who selects text with the mouse keeps the selection.
    if (node && !String(getSelection())) take(node);
  });
  diffNode.addEventListener("keydown", (event) => {
    const node = event.target.closest(".sentence");
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const { side, at } = placeOf(node);
    const step = { ArrowDown: 1, ArrowRight: 1, j: 1, ArrowUp: -1, ArrowLeft: -1, k: -1 }[event.key];
    const target =
      event.key === "Enter" ? nodes[across(side)][columns[side][at].partners[0]] : step && nodes[side][at + step];
    if (!target) return;
    event.preventDefault();
    go(target);
  });

  return {
    // The next sentence of a kind after the last one visited, on the side where that kind stands.
    next(kind) {
      const side = kind === "dropped" ? "left" : "right";
      const places = columns[side].flatMap((unit, at) => (unit.kind === kind ? [at] : []));
      const at = places.find((place) => place > visited[side]) ?? places[0];
      if (at !== undefined) go(nodes[side][at]);
    },
    // The sentence that holds a code point, for the tables that point into the text.
    show(side, offset) {
      const at = columns[side].findIndex((unit) => unit.start <= offset && offset < unit.end);
      if (at >= 0) go(nodes[side][at]);
    },
  };
}
