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
	`ceiling_micro_usd` integer NOT NULL,
	`floor_micro_usd` integer NOT NULL,
	`labels` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`, `plan`)
);
