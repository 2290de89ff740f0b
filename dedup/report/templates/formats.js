// Values as people write them. Times are seconds since 1970 and shown in UTC, whatever the reader's clock says.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function twoDigits(number) {
  return String(number).padStart(2, "0");
}

function dayText(seconds) {
  const time = new Date(seconds * 1000);
  return `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]} ${time.getUTCFullYear()}`;
}

function clockText(seconds) {
  const time = new Date(seconds * 1000);
  return `${twoDigits(time.getUTCHours())}:${twoDigits(time.getUTCMinutes())}`;
}

function timeText(seconds) {
  return seconds === null || seconds === undefined ? "unknown" : `${dayText(seconds)}, ${clockText(seconds)}`;
}

function timeNode(seconds) {
  if (seconds === null || seconds === undefined) return element("span", { class: "unknown" }, "unknown");
  return element("time", { datetime: new Date(seconds * 1000).toISOString() }, timeText(seconds));
}

// "40 min", "2 h 15 min", "3 days 4 h": the two largest units, without zeros.
function durationText(seconds) {
  const minutes = Math.round(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const parts = [
    [days, days === 1 ? " day" : " days"],
    [hours, " h"],
    [days ? 0 : minutes % 60, " min"],
  ];
  return parts.filter(([amount]) => amount).map(([amount, unit]) => amount + unit).join(" ") || "0 min";
}

function plural(amount, one, many = `${one}s`) {
  return `${amount.toLocaleString("en")} ${amount === 1 ? one : many}`;
}

// Two places, cut and not rounded, so that 0.996 is never shown as certain.
function score(value) {
  return value === null || value === undefined ? "–" : (Math.floor(value * 100 + 1e-6) / 100).toFixed(2);
}

function words(name) {
  return name.replaceAll("_", " ");
}

// What to call the teller of an article: its outlet, or its id where no outlet is known.
function nameOf(article) {
  return isolated(article.source ?? article.id);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function listed(items) {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
