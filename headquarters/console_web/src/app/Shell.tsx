// The frame around every page: the rail, the header with state and time, the live line.
import { Menu, UnstyledButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { post } from "../api/client.ts";
import { useLive } from "../api/live.ts";
import type { Me } from "../api/types.ts";
import { language, speak, useWords } from "../i18n/index.ts";
import { Empty } from "../parts/Panel.tsx";
import { Status } from "../parts/Status.tsx";
import { clockTime, dayWords } from "../parts/time.ts";
import mark from "../theme/mark.svg";
import { Help } from "./Help.tsx";
import { Heading, HeadingProvider } from "./heading.tsx";
import { Icon } from "./Icon.tsx";
import { useNow, useShortcuts } from "./keys.tsx";
import { MeContext } from "./me.ts";
import { keyOf, type PageEntry, pagesFor } from "./pages.ts";
import { alarmIsOff, switchAlarm, useAlarm } from "./useAlarm.ts";
import "./shell.css";

export default function Shell({ me }: { me: Me }) {
  const { t } = useWords();
  const up = useLive(true);
  const pages = pagesFor(me);
  const [path, go] = useLocation();
  const [help, setHelp] = useState(false);
  const [mute, setMute] = useState(alarmIsOff);
  useAlarm(hears(me), mute);
  const onMute = () => {
    switchAlarm(!mute);
    setMute(!mute);
  };
  const here = pages.find((page) => path.startsWith(page.path));
  useShortcuts([
    { key: "?", label: t("keys.help"), everywhere: true, run: () => setHelp(true) },
    ...pages.map((page, n) => ({
      key: keyOf(n),
      label: t(`nav.${page.name}`),
      everywhere: true,
      run: () => go(page.path),
    })),
  ]); // prettier-ignore
  useEffect(() => {
    document.title = here ? `${t(`nav.${here.name}`)} · ${t("signIn.title")}` : t("signIn.title");
  }, [here, t]);
  return (
    <MeContext.Provider value={me}>
      <HeadingProvider fallback={here ? t(`nav.${here.name}`) : t("signIn.title")}>
        <button type="button" className="skip" onClick={() => document.getElementById("main")?.focus()}>
          {t("shell.skip")}
        </button>
        <div className="shell">
          <Rail
            me={me}
            pages={pages}
            here={here?.name}
            up={up}
            mute={mute}
            onMute={onMute}
            onHelp={() => setHelp(true)}
          />
          <header className="top">
            <Heading />
            <Right me={me} up={up} />
          </header>
          <main id="main" tabIndex={-1}>
            <Suspense fallback={<p className="soft waiting-text">{t("common.loading")}</p>}>
              <Switch>
                {pages.map(({ path: at, Page, name }) => (
                  <Route key={name} path={`${at}/:id?`}>
                    <Page />
                  </Route>
                ))}
                <Route path="/">
                  <Redirect to={pages[0]?.path ?? "/none"} replace />
                </Route>
                <Route>
                  <div className="page">
                    <Empty title={t("shell.noPage")} note={t("shell.noRight")} />
                  </div>
                </Route>
              </Switch>
            </Suspense>
          </main>
        </div>
        <Help opened={help} onClose={() => setHelp(false)} />
      </HeadingProvider>
    </MeContext.Provider>
  );
}

interface RailProps {
  me: Me;
  pages: PageEntry[];
  here: string | undefined;
  up: boolean;
  mute: boolean;
  onMute: () => void;
  onHelp: () => void;
}

function Rail({ me, pages, here, up, mute, onMute, onHelp }: RailProps) {
  const { t } = useWords();
  return (
    <nav className="rail" aria-label={t("nav.label")}>
      <img src={mark} alt="" width={34} height={34} />
      {pages.map((page) => (
        <a
          key={page.name}
          href={`#${page.path}`}
          className="rail-item"
          aria-current={page.name === here ? "page" : undefined}
        >
          <Icon name={page.icon} size={22} />
          <span>{t(`nav.${page.name}`)}</span>
        </a>
      ))}
      <Mine me={me} up={up} mute={mute} onMute={onMute} onHelp={onHelp} />
    </nav>
  );
}

type MineProps = Omit<RailProps, "pages" | "here">;

function Mine({ me, up, mute, onMute, onHelp }: MineProps) {
  const { t } = useWords();
  const client = useQueryClient();
  const status = useMutation({
    mutationFn: (state: "ready" | "away") => post("/api/me/status", { state }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["me"] }),
  });
  const leave = async () => {
    await post("/auth/logout");
    location.reload();
  };
  const other = language() === "zh" ? "en" : "zh";
  const away = me.status === "away";
  const serves = takesCalls(me);
  return (
    <Menu position="right-end" width={200} offset={8}>
      <Menu.Target>
        <UnstyledButton className="rail-item mine" aria-label={`${t("shell.menu")}: ${me.name}`}>
          <Icon name="human" size={22} />
          <span>{me.name}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {serves && (
          <Menu.Item disabled={!up} onClick={() => status.mutate(away ? "ready" : "away")}>
            {away ? t("shell.comeBack") : t("shell.goAway")}
          </Menu.Item>
        )}
        <Menu.Item lang={other} onClick={() => void speak(other)}>
          {t("shell.language")}
        </Menu.Item>
        {hears(me) && <Menu.Item onClick={onMute}>{t(mute ? "shell.alarmOn" : "shell.alarmOff")}</Menu.Item>}
        <Menu.Item onClick={onHelp} rightSection={<kbd>?</kbd>}>
          {t("shell.keys")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>{t("shell.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Right({ me, up }: { me: Me; up: boolean }) {
  const { t, code } = useWords();
  const now = useNow();
  const serves = takesCalls(me);
  const away = serves && me.status === "away";
  const state = away ? t("shell.away") : serves ? t("shell.online") : code("role", me.roles[0] ?? "");
  return (
    <div className="top-right">
      <span role="status">
        {up ? (
          <Status shape={away ? "ring" : "circle"}>{state}</Status>
        ) : (
          <Status shape="ring" tone="high">
            {t("shell.offline")}
          </Status>
        )}
      </span>
      <span className="place">{t("shell.place")}</span>
      <span className="day">{dayWords(now, language())}</span>
      <b className="clock">{clockTime(now)}</b>
    </div>
  );
}

function takesCalls(me: Me): boolean {
  return me.roles.includes("teller") || me.roles.includes("risk_officer");
}

/** Whose business it is that nobody accepts. */
function hears(me: Me): boolean {
  return takesCalls(me) || me.roles.includes("supervisor");
}
