import type { Trouble } from "../../domain/fault.ts";

/** One of Azure's error codes, what it means for us, and where that is written. */
export interface ErrorRow {
  readonly code: string;
  /** Only with this HTTP status, where one code has two meanings. */
  readonly status?: number | undefined;
  /** Only when the message has this text: Azure gives one code and status for two things. */
  readonly text?: string | undefined;
  readonly kind: Trouble;
  /** What to change, as a sentence added to Azure's own. */
  readonly hint?: string | undefined;
  readonly source: string;
}

const ACI_TROUBLE = "learn.microsoft.com, Troubleshoot Azure Container Instances";
const ARM_ERRORS = "learn.microsoft.com, Azure Resource Manager common deployment errors";
const ARM_LIMITS = "learn.microsoft.com, Understand how Azure Resource Manager throttles requests";
const SPOT = "learn.microsoft.com, Azure Container Instances Spot containers overview";

/** Azure's codes, first match counts; what is not here goes by its HTTP status (`classify.ts`). */
export const ERROR_TABLE: readonly ErrorRow[] = [
  {
    code: "ServiceUnavailable",
    status: 409,
    text: "container group quota",
    kind: "quota",
    hint: "With a limit of 0 Azure has taken several deployments of one name for fraud; ask its support.",
    source: "SupportArticles-docs, service-unavailable-container-group-quota-exceeded",
  },
  {
    code: "ServiceUnavailable",
    status: 409,
    kind: "capacity",
    source: "SupportArticles-docs, service-unavailable-requested-resource-is-not-available",
  },
  { code: "ServiceUnavailable", status: 503, kind: "unavailable", source: ARM_ERRORS },
  {
    code: "ContainerGroupQuotaReached",
    kind: "quota",
    hint: "Ask Azure for a higher quota in this region, or let the policy use other regions.",
    source: "SupportArticles-docs, ContainerGroupQuotaReached",
  },
  {
    code: "ContainerGroupTransitioning",
    kind: "conflict",
    source: "SupportArticles-docs, container group remains in transitioning state (409)",
  },
  { code: "ContainerLogNotAvailable", kind: "conflict", source: ACI_TROUBLE },
  {
    code: "InaccessibleImage",
    kind: "invalid",
    hint: "Check the image's name, and give its registry's login with `berth registry`.",
    source: "azure-docs, virtual nodes: HTTP 400 InaccessibleImage",
  },
  { code: "RegistryErrorResponse", kind: "unavailable", source: ACI_TROUBLE },
  { code: "ImageOsTypeNotMatchContainerGroup", kind: "invalid", source: ACI_TROUBLE },
  { code: "OsVersionNotSupported", kind: "invalid", source: ACI_TROUBLE },
  { code: "InvalidContainerGroupUpdate", kind: "conflict", source: ACI_TROUBLE },
  { code: "InvalidImageRegistryCredentialType", kind: "invalid", source: ACI_TROUBLE },
  { code: "DnsNameLabelNotAvailable", kind: "conflict", source: ACI_TROUBLE },
  { code: "SpotPriorityContainerGroupNotSupportedForInboundConnectivity", kind: "invalid", source: SPOT },
  { code: "SpotPriorityContainerGroupNotSupportedInSku", kind: "invalid", source: SPOT },
  {
    code: "SpotPriorityContainerGroupWithGPUResourcesNotSupported",
    kind: "invalid",
    source: SPOT,
  },
  { code: "PriorityNotSpecified", kind: "bug", source: SPOT },
  { code: "TooManyRequests", kind: "throttled", source: ARM_LIMITS },
  { code: "SubscriptionRequestsThrottled", kind: "throttled", source: ARM_LIMITS },
  { code: "ResourceRequestsThrottled", kind: "throttled", source: ARM_LIMITS },
  { code: "AuthorizationFailed", kind: "denied", source: ARM_ERRORS },
  {
    code: "LinkedAuthorizationFailed",
    kind: "denied",
    hint: "Name the identities of x-aci.userAssignedIdentities in the target's userAssignedIdentities, and set up what `berth target trust` says then.",
    source: ARM_ERRORS,
  },
  { code: "InvalidAuthenticationToken", kind: "denied", source: ARM_ERRORS },
  { code: "InvalidAuthenticationTokenTenant", kind: "denied", source: ARM_ERRORS },
  { code: "ExpiredAuthenticationToken", kind: "denied", source: ARM_ERRORS },
  { code: "RequestDisallowedByPolicy", kind: "denied", source: ARM_ERRORS },
  { code: "ScopeLocked", kind: "denied", source: ARM_ERRORS },
  { code: "ReadOnlyDisabledSubscription", kind: "denied", source: ARM_ERRORS },
  { code: "SubscriptionNotFound", kind: "denied", source: ARM_ERRORS },
  {
    code: "ResourceGroupNotFound",
    kind: "denied",
    hint: "Create the resource group that the target names, or correct the target.",
    source: ARM_ERRORS,
  },
  { code: "ResourceGroupBeingDeleted", kind: "denied", source: ARM_ERRORS },
  {
    code: "MissingSubscriptionRegistration",
    kind: "denied",
    hint: "Run `az provider register --namespace Microsoft.ContainerInstance` in this subscription.",
    source: ARM_ERRORS,
  },
  {
    code: "SubscriptionNotRegistered",
    kind: "denied",
    hint: "Run `az provider register --namespace Microsoft.ContainerInstance` in this subscription.",
    source: ARM_ERRORS,
  },
  { code: "NoRegisteredProviderFound", kind: "invalid", source: ARM_ERRORS },
  { code: "LocationNotAvailableForResourceType", kind: "invalid", source: ARM_ERRORS },
  { code: "InvalidResourceLocation", kind: "conflict", source: ARM_ERRORS },
  { code: "AnotherOperationInProgress", kind: "conflict", source: ARM_ERRORS },
  { code: "ResourceNotFound", kind: "conflict", source: ARM_ERRORS },
  { code: "InternalServerError", kind: "unavailable", source: ARM_ERRORS },
  { code: "GatewayTimeout", kind: "unavailable", source: ARM_ERRORS },
  { code: "REQUEST_SEND_ERROR", kind: "unavailable", source: "@azure/core-rest-pipeline, RestError" },
  { code: "PARSE_ERROR", kind: "unavailable", source: "@azure/core-rest-pipeline, RestError" },
];
