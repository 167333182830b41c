import { AdapterError, type Trouble } from "../../domain/fault.ts";

/** Codes of AWS and the kind each one is. Sources: `service-2.json` of each service (botocore), "Common Errors" of each API reference. */
export const CODE_KINDS: Readonly<Record<string, Trouble>> = {
  // Amazon ECS API, Common Errors; AWS STS and Amazon EC2 API, Error codes.
  AccessDeniedException: "denied",
  AccessDenied: "denied",
  UnauthorizedOperation: "denied",
  AuthFailure: "denied",
  UnrecognizedClientException: "denied",
  InvalidClientTokenId: "denied",
  InvalidSignatureException: "denied",
  SignatureDoesNotMatch: "denied",
  IncompleteSignature: "denied",
  MissingAuthenticationTokenException: "denied",
  MissingAuthenticationToken: "denied",
  ExpiredToken: "denied",
  ExpiredTokenException: "denied",
  NotAuthorized: "denied",
  OptInRequired: "denied",
  BlockedException: "denied",
  // AWS Secrets Manager API: the key that secrets are kept under is disabled, or not the caller's to use.
  EncryptionFailure: "denied",
  DecryptionFailure: "denied",
  // AWS STS API, AssumeRoleWithWebIdentity, Errors.
  InvalidIdentityToken: "denied",
  IDPRejectedClaim: "denied",
  RegionDisabledException: "denied",
  IDPCommunicationError: "unavailable",
  // Too many calls.
  ThrottlingException: "throttled",
  Throttling: "throttled",
  RequestLimitExceeded: "throttled",
  TooManyRequestsException: "throttled",
  // Too much of something; Amazon ECS and AWS Secrets Manager API.
  LimitExceededException: "quota",
  // AWS itself.
  ServerException: "unavailable",
  InternalServiceError: "unavailable",
  InternalFailure: "unavailable",
  InternalError: "unavailable",
  // Service Quotas API, Common Errors.
  ServiceException: "unavailable",
  ServiceUnavailable: "unavailable",
  ServiceUnavailableException: "unavailable",
  Unavailable: "unavailable",
  RequestTimeout: "unavailable",
  RequestTimeoutException: "unavailable",
  TimeoutError: "unavailable",
  AbortError: "unavailable",
  // IAM API, SimulatePrincipalPolicy, Errors.
  PolicyEvaluation: "unavailable",
  NoSuchEntity: "invalid",
  InvalidInput: "invalid",
  // What is there is not what was thought.
  ConflictException: "conflict",
  ServiceNotFoundException: "conflict",
  ServiceNotActiveException: "conflict",
  PreconditionNotMetException: "conflict",
  ResourceExistsException: "conflict",
  ResourceNotFoundException: "conflict",
  // What was asked cannot be.
  IllegalArgumentException: "invalid",
  NoSuchResourceException: "invalid",
  ClusterNotFoundException: "invalid",
  PlatformUnknownException: "invalid",
  PlatformTaskDefinitionIncompatibilityException: "invalid",
  UnsupportedFeatureException: "invalid",
  InvalidParameterException: "invalid",
  InvalidParameterValue: "invalid",
  InvalidRequestException: "invalid",
  "InvalidGroupId.Malformed": "invalid",
  "InvalidGroup.NotFound": "invalid",
  "InvalidSubnetID.NotFound": "invalid",
  "InvalidNetworkInterfaceID.NotFound": "conflict",
  PackedPolicyTooLarge: "invalid",
  MalformedPolicyDocument: "invalid",
  MalformedPolicyDocumentException: "invalid",
  NamespaceNotFoundException: "invalid",
  InvalidNextTokenException: "invalid",
  ValidationError: "invalid",
  ValidationException: "invalid",
  ClientException: "invalid",
};

/**
 * Where ECS has one code for many things, its texts tell them apart. Each is the beginning of what AWS answers. Sources: Amazon ECS
 * developer guide, "API failures messages", "Troubleshoot invalid CPU or memory errors", "Service quotas for AWS Fargate"; answers of
 * the API quoted in its own issue tracker (aws/containers-roadmap, aws/aws-cdk, hashicorp/terraform-provider-aws).
 */
export const TEXT_KINDS: readonly {
  readonly code: string;
  readonly begins: string;
  readonly kind: Trouble;
}[] = [
  { code: "InvalidParameterException", begins: "Creation of service was not idempotent", kind: "conflict" },
  {
    code: "InvalidParameterException",
    begins: "Unable to Start a service that is still Draining",
    kind: "conflict",
  },
  { code: "ClientException", begins: "TaskDefinition is inactive", kind: "conflict" },
  { code: "ClientException", begins: "Unable to describe task definition", kind: "conflict" },
  {
    code: "ClientException",
    begins: "Too many concurrent attempts to create a new revision",
    kind: "throttled",
  },
  // Of vCPUs, tasks, services and whatever else is counted.
  { code: "ClientException", begins: "You've reached the limit on the number of", kind: "quota" },
  // A new account may have less than Fargate sells (dask/dask-cloudprovider#300), and a service fewer tasks (aws/containers-roadmap#768).
  { code: "ClientException", begins: "The requested CPU configuration is above your limit", kind: "quota" },
  { code: "InvalidParameterException", begins: "Desired count exceeds limit", kind: "quota" },
  // STS could not reach Berth's own issuer, which may be so for a moment (IAM user guide, "Troubleshoot OIDC").
  {
    code: "InvalidIdentityToken",
    begins: "Couldn't retrieve verification key from your identity provider",
    kind: "unavailable",
  },
  { code: "InvalidParameterException", begins: "The referenced task was not found", kind: "conflict" },
  // A stream comes with the first line; a group is made by whoever sets up the account.
  { code: "ResourceNotFoundException", begins: "The specified log group does not exist", kind: "invalid" },
  {
    code: "InvalidRequestException",
    begins: "You can't create this secret because a secret with this name is already scheduled for deletion",
    kind: "conflict",
  },
];

/**
 * What ECS was told when it asked another service for itself stands at the end of its own answer: "Error retrieving security group
 * information for [...]: Request limit exceeded. (ErrorCode: RequestLimitExceeded)" (dask/dask-cloudprovider#56).
 */
const CAUSE = /\(ErrorCode: ([\w.]+)\)\.?$/;

/** Reasons in `failures[]` of RunTask and DescribeTasks (Amazon ECS developer guide, "API failures messages"). */
export const FAILURE_KINDS: readonly { readonly begins: string; readonly kind: Trouble }[] = [
  { begins: "Capacity is unavailable at this time", kind: "capacity" },
  { begins: "RESOURCE", kind: "capacity" },
  { begins: "You've reached the limit on the number of vCPUs", kind: "quota" },
  { begins: "You've reached the limit on the number of tasks", kind: "quota" },
  { begins: "ACCESS", kind: "denied" },
  { begins: "MISSING", kind: "conflict" },
  { begins: "INACTIVE", kind: "conflict" },
];

/** One of AWS's errors, or of the network before it, as one of our kinds. */
export function classify(error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const { code, message, status } = factsOf(error);
  const caused = ownKind(CAUSE.exec(message)?.[1] ?? "");
  const kind =
    textKind(code, message) ?? caused ?? ownKind(code) ?? statusKind(status) ?? networkKind(error) ?? "bug";
  const retryAfterMs = retryAfter(error);
  return new AdapterError(kind, sentence(kind, code, message), {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

interface Failure {
  readonly arn?: string | undefined;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
}

/** One entry of `failures[]` as an error: a 200 that did not do what was asked. */
export function failureError(
  { reason = "no reason given", detail }: Failure,
  what = "start it",
): AdapterError {
  const kind = FAILURE_KINDS.find(({ begins }) => reason.startsWith(begins))?.kind ?? "bug";
  return new AdapterError(
    kind,
    `ECS did not ${what}: ${reason}${detail === undefined ? "" : ` (${detail})`}.`,
  );
}

/** Passes for a description whose every failure is that the thing is not there. Throws `AdapterError` for any other: it proves no absence. */
export function requireOnlyMissing(failures: readonly Failure[] | undefined): void {
  const other = failures?.find(({ reason }) => reason !== "MISSING");
  if (other !== undefined) throw failureError(other, "tell of it");
}

/** The code of an error of AWS, or undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  const cause = error instanceof AdapterError ? error.cause : error;
  return cause instanceof Error ? cause.name : undefined;
}

function factsOf(error: unknown): { code: string; message: string; status: number | undefined } {
  if (!(error instanceof Error)) return { code: "", message: String(error), status: undefined };
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  const response = "$response" in error ? error.$response : undefined;
  return {
    code: error.name,
    message: error.message,
    status: numberIn(metadata, "httpStatusCode") ?? numberIn(response, "statusCode"),
  };
}

function textKind(code: string, message: string): Trouble | undefined {
  return TEXT_KINDS.find((row) => row.code === code && message.startsWith(row.begins))?.kind;
}

// The SDK names an error after its shape, which for the query protocols is the code with this end.
const ownKind = (name: string): Trouble | undefined => {
  const code = [name, name.replace(/Exception$/, "")].find((one) => Object.hasOwn(CODE_KINDS, one));
  return code === undefined ? undefined : CODE_KINDS[code];
};

function statusKind(status: number | undefined): Trouble | undefined {
  if (status === undefined) return undefined;
  if (status === 429) return "throttled";
  if (status === 403 || status === 401) return "denied";
  return status >= 500 ? "unavailable" : undefined;
}

// Node names what went wrong below HTTP by a code of its own (ECONNRESET, ENOTFOUND ...); fetch throws a TypeError.
function networkKind(error: unknown): Trouble | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? error.code : undefined;
  const fetchFailed = error instanceof TypeError && error.message.includes("fetch");
  return fetchFailed || (typeof code === "string" && /^(E[A-Z]+|UND_ERR_\w+)$/.test(code))
    ? "unavailable"
    : undefined;
}

function retryAfter(error: unknown): number | undefined {
  const response = error instanceof Error && "$response" in error ? error.$response : undefined;
  const headers =
    typeof response === "object" && response !== null && "headers" in response ? response.headers : undefined;
  const value =
    typeof headers === "object" && headers !== null && "retry-after" in headers ? headers["retry-after"] : "";
  return typeof value === "string" && /^\d{1,5}$/.test(value) ? Number(value) * 1_000 : undefined;
}

function sentence(kind: Trouble, code: string, message: string): string {
  const said = message === "" ? code : `${code}: ${message}`;
  const advice: Readonly<Partial<Record<Trouble, string>>> = {
    denied: "check the target's roles and credentials, for AWS refused",
    unavailable: "AWS did not answer",
    throttled: "AWS asks to slow down",
    bug: "AWS answered what Berth does not know",
  };
  return `${advice[kind] ?? "AWS refused"}: ${said}`.replace(/^./, (first) => first.toUpperCase());
}

function numberIn(value: unknown, field: string): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, field);
  return typeof found === "number" ? found : undefined;
}
