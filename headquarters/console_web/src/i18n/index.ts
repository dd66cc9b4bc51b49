// Words of the console in two languages; the second is fetched only when it is asked for.
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import zh from "./zh.json";

export type Language = "zh" | "en";
const KEPT = "language";

export function language(): Language {
  return i18next.language === "en" ? "en" : "zh";
}

/** Start with the language chosen last. */
export async function startWords(chosen: string | null = localStorage.getItem(KEPT)): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "zh",
    fallbackLng: "zh",
    resources: { zh: { translation: zh } },
    interpolation: { escapeValue: false }, // React writes text as text
  });
  if (chosen === "en") await speak("en");
}

export async function speak(chosen: Language): Promise<void> {
  if (chosen === "en" && !i18next.hasResourceBundle("en", "translation")) {
    const { default: en } = await import("./en.json");
    i18next.addResourceBundle("en", "translation", en);
  }
  await i18next.changeLanguage(chosen);
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen === "en" ? "en" : "zh-CN";
}

export type Say = (key: string, values?: Record<string, unknown>) => string;

/** Return the function that says a key in words, and one for codes: a code nobody has words for is shown as it is. */
export function useWords(): {
  t: Say;
  code: (group: string, code: string, values?: Record<string, unknown>) => string;
} {
  const { t } = useTranslation();
  const say: Say = (key, values) => t(key, values ?? {});
  return { t: say, code: (group, code, values) => t(`${group}.${code}`, { defaultValue: code, ...values }) };
}
