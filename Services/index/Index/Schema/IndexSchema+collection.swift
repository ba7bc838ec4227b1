import Database

extension IndexSchema {
    /// What tells nodes that somebody needs from those that nobody does.
    static let collection = Migration(
        7, "collection",
        """
        -- Operations that take long, and the trees they start from.
        CREATE TABLE pin (
            repository bigint NOT NULL,
            id uuid NOT NULL,
            -- When the operation began.
            made timestamptz NOT NULL,
            ends timestamptz NOT NULL,
            roots bytea[] NOT NULL,
            PRIMARY KEY (repository, id)
        );

        ALTER TABLE node
            -- A commit reaches it: it stays for ever, and so does everything below it, which has this, too.
            ADD COLUMN kept boolean NOT NULL DEFAULT false,
            -- When a mark had ended that did not reach it.
            ADD COLUMN lost timestamptz;
        CREATE INDEX node_young ON node (repository, hash) WHERE NOT kept;

        ALTER TABLE repository
            -- When the last collection that went through began.
            ADD COLUMN collected timestamptz,
            -- The last node that the one under way has done with.
            ADD COLUMN collected_through bytea
        """)
}
