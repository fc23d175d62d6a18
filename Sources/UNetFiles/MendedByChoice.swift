/// An error that another choice of the user mends.  The library names what may be chosen; the program knows how that is
/// done, as the command does by its flags.
package protocol MendedByChoice: Error {
  /// What may be chosen otherwise, as the library's parameters are called: `output`, `smallestArea`.
  var choices: [String] { get }
}
