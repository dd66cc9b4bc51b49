// The house's icons: one sheet of symbols in the page, each drawn in the colour of the text around it.
const FILES = import.meta.glob<string>("../../../../kiosk_ui/assets/icons/*.svg", {
  eager: true,
  query: "?raw",
  import: "default",
});

const SVG = "http://www.w3.org/2000/svg";

/** Put the icons into the document as symbols; call once, before anything is drawn. */
export function layIcons(): void {
  const sheet = document.createElementNS(SVG, "svg");
  sheet.setAttribute("aria-hidden", "true");
  sheet.setAttribute("width", "0");
  sheet.setAttribute("height", "0");
  sheet.classList.add("icons");
  for (const [path, text] of Object.entries(FILES)) {
    const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const symbol = document.createElementNS(SVG, "symbol");
    symbol.id = `icon-${path.replace(/^.*\/|\.svg$/g, "")}`;
    symbol.setAttribute("viewBox", drawn.getAttribute("viewBox") ?? "0 0 48 48");
    symbol.append(...Array.from(drawn.childNodes));
    sheet.append(symbol);
  }
  document.body.prepend(sheet);
}

export function Icon({ name, size = 20 }: { name: string; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} aria-hidden="true" focusable="false">
      <use href={`#icon-${name}`} />
    </svg>
  );
}
