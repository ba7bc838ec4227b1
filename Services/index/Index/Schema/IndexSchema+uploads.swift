import Database

extension IndexSchema {
    /// Multipart uploads.
    static let uploads = Migration(
        3, "uploads",
        """
        CREATE TABLE upload (
            repository bigint NOT NULL,
            -- The operation that made it.
            id uuid NOT NULL,
            branch bytea NOT NULL,
            path bytea NOT NULL,
            address text NOT NULL,
            store_upload_id text NOT NULL,
            created timestamptz NOT NULL DEFAULT now(),
            content_type text NOT NULL,
            -- Keys and values by turns.
            user_metadata text[] NOT NULL,
            attributes text[] NOT NULL,
            -- 1 open, 2 completing, 3 completed, 4 aborted.
            state smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3, 4)),
            changed timestamptz NOT NULL DEFAULT now(),
            -- The parts chosen at completion, and the entry that came of them.
            chosen integer[],
            chosen_etags text[],
            entry bytea,
            PRIMARY KEY (repository, id)
        );
        CREATE INDEX upload_path ON upload (repository, path, id) WHERE state IN (1, 2);
        CREATE INDEX upload_over ON upload (changed) WHERE state IN (3, 4);

        CREATE TABLE upload_part (
            repository bigint NOT NULL,
            upload uuid NOT NULL,
            number integer NOT NULL,
            size bigint NOT NULL,
            etag text NOT NULL,
            store_etag text NOT NULL,
            -- Milliseconds since 1970.
            modified bigint NOT NULL,
            checksums text[] NOT NULL,
            write_id uuid NOT NULL,
            earlier uuid[],
            PRIMARY KEY (repository, upload, number)
        )
        """)
}
