// Sign-in: the bank's own identity provider, then the second factor for those who need one.
import { Button, PinInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import teller from "../../../../kiosk_ui/assets/teller_smile.svg";
import { Fault, post } from "../api/client.ts";
import { speak, useWords } from "../i18n/index.ts";
import mark from "../theme/mark.svg";
import "./sign_in.css";

const CODE_DIGITS = 6;

export function SignIn({ needsCode = false, fault }: { needsCode?: boolean; fault: string }) {
  const { t } = useWords();
  return (
    <main className="sign-in">
      <div className="lamp-side">
        <img src={teller} alt="" />
      </div>
      <section className="desk-side">
        <img src={mark} alt="" width={52} height={52} />
        <h1>{t("signIn.title")}</h1>
        <p className="soft">{needsCode ? t("signIn.codeLead") : t("signIn.lead")}</p>
        {needsCode ? (
          <Code />
        ) : (
          <Button component="a" href="/auth/login" size="lg" fullWidth>
            {t("signIn.with")}
          </Button>
        )}
        <p className="fault" role="alert">
          {fault}
        </p>
        <p className="small">{t("signIn.note")}</p>
        <OtherLanguage />
      </section>
    </main>
  );
}

function Code() {
  const { t } = useWords();
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const [fault, setFault] = useState("");
  const enter = async (typed: string) => {
    try {
      await post("/auth/otp", { code: typed });
      await client.invalidateQueries({ queryKey: ["me"] });
    } catch (error) {
      setCode("");
      setFault(error instanceof Fault ? error.message : t("signIn.wrong"));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter(code);
  };
  return (
    <form onSubmit={submit} className="stack">
      <PinInput
        length={CODE_DIGITS}
        type="number"
        size="lg"
        oneTimeCode
        autoFocus
        aria-label={t("signIn.code")}
        value={code}
        onChange={setCode}
        onComplete={(typed) => void enter(typed)}
      />
      <Button type="submit" size="lg" disabled={code.length < CODE_DIGITS}>
        {t("signIn.go")}
      </Button>
      <p className="fault" role="alert">
        {fault}
      </p>
    </form>
  );
}

function OtherLanguage() {
  const { t } = useWords();
  const other = t("shell.language") === "English" ? "en" : "zh";
  return (
    <Button variant="subtle" size="compact-sm" lang={other} onClick={() => void speak(other)}>
      {t("shell.language")}
    </Button>
  );
}
