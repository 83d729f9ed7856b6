// Ketamine QA: a clinic's page gets a button and a panel, or a box in the page, with the chat in a frame of its own.
// Nothing is kept, no cookie is set, and nothing is asked for but the frame. The host page's policy may be strict: no
// markup is parsed, no style is written into markup.
(() => {
  "use strict";
  const script = document.currentScript || document.querySelector('script[src*="/widget"][data-site]');
  if (!script) return;
  if (window.KetamineQA) return window.KetamineQA.mount(script.dataset);
  if (!document.adoptedStyleSheets) return; // a browser this old keeps the fallback

  const base = new URL(".", script.src);
  const ANSWER = 20000; // milliseconds until a frame must have loaded
  const READY = 10000; // and from there until the chat says that it can be used
  const TITLE = "Questions about ketamine?";
  const WAIT = "Opening the chat\u2026";
  const FAILED = "The chat cannot be reached just now.";
  const HELP = "In danger now? Call your local emergency number. A crisis line near you: findahelpline.com.";
  const BUBBLE = "M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM7 9h10M7 13h6";
  const CROSS = "M6 6l12 12M18 6L6 18";
  const SMALL = "(max-width:640px),(max-height:480px)";
  const DARK = "color-scheme:dark;--paper:#141d21;--ink:#e8eff1;--line:#40535b;--accent:#6fd0dc;--on:#10252a;--head:#22343b;--top:#e8eff1";
  const CSS = `
:host{all:initial!important;display:block!important}
:host([floating]){position:absolute!important}
*{box-sizing:border-box}
[hidden]{display:none!important}
aside{all:unset;display:block;color-scheme:light;--paper:#fff;--ink:#1d2a30;--line:#c3cfd4;--accent:#0b6470;--on:#fff;
  --head:var(--accent);--top:var(--on);  color:var(--ink);font:400 medium/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
@media (prefers-color-scheme:dark){aside:not([data-theme=light]){${DARK}}}
aside[data-theme=dark]{${DARK}}
:host([floating]) aside{position:fixed;z-index:2147483647;inset:auto 0 0 auto;width:0;height:0}
button{font:inherit;cursor:pointer;margin:0;color:inherit}
svg{width:1.5em;height:1.5em;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
:focus{outline:none}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px;box-shadow:0 0 0 2px var(--paper)}
.go{position:fixed;inset:auto max(20px,env(safe-area-inset-right)) calc(20px + env(safe-area-inset-bottom)) auto;
  display:flex;align-items:center;gap:.6em;min-height:56px;max-width:calc(100vw - 40px);padding:.5em 1.3em .5em 1.1em;
  border:2px solid #fff;border-radius:28px;background:var(--accent);color:var(--on);font-weight:600;line-height:1.25;
  text-align:start;box-shadow:0 1px 2px #0003,0 8px 24px #0004}
.go:hover span,.x:hover{text-decoration:underline;text-underline-offset:.2em}
.box{display:flex;flex-direction:column;overflow:hidden;background:var(--paper);border:1px solid var(--line);border-radius:16px}
:host([floating]) .box{position:fixed;inset:auto 20px 20px auto;width:min(440px,100vw - 40px);height:min(740px,100dvh - 40px);
  box-shadow:0 2px 6px #0002,0 16px 48px #0004}
:host(:not([floating])) .box{height:var(--ketamine-qa-height,min(740px,85vh));min-height:320px}
[data-side=left] .go{right:auto;left:max(20px,env(safe-area-inset-left))}
:host([floating]) [data-side=left] .box{right:auto;left:20px}
header{display:flex;align-items:center;gap:.6em;padding:4px 4px 4px 16px;background:var(--head);color:var(--top)}
h2{all:unset;display:block;flex:1;font-weight:600;line-height:1.25;overflow-wrap:anywhere}
header :focus-visible{outline-color:currentColor;outline-offset:-5px;box-shadow:none}
.x{display:flex;align-items:center;gap:.3em;min-width:44px;min-height:44px;padding:0 10px;border:1px solid transparent;
  border-radius:22px;background:none}
.x svg{width:1.25em;height:1.25em}
.stage{position:relative;flex:1;min-height:0}
.stage>*{position:absolute;inset:0;width:100%;height:100%;border:0;background:var(--paper)}
.say{padding:20px;overflow:auto;overflow-wrap:anywhere}
.say p,.say ul{margin:0 0 .8em}
.say a{color:inherit;font-weight:700;padding:.4em 0}
.say button{min-height:44px;padding:0 1.2em;border:2px solid var(--ink);border-radius:22px;background:none;font-weight:600}
iframe[inert]{opacity:0}
@media ${SMALL}{:host([floating]) [data-side] .box{inset:0;width:auto;height:auto;border:0;border-radius:0}
  :host([floating]) header{padding-top:max(4px,env(safe-area-inset-top))}}
@media (prefers-reduced-motion:no-preference){:host([floating]) .box{animation:in .18s ease-out}
  @keyframes in{from{opacity:0;transform:translateY(12px)}}}
@media print{:host{display:none!important}}`;

  const sheetOf = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  };
  const sheet = sheetOf(CSS);
  const hiding = sheetOf("[data-ketamine-qa-fallback]:not(#k#k){display:none!important}");
  const fallbacks = () => [...document.querySelectorAll("[data-ketamine-qa-fallback]")];
  const showFallback = (shown) => {
    const others = document.adoptedStyleSheets.filter((one) => one !== hiding);
    document.adoptedStyleSheets = shown ? others : [...others, hiding];
  };

  const make = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const icon = (path) => {
    const [drawn, line] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
    drawn.setAttribute("viewBox", "0 0 24 24");
    drawn.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    drawn.append(line);
    return drawn;
  };

  // Black or white, whichever is read more easily on a colour: either way at least 4.5 to 1.
  const textOn = (colour) => {
    const [red, green, blue] = colour.match(/\w\w/g).map((pair) => {
      const part = parseInt(pair, 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
  };

  const addressOf = (options) => {
    const address = new URL("embed", base);
    address.searchParams.set("site", options.site || "");
    address.searchParams.set("panel", "1");
    if (/^(light|dark)$/.test(options.theme)) address.searchParams.set("theme", options.theme);
    if (/^#[\da-f]{6}$/i.test(options.color)) address.searchParams.set("color", options.color.slice(1));
    return address.href;
  };

  // One launcher with its panel, or one box in the page.
  const build = (options, target) => {
    const inline = Boolean(options.mount);
    const title = options.title || TITLE;
    const host = make("ketamine-qa", inline ? {} : { floating: "" });
    const root = make("aside", { "aria-label": title, "data-theme": options.theme || "auto", lang: "en", dir: "ltr" });
    const say = make("div", { class: "say", "aria-live": "polite" });
    const stage = make("div", { class: "stage" }, say);
    const shut = make("button", { type: "button", class: "x" }, icon(CROSS), "Close");
    const head = make("header", {}, make("h2", { id: "title" }, title), shut);
    const box = make("section", { id: "box", class: "box", role: "dialog", "aria-modal": "true", "aria-labelledby": "title", tabindex: "-1" });
    const go = make("button", { type: "button", class: "go", "aria-haspopup": "dialog", "aria-controls": "box" }, icon(BUBBLE), make("span", {}, title));
    const edges = [0, 1].map(() => make("span", { tabindex: "0" })); // the focus that leaves the panel comes back by them
    const small = matchMedia(SMALL);
    const view = window.visualViewport;
    let frame, timer, ready, failed, before, overflow;

    const tell = (...parts) => say.replaceChildren(...parts);
    const line = (text) => make("p", {}, text);
    const copies = () => fallbacks().map((one) => make("div", {}, ...one.cloneNode(true).childNodes));

    const wait = (time) => {
      clearTimeout(timer);
      timer = setTimeout(fail, time);
    };
    const fail = () => {
      failed = true;
      const again = make("button", { type: "button" }, "Try again");
      again.addEventListener("click", load);
      tell(line(FAILED), ...(fallbacks().length ? copies() : [line(HELP)]), again);
      showFallback(true);
      box.hidden = inline ? fallbacks().length > 0 : box.hidden;
    };
    const load = () => {
      const inside = box.contains(host.shadowRoot.activeElement);
      failed = ready = false;
      tell(line(WAIT), ...copies());
      say.hidden = false;
      frame?.remove();
      frame = make("iframe", { title, inert: "", allow: "clipboard-write", referrerpolicy: "no-referrer", src: addressOf(options) });
      frame.addEventListener("load", () => ready || failed || wait(READY));
      stage.prepend(frame);
      wait(ANSWER);
      if (!inline && inside) box.focus();
    };
    const use = () => {
      clearTimeout(timer);
      const again = ready;
      ready = true;
      failed = false;
      frame.inert = false;
      say.hidden = true;
      showFallback(false);
      if (inline) box.hidden = false;
      else if (!again && host.shadowRoot.activeElement === box) frame.focus();
    };

    // On a phone the panel is as large as what the keyboard leaves; it does not follow a visitor who zooms in.
    const fit = () => {
      const filling = small.matches && view && !box.hidden;
      box.style.height = filling ? `${view.height * view.scale}px` : "";
      box.style.top = filling && view.scale < 1.01 ? `${view.offsetTop}px` : "";
      box.style.bottom = filling ? "auto" : "";
    };
    const lock = (locked) => {
      const { style } = document.documentElement;
      if (locked && overflow === undefined) [overflow, style.overflow] = [style.overflow, "hidden"];
      if (!locked && overflow !== undefined) [style.overflow, overflow] = [overflow, undefined];
    };
    const turn = (shown) => {
      for (const part of [box, ...edges]) part.hidden = !shown;
      go.hidden = shown;
      go.setAttribute("aria-expanded", String(shown));
      lock(shown && small.matches);
      fit();
    };
    const open = (quietly) => {
      if (inline || !box.hidden) return;
      before = document.activeElement === host ? go : document.activeElement;
      turn(true);
      if (!frame || failed) load();
      if (quietly !== true) (ready ? frame : box).focus();
    };
    const close = () => {
      if (inline || box.hidden) return;
      const inside = document.activeElement === host;
      turn(false);
      if (inside) (before?.isConnected && before !== document.body ? before : go).focus();
    };
    const hear = ({ source, origin, data }) => {
      if (!frame || source !== frame.contentWindow || origin !== base.origin || !data) return;
      if (data.ketamineQa === "ready") use();
      if (data.ketamineQa === "close") close();
    };
    const remove = () => {
      clearTimeout(timer);
      lock(false);
      window.removeEventListener("message", hear);
      view?.removeEventListener("resize", fit);
      view?.removeEventListener("scroll", fit);
      host.remove();
      showFallback(true);
    };

    if (/^#[\da-f]{6}$/i.test(options.color)) {
      root.style.setProperty("--accent", options.color);
      root.style.setProperty("--on", textOn(options.color));
    }
    root.dataset.side = /left/.test(options.position) ? "left" : "right";
    host.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    host.shadowRoot.append(root);
    target.append(host);
    window.addEventListener("message", hear);
    showFallback(false);

    if (inline) {
      ["role", "aria-modal", "aria-labelledby", "tabindex"].forEach((name) => box.removeAttribute(name));
      box.append(stage);
      root.append(box);
      const near = new IntersectionObserver(([seen]) => {
        if (!seen.isIntersecting) return;
        near.disconnect();
        load();
      }, { rootMargin: "300px" });
      near.observe(box);
      return { host, open, close, remove };
    }
    box.append(head, stage);
    root.append(go, edges[0], box, edges[1]);
    turn(false);
    root.popover = "manual"; // above all of the page, however it is stacked or transformed
    root.showPopover?.();
    go.addEventListener("click", open);
    shut.addEventListener("click", close);
    edges[0].addEventListener("focus", () => (ready ? frame : shut).focus());
    edges[1].addEventListener("focus", () => shut.focus());
    box.addEventListener("keydown", (event) => event.key === "Escape" && close());
    view?.addEventListener("resize", fit);
    view?.addEventListener("scroll", fit);
    if (options.open && !small.matches) open(true);
    return { host, open, close, remove };
  };

  // What the page wants, and what stands there. A page that exchanges its parts may take ours away: it comes back.
  let wanted, built;
  const show = () => {
    if (!wanted || built?.host.isConnected) return;
    built?.remove();
    const target = wanted.mount ? document.querySelector(wanted.mount) : document.body;
    built = target ? build(wanted, target) : undefined;
  };
  const watching = new MutationObserver(show);
  const mount = (given = script.dataset) => {
    if (wanted) return;
    const { site, title, color, position, theme, open, mount } = given;
    wanted = { site, title, color, position, theme, mount, open: open !== undefined && String(open) !== "false" };
    if (document.body) show();
    watching.observe(document.documentElement, { childList: true, subtree: true });
  };
  const unmount = () => {
    watching.disconnect();
    built?.remove();
    wanted = built = undefined;
  };
  window.KetamineQA = Object.freeze({ mount, unmount, open: () => built?.open(), close: () => built?.close() });
  mount();
})();
