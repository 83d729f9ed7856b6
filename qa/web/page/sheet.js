// "Take to my appointment": what is on the sheet is chosen here, then printed by the browser or made into a PDF.
const EMPTY_LINES = 3;

function line(text = "") {
  const input = element("textarea", { rows: "1", maxlength: "500", "aria-label": "A question for my clinician" });
  input.value = text;
  const item = element("li", {}, input);
  item.append(button("Remove", () => { item.remove(); find("#kq-mine-add").focus(); }));
  return item;
}

const mine = () => findAll("#kq-mine textarea").map((input) => input.value.trim()).filter(Boolean);
// What came after the list was made, or before it ever was, counts as ticked.
const ticked = () => {
  const left = new Set(findAll("#kq-asked input:not(:checked)").map((box) => Number(box.value)));
  return [...records.values()].filter((record) => !left.has(record.turn));
};

function openSheet() {
  const sheet = find("#kq-sheet");
  if (!find("#kq-mine li")) find("#kq-mine").append(...Array.from({ length: EMPTY_LINES }, () => line()));
  const before = new Map(findAll("#kq-asked input").map((box) => [box.value, box.checked]));
  const listed = [...records.values()].map((record) => {
    const box = element("input", { type: "checkbox", value: record.turn });
    box.checked = before.get(String(record.turn)) ?? true;
    return element("label", {}, box, element("span", {}, record.question));
  });
  find("#kq-asked").replaceChildren(...(listed.length ? listed : [element("p", {}, WORDS.sheet.nothing)]));
  find("#kq-sheet .kq-private").hidden = listed.length === 0;
  find("#kq-sheet-said").textContent = "";
  sheet.showModal();
}

function printed() {
  const paragraph = (text, kind = "") => element("p", { class: kind }, text);
  const turns = ticked().map((record) => element("section", {},
    element("h3", {}, record.question), ...record.notices.map((text) => paragraph(text, "kq-notice")),
    ...record.sentences.map((text) => paragraph(text)),
    element("ul", {}, ...record.sources.map((source) => element("li", {}, `${source.line} ${source.url}`)))));
  const lines = Array.from({ length: EMPTY_LINES }, () => element("li", { class: "kq-blank" }));
  return [
    element("h1", {}, WORDS.sheet.title), paragraph(`${find("#kq-top h1").textContent}. ${WORDS.sheet.intro}`),
    paragraph(find("#kq-helpline .kq-help").textContent, "kq-help"), element("h2", {}, WORDS.sheet.mine),
    element("ol", {}, ...mine().map((text) => element("li", {}, text)), ...lines),
    ...(turns.length ? [element("h2", {}, WORDS.sheet.asked), ...turns] : []), paragraph(WORDS.disclaimer, "kq-disclaimer"),
  ];
}

async function savePdf() {
  const turns = ticked().map(({ question, sentences, notices, sources }) => ({ question, sentences, notices, sources }));
  const body = JSON.stringify({ site, turns: turns.slice(-20), questions: mine().slice(0, 20) });
  try {
    const answer = await fetch(place("api/v1/sheet"), {
      method: "POST", headers: { "content-type": "application/json" }, body,
    });
    if (!answer.ok) throw new Error(answer.status);
    const address = URL.createObjectURL(await answer.blob());
    element("a", { href: address, download: "for-my-appointment.pdf" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    find("#kq-sheet-said").textContent = "";
  } catch {
    find("#kq-sheet-said").textContent = WORDS.not_made;
  }
}

opened.push(() => {
  find("#kq-take").addEventListener("click", openSheet);
  find("#kq-mine-add").addEventListener("click", () => {
    const added = line();
    find("#kq-mine").append(added);
    find("textarea", added).focus();
  });
  find("#kq-sheet-print").addEventListener("click", () => window.print());
  find("#kq-sheet-pdf").addEventListener("click", savePdf);
  find("#kq-sheet-close").addEventListener("click", () => find("#kq-sheet").close());
  find("#kq-sheet").addEventListener("close", () => find("#kq-take").focus());
});
addEventListener("beforeprint", () => find("#kq-print").replaceChildren(...printed()));
addEventListener("afterprint", () => find("#kq-print").replaceChildren());
