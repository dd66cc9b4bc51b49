import { expect, test } from "vitest";
import { Papers } from "./papers.ts";

const head = (size: number) => JSON.stringify({ what: "id_card", sha256: "ab", size });
const part = (...values: number[]) => new Uint8Array(values).buffer;

test("a picture is there with its last part", () => {
  const papers = new Papers();
  expect(papers.take(head(3))).toBeNull();
  expect(papers.take(part(1, 2))).toBeNull();
  expect(papers.take(part(3))).toEqual({ what: "id_card", sha256: "ab", bytes: new Uint8Array([1, 2, 3]) });
  expect(papers.take(part(4))).toBeNull();
});

test("a new head forgets what was unfinished; too much is dropped", () => {
  const papers = new Papers();
  papers.take(head(3));
  papers.take(part(9, 9));
  papers.take(head(2));
  expect(papers.take(part(1, 2))?.bytes).toEqual(new Uint8Array([1, 2]));
  papers.take(head(2));
  expect(papers.take(part(1, 2, 3))).toBeNull();
  papers.take(head(5_000_000));
  expect(papers.take(part(1))).toBeNull();
});
