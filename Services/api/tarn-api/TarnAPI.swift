import API
import ArgumentParser
import ServiceKit

/// The command line of the REST API service; its configuration comes from the environment.
@main
struct TarnAPI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tarn-api", abstract: "Tarn's REST API.", subcommands: [Serve.self], defaultSubcommand: Serve.self)
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serves until a signal ends it.")

    func run() async { ServiceRunner.end(await App.run()) }
}
