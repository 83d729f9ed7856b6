// What can be done with an answer: copy it, hear it, say whether it helped. Nothing of this stands under a card.
function tools(record) {
  const why = element("div", { class: "kq-why" });
  const row = element("div", { class: "kq-row", role: "group", "aria-label": "This answer" });
  if (record.sources.length) row.append(sourcesOf(record));
  if (record.sources.length && !kiosk) row.append(copier(record)); // a shared screen has a shared clipboard
  const voice = localVoice();
  if (voice) row.append(reader(record, voice));
  row.append(element("span", { class: "kq-thumbs", role: "group", "aria-label": "Did this help?" },
    button("Helpful", (event) => { why.replaceChildren(); tell(event.target, { thumb: "up" }, row); }),
    button("Not helpful", () => choose(why, row))));
  return [row, why];
}

function copier(record) {
  return button("Copy", async () => report(await copied(record.plain) ? WORDS.copied : WORDS.not_copied, record.turn));
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const held = element("textarea", { class: "kq-hidden" });
    held.value = text;
    document.body.append(held);
    held.select();
    const done = document.execCommand("copy");
    held.remove();
    return done;
  }
}

// What was done is seen under the answer, and said.
function report(text, turn) {
  const body = find(`#kq-answer-${turn}`);
  find(".kq-done", body)?.remove();
  find(".kq-row", body)?.after(element("p", { class: "kq-done" }, text));
  say(text);
}

function choose(why, row) {
  const choices = Object.entries(WORDS.reasons).map(([category, text]) =>
    button(text, (event) => tell(event.target, { thumb: "down", category }, row, why)));
  why.replaceChildren(element("p", {}, WORDS.why), ...choices);
  choices[0].focus({ preventScroll: true });
  choices.at(-1).scrollIntoView({ block: "nearest", behavior: "instant" });
}

async function tell(pressed, given, row, why) {
  const turn = Number(row.closest(".kq-answer").id.split("-").pop());
  findAll("button", row).concat(why ? findAll("button", why) : []).forEach((one) => one.removeAttribute("aria-pressed"));
  pressed.setAttribute("aria-pressed", "true");
  const sent = await fetch(place("api/v1/feedback"), {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...given, site }),
  }).then((answer) => answer.ok, () => false);
  why?.replaceChildren();
  report(sent ? WORDS.thanks : WORDS.unsent, turn);
}

// Only a voice of this device reads: a voice from the network would send the answer to whoever makes it.
function localVoice() {
  const voices = window.speechSynthesis?.getVoices() || [];
  return voices.find((voice) => voice.localService && voice.lang.startsWith("en"));
}

function reader(record, voice) {
  const stop = () => { speechSynthesis.cancel(); reading.textContent = "Read aloud"; };
  const reading = button("Read aloud", () => {
    if (speechSynthesis.speaking) return stop();
    reading.textContent = "Stop reading";
    const said = [...record.spoken, ...record.notices].map((text) => new SpeechSynthesisUtterance(text));
    said.forEach((one) => { one.voice = voice; one.lang = voice.lang; one.rate = 0.95; speechSynthesis.speak(one); });
    said[said.length - 1].onend = stop;
  });
  return reading;
}
window.speechSynthesis?.getVoices(); // some browsers load their voices when first asked
window.speechSynthesis?.addEventListener?.("voiceschanged", () => {
  findAll(".kq-row, .kq-why").forEach((row) => row.remove());
  refresh();
});
addEventListener("pagehide", () => window.speechSynthesis?.cancel());
