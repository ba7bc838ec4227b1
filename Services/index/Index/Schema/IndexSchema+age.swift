import Database

extension IndexSchema {
    /// The latest date of each commit and its ancestors, which searches of the history go by.
    static let age = Migration(
        9, "age",
        """
        ALTER TABLE commit ADD COLUMN latest bigint;
        CREATE INDEX commit_generation ON commit (generation);
        DO $$ DECLARE g bigint := 1; BEGIN
            LOOP
                UPDATE commit c SET latest = greatest(c.created, (
                    SELECT max(p.latest) FROM unnest(c.parents) AS i (id)
                    JOIN commit p ON p.repository = c.repository AND p.id = i.id
                )) WHERE c.generation = g;
                EXIT WHEN NOT FOUND;
                g := g + 1;
            END LOOP;
        END $$;
        DROP INDEX commit_generation;
        ALTER TABLE commit ALTER COLUMN latest SET NOT NULL
        """)
}
