CREATE TABLE `billed_costs` (
	`project` text NOT NULL,
	`target` text NOT NULL,
	`month` text NOT NULL,
	`import` text NOT NULL,
	`page` integer NOT NULL,
	`line` integer NOT NULL,
	`day` integer NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`unit` text NOT NULL,
	`provider` text NOT NULL,
	`region` text NOT NULL,
	`meter` text NOT NULL,
	`category` text NOT NULL,
	`effective_usd` text NOT NULL,
	`billed_usd` text NOT NULL,
	`list_usd` text NOT NULL,
	`labels` text NOT NULL,
	`staged_at` integer NOT NULL,
	PRIMARY KEY(`project`, `target`, `month`, `import`, `page`, `line`)
);
--> statement-breakpoint
CREATE TABLE `bills` (
	`project` text NOT NULL,
	`target` text NOT NULL,
	`month` text NOT NULL,
	`import` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`rows` integer NOT NULL,
	`oldest_at` integer,
	`imported_at` integer NOT NULL,
	`imported_by` text NOT NULL,
	PRIMARY KEY(`project`, `target`, `month`)
);
