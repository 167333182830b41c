import { env, exports } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import edge from "../../src/main/edge.ts";
import type { EdgeEnv } from "../../src/main/workers/bindings.ts";
import { migrate } from "../../src/store/migrate.ts";
import { at } from "../routes/world.ts";

export const ADMIN = "an-administrator-of-the-tests";
const API = "http://api.test";

export interface Ask {
  readonly method?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The edge Worker with a control Worker behind it that answers, or that is down. */
export function edgeWith(
  control: "up" | "down",
  settings: Partial<Pick<EdgeEnv, "BERTH_ISSUER_URL" | "IDENTITY">> = {},
) {
  // One object each, as one isolate has one environment.
  const bound: EdgeEnv = {
    ...env,
    CONTROL: control === "up" ? exports.Control : exports.Down,
    IDENTITY: control === "up" ? exports.Identity : exports.DownIdentity,
    ...settings,
  };
  const fetch = (request: Request) => edge.fetch(request, bound);
  return {
    fetch,
    /** A call to the API by the administrator. */
    call: async (path: string, { method = "GET", json, headers = {} }: Ask = {}) => {
      const body = json === undefined ? null : JSON.stringify(json);
      const sent = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json", ...headers };
      const answer = await fetch(new Request(API + path, { method, headers: sent, body }));
      const text = await answer.text();
      const isJson = (answer.headers.get("content-type") ?? "").endsWith("json");
      return {
        status: answer.status,
        headers: answer.headers,
        text,
        body: isJson ? parsed(text) : undefined,
      };
    },
    /** A request to a workload of project `default`, production. */
    visit: (workload: string, path: string, init: RequestInit = {}) =>
      fetch(new Request(`https://${workload}--default.apps.test${path}`, init)),
  };
}

/** Empty tables. */
export async function makeTables(): Promise<void> {
  await migrate(drizzle(env.DB), env.MIGRATIONS, 0);
}

/** Deploys a spec and waits until its plan is ready; fails the test with what the plan says otherwise. */
export async function deployReady(
  edge: ReturnType<typeof edgeWith>,
  spec: { readonly name: string } & Readonly<Record<string, unknown>>,
): Promise<string> {
  const put = await edge.call(`/v1/workloads/${spec.name}`, { method: "PUT", json: { spec } });
  const plan = String(at(put.body, "plan", "id"));
  const ready = await edge.call(`/v1/plans/${plan}?wait=ready&timeoutSeconds=30`);
  if (ready.status !== 200) throw new Error(`plan ${plan} is not ready: ${ready.text} after ${put.text}`);
  return plan;
}

function parsed(text: string): unknown {
  return JSON.parse(text.split("\n", 1)[0] ?? "");
}
