/// Which transactions wait for the disk.
enum Durability {
    /// A condition that is always true and keeps its transaction from waiting for its log to be on disk.
    ///
    /// For steps that count only when a later transaction is durable which the same Postgres logs behind them: then they are,
    /// too. If a crash takes them away, it takes what rested on them.
    static let withWhatFollows = "set_config('synchronous_commit', 'off', true) IS NOT NULL"
}
