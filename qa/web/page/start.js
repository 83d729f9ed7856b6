// What the other parts share: the page's address, its theme, and one look-out for changes of the conversation.
const root = document.documentElement;
const query = new URLSearchParams(location.search);
const site = query.get("site") || "";
const kiosk = query.get("kiosk") === "1";
const framed = window.parent !== window;
const embedded = query.get("embedded") === "1" || location.pathname.replace(/\/$/, "").endsWith("/embed");
const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];
const place = (path) => new URL(path, document.baseURI);
const field = () => find("#kq-question textarea");
const answers = () => findAll('#kq-chat [data-testid="bot"]');

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

const button = (text, pressed, attributes = {}) =>
  element("button", { type: "button", onclick: pressed, ...attributes }, text);

// Said to screen readers; the same words twice are said twice.
function say(text) {
  const status = find("#kq-status");
  status.textContent = "";
  setTimeout(() => { status.textContent = text; }, 50);
}

const asked = query.get("theme");
const fixed = asked === "light" || asked === "dark";
const system = matchMedia("(prefers-color-scheme: dark)");
const paint = () => { root.dataset.theme = fixed ? asked : system.matches ? "dark" : "light"; };
paint();
system.addEventListener("change", paint);
if (fixed && query.get("__theme") !== asked) {
  const address = new URL(location.href);
  address.searchParams.set("__theme", asked); // where Gradio looks for it
  history.replaceState(null, "", address);
}
root.dataset.size = "normal";
if (embedded) root.dataset.embedded = "";
if (kiosk) root.dataset.kiosk = "";

const parts = []; // functions that bring the page up to date, called after every change of it
const opened = []; // functions called once, when the page's own HTML is there
const begun = []; // functions called once, when a question can be asked
let due = 0;
function refresh() {
  due = 0;
  if (begun.length && field()) begun.splice(0).forEach((part) => part());
  parts.forEach((part) => part());
}
const look = new MutationObserver(() => { due = due || requestAnimationFrame(refresh); });

document.addEventListener("DOMContentLoaded", () => {
  opened.forEach((part) => part());
  look.observe(find("gradio-app"), { childList: true, subtree: true });
  refresh();
});
