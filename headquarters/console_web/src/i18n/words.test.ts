// Both languages say the same things, with the same values in them, and every key the code names exists.
import { expect, test } from "vitest";
import en from "./en.json";
import zh from "./zh.json";

type Tree = { [key: string]: string | Tree };
const SOURCES = import.meta.glob<string>("../**/*.{ts,tsx}", { eager: true, query: "?raw", import: "default" });

function flat(tree: Tree, before = ""): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[before + key, value]] : [...flat(value, `${before}${key}.`)],
    ),
  );
}

function values(text: string): string[] {
  return (text.match(/\{\{\w+\}\}/g) ?? []).sort();
}

const chinese = flat(zh);
const english = flat(en);

test("no language lacks a key", () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
});

test("a sentence takes the same values in both languages", () => {
  for (const [key, text] of chinese) expect([key, ...values(english.get(key) ?? "")]).toEqual([key, ...values(text)]);
});

test("every key that the code names has words", () => {
  const named = Object.values(SOURCES).flatMap((text) =>
    [...text.matchAll(/\bt\("([\w.]+)"/g)].map((found) => found[1]),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((key) => key !== undefined && !chinese.has(key))).toEqual([]);
});

test("every word is used", () => {
  const code = Object.values(SOURCES).join("\n");
  const groups = [...code.matchAll(/\bcode\("(\w+)"|`(\w+\.[\w.]*)\$\{/g)].map((found) =>
    found[1] ? `${found[1]}.` : (found[2] ?? ""),
  );
  const unused = [...chinese.keys()].filter(
    (key) => !code.includes(`"${key}"`) && !groups.some((group) => key.startsWith(group)),
  );
  expect(unused).toEqual([]);
});
