import Database

extension IndexSchema {
    /// What a repository's settings say. In its own row, which every statement reads anyway.
    static let rules = Migration(
        6, "rules",
        """
        ALTER TABLE repository
            -- The globs of protected branches as they were given; NULL while none were ever set.
            ADD COLUMN protected text[],
            -- One regular expression for all of them; NULL for none.
            ADD COLUMN protection text COLLATE "C",
            ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}'
        """)
}
