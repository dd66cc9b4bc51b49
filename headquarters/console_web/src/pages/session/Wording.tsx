// What to say now: recommended wording, answers and reminders that follow the talk, and a line to type.
import { Button, Tabs, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Briefing, Suggestion } from "../../api/types.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useWords } from "../../i18n/index.ts";
import { happenedOf } from "../../parts/happened.ts";
import { clockTime } from "../../parts/time.ts";

export function Wording({ call, mine }: { call: Briefing; mine: boolean }) {
  const { t } = useWords();
  const { wording, answers, reminders } = call.recommended;
  return (
    <section className="panel wording" aria-label={t("session.sayThis")}>
      <Tabs defaultValue="wording" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="wording">{t("session.sayThis")}</Tabs.Tab>
          <Tabs.Tab value="answers">{t("session.answers", { n: answers.length })}</Tabs.Tab>
          <Tabs.Tab value="reminders">
            {t("session.reminders")} {reminders.length}
          </Tabs.Tab>
          <Tabs.Tab value="happened">
            {t("session.happened")} {call.happened.length}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="wording">
          <OneWording call={call} all={wording} mine={mine} />
        </Tabs.Panel>
        <Tabs.Panel value="answers">
          <Suggestions call={call} all={answers} mine={mine} />
        </Tabs.Panel>
        <Tabs.Panel value="reminders">
          <Suggestions call={call} all={reminders} mine={false} />
        </Tabs.Panel>
        <Tabs.Panel value="happened">
          <HappenedList call={call} />
        </Tabs.Panel>
      </Tabs>
      <Say call={call} mine={mine} />
    </section>
  );
}

function OneWording({ call, all, mine }: { call: Briefing; all: Suggestion[]; mine: boolean }) {
  const { t } = useWords();
  const [at, setAt] = useState(0);
  const deed = useDeed();
  const one = all[at % Math.max(1, all.length)];
  const next = () => setAt((n) => n + 1);
  useShortcuts([{ key: "R", label: t("keys.wording"), run: next }]);
  if (!one) return <p className="soft wording-none">{t("common.none")}</p>;
  const page = { title: t("session.pushPage"), body: one.text, kind: "page" };
  return (
    <div className="wording-one">
      <q>{one.text}</q>
      {one.more && <p className="soft">{one.more}</p>}
      {one.source && <p className="soft">{t("session.basis", { source: one.source })}</p>}
      <div className="row wrap">
        <Button
          variant="light"
          disabled={!mine}
          onClick={() =>
            deed.mutate({ id: call.id, deed: "say", body: { text: one.text.slice(0, 200) }, said: t("session.spoken") })
          }
        >
          {t("session.speak")}
        </Button>
        <Button
          variant="default"
          disabled={!mine}
          onClick={() => deed.mutate({ id: call.id, deed: "push", body: { page }, said: t("session.pushed") })}
        >
          {t("session.toScreen")}
        </Button>
        <Button variant="default" onClick={next} disabled={all.length < 2} rightSection={<kbd>R</kbd>}>
          {t("session.next")}
        </Button>
      </div>
    </div>
  );
}

function Suggestions({ call, all, mine }: { call: Briefing; all: Suggestion[]; mine: boolean }) {
  const { t } = useWords();
  const deed = useDeed();
  if (all.length === 0) return <p className="soft wording-none">{t("common.none")}</p>;
  return (
    <ul className="suggestions">
      {all.map((one) => (
        <li key={one.id}>
          <div className="grow">
            <b>{one.text}</b>
            {one.more && <p className="soft">{one.more}</p>}
            {one.source && <p className="small">{one.source}</p>}
          </div>
          {mine && one.more && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() =>
                deed.mutate({
                  id: call.id,
                  deed: "push",
                  body: { page: { title: one.text.slice(0, 60), body: one.more, kind: "page" } },
                  said: t("session.pushed"),
                })
              }
            >
              {t("session.toScreen")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function HappenedList({ call }: { call: Briefing }) {
  const { t, code } = useWords();
  const all = happenedOf(call.happened);
  if (all.length === 0) return <p className="soft wording-none">{t("common.none")}</p>;
  return (
    <ul className="suggestions">
      {all.map((one) => (
        <li key={`${one.atMs}.${one.type}.${one.detail}`}>
          <time className="soft">{clockTime(one.atMs)}</time>
          <b>{code("event", one.type)}</b>
          <span className="grow">{one.detail}</span>
        </li>
      ))}
    </ul>
  );
}

function Say({ call, mine }: { call: Briefing; mine: boolean }) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const deed = useDeed(() => setText(""));
  useShortcuts([{ key: "/", label: t("keys.say"), run: () => input.current?.focus() }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) deed.mutate({ id: call.id, deed: "say", body: { text: text.trim() }, said: t("session.spoken") });
  };
  return (
    <form className="row say" onSubmit={submit}>
      <TextInput
        ref={input}
        className="grow"
        size="md"
        aria-label={t("session.type")}
        placeholder={t("session.type")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={200}
        disabled={!mine}
      />
      <Button type="submit" className="tall" disabled={!mine || !text.trim()} loading={deed.isPending}>
        {t("session.speak")}
      </Button>
    </form>
  );
}
