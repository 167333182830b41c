CREATE TABLE `agents` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text NOT NULL,
	`pool` text NOT NULL,
	`name` text NOT NULL,
	`public_key` text NOT NULL,
	`joined_at` integer NOT NULL,
	`report` text,
	`seen_at` integer,
	`swept_at` integer
);
--> statement-breakpoint
CREATE INDEX `agents_pool` ON `agents` (`project`,`pool`);--> statement-breakpoint
CREATE TABLE `join_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`project` text NOT NULL,
	`pool` text NOT NULL,
	`agent_name` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`used_by` text
);
--> statement-breakpoint
CREATE TABLE `route_hosts` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`host` text NOT NULL,
	`claimed_at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`, `host`)
);
--> statement-breakpoint
CREATE INDEX `route_hosts_host` ON `route_hosts` (`host`,`claimed_at`);--> statement-breakpoint
CREATE TABLE `routes` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`)
);
--> statement-breakpoint
CREATE TABLE `events` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`actor` text NOT NULL,
	`message` text NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `plans` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`id` text NOT NULL,
	`workload` text NOT NULL,
	`committed` integer NOT NULL,
	`generation` integer,
	`body` text NOT NULL,
	`state` text NOT NULL,
	`state_reason` text,
	`log_tail` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`project`, `environment`, `id`),
	CONSTRAINT "plans_committed_has_generation" CHECK("plans"."committed" = ("plans"."generation" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_id` ON `plans` (`project`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `plans_generation` ON `plans` (`project`,`environment`,`workload`,`generation`) WHERE committed;--> statement-breakpoint
CREATE TABLE `revisions` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`hash` text NOT NULL,
	`number` integer NOT NULL,
	`spec` text NOT NULL,
	`document` text NOT NULL,
	`digest` text,
	`source` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`, `hash`)
);
--> statement-breakpoint
CREATE TABLE `environments` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`class` text NOT NULL,
	`protected` integer NOT NULL,
	`ttl_hours` integer,
	`labels` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`)
);
--> statement-breakpoint
CREATE TABLE `idempotency` (
	`project` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`answer` text,
	`created_at` integer NOT NULL,
	`keep_ms` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`project`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_expiry` ON `idempotency` (`expires_at`);--> statement-breakpoint
CREATE TABLE `installation` (
	`only` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`epoch` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "installation_one_row" CHECK("installation"."only" = 1)
);
--> statement-breakpoint
CREATE TABLE `leases` (
	`name` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `projects` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`labels` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `projects_name_unique` ON `projects` (`name`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`name` text NOT NULL,
	`project` text,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_hash_unique` ON `tokens` (`hash`);--> statement-breakpoint
CREATE INDEX `tokens_project` ON `tokens` (`project`);--> statement-breakpoint
CREATE TABLE `targets` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`config` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`swept_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `targets_of_project` ON `targets` (`project`,`name`) WHERE project is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `targets_of_instance` ON `targets` (`name`) WHERE project is null;--> statement-breakpoint
CREATE TABLE `units` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`id` text NOT NULL,
	`state` text NOT NULL,
	`target` text NOT NULL,
	`target_name` text NOT NULL,
	`provider` text NOT NULL,
	`region` text NOT NULL,
	`host` text,
	`body` text NOT NULL,
	`replicas` text NOT NULL,
	`doomed_because` text,
	`doomed_at` integer,
	`applied_at` integer,
	`applied_replicas` text,
	`observation` text,
	`seen_at` integer,
	`observed_at` integer,
	`probe` text,
	`setback` text,
	PRIMARY KEY(`project`, `environment`, `workload`, `id`)
);
--> statement-breakpoint
CREATE INDEX `units_at_target` ON `units` (`target`,`state`,`id`);--> statement-breakpoint
CREATE TABLE `overrides` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`seq` integer NOT NULL,
	`body` text NOT NULL,
	`until` integer,
	PRIMARY KEY(`project`, `environment`, `workload`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `workloads` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`id` text NOT NULL,
	`document` text NOT NULL,
	`revision` text NOT NULL,
	`labels` text NOT NULL,
	`generation` integer NOT NULL,
	`plan` text NOT NULL,
	`sequence` integer,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`due_at` integer,
	`poked_at` integer,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`fence` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`project`, `environment`, `name`)
);
--> statement-breakpoint
CREATE INDEX `workloads_due` ON `workloads` (`due_at`);