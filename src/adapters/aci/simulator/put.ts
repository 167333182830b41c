import type { ArmGroup } from "../arm.ts";
import { imageRule } from "./image-rule.ts";
import { type AciReply, refusal } from "./refusal.ts";
import type { AciSimRules } from "./rules.ts";
import { type AciSimState, present, type SimGroup } from "./state.ts";
import { QUOTA_NAMES, usedIn } from "./usages.ts";
import { bodyRefusal, changedForGood, coresOf } from "./validate.ts";
import { hasEnded, viewOf } from "./view.ts";

/** A PUT: a new group, or the restart of every container of one that is there. */
export function createOrUpdate(
  state: AciSimState,
  name: string,
  there: SimGroup | undefined,
  body: unknown,
  now: number,
  rules: AciSimRules,
): { readonly state: AciSimState; readonly reply: AciReply } {
  const document = readGroup(body);
  if (document === undefined)
    return {
      state,
      reply: refusal(400, "InvalidRequestContent", "The request content is not a container group."),
    };
  const refused =
    bodyRefusal(name, document) ??
    identityRefusal(document, rules) ??
    imageRefusal(name, document, rules) ??
    (there === undefined
      ? newRefusal(state, name, document, now, rules)
      : updateRefusal(name, there, document, now, rules));
  if (refused !== undefined) return { state, reply: refused };
  const group: SimGroup =
    there === undefined
      ? { document: withoutSecrets(document), createdAt: now, startedAt: now, updates: 0 }
      : { ...there, document: withoutSecrets(document), startedAt: now, updates: there.updates + 1 };
  return {
    state: { ...state, groups: { ...kept(state, now), [name]: group } },
    reply: { status: there === undefined ? 201 : 200, headers: {}, body: viewOf(name, group, now, rules) },
  };
}

function readGroup(body: unknown): ArmGroup | undefined {
  const { properties } = Object.fromEntries(Object.entries(body ?? {}));
  const { containers } = Object.fromEntries(Object.entries(properties ?? {}));
  if (!Array.isArray(containers)) return undefined;
  const whole = containers.every((one: unknown) => {
    const { properties: own } = Object.fromEntries(Object.entries(one ?? {}));
    const { image, resources } = Object.fromEntries(Object.entries(own ?? {}));
    const { requests } = Object.fromEntries(Object.entries(resources ?? {}));
    return typeof image === "string" && typeof requests === "object";
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is read of it was looked at; the contract's judge looks at the rest
  return whole ? (body as ArmGroup) : undefined;
}

// ARM asks for the right to assign an identity on the identity itself (common deployment errors, LinkedAuthorizationFailed).
function identityRefusal({ identity }: ArmGroup, { identities }: AciSimRules): AciReply | undefined {
  const lost = Object.keys(identity?.userAssignedIdentities ?? {}).find(
    (id) => identities?.includes(id) === false,
  );
  if (lost === undefined) return undefined;
  const message = `The client does not have permission to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) '${lost}'.`;
  return refusal(403, "LinkedAuthorizationFailed", message);
}

function imageRefusal(name: string, { properties }: ArmGroup, rules: AciSimRules): AciReply | undefined {
  const lost = properties.containers.find((container) => imageRule(container, rules)?.does === "unreachable");
  if (lost === undefined) return undefined;
  const message = `The image '${lost.properties.image}' in container group '${name}' is not accessible. Please check the image and registry credential.`;
  return refusal(400, "InaccessibleImage", message);
}

function newRefusal(
  state: AciSimState,
  name: string,
  document: ArmGroup,
  now: number,
  rules: AciSimRules,
): AciReply | undefined {
  const { location = "", properties } = document;
  const { dnsNameLabel } = properties.ipAddress ?? {};
  const others = present(state, now)
    .filter(([other]) => other !== name)
    .map(([, group]) => group.document);
  const taken =
    rules.takenLabels.some(({ region, label }) => region === location && label === dnsNameLabel) ||
    others.some(
      (other) => other.location === location && other.properties.ipAddress?.dnsNameLabel === dnsNameLabel,
    );
  if (dnsNameLabel !== undefined && taken)
    return refusal(
      409,
      "DnsNameLabelNotAvailable",
      `The DNS name label '${dnsNameLabel}' is not available in '${location}'.`,
    );
  if (rules.full.includes(location))
    return refusal(
      409,
      "ServiceUnavailable",
      `The requested resource is not available in the location '${location}' at this moment. Please retry with a different resource request or in another location.`,
    );
  return quotaRefusal(state, document, now, rules);
}

function quotaRefusal(
  state: AciSimState,
  document: ArmGroup,
  now: number,
  { quotas }: AciSimRules,
): AciReply | undefined {
  const { location = "", properties } = document;
  const used = usedIn(state, location, now);
  const spot = properties.priority === "Spot";
  const cores = coresOf(document);
  const more = { ContainerGroups: 1, StandardCores: spot ? 0 : cores, StandardSpotCores: spot ? cores : 0 };
  const over = QUOTA_NAMES.find((quota) => more[quota] > 0 && used[quota] + more[quota] > quotas[quota]);
  if (over === undefined) return undefined;
  const message = `Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota '${over}' exceeded in region '${location}'. Limit: '${quotas[over]}', Usage: '${used[over]}' Requested: '${more[over]}'.`;
  return refusal(400, "ContainerGroupQuotaReached", message);
}

function updateRefusal(
  name: string,
  there: SimGroup,
  document: ArmGroup,
  now: number,
  rules: AciSimRules,
): AciReply | undefined {
  const moving = there.deletedAt !== undefined || now < there.startedAt + rules.delaysMs.create;
  if (moving)
    return refusal(
      409,
      "ContainerGroupTransitioning",
      `The container group '${name}' is still transitioning, please retry later.`,
    );
  if (hasEnded(viewOf(name, there, now, rules)))
    return refusal(400, "InvalidContainerGroupUpdate", "A container group that has ended cannot be updated.");
  return changedForGood(there.document, document);
}

/** Azure gives no secret back, so none is kept. */
function withoutSecrets(group: ArmGroup): ArmGroup {
  const { properties } = group;
  return {
    ...group,
    properties: {
      ...properties,
      imageRegistryCredentials: properties.imageRegistryCredentials?.map(
        ({ password: _password, ...rest }) => rest,
      ),
      volumes: properties.volumes?.map((volume) =>
        volume.secret === undefined ? volume : { ...volume, secret: {} },
      ),
      containers: properties.containers.map((container) => ({
        ...container,
        properties: {
          ...container.properties,
          environmentVariables: container.properties.environmentVariables?.map(
            ({ secureValue: _value, ...rest }) => rest,
          ),
        },
      })),
    },
  };
}

const kept = (state: AciSimState, now: number) => Object.fromEntries(present(state, now));
