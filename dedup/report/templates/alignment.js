// Turns a diff into what stands on the page: numbered sentences of the canonical article on the left, sentences of the
// variant on the right, and which of them belong together.

// Index of the first edge that is at least `value`.
function firstAtLeast(edges, value) {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The canonical sentences are all spans that some sentence cites or that are listed as dropped. Should spans overlap, the
// text is cut at every edge, so that each character is shown once.
function canonicalUnits(points, diff) {
  const cited = diff.sentences.flatMap((sentence) => sentence[4]);
  const spans = [...cited, ...diff.dropped].filter(([start, end]) => start < end && end <= points.length);
  const edges = [...new Set(spans.flat())].sort((left, right) => left - right);
  const covered = new Uint8Array(edges.length);
  for (const [start, end] of spans) covered.fill(1, firstAtLeast(edges, start), firstAtLeast(edges, end));
  const units = [];
  const unitAtEdge = new Map();
  for (let place = 0; place + 1 < edges.length; place += 1) {
    const range = covered[place] ? trimmed(points, edges[place], edges[place + 1]) : null;
    if (!range) continue;
    unitAtEdge.set(place, units.length);
    units.push({ start: range[0], end: range[1], number: units.length + 1, kind: "dropped", partners: [] });
  }
  const unitsOf = ([start, end]) => {
    const found = [];
    for (let place = firstAtLeast(edges, start); place < firstAtLeast(edges, end); place += 1) {
      if (unitAtEdge.has(place)) found.push(unitAtEdge.get(place));
    }
    return found;
  };
  return { units, unitsOf };
}

// The variant's sentences in the order of its text; one that overlaps an earlier one keeps what is left of it.
function variantUnits(points, diff) {
  const units = [];
  let at = 0;
  for (const [start, end, kind, similarity, canonical, added] of [...diff.sentences].sort((a, b) => a[0] - b[0])) {
    const range = trimmed(points, Math.max(start, at), Math.min(end, points.length));
    if (!range) continue;
    [, at] = range;
    units.push({ start: range[0], end: range[1], kind, similarity, canonical, added, partners: [] });
  }
  return units;
}

const WEIGHT = { verbatim: 1, reworded: 2, contradicted: 3 };

function alignment(canonicalPoints, variantPoints, diff) {
  const { units: left, unitsOf } = canonicalUnits(canonicalPoints, diff);
  const right = variantUnits(variantPoints, diff);
  right.forEach((unit, place) => {
    unit.partners = [...new Set(unit.canonical.flatMap(unitsOf))].sort((a, b) => a - b);
    for (const partner of unit.partners) {
      const other = left[partner];
      other.partners.push(place);
      if ((WEIGHT[unit.kind] ?? 0) > (WEIGHT[other.kind] ?? 0)) other.kind = unit.kind;
    }
  });
  return { left, right };
}

// What is marked inside sentences, per side. Facts in conflict and framing signals carry their note as a tooltip, and the
// tables under the diff say the same in words.
function diffMarks(diff, canonical, variant) {
  const left = (canonical.folds ?? []).map(foldMark);
  const right = (variant.folds ?? []).map(foldMark);
  for (const sentence of diff.sentences) {
    // An added sentence is new as a whole; marking its words again would only shout.
    if (sentence[2] === "added") continue;
    for (const [start, end] of sentence[5]) right.push({ start, end, name: "new" });
  }
  for (const [kind, status, before, after, leftSpan, rightSpan] of diff.facts) {
    if (status !== "conflict") continue;
    const note = `${kind} in conflict: ${before ?? "–"} / ${after ?? "–"}`;
    if (leftSpan) left.push({ start: leftSpan[0], end: leftSpan[1], name: "conflict", note });
    if (rightSpan) right.push({ start: rightSpan[0], end: rightSpan[1], name: "conflict", note });
  }
  for (const [signal, change, before, after, leftSpan, rightSpan] of diff.framing) {
    const note = `${words(signal)} ${change}: ${before ?? "–"} → ${after ?? "–"}`;
    if (leftSpan && change !== "added") left.push({ start: leftSpan[0], end: leftSpan[1], name: "signal", note });
    if (rightSpan && change !== "removed") right.push({ start: rightSpan[0], end: rightSpan[1], name: "signal", note });
  }
  return { left, right };
}

function foldMark([start, end, raw, read, kind]) {
  return { start, end, name: "fold", note: `${words(kind)}, read as ${read || "nothing"}: ${codePointNames(raw) || raw}` };
}

// The characters that are not plain ASCII, by number: in a disguised word they are the disguise.
function codePointNames(text) {
  return Array.from(text)
    .filter((point) => point < " " || point > "~")
    .map((point) => `U+${point.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`)
    .join(" ");
}
