// The pure pieces: money without floats, times, evidence, captions, forms, the kiosk's marks.
import { expect, test } from "vitest";
import { oldKeys } from "../api/live.ts";
import { isTaken, nameOf } from "../app/keys.tsx";
import { keyOf, PAGES, pagesFor } from "../app/pages.ts";
import { starred } from "../kiosk/starred.ts";
import { fieldsOf } from "../pages/session/forms.ts";
import { stateOf } from "../session/peer.ts";
import { decisionsOf, momentsOf } from "./decisions.ts";
import { shownFigure } from "./figures.ts";
import { alarmWords, branchesOf, inUse, placeOf, shapeOf, versionsOf } from "./fleet.ts";
import { happenedOf } from "./happened.ts";
import { fenOf, yuan } from "./money.ts";
import { trendOf } from "./mood.ts";
import { evidenceWords, heaviestFirst, pieces } from "./risk.ts";
import { withCaptions } from "./talk.ts";
import { minutes } from "./time.ts";

test("fen are written as yuan and read back, whatever the sum", () => {
  for (const fen of [0, 1, 9, 10, 99, 100, 101, 5_000_000, 18_000_000, 99_999_999_999])
    expect(fenOf(yuan(fen))).toBe(fen);
  expect(yuan(5_000_000)).toBe("50,000.00");
  expect(yuan(-150)).toBe("-1.50");
  expect(fenOf("0.1")).toBe(10);
  for (const text of ["", "1.234", "-5", "1e3", "五百", "12345678901"]) expect(fenOf(text)).toBeNull();
});

test("times and figures", () => {
  expect([minutes(48_000), minutes(600_000), minutes(-1)]).toEqual(["0:48", "10:00", "0:00"]);
  expect(shownFigure("talk_s", 252)).toBe("4:12");
  expect(shownFigure("response_s", 1.42)).toBe("1.4 s");
  expect(shownFigure("resolved", 93.44)).toBe("93.4%");
  expect(shownFigure("satisfaction", null)).toBe("—");
});

const evidence = (code: string, contribution: number | null, words = "") => ({
  code,
  text: "",
  r: null,
  weight: null,
  contribution,
  evidence: words,
}); // prettier-ignore

test("marked words stand where they were said, and nothing is lost", () => {
  const risk = {
    r: 64.4,
    level: "high" as const,
    actions: [],
    factors: [evidence("a.b", 1), evidence("c.d", 20)],
    floors: [evidence("strong_cue", null, "安全账户、不能告诉家里人")],
    cues: [evidence("police", null, "安全账户")],
  }; // prettier-ignore
  expect(heaviestFirst(risk).map((one) => one.code)).toEqual(["c.d", "a.b"]);
  const words = evidenceWords(risk);
  expect(words).toEqual(["不能告诉家里人", "安全账户"]);
  const text = "转到安全账户，不能告诉家里人，安全账户";
  const cut = pieces(text, words);
  expect(cut.map((one) => one.text).join("")).toBe(text);
  expect(cut.filter((one) => one.marked).map((one) => one.text)).toEqual(["安全账户", "不能告诉家里人", "安全账户"]);
});

test("captions fill in only what the transcript does not have yet", () => {
  const transcript = [{ at_ms: 1, who: "customer" as const, text: "好" }];
  const captions = [
    { who: "customer" as const, text: "好" },
    { who: "customer" as const, text: "好" },
    { who: "kiosk" as const, text: "请看屏幕" },
  ];
  expect(withCaptions(transcript, captions).map((line) => line.text)).toEqual(["好", "好", "请看屏幕"]);
});

test("a form is sent only when it is finished", () => {
  expect(fieldsOf([{ label: "关系", kind: "choice", options: "家人，朋友/家人" }])?.[0]?.options).toEqual([
    "家人",
    "朋友",
  ]);
  expect(fieldsOf([{ label: "关系", kind: "choice", options: "家人" }])).toBeNull();
  expect(fieldsOf([{ label: " ", kind: "digits", options: "" }])).toBeNull();
  expect(fieldsOf([{ label: "手机", kind: "digits", options: "x" }])?.[0]).toMatchObject({
    name: "field_1",
    options: [],
  });
});

test("the kiosk's marks", () => {
  expect(starred("给*儿子*转", "*").map((one) => one.marked)).toEqual([false, true, false]);
  expect(starred("3 * 4", "*")).toEqual([{ text: "3 * 4", marked: false }]);
  expect(starred("打 **96110** 咨询", "**")[1]).toEqual({ text: "96110", marked: true });
});

test("moods, lines and notices", () => {
  expect(trendOf([{ anxiety: 0.7 }, { anxiety: 0.5 }])).toBe("falling");
  expect(trendOf([{ anxiety: 0.5 }, { anxiety: 0.52 }])).toBe("steady");
  expect(trendOf([{ anxiety: 0.5 }])).toBe("steady");
  expect(stateOf("disconnected")).toBe("failed");
  expect(oldKeys({ topic: "escalation", id: "S1" })).toContainEqual(["escalation", "S1"]);
  expect(oldKeys({ topic: "fleet", id: "k" })).toEqual([["fleet"]]);
});

test("decisions of a stored session, and what happened beside them", () => {
  const event = (type: string, at: number, body = {}) => ({
    kiosk: "k",
    lane: "session",
    sequence: at,
    id: `${at}`,
    type,
    at_ms: at,
    hash: "",
    body,
  }); // prettier-ignore
  const decision = {
    r_hundredths: 6440,
    level: "high",
    actions: [],
    rules_hash: "8f2c",
    floors: [{ floor: "coached", evidence: "" }],
    contributions: [{ factor: "login", weight: 2500, r: 8000, reason: "login.remote" }],
  }; // prettier-ignore
  const found = decisionsOf([event("voice.said", 1), event("risk.decided", 2, { decision }), event("risk.decided", 3)]);
  expect(found).toHaveLength(1);
  expect(found[0]?.risk.factors[0]).toMatchObject({ code: "login.remote", weight: 0.25, r: 80, contribution: 20 });
  const many = Array.from({ length: 40 }, (_, n) => event("voice.said", n, { text: "好" }));
  expect(momentsOf(many, 7).length).toBeLessThanOrEqual(8);
});

test("a kiosk's shape says how it does", () => {
  const kiosk = (alarms: string[], online = true) => ({ alarms, online }) as unknown as Parameters<typeof shapeOf>[0];
  expect(shapeOf(kiosk([]))).toBe("circle");
  expect(shapeOf(kiosk(["disk"]))).toBe("triangle");
  expect(shapeOf(kiosk(["microphone"]))).toBe("square");
  expect(shapeOf(kiosk(["health"]))).toBe("square");
  expect(shapeOf(kiosk([], false))).toBe("ring");
  const one = { kiosk: "k", branch: "b", faults: { camera: "covered" }, skew_ms: 61_000, disk_percent: 94 } as never;
  expect(branchesOf([one])).toEqual([["b", [one]]]);
  const say = {
    t: (key: string, values?: object) => `${key} ${JSON.stringify(values)}`,
    code: (group: string, code: string) => `${group} ${code}`,
  };
  expect(alarmWords("camera", one, say)).toContain('fleet.alarm.camera {"code":"deviceFault covered"');
  expect([placeOf({ branch: "b", kiosk: "k" }), placeOf({ branch: "b", kiosk: "b-1" })]).toEqual(["b k", "b-1"]);
  const ran = ["guitai-2", "guitai-1", "guitai-2", null].map((name) => ({
    software: name === null ? null : { name, phase: "", release: "" },
  }));
  expect(versionsOf(ran)).toEqual([
    ["guitai-2", 2],
    ["guitai-1", 1],
    ["", 1],
  ]);
});

test("a rollout is for kiosks in use alone", () => {
  const fleet = ["lives", "revoked", "gone", "by hand"].map((kiosk) => ({ kiosk }));
  const enrolled = [
    { kiosk: "lives", state: "live" as const },
    { kiosk: "revoked", state: "revoked" as const },
    { kiosk: "gone", state: "decommissioned" as const },
  ];
  expect(inUse(fleet, enrolled).map((one) => one.kiosk)).toEqual(["lives", "by hand"]);
});

test("keys belong to what has the focus first", () => {
  expect(nameOf({ key: "x", altKey: false, ctrlKey: false, metaKey: false })).toBe("X");
  expect(nameOf({ key: "1", altKey: true, ctrlKey: false, metaKey: false })).toBe("Alt+1");
  expect(nameOf({ key: "c", altKey: false, ctrlKey: true, metaKey: false })).toBe("");
  document.body.innerHTML =
    '<input id="i"><button id="b">x</button><div role="dialog"><p id="d"></p></div><p id="p"></p>';
  const at = (id: string) => document.getElementById(id);
  expect([isTaken(at("i"), "x"), isTaken(at("b"), "x"), isTaken(at("b"), "Enter")]).toEqual([true, false, true]);
  expect([isTaken(at("d"), "x"), isTaken(at("p"), "Enter"), isTaken(null, "x")]).toEqual([true, false, false]);
});

test("each role sees its own pages", () => {
  const names = (roles: string[], branches: string[] = []) => pagesFor({ roles, branches }).map((page) => page.name);
  expect(names(["technician"])).toEqual(["fleet", "enrolment", "rollouts"]);
  expect(names(["teller"])).toEqual(["queue", "session", "approvals"]);
  expect(names([])).toEqual([]);
  expect(names(["auditor"])).toEqual(["risk", "fleet", "recordings", "audit"]);
  expect(names(["auditor"], ["heping"])).toEqual(["risk", "fleet", "recordings"]);
});

test("every page has a key that a keyboard has", () => {
  const keys = PAGES.map((_, n) => keyOf(n));
  expect([keys[0], keys[8], keys[9]]).toEqual(["Alt+1", "Alt+9", "Alt+0"]);
  expect(new Set(keys).size).toBe(PAGES.length);
});

test("what happened since is a line each, the latest first", () => {
  const told = happenedOf([
    { type: "handover.consent", at_ms: 1, body: { what: "video", agreed: false } },
    { type: "handover.form", at_ms: 2, body: { title: "收款人", values: [["关系", "家人"]] } },
  ]);
  expect(told.map((one) => [one.type, one.detail])).toEqual([
    ["handover.form", "收款人　关系：家人"],
    ["handover.consent.no", ""],
  ]);
});
