// A number in an answer opens its entry in the sources panel.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*="#cite-"]');
  if (!link) return;
  const entry = document.getElementById(link.getAttribute("href").split("#")[1]);
  event.preventDefault();
  if (!entry) return;
  document.querySelectorAll(".kq-here").forEach((other) => other.classList.remove("kq-here"));
  entry.classList.add("kq-here");
  entry.focus({ preventScroll: true });
  entry.scrollIntoView({ block: "start" });
});

// A new answer is shown from its question on, not from its end.
let questions = 0;
new MutationObserver(() => {
  const asked = document.querySelectorAll('#kq-chat [data-testid="user"]');
  if (asked.length === questions) return;
  questions = asked.length;
  const last = asked[questions - 1];
  const box = last && last.closest(".bubble-wrap");
  if (box) requestAnimationFrame(() => {
    box.scrollTop += last.getBoundingClientRect().top - box.getBoundingClientRect().top - 40;
  });
}).observe(document, { childList: true, subtree: true });

// A card for somebody in danger is read out, gets the focus and is seen from its beginning; its numbers dial here.
let cards = 0;
new MutationObserver(() => {
  const shown = document.querySelectorAll("#kq-chat .kq-card");
  shown.forEach((card) => {
    const message = card.closest("[aria-label]");
    if (message && message.getAttribute("aria-label").includes("<")) message.setAttribute("aria-label", "Where to get help");
    card.querySelectorAll("a[target]").forEach((link) => link.removeAttribute("target"));
  });
  if (shown.length === cards) return;
  const another = shown.length > cards;
  cards = shown.length;
  if (another) setTimeout(() => {
    const card = document.querySelectorAll("#kq-chat .kq-card")[cards - 1];
    if (!card) return;
    card.setAttribute("role", "alert");
    card.setAttribute("tabindex", "-1");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start" });
  }, 60);
}).observe(document, { childList: true, subtree: true });

// In a frame on a clinic's page: that page is told when the chat can be used, and when Escape leaves it. Nothing else.
if (window.parent !== window) {
  const tell = (name) => window.parent.postMessage({ ketamineQa: name }, "*");
  document.addEventListener("keydown", (event) => event.key === "Escape" && tell("close"));
  const usable = new MutationObserver(() => {
    if (!document.querySelector("#kq-question textarea")) return;
    usable.disconnect();
    tell("ready");
  });
  usable.observe(document, { childList: true, subtree: true });
}
