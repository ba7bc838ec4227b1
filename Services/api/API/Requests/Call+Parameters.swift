import Domain
import NIOHTTP1
import Wire

extension Call {
    // MARK: Path

    /// The value of a parameter of the path.
    func pathValue(_ name: String) -> String {
        var index = 0
        for case .parameter(let parameter) in route.template.elements {
            if parameter == name { return pathValues[index] }
            index += 1
        }
        preconditionFailure("\(route.operation) has no {\(name)}")
    }

    var repository: RepositoryName {
        get throws(InvalidName) { try RepositoryName(pathValue("repository")) }
    }

    func branch(_ name: String = "branch") throws(InvalidName) -> BranchName { try BranchName(pathValue(name)) }

    func tag(_ name: String = "tag") throws(InvalidName) -> TagName { try TagName(pathValue(name)) }

    func reference(_ name: String = "ref") throws(InvalidName) -> RefExpression {
        try RefExpression(pathValue(name))
    }

    // MARK: Query

    /// The object named by a parameter of the query.
    func objectKey(_ name: String = "path") throws(InvalidName) -> ObjectKey { try ObjectKey(text(name)) }

    /// A text of the query; empty where it was left out.
    func text(_ name: String) -> String { target.value(name) ?? "" }

    /// A switch of the query.
    func flag(_ name: String, default isOn: Bool = false) -> Bool {
        target.value(name).flatMap(QueryFlag.value) ?? isOn
    }

    /// Rows of a page: 1 to 1,000.
    var amount: Int {
        guard let amount = Int(text("amount")), amount > 0 else { return 100 }
        return min(amount, 1_000)
    }

    var page: ListRange { ListRange(prefix: text("prefix"), after: text("after"), amount: amount) }

    // MARK: Header

    func header(_ name: String) -> String? { request.headers.first(name: name) }
}
