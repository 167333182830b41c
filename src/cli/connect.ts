import type { Given } from "./command.ts";
import { openClient, type Client } from "./client.ts";
import type { Context } from "./context.ts";
import { usage } from "./refusal.ts";

/** A client for the broker that flags and environment name; flags win. */
export function connect(given: Given, ctx: Context): Client {
  const server = given.flags["server"] ?? ctx.settings.server;
  if (!isHttpUrl(server))
    throw usage(
      `${JSON.stringify(server)} is not the URL of a broker`,
      "Write it like http://127.0.0.1:8787",
    );
  return openClient({
    server: server.replace(/\/+$/, ""),
    token: given.flags["token"] ?? ctx.settings.token,
    project: given.flags["project"] ?? ctx.settings.project,
    // Undefined leaves it to the broker, which takes `production`.
    environment: given.flags["environment"] ?? ctx.settings.environment,
    version: ctx.version,
    fetch: ctx.fetch,
    random: ctx.random,
    newId: ctx.newId,
    sleep: ctx.sleep,
    signal: ctx.signal,
  });
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
