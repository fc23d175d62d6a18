/// The streams of random numbers that data use, one for each purpose, so that none repeats another
/// (`RandomStream`); far from the small numbers that layers count from.
package enum RandomUse {
  static let sampling: UInt32 = 0xDA7A_0001
  static let deformation: UInt32 = 0xDA7A_0002
  static let grey: UInt32 = 0xDA7A_0003
  /// Which images are held out.
  package static let holdOut: UInt32 = 0xDA7A_0004
  static let membranes: UInt32 = 0xDA7A_0100
  static let cells: UInt32 = 0xDA7A_0200
}
