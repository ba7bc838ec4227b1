/// Joins by key that the planner can only carry out as written: one row after the other, each by its whole key.
///
/// It does not merge a subquery with an OFFSET or a lock into the query around it. Left to itself it joins in any order, and
/// over tables it has no statistics of, or had none of when it planned, it goes over whole indexes.
enum Lookup {
    /// The reference of a repository `r` by its name; its columns are those of `f`.
    static func reference(_ name: String, where condition: String = "true", forShare: Bool = false) -> String {
        """
        LATERAL (
            SELECT f.* FROM ref f WHERE f.repository = r.id AND f.name = \(name) AND \(condition)
            \(forShare ? "FOR SHARE" : "OFFSET 0")
        ) f
        """
    }

    /// A repository that is not deleted, by its number; its columns are those of `r`.
    static func repository(_ id: String) -> String {
        """
        LATERAL (SELECT r.* FROM repository r WHERE r.id = \(id) AND r.name IS NOT NULL OFFSET 0) r
        """
    }

    /// A repository by its name, which keeps it until the end of the transaction; its columns are those of `r`. What is made
    /// in it by a statement that holds it so is seen by whoever deletes it on the condition that it is empty.
    static func heldRepository(_ name: String) -> String {
        """
        (SELECT r.* FROM repository r WHERE r.name = \(name) FOR KEY SHARE) r
        """
    }

    /// A commit of a repository by its id; its columns are those of `c`.
    static func commit(_ id: String, of repository: String) -> String {
        """
        LATERAL (SELECT c.* FROM commit c WHERE c.repository = \(repository) AND c.id = \(id) OFFSET 0) c
        """
    }

    /// Whether the rules of a repository `r` protect a branch `f`.
    static let isProtected =
        "CASE WHEN r.protection IS NULL THEN false ELSE coalesce(convert_from(f.name, 'UTF8') ~ r.protection, false) END"

    /// The nodes of a repository that have one of the hashes; their columns are those of `n`. Each is looked up by its key:
    /// `= ANY` would become a filter on all nodes in a plan that was made while there were few.
    static func nodes(_ hashes: String, of repository: String) -> String {
        """
        unnest(\(hashes)::bytea[]) AS h (hash)
        CROSS JOIN \(node("h.hash", of: repository))
        """
    }

    /// The node of a repository that has a hash; its columns are those of `n`.
    static func node(_ hash: String, of repository: String) -> String {
        """
        LATERAL (SELECT n.* FROM node n WHERE n.repository = \(repository) AND n.hash = \(hash) OFFSET 0) n
        """
    }

    /// An array of those of the tokens of a branch `f` that are open.
    static func openTokens(_ tokens: String) -> String {
        """
        ARRAY(
            SELECT t.token FROM token t WHERE t.repository = f.repository AND t.token = ANY (\(tokens)) AND t.state = 1
            OFFSET 0
        )
        """
    }

    /// The open token of a branch `f`, kept open until the end of the transaction; its column is `t.token`.
    static let openToken =
        """
        LATERAL (
            SELECT t.token FROM token t WHERE t.repository = f.repository AND t.token = f.tokens[1] AND t.state = 1
            FOR SHARE
        ) t
        """

    /// A row for a branch `f` that has an open token.
    static let anyOpenToken =
        """
        LATERAL (
            SELECT FROM token t WHERE t.repository = f.repository AND t.token = ANY (f.tokens) AND t.state = 1 LIMIT 1
        ) t
        """

    /// The rows of a branch `f` for a key, one for each of its tokens that has it; their columns are those of `s`. Written as
    /// a range, so that its order names the index.
    static func rows(_ key: String) -> String {
        """
        LATERAL (
            SELECT s.token, s.entry, s.write_id FROM staged s
            WHERE s.repository = f.repository AND s.branch = f.id AND s.key >= \(key) AND s.key <= \(key)
                AND s.token = ANY (f.tokens)
            ORDER BY s.key OFFSET 0
        ) s
        """
    }

    /// Whether any row of a branch `f` for a key knows of an operation. Written as a range, so that its order names the index.
    static func knows(_ operation: String, key: String) -> String {
        """
        EXISTS (
            SELECT FROM staged e
            WHERE e.repository = f.repository AND e.branch = f.id AND e.key >= \(key) AND e.key <= \(key)
                AND (e.write_id = \(operation) OR \(operation) = ANY (e.earlier))
            ORDER BY e.key OFFSET 0
        )
        """
    }

    /// Whether any of the tokens has rows in the repository of a branch `f`.
    static func hasRows(_ tokens: String) -> String {
        """
        EXISTS (
            SELECT FROM unnest(\(tokens)) AS l (token)
            CROSS JOIN LATERAL (
                SELECT FROM staged s WHERE s.repository = f.repository AND s.token = l.token ORDER BY s.key LIMIT 1
            ) s
            OFFSET 0
        )
        """
    }

    /// The answer to an operation of a repository `r`; its column is `o.answer`.
    static func answer(_ operation: String) -> String {
        """
        LATERAL (
            SELECT o.answer FROM operation o WHERE o.repository = r.id AND o.id = \(operation) OFFSET 0
        ) o
        """
    }
}
