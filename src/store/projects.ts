import { and, asc, eq, or, sql } from "drizzle-orm";
import { environments, installation, projects, workloads } from "../../db/schema.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { fitting } from "./row-size.ts";
import type { Environment, InstanceStore, Project } from "./instance.ts";
import { dropSecrets } from "./drop-secrets.ts";

type Tenancy = Pick<
  InstanceStore,
  | "installation"
  | "raiseEpoch"
  | "createProject"
  | "projects"
  | "project"
  | "putEnvironment"
  | "environment"
  | "environments"
  | "deleteEnvironment"
>;

/** The installation, its projects and their environments. */
export function tenancy(db: Database): Tenancy {
  return { ...installationStore(db), ...projectStore(db), ...environmentStore(db) };
}

function installationStore(db: Database): Pick<Tenancy, "installation" | "raiseEpoch"> {
  return {
    async installation(now) {
      // The engine makes the id: two processes that start together must agree on one.
      const made = { only: 1, id: sql`lower(hex(randomblob(16)))`, epoch: 1, createdAt: now };
      const [, rows] = await db.batch([
        db.insert(installation).values(made).onConflictDoNothing(),
        db.select().from(installation),
      ]);
      return onlyOne(rows);
    },
    async raiseEpoch() {
      return onlyOne(
        await db
          .update(installation)
          .set({ epoch: sql`epoch + 1` })
          .returning(),
      );
    },
  };
}

function onlyOne(rows: readonly (typeof installation.$inferSelect)[]) {
  const row = rows[0];
  if (row === undefined) throw new Error("the installation has no row yet: call installation() first");
  return { id: row.id, epoch: row.epoch, createdAt: row.createdAt };
}

function projectStore(db: Database): Pick<Tenancy, "createProject" | "projects" | "project"> {
  return {
    async createProject(project) {
      const labels = fitting(`The labels of project ${project.name}`, project.labels);
      const rows = await db
        .insert(projects)
        .values({ ...project, labels })
        .onConflictDoNothing()
        .returning({ id: projects.id });
      return rows.length === 1;
    },
    async projects() {
      return (await db.select().from(projects).orderBy(asc(projects.name)).limit(MAX_LIST)).map(projectOf);
    },
    async project(idOrName) {
      const rows = await db
        .select()
        .from(projects)
        .where(or(eq(projects.id, idOrName), eq(projects.name, idOrName)))
        // Nobody takes over a project by naming theirs like its id.
        .orderBy(sql`${projects.id} = ${idOrName} desc`)
        .limit(1);
      return rows.map(projectOf)[0];
    },
  };
}

function environmentStore(
  db: Database,
): Pick<Tenancy, "putEnvironment" | "environment" | "environments" | "deleteEnvironment"> {
  return {
    async putEnvironment(project, environment) {
      const labels = fitting(`The labels of environment ${environment.name}`, environment.labels);
      const { name, createdAt, ttlHours, protected: isProtected } = environment;
      const changing = {
        class: environment.class,
        protected: isProtected,
        ttlHours: ttlHours ?? null,
        labels,
      };
      await db
        .insert(environments)
        .values({ project, environment: name, createdAt, ...changing })
        .onConflictDoUpdate({ target: [environments.project, environments.environment], set: changing });
    },
    async environment(project, name) {
      const one = and(eq(environments.project, project), eq(environments.environment, name));
      return (await db.select().from(environments).where(one)).map(environmentOf)[0];
    },
    async environments(project) {
      const rows = await db
        .select()
        .from(environments)
        .where(eq(environments.project, project))
        .orderBy(asc(environments.environment))
        .limit(MAX_LIST);
      return rows.map(environmentOf);
    },
    async deleteEnvironment(project, name) {
      const living = and(eq(workloads.project, project), eq(workloads.environment, name));
      const one = and(eq(environments.project, project), eq(environments.environment, name));
      const scope = { project, environment: name };
      const [, left] = await db.batch([
        db.delete(environments).where(and(one, sql`not exists (select 1 from ${workloads} where ${living})`)),
        db.select({ name: environments.environment }).from(environments).where(one),
        ...dropSecrets(db, scope, sql`not exists (select 1 from ${environments} where ${one})`),
      ]);
      return left.length === 0;
    },
  };
}

function projectOf(row: typeof projects.$inferSelect): Project {
  return { ...row, labels: row.labels };
}

function environmentOf(row: typeof environments.$inferSelect): Environment {
  return {
    name: row.environment,
    class: row.class,
    protected: row.protected,
    ttlHours: row.ttlHours ?? undefined,
    labels: row.labels,
    createdAt: row.createdAt,
  };
}
