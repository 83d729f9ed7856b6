// The conversation as it grows: each message has a name, a new answer is seen from its question on, a card takes the focus.
const records = new Map(); // turn -> what the server said of the answer; in this page's memory alone
let questions = 0;
let cards = 0;

// The tools of an answer stand in it again whenever Gradio has drawn it anew.
parts.push(() => {
  answers().forEach((message, place) => {
    const card = find(".kq-card", message);
    name(message, card ? "Where to get help" : "Answer");
    const body = find(".kq-answer", message);
    if (body) body.id = `kq-answer-${2 * place}`;
    const record = records.get(2 * place);
    if (body && record && !find(".kq-row", body)) body.append(...tools(record));
    findAll("li.kq-near", message).forEach((item) => {
      item.replaceWith(element("li", {}, element("button", { type: "button", class: "kq-near" }, item.textContent)));
    });
    findAll('a[href^="tel:"]', message).forEach((link) => link.removeAttribute("target"));
    findAll('a[href*="#cite-"]', message).forEach((link) => {
      link.setAttribute("aria-label", `Source ${link.textContent.replace(/\D/g, "")}`);
    });
  });
  findAll('#kq-chat [data-testid="user"]').forEach((message) => name(message, "You asked"));
  const talk = find('#kq-chat [role="log"]');
  if (talk) talk.setAttribute("aria-label", "Conversation");
});

function name(message, label) {
  if (message.getAttribute("aria-label") === label) return;
  message.setAttribute("aria-label", label);
  message.setAttribute("role", "group");
}

// A new answer is shown from its question on, not from its end.
parts.push(() => {
  const shown = findAll('#kq-chat [data-testid="user"]');
  root.toggleAttribute("data-begun", shown.length > 0);
  if (shown.length === questions) return;
  const another = shown.length > questions;
  questions = shown.length;
  if (another) shown[questions - 1].scrollIntoView({ block: "start", behavior: "instant" });
});

// A card for somebody in danger is read out, gets the focus and is seen from its beginning.
parts.push(() => {
  const shown = findAll("#kq-chat .kq-card");
  if (shown.length === cards) return;
  const another = shown.length > cards;
  cards = shown.length;
  if (another) setTimeout(() => {
    const card = findAll("#kq-chat .kq-card")[cards - 1];
    if (!card) return;
    card.setAttribute("role", "alert");
    card.setAttribute("tabindex", "-1");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start", behavior: "instant" });
  }, 60);
});
