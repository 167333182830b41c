import { AdapterError } from "../domain/fault.ts";
import type { Owner } from "./cloud-ports.ts";
import type { Mark } from "./mark.ts";

/** Whether a mark is of this installation, whatever its epoch. */
export function isOurs(mark: Mark | undefined, owner: Owner): mark is Mark {
  return mark !== undefined && mark.installation === owner.id.toLowerCase();
}

/**
 * Passes for a resource of this unit, made by this database. Throws `AdapterError`: "conflict" for a stranger's or another unit's,
 * "denied" when a later epoch has taken it, for then this database is an older copy.
 */
export function mayTouch(what: string, mark: Mark | undefined, unit: string, owner: Owner): void {
  if (!isOurs(mark, owner) || mark.unit !== unit)
    throw new AdapterError(
      "conflict",
      `${what} exists in the account and does not carry this unit's mark: it is left alone. Remove or rename it, or choose another place.`,
    );
  refuseOlderCopy(what, mark, owner);
}

/** Throws `AdapterError` "denied" when what carries our mark was made by a later epoch than this database's. */
export function refuseOlderCopy(what: string, mark: Mark, owner: Owner): void {
  if (mark.epoch > owner.epoch)
    throw new AdapterError(
      "denied",
      `${what} was made by epoch ${mark.epoch} of this installation, and this database is of epoch ${owner.epoch}: it is an older copy and writes nothing. Use the newer database.`,
    );
}
