import type { Trouble } from "../../domain/fault.ts";

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
