import Database

extension IndexSchema {
    /// Jobs that users begin: many of one kind, each with an id, and known for a while after their end.
    static let tasks = Migration(
        10, "tasks",
        """
        ALTER TABLE job
            ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
            -- What was asked for, and what came of it: JSON of the kind.
            ADD COLUMN request text NOT NULL DEFAULT '',
            ADD COLUMN result text,
            ADD COLUMN actor text NOT NULL DEFAULT '',
            ADD COLUMN changed timestamptz NOT NULL DEFAULT now(),
            -- NULL while there is work left; a clean-up never ends.
            ADD COLUMN finished timestamptz,
            -- When it was written down what a dump holds.
            ADD COLUMN taken timestamptz,
            -- The repository without a name that a restore fills.
            ADD COLUMN target bigint;
        ALTER TABLE job DROP CONSTRAINT job_pkey;
        ALTER TABLE job ADD PRIMARY KEY (repository, id);
        CREATE UNIQUE INDEX job_repeating ON job (repository, kind) WHERE kind = 'cleanUnstaged';
        CREATE INDEX job_finished ON job (finished) WHERE finished IS NOT NULL;

        -- Bare and read-only repositories do not own what is in their namespace: nothing of it is theirs to remove.
        DELETE FROM job j WHERE EXISTS (
            SELECT FROM repository r WHERE r.id = j.repository AND (r.is_bare OR r.is_read_only)
        );

        -- What a dump holds, as it was at one moment.
        CREATE TABLE dumped (
            repository bigint NOT NULL,
            job uuid NOT NULL,
            -- 1 branch, 2 tag, 3 commit.
            kind smallint NOT NULL CHECK (kind IN (1, 2, 3)),
            -- Of a commit, its id.
            name bytea NOT NULL,
            -- NULL for a commit.
            head bytea,
            is_hidden boolean NOT NULL,
            PRIMARY KEY (repository, job, kind, name)
        )
        """)
}
