// Starts the console.
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/baseline.css";
import "virtual:theme.css";
import "./theme/components.ts";
import "./theme/base.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { layIcons } from "./app/Icon.tsx";
import { startWords } from "./i18n/index.ts";

const root = document.getElementById("root");
layIcons();
void startWords().then(() => root && createRoot(root).render(<App />));
