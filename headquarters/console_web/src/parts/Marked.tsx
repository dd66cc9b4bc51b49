// Text with the words that gave it away marked; whatever stands in it is text.
import { pieces } from "./risk.ts";

export function Marked({ text, words }: { text: string; words: string[] }) {
  let at = 0;
  return pieces(text, words).map((one) => {
    const key = at;
    at += one.text.length;
    return one.marked ? <mark key={key}>{one.text}</mark> : <span key={key}>{one.text}</span>;
  });
}
