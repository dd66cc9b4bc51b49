// The composition of the console: words, theme, data, keyboard, then the pages.
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { Fault } from "../api/client.ts";
import { theme } from "../theme/theme.ts";
import { Gate } from "./Gate.tsx";
import { Keyboard } from "./keys.tsx";

const RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays a refusal; only a broken line is worth another try.
      retry: (failures, error) => !(error instanceof Fault) && failures < RETRIES,
    },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} withCssVariables={false} withGlobalClasses={false} forceColorScheme="light">
      <QueryClientProvider client={client}>
        <Router hook={useHashLocation}>
          <Keyboard>
            <Notifications position="top-center" autoClose={5000} limit={3} />
            <Gate />
          </Keyboard>
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}
