// A number in an answer opens its entry in the sources panel; "Back to the answer" returns to the number.
let left = null; // the link that was followed into the panel

// What the server has said beside the newest answer goes into the panel and into the page's memory.
parts.push(() => {
  const newest = find("#kq-newest .kq-turn");
  const list = find("#kq-panel .kq-list");
  if (!newest || !list) return;
  const record = JSON.parse(newest.dataset.record);
  records.set(record.turn, record);
  list.prepend(...newest.childNodes);
  newest.remove();
  find("#kq-panel .kq-empty").hidden = list.childElementCount > 0;
});

// A long passage is shown around the quoted sentence first.
parts.push(() => findAll(".kq-cite:not([data-folds])").forEach((entry) => {
  entry.dataset.folds = "";
  if (!find(".kq-far", entry)) return;
  const widen = button(WORDS.whole, () => {
    const whole = entry.classList.toggle("kq-whole");
    widen.setAttribute("aria-expanded", String(whole));
  }, { class: "kq-widen", "aria-expanded": "false" });
  find("figure", entry).after(widen);
}));

function sourcesOf(record) {
  const count = record.sources.length;
  const text = count === 1 ? "1 source" : `${count} sources`;
  return button(text, (event) => go(find(`#cite-${record.turn}-1`), event.target), { class: "kq-count" });
}

function go(entry, from) {
  if (!entry) return;
  if (!from.closest("#kq-panel")) left = from;
  findAll(".kq-here").forEach((other) => other.classList.remove("kq-here"));
  entry.classList.add("kq-here");
  entry.focus({ preventScroll: true });
  show(entry);
}

// The panel scrolls by itself beside the conversation; below it, the page does.
function show(entry) {
  const side = find("#kq-side");
  if (getComputedStyle(side).overflowY !== "auto") return entry.scrollIntoView({ block: "start", behavior: "instant" });
  side.scrollTop += entry.getBoundingClientRect().top - side.getBoundingClientRect().top - 12;
  if (entry.getBoundingClientRect().top > innerHeight - 120) side.scrollIntoView({ block: "nearest" });
}

function back(answer) {
  const target = left && left.isConnected && answer.contains(left) ? left : find("a, button", answer);
  target.focus({ preventScroll: true });
  answer.scrollIntoView({ block: "start", behavior: "instant" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*="#cite-"], a[href*="#differ-"], a[href*="#kq-answer-"]');
  if (!link) return;
  event.preventDefault();
  const target = document.getElementById(link.getAttribute("href").split("#")[1]);
  if (target && target.id.startsWith("kq-answer-")) back(target);
  else go(target, link);
});
