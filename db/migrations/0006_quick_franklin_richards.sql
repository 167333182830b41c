CREATE TABLE `attempts` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`run` text NOT NULL,
	`number` integer NOT NULL,
	`idx` integer NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`unit` text NOT NULL,
	`host` text,
	`phase` text NOT NULL,
	`sent_at` integer NOT NULL,
	`answered_at` integer,
	`looked_at` integer,
	`exit_code` integer,
	`reason` text,
	`started_at` integer,
	`ended_at` integer,
	`last_lines` text,
	`stop` text,
	`setback` text,
	`released` integer DEFAULT false NOT NULL,
	`report` text,
	`reported_at` integer,
	PRIMARY KEY(`project`, `environment`, `workload`, `run`, `number`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_id` ON `attempts` (`id`);--> statement-breakpoint
CREATE INDEX `attempts_on_host` ON `attempts` (`host`) WHERE not released and host is not null;--> statement-breakpoint
CREATE INDEX `attempts_of_unit` ON `attempts` (`project`,`environment`,`workload`,`unit`);--> statement-breakpoint
CREATE TABLE `runs` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`id` text NOT NULL,
	`plan` text NOT NULL,
	`generation` integer NOT NULL,
	`revision` text NOT NULL,
	`trigger` text NOT NULL,
	`scheduled_for` integer,
	`actor` text NOT NULL,
	`reason` text NOT NULL,
	`job` text NOT NULL,
	`units` text NOT NULL,
	`state` text NOT NULL,
	`state_reason` text,
	`stop` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	`done` integer DEFAULT false NOT NULL,
	`due_at` integer,
	`poked_at` integer,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`fence` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`, `id`)
);
--> statement-breakpoint
CREATE INDEX `runs_due` ON `runs` (`due_at`);--> statement-breakpoint
CREATE INDEX `runs_newest` ON `runs` (`project`,`environment`,`workload`,`created_at`);--> statement-breakpoint
CREATE INDEX `runs_open` ON `runs` (`project`,`environment`,`workload`) WHERE not done;--> statement-breakpoint
CREATE UNIQUE INDEX `runs_scheduled` ON `runs` (`project`,`environment`,`workload`,`scheduled_for`) WHERE scheduled_for is not null;--> statement-breakpoint
ALTER TABLE `workloads` ADD `scheduled` text;