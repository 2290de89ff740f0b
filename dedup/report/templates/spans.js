// Spans are half-open ranges of Unicode code points; JavaScript counts UTF-16 units. Everything between is here.

class CodePoints {
  constructor(text) {
    this.text = text;
    // Only text with astral characters needs to be taken apart.
    this.points = /[\ud800-\udfff]/.test(text) ? Array.from(text) : null;
    this.length = this.points ? this.points.length : text.length;
  }

  slice(start, end) {
    return this.points ? this.points.slice(start, end).join("") : this.text.slice(start, end);
  }
}

function isBlank(text) {
  return !/\S/u.test(text);
}

// [start, end) without blank ends, or null if nothing is left.
function trimmed(points, start, end) {
  while (start < end && isBlank(points.slice(start, start + 1))) start += 1;
  while (start < end && isBlank(points.slice(end - 1, end))) end -= 1;
  return start < end ? [start, end] : null;
}

// Cuts [start, end) where marks begin and end. A mark is {start, end, name, note}; each piece carries the marks over it.
function pieces(start, end, marks) {
  const inside = marks.filter((mark) => mark.start < end && mark.end > start && mark.start < mark.end);
  const cuts = new Set([start, end]);
  for (const mark of inside) {
    cuts.add(Math.max(start, mark.start));
    cuts.add(Math.min(end, mark.end));
  }
  const edges = [...cuts].sort((left, right) => left - right);
  return edges.slice(0, -1).map((from, place) => {
    const to = edges[place + 1];
    return { start: from, end: to, marks: inside.filter((mark) => mark.start <= from && mark.end >= to) };
  });
}

const MARK_TAGS = { new: "ins", conflict: "em", signal: "span", fold: "span" };

function markedText(points, start, end, marks) {
  return pieces(start, end, marks).map((piece) => {
    const text = points.slice(piece.start, piece.end);
    return piece.marks.reduce(
      (inner, mark) =>
        element(MARK_TAGS[mark.name], { class: `mark-${mark.name}`, title: mark.note }, inner),
      text,
    );
  });
}

// Units ({start, end, ...}, in order, apart) as paragraphs: every line break between two units starts one, unless the
// lines of the article are wrapped, which shows in breaks inside sentences; then only a blank line does.
function paragraphs(points, units, lang, renderUnit) {
  const isWrapped = breaksInside(points, units) > units.length / 4;
  const attributes = { dir: "auto", lang: language(lang) };
  const found = [];
  let paragraph = element("p", attributes);
  const close = () => {
    if (paragraph.childNodes.length) found.push(paragraph);
    paragraph = element("p", attributes);
  };
  let at = 0;
  for (const unit of [...units, { start: points.length, end: points.length, last: true }]) {
    const gap = points.slice(at, Math.max(at, unit.start));
    if (!isBlank(gap)) {
      // Text that no sentence covers is still shown: nothing of an article gets lost.
      paragraph.append(gap);
    } else if (/\n/.test(gap)) {
      if (!isWrapped || /\n\s*\n/.test(gap)) close();
      else paragraph.append(" ");
    } else if (gap) {
      paragraph.append(" ");
    }
    if (unit.last) break;
    paragraph.append(...[renderUnit(unit)].flat());
    at = unit.end;
  }
  close();
  return found;
}

function breaksInside(points, units) {
  return units.filter((unit) => points.slice(unit.start, unit.end).includes("\n")).length;
}

// A text without a diff: lines are paragraphs.
function plainText(text, lang) {
  return text
    .split(/\n+/)
    .filter((line) => !isBlank(line))
    .map((line) => element("p", { dir: "auto", lang: language(lang) }, line));
}
