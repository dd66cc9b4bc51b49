// Pictures of papers as they come over the channel: a head that says what and how long, then the bytes in parts.
export interface Paper {
  what: "document" | "id_card";
  sha256: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** As the kiosk sends at most. */
const MOST_BYTES = 4_000_000;

/** Gather parts; `take` returns the picture with its last part, else null. A new head forgets what was unfinished. */
export class Papers {
  private what: Paper["what"] = "document";
  private sha256 = "";
  private bytes = new Uint8Array(0);
  private filled = 0;

  take(message: string | ArrayBuffer): Paper | null {
    if (typeof message === "string") {
      const head = JSON.parse(message) as { what: Paper["what"]; sha256: string; size: number };
      this.what = head.what;
      this.sha256 = head.sha256;
      this.filled = 0;
      this.bytes = new Uint8Array(head.size > 0 && head.size <= MOST_BYTES ? head.size : 0);
      return null;
    }
    if (message.byteLength > this.bytes.length - this.filled) {
      this.bytes = new Uint8Array(0);
      return null;
    }
    this.bytes.set(new Uint8Array(message), this.filled);
    this.filled += message.byteLength;
    if (this.filled < this.bytes.length || this.filled === 0) return null;
    const paper = { what: this.what, sha256: this.sha256, bytes: this.bytes };
    this.bytes = new Uint8Array(0);
    this.filled = 0;
    return paper;
  }
}
