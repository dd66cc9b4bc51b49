// The teller console: loads from the API, is told over /api/live when something is new, draws it all again.
"use strict";

const state = { token: sessionStorage.getItem("token") || "", teller: sessionStorage.getItem("teller") || "", page: "queue", open: "", escalations: [], sessions: [], events: [], session: "", reason: "", draft: "" };
const $ = (id) => document.getElementById(id);

async function call(path, body) {
  const headers = { Authorization: `Bearer ${state.token}`, "Content-Type": "application/json" };
  const response = await fetch(`/api${path}`, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
  if (response.status === 401 && path !== "/login") leave();
  const answer = await response.json();
  if (!response.ok) throw new Error(REJECTED[answer.reason] || answer.zh || "没有成功，请再试一次。");
  return answer;
}

async function load() {
  [state.escalations, state.sessions] = await Promise.all([call("/escalations"), call("/sessions")]);
  const of = state.page === "desk" ? state.escalations.find((e) => e.id === state.open)?.session_id : state.session;
  state.events = of ? await call(`/sessions/${encodeURIComponent(of)}/events`) : [];
  draw();
}

async function act(id, deed, body = {}) {
  try {
    await call(`/escalations/${encodeURIComponent(id)}/${deed}`, body);
    if (deed === "say") state.draft = "";
    toast({ accept: "已接入，客户看到您了。", say: "已念给客户听。", decide: "已告诉机器。", close: "已结束，客户继续办理。" }[deed]);
    if (deed === "close") { state.open = ""; state.page = "queue"; }
  } catch (error) {
    toast(error.message);
  }
  await load();
}

function open(id) {
  state.open = id;
  state.page = "desk";
  load();
}

function accept(id) {
  state.open = id;
  state.page = "desk";
  act(id, "accept");
}

function draw() {
  for (const page of ["queue", "desk", "sessions"]) $(page).hidden = page !== state.page;
  document.querySelectorAll("nav button").forEach((button) => button.toggleAttribute("aria-current", button.dataset.page === (state.page === "desk" ? "queue" : state.page)));
  $("teller-name").textContent = state.teller;
  ({ queue: drawQueue, desk: drawDesk, sessions: drawSessions })[state.page]();
}

const rank = { high: 0, medium: 1, low: 2 };
const waiting = () => state.escalations.filter((e) => e.state === "waiting").sort((a, b) => (rank[a.bundle.risk?.level] ?? 3) - (rank[b.bundle.risk?.level] ?? 3) || a.at_ms - b.at_ms);

function drawQueue() {
  const now = Date.now(), queue = waiting(), mine = state.escalations.filter((e) => e.state === "accepted");
  $("title").textContent = "接待";
  const answered = state.escalations.filter((e) => e.accepted_ms), inTime = answered.filter((e) => e.accepted_ms - e.at_ms <= 180000);
  const figure = (label, value, note) => el("div", {}, el("span", {}, label), el("b", {}, value), el("span", {}, note));
  $("figures").replaceChildren(
    figure("等待中", `${queue.length} 位`, queue.length ? `最久 ${minutes(now - Math.min(...queue.map((e) => e.at_ms)))}` : "现在没有人等"),
    figure("接待中", `${mine.length} 位`, "一位柜员接一位"),
    figure("3 分钟内接起", answered.length ? `${Math.round((100 * inTime.length) / answered.length)}%` : "—", `共 ${answered.length} 位`),
    figure("会话", `${state.sessions.length}`, "最近"));
  $("next").replaceChildren(queue.length ? next(queue[0], now) : el("div", { class: "quiet" }, el("h3", {}, "现在没有客户在等。"), el("span", { class: "soft" }, "有人需要帮助时，这里会亮起来。")));
  const rows = [...mine, ...queue.slice(1), ...state.escalations.filter((e) => !["waiting", "accepted"].includes(e.state)).reverse().slice(0, 12)];
  $("waiting").replaceChildren(el("h3", {}, "名单　", el("small", {}, "先按风险，再按时间")), rows.length ? el("table", {},
    el("thead", {}, el("tr", {}, ...["级别", "机具", "为什么来", "情况（竖线是 3 分钟）", ""].map((name) => el("th", {}, name)))),
    el("tbody", {}, ...rows.map((e) => row(e, now)))) : el("p", { class: "soft" }, "还没有记录。"));
}

function next(e, now) {
  const said = [...e.bundle.transcript].reverse().find((line) => line.who === "customer");
  const loud = e.bundle.transcript.find((line) => line.who === "customer" && evidence(e.bundle).some((word) => line.text.includes(word))) || said;
  return el("article", { class: "next", "data-escalation": e.id },
    el("div", {}, el("div", { class: "facts" }, level(e.bundle), el("span", {}, place(e)), el("span", {}, WHY[e.bundle.why] || e.bundle.why)),
      el("h2", {}, e.bundle.headline), loud ? el("q", {}, ...marked(loud.text, evidence(e.bundle))) : null,
      el("p", {}, SCREEN[e.bundle.screen] || e.bundle.screen)),
    el("div", { class: "side" }, el("div", {}, el("span", {}, "已等　"), el("span", { class: "waited" }, minutes(now - e.at_ms)), el("div", { class: "soft" }, "上限 3:00")),
      el("button", { class: "primary", id: "accept", onclick: () => accept(e.id) }, "接待")));
}

function row(e, now) {
  const live = ["waiting", "accepted"].includes(e.state);
  return el("tr", {}, el("td", {}, level(e.bundle)), el("td", {}, e.kiosk, el("small", {}, e.branch)), el("td", {}, e.bundle.headline, el("small", {}, WHY[e.bundle.why] || e.bundle.why)),
    el("td", {}, e.state === "waiting" ? waited(e.at_ms, now) : `${STATE[e.state]}　${clockTime(e.at_ms)}`),
    el("td", {}, el("button", { onclick: () => (e.state === "waiting" ? accept(e.id) : open(e.id)) }, e.state === "waiting" ? "接待" : live ? "继续" : "看记录")));
}

function drawDesk() {
  const e = state.escalations.find((one) => one.id === state.open);
  if (!e) return;
  const active = document.activeElement?.id, mine = e.state === "accepted";
  $("title").textContent = e.bundle.headline;
  const say = el("form", { onsubmit: (event) => { event.preventDefault(); if (state.draft.trim()) act(e.id, "say", { text: state.draft.trim() }); } },
    el("input", { id: "say", maxlength: 200, disabled: !mine, placeholder: "打一句话，机器念给客户听", "aria-label": "对客户说" }), el("button", { class: "primary", disabled: !mine }, "念给客户"));
  const decide = (decision) => act(e.id, "decide", { decision, reason: state.reason });
  const held = e.bundle.why === "risk";
  $("desk").replaceChildren(
    el("div", { class: "column" }, slots(e.bundle), transcript(e.bundle, since(e)), el("div", { class: "panel say" }, el("h3", {}, "这样说　", el("small", {}, "慢一点，不责备")), say)),
    el("div", { class: "column" }, risk(e.bundle.risk),
      el("div", { class: "panel" }, el("h3", {}, "决定　", el("small", {}, `${STATE[e.state]}　${place(e)}${e.decision ? `　${e.decision === "approve" ? "已放行" : "已不转"}` : ""}`)),
        el("div", { class: "acts" },
          el("input", { id: "reason", class: "wide", maxlength: 200, disabled: !mine || !held, placeholder: "理由（记入档案）", "aria-label": "理由" }),
          el("button", { class: "primary", id: "reject", disabled: !mine || !held, onclick: () => decide("reject") }, "不转，钱留在账上"),
          el("button", { id: "approve", disabled: !mine || !held, onclick: () => decide("approve") }, "放行这笔"),
          el("button", { class: "stop wide", id: "close", disabled: !mine, onclick: () => act(e.id, "close") }, "结束接待"),
          el("p", {}, "客户按密码时，这里什么也看不到。")))));
  for (const [id, key] of [["say", "draft"], ["reason", "reason"]]) {
    $(id).value = state[key];
    $(id).addEventListener("input", (event) => { state[key] = event.target.value; });
  }
  if (active && $(active)) $(active).focus();
}

// What was said after the kiosk called.
function since(e) {
  const who = { "voice.said": "customer", "teller.said": "teller" };
  return state.events.filter((one) => one.type in who && one.at_ms > e.at_ms).map((one) => ({ who: who[one.type], text: one.body.text }));
}

function drawSessions() {
  $("title").textContent = "会话";
  const rows = state.sessions.map((s) => el("tr", { class: "pick", onclick: () => { state.session = s.session_id; load(); } },
    el("td", {}, clockTime(s.first_ms), el("small", {}, new Date(s.first_ms).toLocaleDateString("zh-CN"))), el("td", {}, s.kiosk, el("small", {}, s.branch)),
    el("td", {}, s.risk ? level({ risk: s.risk }) : "—"), el("td", {}, s.closed_ms ? OUTCOME[s.outcome] || s.outcome || s.reason : "进行中"), el("td", {}, `${s.events} 条`)));
  const events = state.events.map((e) => el("tr", {}, el("td", {}, clockTime(e.at_ms)), el("td", {}, e.type, el("small", {}, `${e.lane} ${e.sequence}`)), el("td", {}, el("code", {}, JSON.stringify(e.body)))));
  $("sessions").replaceChildren(
    el("div", { class: "panel" }, el("h3", {}, "最近的会话"), rows.length ? el("table", { id: "session-list" }, el("thead", {}, el("tr", {}, ...["时间", "机具", "风险", "结果", "记录"].map((name) => el("th", {}, name)))), el("tbody", {}, ...rows)) : el("p", { class: "soft" }, "还没有会话。")),
    ...(state.session ? [el("div", { class: "panel" }, el("h3", {}, `会话 ${state.session}`), el("div", { class: "events" }, el("table", {}, el("tbody", {}, ...events))))] : []));
}

function listen() {
  const socket = new WebSocket(`wss://${location.host}/api/live`);
  socket.onopen = () => socket.send(JSON.stringify({ token: state.token }));
  socket.onmessage = () => { online(true); load(); };
  socket.onclose = (event) => { online(false); if (event.code === 4401) leave(); else if (state.token) setTimeout(listen, 2000); };
}

function online(up) {
  $("line").className = `status ${up ? "on" : "off"}`;
  $("line").textContent = up ? "我在线，可接待" : "断网，正在重连";
}

let toastTimer;
function toast(text) {
  $("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").textContent = ""; }, 5000);
}

function enter() {
  $("login").hidden = true;
  $("console").hidden = false;
  listen();
  draw();
}

function leave() {
  sessionStorage.clear();
  location.reload();
}

$("login-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await call("/login", { password: $("password").value });
    state.token = answer.token;
    state.teller = answer.teller_name;
    sessionStorage.setItem("token", state.token);
    sessionStorage.setItem("teller", state.teller);
    enter();
  } catch (error) {
    $("login-fault").textContent = error.message;
  }
});
document.querySelectorAll("nav button").forEach((button) => button.addEventListener("click", () => { state.page = button.dataset.page; load(); }));
document.addEventListener("keydown", (event) => { if (event.key === "Enter" && state.page === "queue" && document.activeElement === document.body) $("accept")?.click(); });

function tick() {
  const now = new Date();
  $("date").textContent = `${now.getMonth() + 1}月${now.getDate()}日`;
  $("clock").textContent = now.toLocaleTimeString("zh-CN", { hour12: false });
  if (state.page === "queue" && waiting().length) drawQueue();
}

tick();
setInterval(tick, 1000);
if (state.token) enter(); else $("login").hidden = false;
