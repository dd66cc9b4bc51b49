import { expect, test } from "vitest";
import { pathOf } from "../pages/enrolment/Qr.tsx";
import { countOf, opens, stagesOf } from "./rollout.ts";

test("the canaries are at least one kiosk, as headquarters counts them", () => {
  expect(opens([5, 25, 100], 31)).toEqual([2, 8, 31]);
  expect(opens([1, 100], 3)).toEqual([1, 3]);
});

test("how many kiosks stand so is headquarters' count", () => {
  const counts = { waiting: 30, sent: 2 };
  expect([countOf({ counts }, "sent"), countOf({ counts }, "failed")]).toEqual([2, 0]);
});

test("stages grow to 100, however they are typed", () => {
  expect(stagesOf("5, 25,100")).toEqual([5, 25, 100]);
  expect(stagesOf("5%、25% 100％")).toEqual([5, 25, 100]);
  expect(stagesOf("100")).toEqual([100]);
  for (const wrong of ["", "5, 25", "25, 5, 100", "5, 5, 100", "0, 100", "-5, 100", "5.5, 100", "x", "101"]) {
    expect([wrong, stagesOf(wrong)]).toEqual([wrong, null]);
  }
});

test("a QR code is a square for each dark module", () => {
  expect(
    pathOf([
      [true, false],
      [false, true],
    ]),
  ).toBe("M0 0h1v1h-1zM1 1h1v1h-1z");
});
