// Shows what /dashboard.json tells, every two seconds. All of it is set as text: nothing that a node or a client says is HTML.
const INTERVAL_MS = 2000;
const MS_PER_SECOND = 1000;

/** Totals of the last answer, by table and row, and when it came. */
let before = new Map();
let beforeAt = 0;
let paused = false;

/** What bends or hides text is shown by its number. */
const visible = (value) =>
  String(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = visible(text);
  if (className) made.className = className;
  return made;
}

function fill(id, columns, rows, omitted) {
  const head = element("thead");
  const titles = element("tr");
  for (const { title, kind } of columns) {
    const cell = element("th", title, kind);
    cell.scope = "col";
    titles.append(cell);
  }
  head.append(titles);
  const body = element("tbody");
  for (const row of rows) {
    const line = element("tr");
    for (const { of, kind, bad } of columns)
      line.append(element("td", of(row), [kind, bad?.(row) ? "bad" : ""].join(" ").trim()));
    body.append(line);
  }
  if (rows.length === 0 || omitted > 0) {
    const cell = element("td", rows.length === 0 ? "none" : `${omitted} more`);
    cell.colSpan = columns.length;
    const line = element("tr");
    line.append(cell);
    body.append(line);
  }
  document.getElementById(id).replaceChildren(head, body);
}

const number = (value) => (value >= 100 ? Math.round(value) : Math.round(value * 10) / 10).toLocaleString("en");
const column = (title, of, kind = "wide", bad = undefined) => ({ title, of, kind, bad });

/** Per second since the last answer; a dash where that is not known. */
function rates(now) {
  const current = new Map();
  const rate = (name, total) => {
    current.set(name, total);
    const last = before.get(name);
    const seconds = (now - beforeAt) / MS_PER_SECOND;
    return last === undefined || total < last || seconds <= 0 ? "–" : number((total - last) / seconds);
  };
  return { current, rate };
}

function show(data) {
  const now = performance.now();
  const { current, rate } = rates(now);
  const { status, routes, services, peers, failed, omitted } = data;
  const requests = routes.reduce((sum, row) => sum + row.requests, 0);
  const numbers = [
    ["requests/s", rate("all", requests)],
    ["requests", number(requests)],
    ["nodes", status.peers],
    ["calls under way", status.streams],
    ["up for", `${number(status.uptime_s)} s`],
    ["version", status.version],
    ["in the mesh at", status.mesh.join(" ")],
    ["serves", status.http.map(({ scheme, addr }) => `${scheme} ${addr}`).join(" ")],
  ];
  document.getElementById("numbers").replaceChildren(
    ...numbers.map(([title, value]) => {
      const pair = element("div");
      pair.append(element("dt", title), element("dd", value));
      return pair;
    }),
  );
  fill(
    "routes",
    [
      column("route", (row) => row.route),
      column("per s", (row) => rate(`route ${row.server} ${row.route}`, row.requests), "number"),
      column("requests", (row) => number(row.requests), "number"),
      column(
        "5xx",
        (row) => number(row.failed),
        "number",
        (row) => row.failed > 0,
      ),
      column("p50 ms", (row) => number(row.p50_ms), "number"),
      column("p99 ms", (row) => number(row.p99_ms), "number"),
      column("WebSockets", (row) => number(row.sockets), "number"),
      column(
        "nodes left alone",
        (row) => number(row.left_alone),
        "number",
        (row) => row.left_alone > 0,
      ),
      column("server", (row) => row.server),
    ],
    routes,
    omitted.routes,
  );
  fill(
    "services",
    [
      column("service", (row) => row.service),
      column(
        "nodes",
        (row) => row.providers.length,
        "number",
        (row) => row.providers.length === 0,
      ),
      column("calls per s", (row) => rate(`service ${row.service}`, row.called), "number"),
      column("calls", (row) => number(row.called), "number"),
      column(
        "failed",
        (row) => number(row.failed),
        "number",
        (row) => row.failed > 0,
      ),
      column("routes", (row) => row.routes.join(", ") || "–"),
    ],
    services,
    omitted.services,
  );
  fill(
    "peers",
    [
      column("address", (row) => row.addr),
      column("services", (row) => row.services.join(", ") || "–"),
      column("connections", (row) => row.connections, "number"),
      column("since", (row) => row.since),
      column("key", (row) => row.key ?? "anonymous"),
    ],
    peers,
    omitted.peers,
  );
  fill(
    "failed",
    [
      column("time", (row) => row.time),
      column(
        "status",
        (row) => row.status,
        "number",
        () => true,
      ),
      column("request", (row) => `${row.method} ${row.path}`),
      column("route", (row) => row.route),
      column("id", (row) => row.request_id),
    ],
    failed,
    0,
  );
  // What is wider than the screen can be moved by the arrow keys.
  for (const box of document.querySelectorAll(".scroll")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
  before = current;
  beforeAt = now;
  tell(status.state, status.state === "ready" ? "good" : "bad");
}

/** Only what has changed, so that it is read out once. */
function tell(text, className) {
  const state = document.getElementById("state");
  if (state.textContent === text) return;
  state.textContent = text;
  state.className = className;
}

let asking = false;
async function refresh() {
  if (paused || asking || document.hidden) return;
  asking = true;
  try {
    const response = await fetch("/dashboard.json", { signal: AbortSignal.timeout(INTERVAL_MS * 5) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    show(await response.json());
  } catch {
    tell("the gateway does not answer", "bad");
  } finally {
    asking = false;
  }
}

const button = document.getElementById("pause");
button.addEventListener("click", () => {
  paused = !paused;
  button.setAttribute("aria-pressed", String(paused));
  button.textContent = paused ? "Go on" : "Pause";
  void refresh();
});
document.addEventListener("visibilitychange", () => void refresh());

setInterval(() => void refresh(), INTERVAL_MS);
await refresh();
