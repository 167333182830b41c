import { ROLES, ROLE_NAMES, SCOPES } from "../../src/identity/scope.ts";
import { code, table } from "./table.ts";

/** Every scope, and the roles that hold it. */
export function scopes(): string {
  const holds = (role: (typeof ROLE_NAMES)[number], scope: string) =>
    ROLES[role].some((one) => one === scope) ? "yes" : "";
  return table(
    ["scope", ...ROLE_NAMES],
    SCOPES.map((scope) => [code(scope), ...ROLE_NAMES.map((role) => holds(role, scope))]),
  );
}
