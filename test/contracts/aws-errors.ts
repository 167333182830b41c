import { modelOf, type ServiceModel } from "./aws-models.ts";

/** Codes that a service may answer to any call besides those its model lists for the operation, and where that is written. */
interface Documented {
  readonly services: readonly string[];
  readonly codes: readonly string[];
  /** Whose fault they are, by the HTTP status: the caller's (4xx), AWS's own (5xx), or either. */
  readonly fault: "caller" | "aws" | "either";
  readonly source: string;
}

const JSON_SERVICES = ["ecs", "logs", "secretsmanager", "servicequotas"];
const QUERY_SERVICES = ["sts", "iam"];

/** What no model lists. EC2's model lists no errors at all. */
export const DOCUMENTED: readonly Documented[] = [
  {
    services: [...JSON_SERVICES, ...QUERY_SERVICES],
    codes: [
      "AccessDeniedException",
      "ExpiredTokenException",
      "IncompleteSignature",
      "NotAuthorized",
      "OptInRequired",
      "RequestExpired",
      "ThrottlingException",
      "UnrecognizedClientException",
      "ValidationError",
    ],
    fault: "caller",
    source: 'API Reference of each service, "Common Error Types"',
  },
  {
    services: [...JSON_SERVICES, ...QUERY_SERVICES],
    codes: ["InternalFailure", "ServiceUnavailable"],
    fault: "aws",
    source: "the same",
  },
  {
    services: QUERY_SERVICES,
    codes: [
      "InvalidAction",
      "InvalidClientTokenId",
      "InvalidParameterCombination",
      "InvalidParameterValue",
      "InvalidQueryParameter",
      "MalformedQueryString",
      "MissingAction",
      "MissingAuthenticationToken",
      "MissingParameter",
    ],
    fault: "caller",
    source:
      'AWS STS and IAM API Reference, "Common Error Types": those of services that are asked by a query',
  },
  {
    services: QUERY_SERVICES,
    codes: ["AccessDenied"],
    fault: "caller",
    source:
      'IAM User Guide, "Troubleshoot IAM roles": AssumeRoleWithWebIdentity is refused; "Troubleshoot access denied error messages"',
  },
  {
    services: [...JSON_SERVICES, ...QUERY_SERVICES],
    codes: [
      "InvalidSignatureException",
      "SignatureDoesNotMatch",
      "Throttling",
      "TooManyRequestsException",
      "RequestTimeout",
      "RequestTimeoutException",
    ],
    fault: "either",
    source: "AWS SDK for JavaScript (@smithy/core), classification of errors before a retry; boto3, Retries",
  },
  {
    services: ["ec2"],
    codes: [
      "AuthFailure",
      "Blocked",
      "IncompleteSignature",
      "InvalidClientTokenId",
      "InvalidParameter",
      "InvalidParameterCombination",
      "InvalidParameterValue",
      "MissingAuthenticationToken",
      "MissingParameter",
      "OptInRequired",
      "PendingVerification",
      "RequestExpired",
      "UnauthorizedOperation",
      "UnknownParameter",
      "UnsupportedOperation",
      "ValidationError",
    ],
    fault: "caller",
    source: 'Amazon EC2 developer guide, "Error codes for the Amazon EC2 API", common client error codes',
  },
  {
    services: ["ec2"],
    codes: [
      "InvalidGroup.NotFound",
      "InvalidGroupId.Malformed",
      "InvalidNetworkInterfaceID.NotFound",
      "InvalidSubnetID.NotFound",
    ],
    fault: "caller",
    source: "the same, client error codes for specific actions",
  },
  {
    services: ["ec2"],
    codes: ["RequestLimitExceeded"],
    fault: "either",
    source: 'the same; Amazon EC2 developer guide, "Request throttling for the Amazon EC2 API"',
  },
  {
    services: ["ec2"],
    codes: ["InternalError", "InternalFailure", "ServiceUnavailable", "Unavailable"],
    fault: "aws",
    source: "the same, server error codes",
  },
  {
    services: ["sts"],
    codes: ["ExpiredToken"],
    fault: "caller",
    source: "in no document; quoted in the issue tracker of pulumi/pulumi-aws",
  },
  {
    services: ["secretsmanager"],
    codes: ["MissingAuthenticationTokenException", "ValidationException"],
    fault: "caller",
    source:
      "in no document; quoted in the issue trackers of aws/aws-sdk-cpp and hashicorp/terraform-provider-aws",
  },
];

/** Names that the official SDK itself gives to an answer that never came. */
export const OF_THE_SDK: readonly string[] = ["AbortError", "TimeoutError"];

/** An error that no contract has yet: what a test lets AWS answer to see it told as something that Berth does not know. */
export const UNHEARD_OF = "Flabbergasted";

/** Everything that an operation may be answered instead of its result. */
export function errorCodesOf(service: string, operation: string): readonly string[] {
  const documented = DOCUMENTED.filter(({ services }) => services.includes(service));
  return [
    ...modelled(modelOf(service), operation).map(({ code }) => code),
    ...documented.flatMap(({ codes }) => codes),
  ];
}

/** What of an error breaks the contract: its code, or a status that blames the wrong side. */
export function errorViolations(
  { service, operation }: { readonly service: string; readonly operation: string },
  { code, status }: { readonly code: string; readonly status: number },
): readonly string[] {
  if (code === UNHEARD_OF) return [];
  const own = modelled(modelOf(service), operation).find((one) => one.code === code);
  const documented = DOCUMENTED.find((one) => one.services.includes(service) && one.codes.includes(code));
  const at = `${operation}.error`;
  if (own === undefined && documented === undefined)
    return [`${at}: ${code} is no code of ${service} for it`];
  if (own?.status !== undefined && own.status !== status)
    return [`${at}: ${code} is answered with ${own.status}, not ${status}`];
  const fault = own === undefined ? documented?.fault : own.isFault ? "aws" : "caller";
  const blamed = status >= 500 ? "aws" : "caller";
  return fault === "either" || fault === blamed ? [] : [`${at}: ${code} with ${status} blames the ${blamed}`];
}

interface Modelled {
  readonly code: string;
  readonly isFault: boolean;
  readonly status: number | undefined;
}

/** The errors of one operation in its model: a shape's own code, or its name where it has none. */
function modelled({ operations, shapes }: ServiceModel, operation: string): readonly Modelled[] {
  return (operations[operation]?.errors ?? []).map(({ shape }) => {
    const { error, fault = false } = shapes[shape] ?? {};
    return { code: error?.code ?? shape, isFault: fault, status: error?.httpStatusCode };
  });
}
