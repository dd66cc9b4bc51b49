// One renderer for each kind of part; a kind nobody drew yet does not compile.
import type { Part, View } from "../api/types.ts";
import { Icon } from "../app/Icon.tsx";
import { useNow } from "../app/keys.tsx";
import { Starred } from "./Starred.tsx";

type Of<K extends Part["kind"]> = Extract<Part, { kind: K }>;

export function Parts({ view }: { view: View }) {
  // A part has no name of its own; its place on the screen is what it is known by.
  return view.parts.map((part, place) => {
    const key = `${place}.${part.kind}`;
    return <Drawn key={key} part={part} />;
  });
}

function Drawn({ part }: { part: Part }) {
  switch (part.kind) {
    case "text":
      return <Words part={part} />;
    case "choice":
      return <Choice part={part} />;
    case "amount":
      return <Amount part={part} />;
    case "list":
      return <Rows part={part} />;
    case "entry":
      return <Entry part={part} />;
    case "picture":
      return <Slot icon={PICTURES[part.name] ?? "box"} caption={part.caption} />;
    case "video":
      return <Slot icon="cam" caption={part.caption} />;
    case "countdown":
      return <Countdown part={part} />;
    case "qr":
      return <Slot icon="qr" caption={part.caption} />;
    case "queue":
      return <p className="k-queue">{part.people.join("　")}</p>;
    case "gauges":
      return <Gauges part={part} />;
    case "signature":
      return <Slot icon="edit" caption={part.label} wide />;
    default:
      return part satisfies never;
  }
}

const PICTURES: Record<string, string> = {
  take_card: "card",
  insert_card: "card",
  id_card: "id",
  take_cash: "cash",
  insert_notes: "cash",
  pin_pad: "pad",
  document: "doc",
};

function Words({ part }: { part: Of<"text"> }) {
  return (
    <p className={`k-text k-${part.style}`}>
      {part.icon && <Icon name={part.icon} size={12} />}
      <span>
        <Starred text={part.text} mark="**" as="b" />
      </span>
    </p>
  );
}

function Choice({ part }: { part: Of<"choice"> }) {
  return (
    <div className={`k-choice k-${part.layout}`}>
      {part.options.map((option) => (
        <span key={option.target} className={`k-option k-${option.style}`}>
          {option.icon && <Icon name={option.icon} size={13} />}
          <span>
            <b>{option.label}</b>
            {option.note && <small>{option.note}</small>}
          </span>
        </span>
      ))}
    </div>
  );
}

function Amount({ part }: { part: Of<"amount"> }) {
  return (
    <div className="k-amount">
      <small>{part.label}</small>
      <p>
        <b>{part.digits}</b> {part.unit}
      </p>
      {part.words && <small>{part.words}</small>}
    </div>
  );
}

function Rows({ part }: { part: Of<"list"> }) {
  return (
    <dl className={`k-rows k-list-${part.style}`}>
      {part.rows.map((row) => (
        <div key={row.label} className={`k-row k-${row.state}`}>
          <dt>
            {row.icon && <Icon name={row.icon} size={12} />}
            {row.label}
          </dt>
          <dd>
            {row.value}
            {row.note && <small>{row.note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Entry({ part }: { part: Of<"entry"> }) {
  const rings = Array.from({ length: part.length || Math.max(part.typed, 1) }, (_, n) => n);
  return (
    <div className="k-entry">
      <small>{part.label}</small>
      <div>
        {rings.map((n) => (
          <i key={n} className={n < part.typed ? "typed" : ""} />
        ))}
      </div>
    </div>
  );
}

function Slot({ icon, caption, wide = false }: { icon: string; caption: string; wide?: boolean }) {
  return (
    <div className={`k-slot${wide ? " k-slot-wide" : ""}`}>
      <Icon name={icon} size={30} />
      <small>{caption}</small>
    </div>
  );
}

function Countdown({ part }: { part: Of<"countdown"> }) {
  const left = Math.max(0, part.ends_at_ms - useNow(500));
  return (
    <div className="k-countdown">
      <small>
        {part.label} <b>{Math.ceil(left / 1000)}</b>
      </small>
      <div>
        <i style={{ width: `${Math.min(1, left / Math.max(1, part.total_ms)) * 100}%` }} />
      </div>
      {part.extend_label && <span className="k-option k-secondary">{part.extend_label}</span>}
    </div>
  );
}

function Gauges({ part }: { part: Of<"gauges"> }) {
  return (
    <dl className="k-rows">
      {part.gauges.map((gauge) => (
        <div key={gauge.label} className={`k-row${gauge.low ? " k-watch" : ""}`}>
          <dt>{gauge.label}</dt>
          <dd>{gauge.percent} %</dd>
        </div>
      ))}
    </dl>
  );
}
