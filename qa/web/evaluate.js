// Sends a test set, follows the run and shows what came out. The token is read from its field for each request, and is
// kept nowhere else.
const LINES = "application/x-ndjson";
const MOST_BYTES = 5_000_000;
const PAUSE = 700;
const QUARTERS = 4;

const at = (id) => document.getElementById(id);
const blobs = [];
let shown = "";

async function call(path, options = {}) {
  const token = at("token").value.trim();
  const headers = { ...options.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const asked = { ...options, headers, cache: "no-store", credentials: "omit" };
  const reply = await fetch(`evaluate/runs${path}`, asked).catch(() => {
    throw new Error("The server does not answer. See whether it is running.");
  });
  if (reply.ok) return reply;
  const said = await reply.json().catch(() => ({}));
  throw new Error(said.error ? `${said.error}\n${said.remedy}` : `The server answers ${reply.status}.`);
}

const post = (path, body) => call(path, { method: "POST", headers: { "content-type": LINES }, body });
const read = async (path) => (await call(path)).json();

function fail(error) {
  at("fault").textContent = error.message;
  at("fault").hidden = false;
}

async function guarded(work) {
  at("fault").hidden = true;
  await work().catch(fail);
}

function fill(select, options) {
  const chosen = select.value;
  select.replaceChildren(select.options[0], ...options.map(([value, text]) => new Option(text, value)));
  select.value = options.some(([value]) => value === chosen) ? chosen : "";
}

const named = (run) => `Run ${run.number}: ${run.done} questions, ${run.state}, index ${run.index || "not known"}`;

// Lists the runs in memory and gives the one that is under way.
async function refresh() {
  const { runs, sites } = await read("");
  const ended = runs.filter((run) => run.summary.length);
  fill(at("baseline"), ended.map((run) => [run.id, named(run)]));
  fill(at("site"), sites.map((site) => [site, site]));
  at("site-field").hidden = sites.length === 0;
  at("runs").replaceChildren(...ended.reverse().map(listed));
  at("earlier").hidden = ended.length === 0;
  return runs.find((run) => run.state === "running");
}

function listed(run) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = named(run);
  button.addEventListener("click", () => guarded(() => show(run)));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

async function start() {
  const [file] = at("file").files;
  if (!file) throw new Error("Choose a test set first.");
  if (file.size > MOST_BYTES) throw new Error("The test set has more than 5 MB. Split it.");
  if (await refresh()) throw new Error("Another run is under way. Wait for it, or stop it.");
  const query = new URLSearchParams({ site: at("site").value, baseline: at("baseline").value });
  const { id } = await (await post(`?${query}`, file)).json();
  await follow(id);
}

async function follow(id) {
  at("stop").disabled = false;
  at("stop").onclick = () => guarded(() => post(`/${id}/stop`));
  at("result").hidden = true;
  at("progress").hidden = false;
  await show(await ended(id));
  await refresh();
}

async function ended(id) {
  for (let quarter = -1; ; await new Promise((resolve) => setTimeout(resolve, PAUSE))) {
    const run = await read(`/${id}`);
    at("bar").max = run.total;
    at("bar").value = run.done;
    at("count").textContent = `${run.done} of ${run.total} questions asked`;
    if (run.state !== "running") return run;
    const passed = Math.floor((QUARTERS * run.done) / run.total);
    if (passed > quarter) at("status").textContent = `Run ${run.number}: ${run.done} of ${run.total} questions asked.`;
    quarter = passed;
  }
}

function verdict(run) {
  if (run.state === "failed") return ["closed", `The run failed. ${run.error}`];
  if (run.state === "stopped") return ["none", `Stopped after ${run.done} of ${run.total} questions: no verdict.`];
  return run.gate.passed ? ["open", "The gate is open: nothing that was asked for stops a release."] : ["closed", "The gate is closed."];
}

async function show(run) {
  const [kind, text] = verdict(run);
  shown = run.id;
  at("result-heading").textContent = `Result of run ${run.number}`;
  at("verdict").className = kind;
  at("verdict-text").textContent = text;
  at("failures").replaceChildren(...(run.gate.failures || []).map(bullet));
  at("summary").textContent = run.summary.filter((line) => !/^(FAILED |The gate is )/.test(line)).join("\n");
  at("status").textContent = `Run ${run.number} is ${run.state}. ${text}`;
  at("found").hidden = run.summary.length === 0;
  at("result").hidden = false;
  if (run.summary.length) await attach(run);
}

function bullet(text) {
  const item = document.createElement("li");
  item.textContent = text;
  return item;
}

async function attach(run) {
  const [report, result] = await Promise.all(
    ["report", "result"].map(async (part) => (await call(`/${run.id}/${part}`)).text()),
  );
  if (shown !== run.id) return;
  blobs.splice(0).forEach((url) => URL.revokeObjectURL(url));
  const page = blob(report, "text/html;charset=utf-8");
  at("report").src = page;
  at("open").href = page;
  at("save-report").href = page;
  at("save-result").href = blob(result, "application/json");
}

function blob(text, type) {
  blobs.push(URL.createObjectURL(new Blob([text], { type })));
  return blobs.at(-1);
}

// Shows the runs of a server that lets us in, and follows one that was started before this page was opened.
async function enter() {
  const running = await refresh();
  if (running && !at("start").disabled) await alone(() => follow(running.id));
}

// Does what starts or follows a run; no second one can be started meanwhile.
async function alone(work) {
  at("start").disabled = true;
  try {
    await work();
  } finally {
    at("start").disabled = false;
    at("stop").disabled = true;
  }
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!at("start").disabled) guarded(() => alone(start));
});
at("token").addEventListener("change", () => at("token").value && guarded(enter));
at("drop").addEventListener("drop", (event) => {
  if (event.dataTransfer.files.length) at("file").files = event.dataTransfer.files;
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  window.addEventListener(kind, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", kind === "dragover");
  });
}
if (at("access").hidden) guarded(enter);
