import { ContainerInstanceManagementClient } from "@azure/arm-containerinstance";
import type { ContainerGroup } from "@azure/arm-containerinstance";
import type { TokenCredential } from "@azure/core-auth";
import { AdapterError } from "../../domain/fault.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { AciApi } from "./api.ts";
import { classify, isAbsent } from "./classify.ts";
import type { AciConfig } from "./config.ts";
import { flattened, nested } from "./flatten.ts";
import { limitedCalls } from "./limited.ts";

/** Groups in one resource group are at most some thousands; more pages than this is a list without an end. */
const MOST_PAGES = 100;

/** Container Instances over the official SDK, with our own token, throttle and retries. The only file that loads the SDK. */
export function aciSdk(config: AciConfig, ports: CloudPorts, token: (call: Call) => Promise<string>): AciApi {
  const client = clientFor(config, ports, token);
  const { resourceGroup } = config;
  const { containerGroups, containers, location } = client;
  const limited = limitedCalls(ports, config, classify);

  return {
    async list(call) {
      const groups: ContainerGroup[] = [];
      let next: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const one = await limited.read((abortSignal) => onePage(client, config, next, abortSignal), call);
        groups.push(...one.groups);
        next = one.next;
        if (next === undefined) return groups.map(nested);
      }
      throw new AdapterError("bug", `The list of ${resourceGroup} has more than ${MOST_PAGES} pages.`);
    },
    get: async (name, call) =>
      await limited.read(async (abortSignal) => {
        try {
          return nested(await containerGroups.get(resourceGroup, name, { abortSignal }));
        } catch (error) {
          if (isAbsent(error)) return undefined;
          throw error;
        }
      }, call),
    create: async (name, group, call) =>
      await limited.create((signal) => created(client, resourceGroup, name, flattened(group), signal), call),
    async tag(name, tags, call) {
      await limited.change(
        (abortSignal) => containerGroups.update(resourceGroup, name, { tags: { ...tags } }, { abortSignal }),
        call,
      );
    },
    async remove(name, call) {
      await limited.remove(async (signal) => {
        try {
          await firstAnswer(signal, (options) => containerGroups.beginDelete(resourceGroup, name, options));
        } catch (error) {
          if (!isAbsent(error)) throw error;
        }
      }, call);
    },
    logs: async (name, container, tail, call) =>
      await limited.read(async (abortSignal) => {
        const options = { tail, timestamps: true, abortSignal };
        return (await containers.listLogs(resourceGroup, name, container, options)).content ?? "";
      }, call),
    usages: async (region, call) =>
      await limited.read(async (abortSignal) => {
        const usages = [];
        for await (const usage of location.listUsage(region, { abortSignal })) usages.push(usage);
        return usages;
      }, call),
  };
}

function clientFor(
  { subscriptionId, endpoints }: AciConfig,
  ports: CloudPorts,
  token: (call: Call) => Promise<string>,
): ContainerInstanceManagementClient {
  const bearer = async (abortSignal?: unknown): Promise<string> => {
    const signal = abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal;
    return await token({ signal });
  };
  // Tokens are kept and renewed by us; to the SDK each lives for a minute, so that it asks again.
  const credential: TokenCredential = {
    getToken: async (_scopes, options) => ({
      token: await bearer(options?.abortSignal),
      expiresOnTimestamp: ports.now() + 60_000,
    }),
  };
  const plain = endpoints.resourceManager.startsWith("http://");
  const client = new ContainerInstanceManagementClient(credential, subscriptionId, {
    endpoint: endpoints.resourceManager,
    allowInsecureConnection: plain,
    retryOptions: { maxRetries: 0 },
  });
  // The SDK refuses to send a token over plain http, which the configuration allows on this machine only.
  if (plain) {
    client.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" });
    client.pipeline.addPolicy({
      name: "berthLoopbackToken",
      async sendRequest(request, next) {
        request.headers.set("authorization", `Bearer ${await bearer(request.abortSignal)}`);
        return await next(request);
      },
    });
  }
  return client;
}

async function onePage(
  { containerGroups }: ContainerInstanceManagementClient,
  { resourceGroup, endpoints }: AciConfig,
  continuationToken: string | undefined,
  abortSignal: AbortSignal,
): Promise<{ readonly groups: readonly ContainerGroup[]; readonly next: string | undefined }> {
  // A token goes to the endpoint it is for and nowhere else.
  if (continuationToken !== undefined && !continuationToken.startsWith(`${endpoints.resourceManager}/`))
    throw new AdapterError("bug", "Azure's list goes on at another host than it began.");
  let next: string | undefined;
  const options = {
    abortSignal,
    onResponse: ({ parsedBody }: { readonly parsedBody?: unknown }) => {
      next = nextLinkIn(parsedBody);
    },
  };
  const pages = containerGroups
    .listByResourceGroup(resourceGroup, options)
    .byPage(continuationToken === undefined ? {} : { continuationToken });
  const { value } = await pages.next();
  return { groups: Array.isArray(value) ? value : [], next };
}

function nextLinkIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("nextLink" in body)) return undefined;
  return typeof body.nextLink === "string" && body.nextLink !== "" ? body.nextLink : undefined;
}

async function created(
  { containerGroups }: ContainerInstanceManagementClient,
  resourceGroup: string,
  name: string,
  group: ContainerGroup,
  signal: AbortSignal,
) {
  const answer = await firstAnswer(signal, (options) =>
    containerGroups.beginCreateOrUpdate(resourceGroup, name, group, options),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK's own reading of the answer to this very call
  return nested(answer as ContainerGroup);
}

interface Options {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (raw: { readonly status: number }, flat: unknown) => void;
}

/**
 * The answer to the call itself. The SDK's poller would ask at once how far the work is, which observe does later and in batches, so it is
 * ended there.
 */
async function firstAnswer(
  signal: AbortSignal,
  begin: (options: Options) => Promise<unknown>,
): Promise<unknown> {
  const enough = new AbortController();
  let answered: { readonly body: unknown } | undefined;
  const onResponse = ({ status }: { readonly status: number }, body: unknown) => {
    // The SDK tells of refusals here, too, and throws them afterwards.
    if (status >= 300 || answered !== undefined) return;
    answered = { body };
    enough.abort();
  };
  try {
    await begin({ abortSignal: AbortSignal.any([signal, enough.signal]), onResponse });
  } catch (error) {
    if (answered === undefined) throw error;
  }
  return answered?.body;
}
