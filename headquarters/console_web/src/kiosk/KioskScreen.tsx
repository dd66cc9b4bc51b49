// The customer's screen, drawn from the same typed parts as the kiosk's own window; nothing on it can be pressed here.
import type { PointerEvent, ReactNode } from "react";
import calm from "../../../../kiosk_ui/assets/teller_calm.svg";
import smile from "../../../../kiosk_ui/assets/teller_smile.svg";
import type { View } from "../api/types.ts";
import { Icon } from "../app/Icon.tsx";
import { Parts } from "./Parts.tsx";
import { Starred } from "./Starred.tsx";
import "./kiosk.css";

export interface Point {
  /** 0 to 1 of the screen's width and height. */
  x: number;
  y: number;
}

interface ScreenProps {
  view: View;
  label: string;
  point: Point | null;
  /** Told where the teller points, while they do. */
  onPoint?: ((point: Point | null) => void) | undefined;
}

export function KioskScreen({ view, label, point, onPoint }: ScreenProps) {
  const move = onPoint && ((event: PointerEvent<HTMLElement>) => onPoint(pointOf(event)));
  return (
    <section
      className={`kiosk${view.large ? " kiosk-large" : ""}${onPoint ? " kiosk-pointing" : ""}`}
      aria-label={label}
      lang={view.language === "en" ? "en" : "zh-CN"}
      data-screen={view.screen}
      onPointerMove={move}
      onPointerDown={move}
      onPointerLeave={onPoint && (() => onPoint(null))}
    >
      <TellerSide view={view} />
      <div className="kiosk-edge" />
      <div className="kiosk-desk">
        {view.hearing && <Hearing hearing={view.hearing} />}
        <Parts view={view} />
      </div>
      <Bar view={view} />
      {point && <span className="kiosk-pointer" style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }} />}
    </section>
  );
}

function TellerSide({ view }: { view: View }) {
  return (
    <div className={`kiosk-teller tone-${view.tone}`}>
      <div className="kiosk-top">
        <span>{view.branch}</span>
        {view.teller_name && <b>{view.teller_name}</b>}
        {view.listener_name && <b>{view.listener_name}</b>}
        {view.recorded && <span className="kiosk-recorded" />}
      </div>
      <div className="kiosk-words">
        <p className="kiosk-lead">
          <Starred text={view.lead} mark="*" as="u" />
        </p>
        {view.more && <p className="kiosk-more">{view.more}</p>}
      </div>
      <img className="kiosk-face" src={view.face === "calm" ? calm : smile} alt="" />
    </div>
  );
}

function Hearing({ hearing }: { hearing: NonNullable<View["hearing"]> }) {
  return (
    <p className={`kiosk-hearing ${hearing.state}`}>
      <Icon name="mic" size={12} />
      {hearing.text || "…"}
    </p>
  );
}

function Bar({ view }: { view: View }): ReactNode {
  if (view.bar.length === 0) return null;
  return (
    <div className="kiosk-bar">
      {view.bar.map((item) => (
        <span
          key={item.target}
          className={`${item.on ? "on" : ""}${item.enabled ? "" : " off"}`}
          data-target={item.target}
        >
          <Icon name={item.icon} size={12} />
          {item.label}
        </span>
      ))}
    </div>
  );
}

/** Return where on the screen a pointer stands, within it. */
export function pointOf(event: Pick<PointerEvent<HTMLElement>, "clientX" | "clientY" | "currentTarget">): Point {
  const box = event.currentTarget.getBoundingClientRect();
  const within = (value: number) => Math.min(1, Math.max(0, value));
  return { x: within((event.clientX - box.left) / box.width), y: within((event.clientY - box.top) / box.height) };
}
