import Database

extension IndexSchema {
    /// Long work that workers lease.
    static let jobs = Migration(
        4, "jobs",
        """
        CREATE TABLE job (
            repository bigint NOT NULL,
            kind text COLLATE "C" NOT NULL,
            due timestamptz NOT NULL,
            owner text,
            -- Goes up with every lease; every change of the job names it.
            fencing bigint NOT NULL DEFAULT 0,
            ends timestamptz,
            lease_operation uuid,
            progress text NOT NULL DEFAULT '',
            error text,
            PRIMARY KEY (repository, kind)
        );
        CREATE INDEX job_due ON job (kind, due);

        -- Addresses found without a reference, and when first.
        CREATE TABLE marked_address (
            repository bigint NOT NULL,
            address text COLLATE "C" NOT NULL,
            marked timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (repository, address)
        )
        """)
}
