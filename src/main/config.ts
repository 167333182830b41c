import { parseCloudSettings, type CloudSettings } from "./cloud-settings.ts";
import { parseSealingKeys, type SealingKey } from "../identity/sealing-keys.ts";
import { parsePriceSettings, type PriceSettings } from "./price-settings.ts";
import { isLocalBroker, parseRegistryReach } from "./registry-settings.ts";
import { parseRetention, type Retention } from "./retention.ts";
import type { Reach } from "../images/reach.ts";

/** Everything the Node broker reads from outside, parsed once. */
export interface NodeConfig {
  readonly port: number;
  readonly gatewayPort: number;
  readonly host: string;
  readonly dataDir: string;
  /** A libSQL server to use instead of the file under `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly gatewayDomain: string | undefined;
  /** Where people reach the gateway's path form, when that is not this machine's own address. */
  readonly gatewayUrl: string | undefined;
  readonly adminToken: string | undefined;
  /** The current one first; absent when the data folder keeps its own. */
  readonly sealingKeys: readonly SealingKey[] | undefined;
  readonly prices: PriceSettings;
  readonly clouds: CloudSettings;
  /** Where registries are asked, besides the internet. */
  readonly registryReach: Reach;
  /** How long receipts, events and history are kept. */
  readonly retention: Retention;
}

const MIN_TOKEN_CHARACTERS = 24;
const DOMAIN = /^(?=.{1,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,}$/;

/** The configuration, or every problem as a sentence that names the variable. */
export function parseNodeConfig(
  env: Readonly<Record<string, string | undefined>>,
):
  | { readonly ok: true; readonly config: NodeConfig }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const port = (name: string, fallback: number): number => {
    const value = env[name];
    if (value === undefined || value === "") return fallback;
    const parsed = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
    if (!(parsed >= 0 && parsed <= 65_535))
      problems.push(`${name} is ${JSON.stringify(value)}; say a port from 0 to 65535.`);
    return parsed;
  };
  const text = (name: string) => (env[name] === "" ? undefined : env[name]);
  const prices = parsePriceSettings(env);
  const kept = parseRetention(env);
  const clouds = parseCloudSettings(env);
  const sealing = parseSealingKeys(text("BERTH_SEALING_KEYS"));
  problems.push(...prices.problems, ...kept.problems, ...sealing.problems, ...clouds.problems);
  const address = {
    host: text("BERTH_HOST") ?? "127.0.0.1",
    gatewayDomain: text("BERTH_GATEWAY_DOMAIN"),
    gatewayUrl: text("BERTH_GATEWAY_URL"),
  };
  const registries = parseRegistryReach(env, isLocalBroker(address));
  problems.push(...registries.problems);
  const config: NodeConfig = {
    port: port("PORT", 8787),
    gatewayPort: port("GATEWAY_PORT", 8788),
    ...address,
    dataDir: text("BERTH_DATA_DIR") ?? "./.berth",
    databaseUrl: text("BERTH_DATABASE_URL"),
    adminToken: text("BERTH_ADMIN_TOKEN"),
    sealingKeys: sealing.keys,
    prices: prices.settings,
    clouds: clouds.settings,
    registryReach: registries.reach,
    retention: kept.retention,
  };
  if (config.adminToken !== undefined && config.adminToken.length < MIN_TOKEN_CHARACTERS)
    problems.push(`BERTH_ADMIN_TOKEN is shorter than ${MIN_TOKEN_CHARACTERS} characters; make a longer one.`);
  if (config.gatewayDomain !== undefined && !DOMAIN.test(config.gatewayDomain))
    problems.push("BERTH_GATEWAY_DOMAIN is no domain name; say one such as apps.example.com.");
  if (config.gatewayUrl !== undefined && !URL.canParse(config.gatewayUrl))
    problems.push("BERTH_GATEWAY_URL is no URL; say one such as https://gateway.example.com.");
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config };
}
