import type { ArmContract } from "./arm-contract.ts";

const text = { type: "string" } as const;
/** What Azure alone may say. */
const told = { ...text, readOnly: true } as const;
const inPath = { in: "path", required: true, ...text } as const;

/**
 * The one read of a resource group that a check asks, by Microsoft's reference: Azure Resource Manager REST API, "Resource Groups - Get",
 * 2021-04-01, with its "Response" and "Definitions". Microsoft's own document of it is not copied here.
 */
export const RESOURCE_GROUP: ArmContract = {
  info: { version: "2021-04-01" },
  paths: {
    "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}": {
      get: {
        parameters: [
          { name: "subscriptionId", ...inPath },
          { name: "resourceGroupName", ...inPath },
          { name: "api-version", in: "query", required: true, ...text },
        ],
        responses: {
          "200": { schema: { $ref: "#/definitions/ResourceGroup" } },
          default: { schema: { $ref: "#/definitions/CloudError" } },
        },
      },
    },
  },
  parameters: {},
  definitions: {
    ResourceGroup: {
      type: "object",
      required: ["location"],
      properties: {
        id: told,
        name: told,
        type: told,
        location: text,
        managedBy: text,
        tags: { type: "object", additionalProperties: text },
        properties: { type: "object", properties: { provisioningState: told } },
      },
    },
    CloudError: {
      type: "object",
      properties: { error: { $ref: "#/definitions/ErrorResponse" } },
    },
    ErrorResponse: {
      type: "object",
      properties: {
        code: told,
        message: told,
        target: told,
        details: { type: "array", readOnly: true, items: { $ref: "#/definitions/ErrorResponse" } },
        additionalInfo: {
          type: "array",
          readOnly: true,
          items: { type: "object", properties: { type: told, info: { type: "object", readOnly: true } } },
        },
      },
    },
  },
};
