import { DurableObject } from "cloudflare:workers";
import type { Account } from "../../adapters/sandbox/account.ts";
import type { KeptAccount, SandboxState } from "../../adapters/sandbox/state.ts";
import { objectOf, type AccountStub, type ObjectState, type Objects } from "./bindings.ts";

/** Characters of one row: a value may have 2 MB (developers.cloudflare.com, SQLite in Durable Objects, limits). */
const PART_CHARACTERS = 500_000;

/** One simulated account, kept by compare-and-set: an object runs one call at a time. */
export class SandboxAccount extends DurableObject<unknown> {
  constructor(ctx: ObjectState, env: unknown) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "create table if not exists parts (part integer primary key, version integer not null, body text not null)",
    );
  }

  /** The account as it was last kept. */
  load(): KeptAccount {
    const rows = [...this.ctx.storage.sql.exec("select version, body from parts order by part")];
    const [first] = rows;
    if (first === undefined) return { version: 0, account: undefined };
    const account: unknown = JSON.parse(rows.map(({ body }) => body).join(""));
    return { version: Number(first["version"]), account };
  }

  /** Keeps it as version `ifVersion + 1`; false when another is kept meanwhile. */
  save(account: Account, ifVersion: number): boolean {
    const { sql } = this.ctx.storage;
    return this.ctx.storage.transactionSync(() => {
      const [first] = [...sql.exec("select version from parts where part = 0")];
      if (Number(first?.["version"] ?? 0) !== ifVersion) return false;
      sql.exec("delete from parts");
      const body = JSON.stringify(account);
      for (let part = 0; part * PART_CHARACTERS < body.length; part++) {
        const piece = body.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS);
        sql.exec("insert into parts (part, version, body) values (?, ?, ?)", part, ifVersion + 1, piece);
      }
      return true;
    });
  }
}

/** Every account in an object of its own. */
export function accountsIn(objects: Objects<AccountStub>): SandboxState {
  return {
    load: (target) => objectOf(objects, target).load(),
    save: (target, account, ifVersion) => objectOf(objects, target).save(account, ifVersion),
  };
}
