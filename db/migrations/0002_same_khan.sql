CREATE TABLE `approvals` (
	`project` text NOT NULL,
	`subject` text NOT NULL,
	`token` text NOT NULL,
	`actor` text NOT NULL,
	`of_instance` integer NOT NULL,
	`hash` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`project`, `subject`, `token`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `approvals_actor` ON `approvals` (`project`,`subject`,`actor`);--> statement-breakpoint
CREATE TABLE `automation` (
	`project` text PRIMARY KEY NOT NULL,
	`enabled` integer NOT NULL,
	`reason` text NOT NULL,
	`actor` text NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `exceptions` (
	`project` text NOT NULL,
	`id` text NOT NULL,
	`rule` text NOT NULL,
	`selects` text NOT NULL,
	`reason` text NOT NULL,
	`until` integer NOT NULL,
	`created_at` integer NOT NULL,
	`requester` text NOT NULL,
	`told_at` integer,
	`ended_at` integer,
	PRIMARY KEY(`project`, `id`)
);
--> statement-breakpoint
CREATE INDEX `exceptions_standing` ON `exceptions` (`until`) WHERE ended_at is null;--> statement-breakpoint
ALTER TABLE `plans` ADD `look_at` integer;--> statement-breakpoint
ALTER TABLE `plans` ADD `abort` text;--> statement-breakpoint
CREATE INDEX `plans_held` ON `plans` (`look_at`) WHERE state = 'held' and not committed;--> statement-breakpoint
CREATE INDEX `plans_committed_at` ON `plans` (`project`,`created_at`) WHERE committed;