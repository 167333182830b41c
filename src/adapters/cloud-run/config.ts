import { regionsOf } from "../../catalog/book.ts";
import { builtInBook } from "../../catalog/shipped-book.ts";
import { type ConfigObject, hint, note, objectIn, parseConfig, textIn } from "../config.ts";
import type { NamedSecret } from "../named-secret.ts";
import { GOOGLE_SERVICES, type GoogleService } from "./services.ts";

/** A Google Cloud project as a target: where Berth runs things, as whom, and how it proves who it is. */
export interface CloudRunConfig {
  readonly projectId: string;
  readonly regions: readonly string[];
  /** E-mail of the service account the containers run as; it may read the secrets Berth makes for them. */
  readonly runtimeServiceAccount: string;
  readonly credentials: Credentials;
  /** Who may call the services it makes: everybody, or only who shows Google an identity that may, as Berth's gateway does. */
  readonly invoker: Invoker;
  /** Upstream registry host -> Artifact Registry remote repository, `<region>-docker.pkg.dev/<project>/<repository>`. */
  readonly remoteRepositories: Readonly<Record<string, string>>;
  /** Other addresses than Google's own, without a path. */
  readonly endpoints: Readonly<Partial<Record<GoogleService, string>>>;
}

/** `keyless`: Berth's own token is exchanged for one of a service account. `key`: the name of a sealed secret with that account's key. */
export type Credentials =
  | { readonly by: "keyless"; readonly workloadIdentityProvider: string; readonly serviceAccount: string }
  | ({ readonly by: "key" } & NamedSecret);

export type Invoker = "public" | "private";

const KNOWN = [
  "projectId",
  "region",
  "regions",
  "runtimeServiceAccount",
  "workloadIdentityProvider",
  "serviceAccount",
  "credentials",
  "invoker",
  "remoteRepositories",
  "endpoints",
  "universeDomain",
];
const MOST_REGIONS = 50;
const MOST_HOSTS = 20;
// cloud.google.com/resource-manager/docs/creating-managing-projects: 6 to 30 characters.
const PROJECT_ID = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const SERVICE_ACCOUNT = /^[a-z0-9-]{1,63}@[a-z0-9.-]{1,120}\.gserviceaccount\.com$/;
const PROVIDER =
  /^projects\/\d{1,20}\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32}$/;
const REPOSITORY = /^[a-z0-9-]{1,40}-docker\.pkg\.dev\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/[a-z0-9-]{1,63}$/;
const HOST = /^[a-z0-9.-]{1,253}(:\d{1,5})?$/;

/** The project at which Google bills what runs there, of a stored configuration. */
export const cloudRunAccount = ({
  projectId,
}: Partial<Readonly<Record<keyof CloudRunConfig, unknown>>>): unknown => projectId;

/** Reads a target's configuration; throws `Fault` "invalid-body" with every problem. */
export function parseCloudRunConfig(document: unknown): CloudRunConfig {
  return parseConfig(document, KNOWN, (config) => {
    refuseUniverse(config);
    return read(config);
  });
}

function read(config: ConfigObject): CloudRunConfig {
  return {
    projectId: matching(config, "projectId", PROJECT_ID, "the project's id, such as acme-shop-417"),
    regions: regionsIn(config),
    runtimeServiceAccount: matching(config, "runtimeServiceAccount", SERVICE_ACCOUNT, ACCOUNT_HINT),
    credentials: credentialsIn(config),
    invoker: invokerIn(config),
    remoteRepositories: repositoriesIn(config),
    endpoints: endpointsIn(config),
  };
}

// "Assured Workloads" keep a folder's data in Google's own regions, and ask nothing of a target; a universe has regions of its own.
function refuseUniverse({ fields, pointer, problems }: ConfigObject): void {
  if (fields["universeDomain"] === undefined || fields["universeDomain"] === "googleapis.com") return;
  problems.push({
    pointer: `${pointer}/universeDomain`,
    message:
      "No document that Berth knows says that Cloud Run is in a universe other than googleapis.com: leave universeDomain out, and name regions of Google's own, Assured Workloads or not.",
  });
}

const ACCOUNT_HINT = "a service account's e-mail, such as run@acme-shop-417.iam.gserviceaccount.com";

function matching(config: ConfigObject, field: string, pattern: RegExp, what: string): string {
  const value = config.fields[field];
  if (typeof value === "string" && pattern.test(value)) return value;
  note(config, field, `Give ${what}.`);
  return "";
}

function regionsIn(config: ConfigObject): readonly string[] {
  const { region, regions = region === undefined ? [] : [region] } = config.fields;
  const known = regionsOf(builtInBook(), "cloud-run");
  if (!Array.isArray(regions) || regions.length === 0 || regions.length > MOST_REGIONS) {
    note(config, "regions", `Give a list of 1 to ${MOST_REGIONS} regions, such as ["europe-west1"].`);
    return [];
  }
  const names = regions.map((name: unknown) => String(name).slice(0, 60));
  for (const [index, name] of names.entries())
    if (!known.includes(name))
      config.problems.push({
        pointer: `${config.pointer}/regions/${index}`,
        message: `Cloud Run has no region ${name} in the catalog${hint(name, known)}`,
      });
  return [...new Set(names)];
}

function credentialsIn(config: ConfigObject): Credentials {
  if (config.fields["credentials"] !== undefined) {
    const given = objectIn(config, "credentials", ["secret", "environment"]);
    const secret = textIn(given, "secret", 60);
    if (secret === undefined) note(config, "credentials", "Name the sealed secret: {secret: gcp-key}.");
    return { by: "key", secret: secret ?? "", environment: textIn(given, "environment", 60) ?? "production" };
  }
  const provider = "projects/123456/locations/global/workloadIdentityPools/berth/providers/berth";
  return {
    by: "keyless",
    workloadIdentityProvider: matching(
      config,
      "workloadIdentityProvider",
      PROVIDER,
      `the full name of the identity provider, such as ${provider}`,
    ),
    serviceAccount: matching(config, "serviceAccount", SERVICE_ACCOUNT, ACCOUNT_HINT),
  };
}

function invokerIn(config: ConfigObject): Invoker {
  const { invoker = "public" } = config.fields;
  if (invoker === "public" || invoker === "private") return invoker;
  note(config, "invoker", 'Say "public" (everybody may call) or "private" (only Berth\'s gateway).');
  return "public";
}

function repositoriesIn(config: ConfigObject): Readonly<Record<string, string>> {
  const given = config.fields["remoteRepositories"] ?? {};
  const entries = typeof given === "object" ? Object.entries(given) : undefined;
  if (entries === undefined || entries.length > MOST_HOSTS) {
    note(config, "remoteRepositories", `Give an object of at most ${MOST_HOSTS} registry hosts.`);
    return {};
  }
  return Object.fromEntries(
    entries.filter(([host, repository]) => {
      const fine = HOST.test(host) && typeof repository === "string" && REPOSITORY.test(repository);
      if (!fine)
        note(
          config,
          "remoteRepositories",
          `Write {"ghcr.io": "europe-west1-docker.pkg.dev/acme-shop-417/ghcr"}: a registry's host, and the remote repository in front of it (${host.slice(0, 60)} is not so).`,
        );
      return fine;
    }),
  );
}

function endpointsIn(config: ConfigObject): CloudRunConfig["endpoints"] {
  const given = objectIn(config, "endpoints", GOOGLE_SERVICES);
  const entries = GOOGLE_SERVICES.flatMap((service) => {
    const url = given.fields[service];
    if (url === undefined) return [];
    const origin = typeof url === "string" ? originOf(url) : undefined;
    if (origin === undefined)
      note(given, service, "Give an https URL without a path; plain http only on this machine's loopback.");
    return origin === undefined ? [] : [[service, origin] as const];
  });
  return Object.fromEntries(entries);
}

function originOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.pathname !== "/" || url.search !== "" || url.username !== "") return undefined;
  const loopback = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && loopback) ? url.origin : undefined;
}
