// A white panel with a heading, and what stands there when there is nothing to show.
import type { ReactNode } from "react";
import "./parts.css";

interface PanelProps {
  title?: ReactNode;
  note?: ReactNode;
  right?: ReactNode;
  className?: string;
  level?: "h2" | "h3";
  children: ReactNode;
  label?: string;
}

export function Panel({ title, note, right, className = "", level: Title = "h2", children, label }: PanelProps) {
  return (
    <section className={`panel ${className}`} aria-label={label}>
      {title !== undefined && (
        <div className="panel-head">
          <Title className="panel-title">{title}</Title>
          {note !== undefined && <span className="soft">{note}</span>}
          {right !== undefined && <span className="panel-right soft">{right}</span>}
        </div>
      )}
      {children}
    </section>
  );
}

export function Empty({ title, note, children }: { title: string; note?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {note && <p className="soft">{note}</p>}
      {children}
    </div>
  );
}
