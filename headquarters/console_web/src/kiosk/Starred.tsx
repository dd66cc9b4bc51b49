// The kiosk's two marks in its own words: *underlined* in what the teller says, **bold** in paragraphs.
import { starred } from "./starred.ts";

export function Starred({ text, mark, as: Tag }: { text: string; mark: "*" | "**"; as: "u" | "b" }) {
  let at = 0;
  return starred(text, mark).map((one) => {
    const key = at++;
    return one.marked ? <Tag key={key}>{one.text}</Tag> : <span key={key}>{one.text}</span>;
  });
}
