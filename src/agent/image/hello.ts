// What the demo and the tests run in a container: a small HTTP server. It is packed into an image as it is, so it imports Node only.
import { createServer } from "node:http";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

const { env } = process;
const version = env["HELLO_VERSION"] ?? "unknown";
const crash = env["HELLO_CRASH"];
const port = Number(env["PORT"] ?? "8080");
const SHOWN = /^(HELLO_|APP_|PORT$)/;

if (crash === "start") {
  // Both on one stream: an engine does not keep the order of two.
  console.error(`hello ${version}: starting`);
  console.error(`hello ${version}: cannot reach the database, giving up`);
  process.exit(3);
}
if (crash === "late") setTimeout(() => process.exit(4), Number(env["HELLO_CRASH_MS"] ?? "3000"));

let healthy = env["HELLO_HEALTH"] !== "bad";
const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://hello");
  const answer = (status: number, body: object): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(`${JSON.stringify(body)}\n`);
  };
  const main = async (): Promise<void> => {
    if (url.pathname === "/healthz") return answer(healthy ? 200 : 503, { healthy });
    if (url.pathname === "/sick") healthy = false;
    if (url.pathname === "/exit") setTimeout(() => process.exit(5), 50);
    const delayMs = Number(url.searchParams.get("delayMs") ?? "0");
    if (delayMs > 0) await wait(Math.min(delayMs, MAX_DELAY_MS));
    const shown = Object.fromEntries(Object.entries(env).filter(([name]) => SHOWN.test(name)));
    answer(200, { version, replica: hostname(), path: url.pathname, env: shown });
  };
  main().catch((error: unknown) => answer(500, { error: String(error) }));
});
const MAX_DELAY_MS = 60_000;
server.listen(port, "0.0.0.0", () => console.log(`hello ${version}: listening on ${String(port)}`));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    console.log(`hello ${version}: ${signal}, finishing what is open`);
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
