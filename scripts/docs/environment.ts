import { parseNodeConfig } from "../../src/main/config.ts";
import { code, table } from "./table.ts";

/** What each variable of the broker means. One without a sentence stops the page from being made. */
const MEANS: Readonly<Record<string, string>> = {
  PORT: "Port of the API. 0 takes a free one.",
  GATEWAY_PORT: "Port of the gateway: requests to your workloads.",
  BERTH_HOST: "Address both ports listen on.",
  BERTH_DATA_DIR: "Folder of the database and its companions.",
  BERTH_DATABASE_URL: "A libSQL server (`http(s)://`, `ws(s)://`) instead of the file in the data folder.",
  BERTH_GATEWAY_DOMAIN: "Wildcard domain of the gateway, such as `apps.example.com`.",
  BERTH_GATEWAY_URL: "Where people reach the gateway's path form, when a proxy is in front of it.",
  BERTH_RECEIPT_DAYS: "How long receipts of plans are kept, days; 0 keeps none.",
  BERTH_EVENT_DAYS:
    "How long [events, ended tokens and ended exceptions](#what-is-kept-how-long) are kept, days from 30, or `forever`.",
  BERTH_HISTORY_DAYS:
    "How long [plans, runs and the like](#what-is-kept-how-long) are kept once they have lost their use, days from 30, or `forever`.",
  BERTH_PRICES_REFRESH_HOURS: "How often prices are read from the providers, hours; 0 never does.",
  BERTH_GCP_PRICING_KEY:
    "An API key for Google's Cloud Billing Catalog; without it Cloud Run's prices stay as shipped.",
  BERTH_AWS_PRICES_URL: "A mirror of the AWS Price List, for a network without a way out.",
  BERTH_AZURE_PRICES_URL: "A mirror of the Azure Retail Prices API.",
  BERTH_GCP_PRICES_URL: "A mirror of the Cloud Billing Catalog.",
  BERTH_ISSUER_URL:
    "Where clouds read Berth's own [token issuer](issuer.md), https; without it there is none.",
  BERTH_ALLOW_CUSTOM_ENDPOINTS:
    "`1` lets targets name endpoints of their own: VPC endpoints and emulators. Sovereign clouds need none: their regions have their own.",
  BERTH_ALLOW_PRIVATE_REGISTRIES:
    "`1` asks [registries](images.md) in private networks and on this machine too, `0` in neither. Without it, on this machine only while nobody else reaches the broker.",
  BERTH_SEALING_KEYS:
    "Keys that [secrets](secrets.md) are sealed with, `id:base64,id:base64`, the current one first. Without it the data folder keeps one.",
  BERTH_ADMIN_TOKEN:
    "Administrator's token, 24 characters or more. Without it the first start makes one and prints it once.",
};

/** Every variable the broker on Node reads, with its default. */
export function environment(): string {
  const names = readNames();
  const missing = names.filter((name) => MEANS[name] === undefined);
  const stale = Object.keys(MEANS).filter((name) => !names.includes(name));
  if (missing.length + stale.length > 0)
    throw new Error(
      `variables without a meaning: ${missing.join(", ")}; meanings of none: ${stale.join(", ")}`,
    );
  return table(
    ["variable", "default", "meaning"],
    names.map((name) => [code(name), code(defaultOf(name)), MEANS[name] ?? ""]),
  );
}

// The parser itself says what it reads.
function readNames(): readonly string[] {
  const names = new Set<string>();
  const watched = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get: (_, name) => {
        names.add(String(name));
        return undefined;
      },
    },
  );
  parseNodeConfig(watched);
  return [...names];
}

function defaultOf(name: string): string {
  const marked = parseNodeConfig({});
  if (!marked.ok) throw new Error("the broker does not start without variables");
  const { port, gatewayPort, host, dataDir, retention, prices, clouds } = marked.config;
  const defaults: Readonly<Record<string, string>> = {
    PORT: String(port),
    GATEWAY_PORT: String(gatewayPort),
    BERTH_HOST: host,
    BERTH_DATA_DIR: dataDir,
    BERTH_RECEIPT_DAYS: String(retention.receiptDays),
    BERTH_EVENT_DAYS: String(retention.keepDays.events),
    BERTH_HISTORY_DAYS: String(retention.keepDays.history),
    BERTH_ALLOW_CUSTOM_ENDPOINTS: clouds.allowCustomEndpoints ? "1" : "0",
    BERTH_PRICES_REFRESH_HOURS: String(prices.refreshHours),
    BERTH_AWS_PRICES_URL: prices.addresses.ecs,
    BERTH_AZURE_PRICES_URL: prices.addresses.aci,
    BERTH_GCP_PRICES_URL: prices.addresses["cloud-run"],
  };
  return defaults[name] ?? "";
}
