// Builds the console into headquarters/web, which headquarters serves and the wheel carries.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { themeCss } from "./vite/theme_css.ts";

const HEADQUARTERS = "https://127.0.0.1:8443";
const proxied = { target: HEADQUARTERS, secure: false, ws: true };

export default defineConfig({
  base: "./",
  plugins: [react(), themeCss()],
  // `npm run dev` shows the page from its sources, with the API of a headquarters on this machine.
  server: { host: "127.0.0.1", proxy: { "/api": proxied, "/auth": proxied } },
  build: {
    outDir: "../web",
    emptyOutDir: true,
    target: "es2023",
    // Every file stays a file: the content security policy allows neither data: addresses nor inline text.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
