import {
  ARM_CONTRACTS,
  type ArmContract,
  type ArmContractName,
  nameIn,
  type Operation,
  operationsOf,
  type Parameter,
  parametersOf,
} from "./arm-contract.ts";
import { armErrorProblems } from "./arm-errors.ts";
import { schemaId, type Side } from "./arm-schemas.ts";
import { armValidator } from "./arm-validators.ts";

/** One call as it is on the wire. */
export interface ArmCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export interface ArmAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Judges calls and answers by Microsoft's own contract; every problem is a sentence with the path of what is wrong. */
export interface ArmJudge {
  request(call: ArmCall): readonly string[];
  reply(call: ArmCall, answer: ArmAnswer): readonly string[];
}

/** A judge over one of the contracts here, by the schemas of `arm-schemas.ts`. */
export function armJudge(contract: ArmContractName = "containerInstance"): ArmJudge {
  const judge = judges.get(contract) ?? judgeOver(contract);
  judges.set(contract, judge);
  return judge;
}

const judges = new Map<ArmContractName, ArmJudge>();

/** An operation with what is asked again and again. */
interface Rule {
  readonly operation: Operation;
  readonly method: string;
  readonly path: RegExp;
  readonly parameters: readonly Parameter[];
}

function judgeOver(name: ArmContractName): ArmJudge {
  const contract: ArmContract = ARM_CONTRACTS[name];
  const rules = operationsOf(contract).map(({ method, path, operation }): Rule => {
    const parameters = parametersOf(operation, contract);
    return { operation, method, path: patternOf(path, parameters), parameters };
  });
  const find = ({ method, path }: ArmCall) =>
    rules.find((one) => one.method === method && one.path.test(path));
  return {
    request(call) {
      const rule = find(call);
      if (rule === undefined) return [`${call.method} ${call.path} is not in the contract`];
      return [...queryProblems(rule, call, contract.info.version), ...bodyProblems(name, rule, call)];
    },
    reply(call, { status, body }) {
      const rule = find(call);
      if (rule === undefined) return [`${call.method} ${call.path} is not in the contract`];
      const { responses } = rule.operation;
      const { schema } = responses[String(status)] ?? responses["default"] ?? {};
      const known = responses[String(status)] !== undefined || status >= 400;
      if (!known) return [`${call.method} answers ${status}, which the contract does not name`];
      if (schema === undefined || status === 202) return [];
      // 204 has no body, and DELETE's 200 need not.
      if (body === undefined)
        return status === 204 ? [] : [`${call.method} answers ${status} without a body`];
      const formed = problemsOf(name, "reply", nameIn(schema), body, `reply ${status}`);
      return status < 400 ? formed : [...formed, ...armErrorProblems(status, body)];
    },
  };
}

// What is not encoded may have slashes in it, and may be nothing at all.
function patternOf(path: string, parameters: readonly Parameter[]): RegExp {
  const pattern = path.replaceAll(/\/\{(\w+)\}/g, (_, name: string) =>
    parameters.some((one) => one.name === name && one["x-ms-skip-url-encoding"] === true)
      ? "(/.+)?"
      : "/[^/]+",
  );
  return new RegExp(`^${pattern}$`, "i");
}

function queryProblems({ parameters }: Rule, { query }: ArmCall, contract: string): readonly string[] {
  const known = parameters.filter((one) => one.in === "query");
  const missing = known.filter(({ name, required }) => required === true && query[name] === undefined);
  // Azure's own next links carry this and nothing else besides.
  const foreign = Object.keys(query).filter(
    (name) => name !== "$skiptoken" && !known.some((one) => one.name === name),
  );
  const mistyped = known.filter(({ name, type }) => {
    const value = query[name];
    if (value === undefined) return false;
    return type === "integer" ? !/^\d+$/.test(value) : type === "boolean" && !/^(true|false)$/.test(value);
  });
  const version = query["api-version"];
  return [
    ...missing.map(({ name }) => `query ${name} is missing`),
    ...foreign.map((name) => `query ${name} is not in the contract`),
    ...mistyped.map(({ name, type }) => `query ${name} is not of type ${type}`),
    ...(version === undefined || version === contract
      ? []
      : [`api-version ${version} is not the contract's`]),
  ];
}

function bodyProblems(name: ArmContractName, { parameters }: Rule, { body }: ArmCall): readonly string[] {
  const wanted = parameters.find((one) => one.in === "body");
  if (wanted === undefined) return body === undefined ? [] : ["a body is sent where the contract has none"];
  return wanted.schema === undefined
    ? []
    : problemsOf(name, "request", nameIn(wanted.schema), body, "request");
}

function problemsOf(
  contract: ArmContractName,
  side: Side,
  definition: string,
  value: unknown,
  what: string,
): readonly string[] {
  const validate = armValidator(schemaId(contract, side, definition));
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message = "", params }) => {
    const detail = Object.values(Object(params) as Record<string, unknown>).join(", ");
    return `${what} ${instancePath || "/"}: ${message} (${detail})`;
  });
}
