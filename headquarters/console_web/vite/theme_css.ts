// Writes Mantine's variables of our theme into a stylesheet at build time, so that no page needs an inline <style>.
import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from "@mantine/core";
import type { Plugin } from "vite";
import { theme } from "../src/theme/theme.ts";

const NAME = "virtual:theme.css";

export function themeCss(): Plugin {
  return {
    name: "theme-css",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) =>
      id === `\0${NAME}`
        ? convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme)), ":root")
        : null,
  };
}
