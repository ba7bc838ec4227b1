package import Database

/// The schema of the index and how its connections are set up.
package enum IndexSchema {
    /// The schema's name unless a test chooses another.
    package static let name = "index"

    package static func migrator(schema: String = IndexSchema.name) -> Migrator {
        Migrator(
            schema: schema,
            migrations: [
                repositories, staging, uploads, jobs, plans, rules, collection, refLog, age, tasks, namespaces,
                pulls,
            ])
    }

    /// All statements are look-ups by key in an order that their text gives; the planner need not find another, nor
    /// plan anew, which costs more than running them. Without statistics of a new table it would scan it. Ranges are read in
    /// the order of one index: without sorting no other can serve them.
    package static let sessionSettings = [
        "plan_cache_mode": "force_generic_plan",
        "join_collapse_limit": "1",
        "from_collapse_limit": "1",
        "enable_seqscan": "off",
        "enable_bitmapscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "enable_sort": "off",
        "jit": "off",
    ]
}
