import ArgumentParser
import ServiceKit
import StorageWorker

/// The command line of the storage worker; its configuration comes from the environment.
@main
struct TarnStorage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tarn-storage", abstract: "Tarn's worker: clean-up of bytes.", subcommands: [Serve.self],
        defaultSubcommand: Serve.self)
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Work until a signal ends it.")

    func run() async { ServiceRunner.end(await App.serve()) }
}
