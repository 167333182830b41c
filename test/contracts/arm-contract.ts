import authorization from "./data/azure/authorization.json" with { type: "json" };
import containerInstance from "./data/azure/containerInstance.json" with { type: "json" };
import { RESOURCE_GROUP } from "./resource-group.ts";

/** A swagger document of Azure Resource Manager, as far as it is read here. */
export interface ArmContract {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}
/** One operation of a path. */
export interface Operation {
  readonly parameters: readonly (Parameter | Reference)[];
  readonly responses: Readonly<Record<string, Answer>>;
}
interface Answer {
  readonly description?: string;
  readonly schema?: Reference;
}
/** One parameter; `schema` is that of a body. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly type?: string;
  readonly schema?: Reference;
  readonly "x-ms-skip-url-encoding"?: boolean;
}
/** A name among the parameters or definitions of the same document. */
export interface Reference {
  readonly $ref: string;
}
export type Schema = Readonly<Record<string, unknown>>;

/** The contracts here: Container Instances and the permissions of a principal as Microsoft publishes them, a resource group by its reference. */
export type ArmContractName = "containerInstance" | "authorization" | "resourceGroup";

// Imported and not read, so that tests inside workerd have them, too.
export const ARM_CONTRACTS: Readonly<Record<ArmContractName, ArmContract>> = {
  containerInstance,
  authorization,
  resourceGroup: RESOURCE_GROUP,
};

/** Every operation of a contract, with its method in capitals. */
export function operationsOf({ paths }: ArmContract): readonly {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

/** The parameters of an operation, those it shares with others too. */
export function parametersOf(
  { parameters }: Operation,
  { parameters: shared }: ArmContract,
): readonly Parameter[] {
  return parameters.map((one) => {
    if (!("$ref" in one)) return one;
    const found = shared[nameIn(one)];
    if (found === undefined) throw new Error(`the contract has no parameter ${one.$ref}`);
    return found;
  });
}

/** The last part of a reference. */
export const nameIn = ({ $ref }: Reference): string => $ref.slice($ref.lastIndexOf("/") + 1);
