import type { Because } from "../domain/feature.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Why secrets may not come over the way to this broker; undefined when they may: over TLS, or without leaving the host. */
export function unsafeWay(server: string): Because | undefined {
  const { protocol, hostname } = new URL(server);
  if (protocol === "https:" || LOOPBACK.test(hostname)) return undefined;
  return `secrets are not sent over plain HTTP: put the broker behind TLS and start the agent with --server https://${hostname}`;
}
