// The console's parts: each takes data and returns an element. Text goes in as text, never as markup.
"use strict";

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "width") node.style.width = value;
    else if (name === "left") node.style.left = value;
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

const clockTime = (ms) => new Date(ms).toLocaleTimeString("zh-CN", { hour12: false });
const minutes = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
const score = (risk) => (risk.r_hundredths / 100).toFixed(1);
const place = (e) => `${e.branch} ${e.kiosk}`;

function level(bundle) {
  if (bundle.risk == null) return el("span", { class: "level low" }, WHY[bundle.why] || bundle.why);
  return el("span", { class: `level ${bundle.risk.level}` }, `${LEVEL[bundle.risk.level]}　R ${score(bundle.risk)}`);
}

// The words that gave it away, from the floors' evidence.
function evidence(bundle) {
  return (bundle.risk?.floors || []).flatMap((floor) => floor.evidence.split("、")).filter((word) => word.length > 1);
}

function marked(text, words) {
  const found = words.map((word) => [text.indexOf(word), word]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0])[0];
  if (!found) return [text];
  const [at, word] = found;
  return [text.slice(0, at), el("mark", {}, word), ...marked(text.slice(at + word.length), words)];
}

function transcript(bundle, later) {
  const who = { customer: "客", kiosk: "台", teller: "我" };
  const words = evidence(bundle);
  const lines = [...bundle.transcript, ...later].map((line) =>
    el("li", { class: line.who }, el("b", {}, who[line.who] || "·"), el("span", {}, ...marked(line.text, line.who === "customer" ? words : []))));
  return el("div", { class: "panel" }, el("h3", {}, "对话　", el("small", {}, "客＝客户　台＝数字柜员　我＝柜员")), el("ol", { class: "talk" }, ...lines));
}

function slots(bundle) {
  const rows = Object.entries(bundle.slots).filter(([name]) => name in SLOT && name !== "saved");
  // How the customer seemed after each of the last utterances, with the anxiety index; it never counts in R.
  const moods = (bundle.moods || []).slice(-4).map((mood) => `${EMOTION[mood.emotion] || mood.emotion} ${(mood.anxiety / 1e4).toFixed(2)}`);
  const intents = bundle.intents.map((name) => INTENT[name] || name).join("、");
  return el("div", { class: "panel said" }, el("h3", {}, "客户已经说过，不要再问"),
    el("dl", { class: "slots" },
      el("div", {}, el("dt", {}, "要办"), el("dd", {}, intents || bundle.headline)),
      ...rows.map(([name, value]) => el("div", {}, el("dt", {}, SLOT[name]), el("dd", {}, name === "amount" ? `${value} 元` : value))),
      moods.length ? el("div", {}, el("dt", {}, "情绪"), el("dd", {}, moods.join(" → "))) : null,
      el("div", {}, el("dt", {}, "屏幕"), el("dd", {}, SCREEN[bundle.screen] || bundle.screen))));
}

// Track = weight x 100, fill = weight x r: the fills sum to R, exactly.
function risk(decision) {
  if (decision == null) return el("div", { class: "panel" }, el("h3", {}, "风险"), el("p", { class: "soft" }, "还没有碰到钱，没有评估。"));
  const parts = decision.contributions.map((part) => ({ ...part, points: (part.weight * part.r) / 1e6 }));
  const order = [...parts].sort((a, b) => b.points - a.points);
  const fills = order.map((part, n) => el("i", { class: `f${n}`, width: `${part.points}%`, title: FACTOR[part.factor] }));
  const factors = order.map((part, n) => el("div", { class: "factor" },
    el("b", {}, FACTOR[part.factor]), el("div", { class: "track", width: `${part.weight / 25}%` }, el("i", { class: `f${n}`, width: `${part.r / 100}%` })),
    el("span", { class: "times" }, `${(part.weight / 1e4).toFixed(2)} × ${part.r / 100}`), el("b", { class: "sum" }, part.points.toFixed(1)),
    el("small", {}, REASON[part.reason] || part.reason)));
  const floors = decision.floors.map((floor) => el("div", {}, `${FLOOR[floor.floor] || floor.floor}${floor.evidence ? `：${floor.evidence}` : ""}`));
  return el("div", { class: "panel" },
    el("div", { class: "risk-head" }, el("h3", {}, "风险　", el("span", { class: `level ${decision.level}` }, LEVEL[decision.level])), el("span", { class: `r level-${decision.level}` }, score(decision))),
    el("div", { class: "bar", role: "img", "aria-label": `R ${score(decision)}` }, ...fills, el("span", { left: "30%" }, "30 中"), el("span", { left: "60%" }, "60 高")),
    ...factors,
    floors.length ? el("div", { class: "floors" }, el("b", {}, "底线规则，不论总分先停"), ...floors) : null);
}

function waited(atMs, now) {
  const ms = Math.max(0, now - atMs);
  return el("span", {}, el("b", {}, minutes(ms)), el("span", { class: "wait" }, el("i", { class: ms > 90000 ? "late" : "", width: `${Math.min(100, ms / 1800)}%` })));
}
