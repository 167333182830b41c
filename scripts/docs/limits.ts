import { CRASH_LIMIT } from "../../src/agent/memory.ts";
import { MAX_STREAMS } from "../../src/agent/line/streams.ts";
import { DEADLINES_MS } from "../../src/adapters/wrap.ts";
import { DEFAULT_JOIN_SECONDS, MAX_AGENTS, MAX_JOIN_SECONDS } from "../../src/broker/agents.ts";
import { MAX_ENVIRONMENTS } from "../../src/broker/environments.ts";
import { MAX_EVENTS } from "../../src/broker/events.ts";
import { MAX_TAIL } from "../../src/broker/logs.ts";
import { MAX_TOKENS } from "../../src/broker/tokens.ts";
import { MAX_WAIT_SECONDS } from "../../src/broker/wait.ts";
import { MAX_HEADER_BYTES, MAX_HEADERS } from "../../src/gateway/headers.ts";
import { MAX_TRIES } from "../../src/gateway/try-each.ts";
import { CONNECT_TIMEOUT_MS } from "../../src/gateway/node/send-direct.ts";
import { MAX_KNOWN_ROUTES, ROUTE_TTL_MS } from "../../src/gateway/snapshots.ts";
import { MAX_RANKED, MAX_REJECTED } from "../../src/policy/explain.ts";
import { MAX_BODY_BYTES } from "../../src/routes/body-limit.ts";
import { MAX_ROW_BYTES } from "../../src/store/row-size.ts";
import { code, table } from "./table.ts";

const count = (value: number): string => value.toLocaleString("en-US");
const kilobytes = (bytes: number): string => `${count(bytes / 1_024)} KiB`;
const seconds = (ms: number): string => `${ms / 1_000} s`;

/** The limits an operator meets, by the constant that sets each. */
export function limits(): string {
  const rows: readonly (readonly [string, string, string])[] = [
    ["MAX_BODY_BYTES", kilobytes(MAX_BODY_BYTES), "body of an API call"],
    ["MAX_ROW_BYTES", `${count(MAX_ROW_BYTES / 1_000)} kB`, "one row of the database: a spec, a plan"],
    ["MAX_WAIT_SECONDS", `${MAX_WAIT_SECONDS} s`, "one call with `wait=ready`"],
    ["MAX_TAIL", count(MAX_TAIL), "log lines from the past in one call"],
    ["MAX_EVENTS", count(MAX_EVENTS), "events in one call"],
    [
      "MAX_RANKED, MAX_REJECTED",
      `${MAX_RANKED}, ${MAX_REJECTED}`,
      "places kept in a plan's explanation; the rest is counted",
    ],
    ["MAX_AGENTS", count(MAX_AGENTS), "agents of a project"],
    ["MAX_ENVIRONMENTS", count(MAX_ENVIRONMENTS), "environments of a project"],
    ["MAX_TOKENS", count(MAX_TOKENS), "tokens of a project"],
    [
      "DEFAULT_JOIN_SECONDS, MAX_JOIN_SECONDS",
      `${DEFAULT_JOIN_SECONDS} s, ${count(MAX_JOIN_SECONDS)} s`,
      "life of a join token",
    ],
    [
      "DEADLINES_MS.offers",
      seconds(DEADLINES_MS.offers),
      "a target's answer to a plan; one that is late is a refused line",
    ],
    [
      "DEADLINES_MS.apply",
      seconds(DEADLINES_MS.apply),
      "starting a unit at a target; the call is repeated later",
    ],
    ["CRASH_LIMIT", count(CRASH_LIMIT), "exits before it was ever healthy, then a replica is given up"],
    ["ROUTE_TTL_MS", seconds(ROUTE_TTL_MS), "age of a route in the gateway's memory"],
    ["MAX_KNOWN_ROUTES", count(MAX_KNOWN_ROUTES), "routes in `routes.json`"],
    [
      "MAX_HEADERS, MAX_HEADER_BYTES",
      `${MAX_HEADERS}, ${kilobytes(MAX_HEADER_BYTES)}`,
      "headers of one request, and all of them together",
    ],
    [
      "MAX_TRIES",
      count(MAX_TRIES),
      "containers tried for one request, the next only when no connection was taken",
    ],
    ["CONNECT_TIMEOUT_MS", seconds(CONNECT_TIMEOUT_MS), "taking a connection to a container"],
    ["MAX_STREAMS", count(MAX_STREAMS), "requests at once over one agent's line"],
  ];
  return table(
    ["constant", "limit", "of what"],
    rows.map(([name, value, what]) => [code(name), value, what]),
  );
}
