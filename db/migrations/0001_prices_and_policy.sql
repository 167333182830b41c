CREATE TABLE `budget_steps` (
	`project` text NOT NULL,
	`budget` text NOT NULL,
	`month` text NOT NULL,
	`do` text NOT NULL,
	`at_percent` integer NOT NULL,
	`announced_at` integer NOT NULL,
	`acts_at` integer NOT NULL,
	`spend_usd` text NOT NULL,
	`acted_at` integer,
	`outcome` text,
	PRIMARY KEY(`project`, `budget`, `month`, `do`, `at_percent`)
);
--> statement-breakpoint
CREATE TABLE `budgets` (
	`project` text NOT NULL,
	`name` text NOT NULL,
	`usd_per_month` text NOT NULL,
	`cap_micro_usd` integer,
	`selects` text NOT NULL,
	`ladder` text NOT NULL,
	`override_until` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`project`, `name`)
);
--> statement-breakpoint
CREATE TABLE `ledger` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`unit` text NOT NULL,
	`line` integer NOT NULL,
	`part` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer,
	`target` text,
	`provider` text NOT NULL,
	`region` text NOT NULL,
	`meter` text NOT NULL,
	`per_second` text NOT NULL,
	`measure` text NOT NULL,
	`list_usd` text NOT NULL,
	`effective_usd` text NOT NULL,
	`rate_id` text,
	`basis` text NOT NULL,
	`replicas` integer NOT NULL,
	`labels` text NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`, `unit`, `line`, `part`, `from_at`)
);
--> statement-breakpoint
CREATE INDEX `ledger_ends` ON `ledger` (`project`,`to_at`);--> statement-breakpoint
CREATE TABLE `meter_facts` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`unit` text NOT NULL,
	`at` integer NOT NULL,
	`event` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `meter_facts_project` ON `meter_facts` (`project`,`seq`);--> statement-breakpoint
CREATE TABLE `meters` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`unit` text NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`, `unit`)
);
--> statement-breakpoint
CREATE TABLE `reservations` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`plan` text NOT NULL,
	`parent` text,
	`ceiling_micro_usd` integer NOT NULL,
	`floor_micro_usd` integer NOT NULL,
	`labels` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`, `plan`)
);
--> statement-breakpoint
CREATE TABLE `blobs` (
	`hash` text PRIMARY KEY NOT NULL,
	`content` blob NOT NULL,
	`bytes` integer NOT NULL,
	`stored_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `receipt_blobs` (
	`blob` text NOT NULL,
	`project` text NOT NULL,
	`receipt` text NOT NULL,
	PRIMARY KEY(`blob`, `project`, `receipt`)
);
--> statement-breakpoint
CREATE INDEX `receipt_blobs_receipt` ON `receipt_blobs` (`project`,`receipt`);--> statement-breakpoint
CREATE TABLE `receipts` (
	`project` text NOT NULL,
	`hash` text NOT NULL,
	`manifest` text NOT NULL,
	`created_at` integer NOT NULL,
	`kept_until` integer NOT NULL,
	PRIMARY KEY(`project`, `hash`)
);
--> statement-breakpoint
CREATE INDEX `receipts_kept_until` ON `receipts` (`kept_until`);--> statement-breakpoint
CREATE TABLE `policies` (
	`owner` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`hash` text NOT NULL,
	`document` text,
	`actor` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`owner`, `name`, `version`)
);
--> statement-breakpoint
CREATE TABLE `account_rates` (
	`project` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `catalog` (
	`only` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`book` text NOT NULL,
	`base_hash` text NOT NULL,
	`base_collected` text NOT NULL,
	`reports` text NOT NULL,
	`created_at` integer NOT NULL,
	`attempted_at` integer,
	CONSTRAINT "catalog_one_row" CHECK("catalog"."only" = 1)
);
--> statement-breakpoint
CREATE TABLE `price_books` (
	`hash` text NOT NULL,
	`part` integer NOT NULL,
	`parts` integer NOT NULL,
	`collected` text NOT NULL,
	`items` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`hash`, `part`)
);
--> statement-breakpoint
CREATE TABLE `fleet_reviews` (
	`project` text PRIMARY KEY NOT NULL,
	`mark` text NOT NULL,
	`after` text
);
--> statement-breakpoint
CREATE INDEX `fleet_reviews_open` ON `fleet_reviews` (`project`) WHERE after is not null;--> statement-breakpoint
CREATE TABLE `violations` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`policy` text NOT NULL,
	`version` integer NOT NULL,
	`plan` text NOT NULL,
	`place` text NOT NULL,
	`reasons` text NOT NULL,
	`since` integer NOT NULL,
	`try_at` integer,
	`tries` integer DEFAULT 0 NOT NULL,
	`tried` text,
	PRIMARY KEY(`project`, `environment`, `workload`)
);
--> statement-breakpoint
CREATE INDEX `violations_policy` ON `violations` (`project`,`policy`);--> statement-breakpoint
CREATE INDEX `violations_try` ON `violations` (`try_at`) WHERE try_at is not null;--> statement-breakpoint
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