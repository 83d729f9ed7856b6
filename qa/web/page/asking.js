// A question on its way: what is shown while it waits, and a way to ask again when no answer comes.
const SLOW_AFTER = 15000;
let waiting = null; // { question, before: answers there were, failed, timer }

function write(question) {
  const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  value.set.call(field(), question);
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

// A suggestion can be clicked before the question box is there: it is asked as soon as it is.
function ask(question) {
  if (!field()) {
    begun.push(() => ask(question));
    return;
  }
  write(question);
  setTimeout(() => find('#kq-question [data-testid="submit-button"]').click());
}

function begin(event) {
  const question = field().value.trim();
  if (!question || (waiting && !waiting.failed)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  finish();
  status = 0;
  waiting = { question, before: answers().length, failed: false, timer: setTimeout(() => fail("slow"), SLOW_AFTER) };
  find("#kq-wait").replaceChildren(element("p", { class: "kq-pending" }, WORDS.pending));
}

function fail(kind) {
  if (!waiting || waiting.failed) return;
  clearTimeout(waiting.timer);
  waiting.failed = true;
  waiting.late = kind === "slow"; // its answer may yet come
  const { question } = waiting;
  const help = find("#kq-helpline .kq-help").cloneNode(true);
  const again = button("Ask again", () => { finish(); ask(question); });
  find("#kq-wait").replaceChildren(
    element("div", { class: "kq-failed", role: "alert" }, element("p", {}, WORDS[kind]), again, help));
}

function finish() {
  if (waiting) clearTimeout(waiting.timer);
  waiting = null;
  find("#kq-wait").replaceChildren();
}

document.addEventListener("keydown", (event) => {
  const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (sends && event.target === field()) begin(event);
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest('#kq-question [data-testid="submit-button"]')) begin(event);
  const suggested = event.target.closest(".kq-ask, .kq-near");
  if (suggested) ask(suggested.textContent.trim());
}, true);

begun.push(() => {
  find("#kq-composer").prepend(element("div", { id: "kq-wait", role: "status" }));
  field().setAttribute("autocomplete", "off");
});

// Where the server could not answer, it gives the question back, to be asked again.
parts.push(() => {
  const last = answers().at(-1);
  findAll(".kq-fault .kq-again").forEach((old) => { if (!last.contains(old)) old.remove(); });
  const fault = last && find(".kq-fault", last);
  if (fault && !find(".kq-again", fault)) fault.append(button("Ask again", () => ask(field().value), { class: "kq-again" }));
});
parts.push(() => {
  if (waiting && answers().length > waiting.before) finish();
  const refused = findAll(".toast-wrap .error:not([data-seen])");
  refused.forEach((toast) => { toast.dataset.seen = ""; });
  if (refused.length) fail(refusal());
});
