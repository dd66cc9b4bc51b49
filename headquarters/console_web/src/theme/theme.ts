// The house's colours and sizes as a Mantine theme; the values are those of the design tokens.
import { createTheme, type MantineColorsTuple } from "@mantine/core";

export const COLOUR = {
  ink: "#15302A",
  inkSoft: "#43594F",
  pine: "#0F5B4B",
  pineDeep: "#0A3E34",
  celadon: "#DDEBE2",
  celadonDeep: "#B5D0C2",
  osmanthus: "#F8E0A8",
  osmanthusLight: "#FDF1D2",
  lamp: "#F2C768",
  lampEdge: "#A67A1E",
  lampText: "#FFF7E2",
  paper: "#FAFAF5",
  line: "#6B8177",
  hairline: "#D9E1DA",
  persimmon: "#A93C12",
  persimmonTint: "#FBE7DB",
  amber: "#7A4F00",
  amberShape: "#B07400",
  disabled: "#7E8D85",
  ground: "#F4F5F0",
  track: "#E5EBE6",
  fresh: "#7FA08F",
} as const;

/** One colour for each risk factor, the heaviest first. */
export const FACTOR_COLOURS = ["#8C3A1A", "#B0562C", "#D08B4A", "#B79A4C", "#7FA08F", "#A9BDB2"] as const;

// Mantine wants ten shades; ours has few. Shade 6 is the filled one, 0 the quiet ground, 7 pressed.
const pine: MantineColorsTuple = [
  COLOUR.celadon,
  COLOUR.celadon,
  COLOUR.celadonDeep,
  "#86B5A3",
  "#4E8E7B",
  "#22705F",
  COLOUR.pine,
  COLOUR.pineDeep,
  COLOUR.pineDeep,
  COLOUR.pineDeep,
]; // prettier-ignore
const persimmon: MantineColorsTuple = [
  COLOUR.persimmonTint,
  COLOUR.persimmonTint,
  "#F1C9B3",
  "#DE9B79",
  "#C96C43",
  "#B64F23",
  COLOUR.persimmon,
  "#8C3A1A",
  "#7A3014",
  "#662710",
]; // prettier-ignore
const gray: MantineColorsTuple = [
  COLOUR.paper,
  COLOUR.ground,
  COLOUR.track,
  COLOUR.hairline,
  "#B9C6BE",
  COLOUR.disabled,
  COLOUR.line,
  COLOUR.inkSoft,
  "#2C443C",
  COLOUR.ink,
]; // prettier-ignore

export const theme = createTheme({
  primaryColor: "pine",
  primaryShade: 6,
  colors: { pine, persimmon, gray },
  black: COLOUR.ink,
  fontFamily: '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif',
  fontFamilyMonospace: "ui-monospace, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  headings: {
    fontWeight: "700",
    sizes: { h1: { fontSize: "20px" }, h2: { fontSize: "26px" }, h3: { fontSize: "15px" } },
  },
  radius: { sm: "8px", md: "8px", lg: "12px" },
  defaultRadius: "md",
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "36px" },
  shadows: { xs: "none", sm: "none", md: "none", lg: "none", xl: "none" },
  focusRing: "auto",
  // What opens is there at once: nothing moves but what is live.
  components: {
    Checkbox: { defaultProps: { radius: 4 } },
    Menu: { defaultProps: { transitionProps: { duration: 0 } } },
    Popover: { defaultProps: { transitionProps: { duration: 0 } } },
    Combobox: { defaultProps: { transitionProps: { duration: 0 } } },
  },
  respectReducedMotion: true,
});
