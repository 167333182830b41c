import { ERROR_TABLE } from "../../src/adapters/aci/error-table.ts";

/** Codes that Azure documents and the adapter's own table does not need; each row of that names its document. */
export const DOCUMENTED: readonly string[] = [
  // learn.microsoft.com, Azure Resource Manager, "Troubleshoot common Azure deployment errors".
  "InvalidRequestContent",
  "InvalidResourceType",
  "MissingApiVersionParameter",
];

/**
 * Names of the simulator's own for refusals whose rule Microsoft publishes, and whose code it does not, each with its status: by that alone
 * the adapter knows what they are.
 */
export const ASSUMED: Readonly<Record<string, number>> = {
  ContainerNotFound: 404,
  DnsNameLabelNotSupported: 400,
  DuplicateContainerName: 400,
  DuplicateEnvironmentVariable: 400,
  DuplicatePorts: 400,
  DuplicateVolumeName: 400,
  InvalidContainerCount: 400,
  InvalidDnsNameLabel: 400,
  InvalidEnvironmentVariable: 400,
  InvalidImageName: 400,
  InvalidIpAddressPorts: 400,
  InvalidMountPath: 400,
  InvalidName: 400,
  InvalidResourceLimits: 400,
  InvalidSecretVolume: 400,
  InvalidSecurityContext: 400,
  PortNotExposed: 400,
  ReservedPort: 400,
  ResourceRequestsTooLarge: 400,
  ResourceRequestsTooSmall: 400,
  SpotPriorityContainerGroupNotSupported: 400,
  TooManyVolumes: 400,
  VolumeNotFound: 400,
};

/** The one HTTP status of a code, for those that have one (Azure Resource Manager, "Troubleshoot common Azure deployment errors"; RFC 9110). */
const STATUS: Readonly<Record<string, number>> = {
  ...ASSUMED,
  AuthorizationFailed: 403,
  InternalServerError: 500,
  InvalidAuthenticationToken: 401,
  LinkedAuthorizationFailed: 403,
  ResourceGroupNotFound: 404,
  ResourceNotFound: 404,
  SubscriptionNotFound: 404,
  TooManyRequests: 429,
};

/** An error that no document has yet: what a test lets Azure answer to see it told as something that Berth does not know. */
export const UNHEARD_OF = "NobodyKnowsThis";

const codes = new Set([
  UNHEARD_OF,
  ...ERROR_TABLE.map(({ code }) => code),
  ...DOCUMENTED,
  ...Object.keys(ASSUMED),
]);

/** What of the code of an error is not as documented; its form is the contract's affair. */
export function armErrorProblems(status: number, body: unknown): readonly string[] {
  const error: unknown = Object(body).error;
  const code: unknown = Object(error).code;
  if (typeof code !== "string") return [];
  if (!codes.has(code)) return [`reply ${status} /error/code: ${code} is no code that Azure documents`];
  const own = STATUS[code];
  return own === undefined || own === status
    ? []
    : [`reply ${status} /error/code: ${code} is answered with ${own}`];
}
