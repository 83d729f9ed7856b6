// The page around the conversation: text size, starting over, leaving, a shared screen, a frame in another page.
const LOADS_WITHIN = 20000;
const IDLE = 120000;
const NOTICE = 20000;

// An answer on its way would bring the conversation back with it: then the page itself begins anew.
function startOver() {
  if (waiting && (!waiting.failed || waiting.late)) return renew();
  find('#kq-chat button[aria-label="Clear"]')?.click();
  records.clear();
  finish();
  if (field()?.value) write("");
  find("#kq-newest .kq-turn")?.remove();
  find("#kq-panel .kq-list")?.replaceChildren();
  find("#kq-panel .kq-empty")?.removeAttribute("hidden");
  find("#kq-mine").replaceChildren();
  find("#kq-asked").replaceChildren();
  window.speechSynthesis?.cancel();
  scrollTo({ top: 0, behavior: "instant" });
  say(WORDS.cleared);
}

// The page is replaced, so that "back" does not lead to it. From a frame, the page around it is left as well, where that
// page allows it.
function leave() {
  if (kiosk) return renew();
  root.style.display = "none";
  tellHost("close");
  if (framed) try { window.top.location.replace("about:blank"); } catch { /* the host page does not allow it */ }
  location.replace("about:blank");
}

// Hidden at once; a shared screen is there for whoever comes next.
function renew() {
  root.style.display = "none";
  location.reload();
}

function tellHost(name) {
  if (framed) window.parent.postMessage({ ketamineQa: name }, "*");
}

opened.push(() => {
  find("#kq-exit").addEventListener("click", leave);
  find("#kq-restart").addEventListener("click", () => { startOver(); field()?.focus(); });
  findAll("[data-size]", find(".kq-sizes")).forEach((chosen) => chosen.addEventListener("click", () => {
    root.dataset.size = chosen.dataset.size;
    findAll(".kq-sizes button").forEach((one) => one.setAttribute("aria-pressed", String(one === chosen)));
  }));
  const close = find("#kq-close");
  close.hidden = !(embedded && framed) || query.get("closable") !== "1";  // only a page that listens can close it
  close.addEventListener("click", () => tellHost("close"));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !find("dialog[open]")) tellHost("close");
});

// A page that comes back out of the browser's memory would show the conversation of whoever left it.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Bars that stay on the screen may not cover what is scrolled to.
opened.push(() => {
  const measure = () => ["helpline", "footer"].forEach((part) => {
    root.style.setProperty(`--kq-${part}`, `${find(`#kq-${part}`).offsetHeight}px`);
  });
  const sizes = new ResizeObserver(measure);
  sizes.observe(find("#kq-helpline"));
  sizes.observe(find("#kq-footer"));
  measure();
});

let loading = 0;
opened.push(() => {
  find("#kq-loading span").hidden = false;
  loading = setTimeout(() => find("#kq-loading").replaceChildren(
    element("span", {}, WORDS.not_loaded), button("Load again", () => location.reload())), LOADS_WITHIN);
});
begun.push(() => {
  clearTimeout(loading);
  find("#kq-loading").remove();
  root.dataset.ready = "";
  tellHost("ready");
});

if (kiosk) {
  let idle = 0;
  let last = 0;
  const used = () => root.hasAttribute("data-begun") || field()?.value || find("dialog[open]") || mine().length > 0;
  const rest = () => {
    clearTimeout(idle);
    clearTimeout(last);
    find("#kq-idle").hidden = true;
    idle = setTimeout(warn, IDLE - NOTICE);
  };
  const warn = () => {
    if (!used()) return;
    find("#kq-idle-text").textContent = WORDS.kiosk.replace("{seconds}", NOTICE / 1000);
    find("#kq-idle").hidden = false;
    find("#kq-idle button").focus();
    last = setTimeout(clear, NOTICE);
  };
  const clear = () => {
    find("#kq-idle").hidden = true;
    find("#kq-sheet").close();
    find('.kq-sizes [data-size="normal"]').click();
    startOver();
    rest();
  };
  ["pointerdown", "keydown", "wheel", "touchstart"].forEach((kind) => document.addEventListener(kind, rest, true));
  opened.push(rest);
}
