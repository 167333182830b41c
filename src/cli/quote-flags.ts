import type { Flag, Given } from "./command.ts";
import { usage } from "./refusal.ts";

/** Flags that stand for fields of a quote's body, in the order of the help. */
export const QUOTE_FLAGS: readonly { readonly flag: Flag; readonly field: readonly [string, ...string[]] }[] =
  [
    { flag: { name: "cpu", value: "VCPU", summary: "0.5, or 500m" }, field: ["resources", "cpu"] },
    { flag: { name: "memory", value: "SIZE", summary: "512Mi, or 2Gi" }, field: ["resources", "memory"] },
    {
      flag: { name: "storage", value: "SIZE", summary: "disk of each replica" },
      field: ["resources", "ephemeralStorage"],
    },
    {
      flag: { name: "replicas", value: "N", summary: "default 1; with --request-ms: kept warm for --hours" },
      field: ["replicas"],
    },
    {
      flag: { name: "hours", value: "N", summary: "run time of each replica; default 730, a month" },
      field: ["usage", "hours"],
    },
    { flag: { name: "seconds", value: "N", summary: "the same in seconds" }, field: ["usage", "seconds"] },
    {
      flag: { name: "requests", value: "N", summary: "requests of the period" },
      field: ["usage", "requests"],
    },
    {
      flag: { name: "request-ms", value: "MS", summary: "time of one request" },
      field: ["usage", "requestMs"],
    },
    {
      flag: { name: "concurrency", value: "N", summary: "requests that share an instance" },
      field: ["usage", "concurrency"],
    },
    {
      flag: { name: "egress", value: "GIB", summary: "traffic to the internet" },
      field: ["usage", "egressGiB"],
    },
    { flag: { name: "logs", value: "GIB", summary: "logs taken in" }, field: ["usage", "logGiB"] },
    {
      flag: { name: "billing", value: "HOW", summary: "Cloud Run: request, instance, job, worker-pool" },
      field: ["billing"],
    },
    { flag: { name: "arch", value: "ARCH", summary: "amd64 or arm64" }, field: ["arch"] },
    { flag: { name: "os", value: "OS", summary: "linux or windows" }, field: ["os"] },
    { flag: { name: "spot", summary: "Spot, where it is sold" }, field: ["spot"] },
    { flag: { name: "free", summary: "take the account's free allowances off" }, field: ["free"] },
  ];

/** The body of `POST /v1/quotes` that these words mean. Throws a usage `Refusal` for a place that is none. */
export function quoteDocument(place: string, given: Given): Readonly<Record<string, unknown>> {
  const [provider = "", region = "", ...rest] = place.split("/");
  if (region === "" || rest.length > 0)
    throw usage(
      `${JSON.stringify(place)} is no place: write it as ecs/eu-west-1`,
      "More:  berth quote --help",
    );
  const body: Record<string, unknown> = { provider, region };
  for (const { flag, field } of QUOTE_FLAGS) {
    const { name, value } = flag;
    const said = value === undefined ? (given.on.has(name) ? true : undefined) : given.flags[name];
    if (said !== undefined) put(body, field, field[0] === "replicas" ? Number(said) : said);
  }
  const rates = given.flags["rates"];
  return rates === undefined ? body : { ...body, rates: ratesOf(rates) };
}

function put(
  body: Record<string, unknown>,
  [head, inner]: readonly [string, ...string[]],
  value: unknown,
): void {
  body[head] = inner === undefined ? value : { ...Object(body[head]), [inner]: value };
}

function ratesOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").map((pair) => pair.split("=", 2));
  const wrong = pairs.find(([meter, usd]) => !meter || !usd);
  if (wrong !== undefined)
    throw usage(`${JSON.stringify(wrong.join("="))} is no rate: write cpu-second=0.00001124`);
  return Object.fromEntries(pairs.map(([meter = "", usd = ""]) => [meter.trim(), usd.trim()]));
}
