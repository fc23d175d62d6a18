import UNetFiles

/// The last run of digits of a name as a number.
package func lastNumber(_ name: String) -> Int? { runs(name).last(where: isNumber).flatMap { Int($0) } }
