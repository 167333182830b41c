/** The fields of `x-aci`, which only Container Instances reads. */
export interface AciEscape {
  /** One availability zone, as Azure takes no more. */
  readonly zones?: readonly string[] | undefined;
  /** Resource ids of managed identities that the group runs as. */
  readonly userAssignedIdentities?: readonly string[] | undefined;
}

/** The resource id of a managed identity. */
export const IDENTITY =
  /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[\w.()-]{1,90}\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[\w-]{3,128}$/i;
const MOST_IDENTITIES = 10;

/** Reads `x-aci`: its fields, and a sentence for each thing that is wrong with it. */
export function readEscape(document: Readonly<Record<string, unknown>> = {}): {
  readonly escape: AciEscape;
  readonly problems: readonly string[];
} {
  const { zones, userAssignedIdentities, ...others } = document;
  const problems = Object.keys(others).map(
    (field) => `x-aci has no field ${field.slice(0, 60)}: it takes zones and userAssignedIdentities`,
  );
  if (zones !== undefined && !isListOf(zones, /^[1-3]$/, 1))
    problems.push('x-aci.zones takes one zone: write ["1"], ["2"] or ["3"]');
  if (userAssignedIdentities !== undefined && !isListOf(userAssignedIdentities, IDENTITY, MOST_IDENTITIES))
    problems.push(
      `x-aci.userAssignedIdentities takes 1 to ${MOST_IDENTITIES} resource ids of managed identities: write /subscriptions/.../userAssignedIdentities/name`,
    );
  return problems.length > 0
    ? { escape: {}, problems }
    : { escape: { zones: texts(zones), userAssignedIdentities: texts(userAssignedIdentities) }, problems };
}

function isListOf(value: unknown, pattern: RegExp, most: number): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > most) return false;
  return value.every((one) => typeof one === "string" && pattern.test(one));
}

const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.map(String) : undefined;
